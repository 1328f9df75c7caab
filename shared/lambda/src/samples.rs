//! The sample events in `events/` are what Lambda and stations send.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Mutex;

use crate::sqs::SqsEvent;
use jiff::Timestamp;
use messages::{Envelope, Kind, StockMessage, TransactionMessage, parse_telemetry};
use ports::{KeepQuarantine, PortError, Quarantined, Record};

#[derive(Default)]
struct Kept(Mutex<Vec<Quarantined>>);

impl KeepQuarantine for Kept {
    async fn quarantine(&self, input: &Quarantined) -> Result<(), PortError> {
        self.0.lock().unwrap().push(input.clone());
        Ok(())
    }
}

fn sample(path: &str) -> Vec<u8> {
    let events = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../events");
    std::fs::read(events.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn is_valid(envelope: &Envelope) -> bool {
    let Ok(address) = envelope.address() else { return false };
    let Ok(bytes) = envelope.payload(address.kind) else { return false };
    match address.kind {
        Kind::Transaction => TransactionMessage::parse(bytes).is_ok(),
        Kind::Telemetry => parse_telemetry(bytes).is_ok(),
        Kind::Stock => StockMessage::parse(bytes).is_ok(),
        Kind::CommandResult => messages::CommandResult::parse(bytes).is_ok(),
    }
}

/// How many records of a sample follow the contract, break it, or hold no envelope at all.
async fn counts(path: &str) -> [usize; 3] {
    let event: SqsEvent = serde_json::from_slice(&sample(path)).unwrap();
    let (kept, seen) = (Kept::default(), RefCell::new(Vec::new()));
    let handle = async |records: Vec<Record<Envelope>>| {
        seen.borrow_mut().extend(records);
        Vec::new()
    };
    let response = crate::queue_batch(&event, Timestamp::UNIX_EPOCH, aws::decode::envelope, &kept, handle).await;
    assert_eq!(response.batch_item_failures, [], "{path}");
    let (valid, invalid) = seen.into_inner().into_iter().partition::<Vec<_>, _>(|record| is_valid(&record.body));
    [valid.len(), invalid.len(), kept.0.into_inner().unwrap().len()]
}

#[tokio::test]
async fn batches_of_transactions_decode_as_their_names_say() {
    for (path, expected) in [
        ("record-transaction/one.json", [1, 0, 0]),
        ("record-transaction/several.json", [4, 0, 0]),
        ("record-transaction/edge.json", [9, 0, 0]),
        // The message of a station that nobody knows is valid by itself.
        ("record-transaction/malformed.json", [3, 5, 3]),
    ] {
        assert_eq!(counts(path).await, expected, "{path}");
    }
}

#[test]
fn what_a_person_sends_by_hand_follows_the_contract() {
    for path in ["stations/started.json", "stations/updated.json", "stations/ended.json"] {
        let message = TransactionMessage::parse(&sample(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(message.transaction_id.as_str(), "by-hand-1", "{path}");
    }
    assert_eq!(parse_telemetry(&sample("stations/telemetry.json")).unwrap().len(), 3);
    StockMessage::parse(&sample("stations/stock.json")).unwrap();
}
