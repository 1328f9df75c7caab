//! What is refused is kept byte for byte, answered where the sender is known, and holds up nothing.

use messages::{CommandKind, IdTokenStatus};
use serde_json::json;

use crate::sessions::night_session;
use crate::world::{NOW, World, at, record};

#[tokio::test]
async fn one_bad_message_does_not_hold_up_its_batch() {
    let world = World::new().await;
    let now = at(NOW);
    let messages = night_session("t-1", "04A1B2C3");
    let mut records: Vec<_> = (0..)
        .zip(&messages)
        .map(|(number, message)| {
            record(&format!("good-{number}"), "station-001", "transaction", message.to_string().into_bytes(), now)
        })
        .collect();
    let mut foreign = record("foreign", "station-001", "transaction", messages[0].to_string().into_bytes(), now);
    foreign.body.client = "station-002".to_owned();
    let too_long = format!(r#"{{"messageId":"long","padding":"{}"}}"#, "x".repeat(40_000));
    let bad = [
        record("binary", "station-001", "transaction", vec![0, 159, 146, 150], now),
        record("half", "station-001", "transaction", br#"{"messageId":"half","eventType":"Ended"}"#.to_vec(), now),
        record("long", "station-001", "transaction", too_long.into_bytes(), now),
        record("stranger", "station-999", "transaction", messages[0].to_string().into_bytes(), now),
        record("command", "station-001", "commandResult", b"{}".to_vec(), now),
        foreign,
    ];
    let mut sent: Vec<(String, Vec<u8>)> =
        bad.iter().map(|record| (record.id.clone(), record.body.data.clone())).collect();
    for (place, record) in (0..).zip(bad) {
        records.insert(2 * place, record);
    }
    assert_eq!(record_transaction::handle(&world.ports, now, records).await, []);

    let mut kept: Vec<(String, Vec<u8>)> =
        world.ports.tables.all_quarantined().await.unwrap().into_iter().map(|input| (input.id, input.data)).collect();
    kept.sort();
    sent.sort();
    assert_eq!(kept, sent);
    world.only_cdr().await;
    let acks = world.acks();
    for expected in ["half Refused malformed", "long Refused too_large", "t-1-0 Refused identity"] {
        assert!(acks.iter().any(|ack| ack == expected), "{expected} in {acks:?}");
    }
    assert_eq!(acks.iter().filter(|ack| ack.ends_with("Stored")).count(), messages.len());
    let mut alerts: Vec<String> =
        world.ports.tables.all_alerts().await.unwrap().iter().map(|alert| alert.fact.kind().to_owned()).collect();
    alerts.sort();
    assert_eq!(alerts, ["identity_mismatch", "session_completed", "unregistered_station"]);
}

#[tokio::test]
async fn a_second_reading_under_one_number_is_a_conflict_and_the_first_stays() {
    let world = World::new().await;
    let messages = night_session("t-1", "04A1B2C3");
    let mut other = messages[4].clone();
    other["messageId"] = json!("other");
    other["registerWh"] = json!(999_999);
    world.record("station-001", &messages).await;
    world.record("station-001", &[other]).await;
    assert_eq!(world.acks().last().unwrap(), "other Refused conflict");
    assert_eq!(world.only_cdr().await.energy_wh, 17_500);
}

#[tokio::test]
async fn a_token_that_nobody_knows_is_stopped_priced_and_charged_to_nobody() {
    let world = World::new().await;
    let messages = night_session("t-1", "WHOISTHIS");
    world.record("station-001", &messages).await;
    let started = world.ports.outside.acks.lock().unwrap()[0].1.clone();
    assert_eq!(started.id_token_status, Some(IdTokenStatus::Unknown));
    let commands = world.ports.outside.commands.lock().unwrap().clone();
    assert_eq!(commands.len(), 1);
    assert_eq!(commands[0].1.kind, CommandKind::StopTransaction);
    assert!(world.only_cdr().await.due().minor > 0);
    assert!(world.ports.tables.all_debts().await.unwrap().is_empty());
    assert_eq!(world.ports.tables.all_alerts().await.unwrap()[0].fact.kind(), "no_payer");
}
