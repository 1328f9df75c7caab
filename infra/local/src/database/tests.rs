use billing::session::StoredMessage;
use jiff::{SignedDuration, Timestamp};
use messages::{SessionId, TransactionMessage};
use ports::{Clock, FindDue, KeepOutages, KeepQuarantine, Put, Quarantined, StoreMessages};

use super::*;
use crate::template::{TEMPLATE, Topology};

async fn open(file: Option<&Path>) -> Result<Database, DatabaseError> {
    Database::start(file, &Topology::read(TEMPLATE).unwrap().tables).await
}

fn session() -> SessionId {
    "s-1:t".parse().unwrap()
}

/// Stores messages with these numbers.
async fn write(database: &Database, numbers: std::ops::Range<u32>) {
    for seq_no in numbers {
        let json = format!(
            r#"{{"messageId":"m","eventType":"Updated","transactionId":"t","seqNo":{seq_no},"at":"2026-06-01T10:00:00Z"}}"#
        );
        let message = TransactionMessage::parse(json.as_bytes()).unwrap();
        let stored = StoredMessage { message, received_at: Timestamp::UNIX_EPOCH };
        assert_eq!(database.tables().put_message(&session(), &stored).await.unwrap(), Put::Stored);
    }
}

/// The numbers of the messages that the stream hands out.
async fn read(database: &Database) -> Vec<u32> {
    let records = database.read_stream("sessions").await.unwrap();
    let number = |record: &EventRecord| {
        let body = record.change.new_image.get("body").unwrap();
        let serde_dynamo::AttributeValue::S(body) = body else { panic!("{body:?} is no text") };
        serde_json::from_str::<StoredMessage>(body).unwrap().message.seq_no
    };
    records.iter().map(number).collect()
}

fn stream_records(database: &Database) -> u32 {
    database.streams.ask("SELECT count(*) FROM _stream_records")
}

#[tokio::test]
async fn changes_are_handed_out_once_in_order_and_deleted_when_the_next_are_asked_for() {
    let database = open(None).await.unwrap();
    assert!(read(&database).await.is_empty());
    write(&database, 0..3).await;
    assert_eq!(read(&database).await, [0, 1, 2]);
    assert_eq!(stream_records(&database), 3);
    write(&database, 3..5).await;
    assert_eq!(read(&database).await, [3, 4]);
    assert_eq!(stream_records(&database), 2);
    assert!(read(&database).await.is_empty());
    assert_eq!(stream_records(&database), 0);
    write(&database, 5..6).await;
    assert_eq!(read(&database).await, [5]);
}

#[tokio::test]
async fn more_changes_than_are_handed_out_at_once_come_after_another() {
    let database = open(None).await.unwrap();
    write(&database, 0..620).await;
    let mut seen = Vec::new();
    loop {
        match read(&database).await {
            batch if batch.is_empty() => break,
            batch => seen.extend(batch),
        }
    }
    assert_eq!(seen, (0..620).collect::<Vec<_>>());
}

/// What the engine asks at each write must not read every record.
#[tokio::test]
async fn writes_do_not_slow_down_as_stream_records_pile_up() {
    let database = open(None).await.unwrap();
    let plan: String = database.streams.ask_column(
        3,
        "EXPLAIN QUERY PLAN SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1
         FROM _stream_records WHERE table_name = 'sessions'",
    );
    assert!(plan.starts_with("SEARCH") && plan.contains("wattwarden_stream_records"), "{plan}");
}

#[tokio::test]
async fn a_file_is_kept_and_used_by_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new").join("tables.sqlite");
    let first = open(Some(&file)).await.unwrap();
    write(&first, 0..4).await;
    assert_eq!(read(&first).await, [0, 1, 2, 3]);
    write(&first, 4..6).await;
    assert_eq!(read(&first).await, [4, 5]);
    assert!(matches!(open(Some(&file)).await, Err(DatabaseError::InUse(path)) if path == file));
    first.stop().await;

    let second = open(Some(&file)).await.unwrap();
    assert_eq!(second.tables().messages(&session()).await.unwrap().len(), 6);
    assert_eq!(read(&second).await, [4, 5], "nobody said that these were dealt with");
    write(&second, 6..7).await;
    assert_eq!(read(&second).await, [6]);
}

#[tokio::test]
async fn databases_in_memory_know_nothing_of_each_other() {
    let (first, second) = (open(None).await.unwrap(), open(None).await.unwrap());
    write(&first, 0..1).await;
    assert_eq!(second.tables().messages(&session()).await.unwrap(), []);
    assert!(read(&second).await.is_empty());
}

#[tokio::test]
async fn what_has_expired_is_deleted() {
    let database = open(None).await.unwrap();
    let now = lambda::SystemClock.now();
    for (id, age_days) in [("old", 100), ("young", 10)] {
        let input = Quarantined {
            id: id.to_owned(),
            received_at: now.checked_sub(SignedDuration::from_hours(24 * age_days)).unwrap(),
            source: "test".to_owned(),
            client: None,
            reason: "malformed".to_owned(),
            detail: "x".to_owned(),
            data: vec![0],
        };
        database.tables().quarantine(&input).await.unwrap();
    }
    assert_eq!(database.delete_expired().await.unwrap(), 1);
    let kept = database.tables().all_quarantined().await.unwrap();
    assert_eq!(kept.iter().map(|input| input.id.as_str()).collect::<Vec<_>>(), ["young"]);
}

#[tokio::test]
async fn a_directory_of_an_earlier_release_gets_the_indexes_it_lacks() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("tables.db");
    let specs = Topology::read(TEMPLATE).unwrap().tables;
    let earlier: Vec<_> = specs.iter().map(|spec| TableSpec { indexes: Vec::new(), ..spec.clone() }).collect();
    let database = Database::start(Some(&file), &earlier).await.unwrap();
    write(&database, 0..1).await;
    assert!(database.tables().find_due(Timestamp::MAX, 10).await.is_err());
    drop(database);
    for _ in 0..2 {
        let database = Database::start(Some(&file), &specs).await.unwrap();
        assert_eq!(database.tables().find_due(Timestamp::MAX, 10).await.unwrap(), []);
        assert!(database.tables().gone(&"demo".parse().unwrap()).await.unwrap().is_empty());
        assert_eq!(database.tables().messages(&session()).await.unwrap().len(), 1);
    }
}
