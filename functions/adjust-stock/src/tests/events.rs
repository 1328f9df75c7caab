//! The sample events, as the queue delivers them.

use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    records: Vec<Message>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    message_id: String,
    body: String,
}

#[derive(Deserialize)]
struct Wire {
    data: String,
    topic: String,
    client: String,
    received_at: i64,
}

/// The records of a sample event that hold an envelope, and how many do not.
fn records(name: &str) -> (Vec<Record<Envelope>>, usize) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../events/adjust-stock/{name}.json"));
    let event: Event = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let all = event.records.len();
    let decoded = event.records.into_iter().filter_map(|message| {
        let wire: Wire = serde_json::from_str(&message.body).ok()?;
        let body = Envelope {
            data: BASE64_STANDARD.decode(wire.data).ok()?,
            topic: wire.topic,
            client: wire.client,
            received_at: Timestamp::from_millisecond(wire.received_at).ok()?,
        };
        Some(Record { id: message.message_id, body })
    });
    let decoded: Vec<_> = decoded.collect();
    let undecodable = all - decoded.len();
    (decoded, undecodable)
}

/// The sample events happen at a site with 4 spares and a threshold of 3.
fn played(names: &[&str]) -> Store {
    let store = Store::with_stock(4, 3);
    for name in names {
        assert_eq!(run(&store, records(name).0), [""; 0], "{name}");
    }
    store
}

#[test]
fn one_spare_was_used() {
    let store = played(&["one"]);
    assert_eq!((store.on_hand(), store.alerts().len()), (3, 0));
}

#[test]
fn several_messages_run_the_stock_low_once() {
    let store = played(&["several", "several"]);
    // Counted 3, taken once (sent twice) by one station and once by another, which gave its message an id that is taken elsewhere.
    assert_eq!((store.on_hand(), store.alerts().len()), (1, 1));
    assert_eq!(store.acks().len(), 8);
}

#[test]
fn unusual_messages_are_understood() {
    let store = played(&["one", "edge"]);
    assert!(store.quarantined().is_empty());
    assert_eq!(store.on_hand(), 0);
    assert_eq!(store.stock_facts().len(), 2, "too much was taken, then it was counted as none: {:?}", store.alerts());
    assert_eq!(store.acks().last().map(String::as_str), Some("station-001 edge-5 Stored"));
}

#[test]
fn malformed_messages_are_all_kept_and_change_nothing() {
    let (valid, _) = records("one");
    let (mut batch, undecodable) = records("malformed");
    assert_eq!(undecodable, 1);
    let bad = batch.len();
    batch.extend(valid);
    let store = Store::with_stock(4, 3);
    assert_eq!(run(&store, batch), [""; 0]);
    assert_eq!((store.quarantined().len(), store.on_hand()), (bad, 3));
    // Two strangers: one is not registered, the client of the other is not the station it names, and of a third the topic names none.
    assert_eq!(
        store.alerts(),
        [
            "identity:station-001:2026-06-01 open",
            "identity:station-002:2026-06-01 open",
            "unregistered:station-099 open"
        ]
    );
}
