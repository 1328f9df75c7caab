//! The sample events are answered as their names say.

use std::path::PathBuf;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use receive_stripe_event::WebhookRequest;
use serde_json::Value;

use crate::memory::{Memory, run_for};

/// The request of a sample, and when it came.
fn sample(name: &str) -> (Timestamp, WebhookRequest) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../events/receive-stripe-event").join(name);
    let event: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let text = event["body"].as_str().unwrap();
    let is_base64 = event["isBase64Encoded"].as_bool().unwrap();
    let body = if is_base64 { BASE64_STANDARD.decode(text).unwrap() } else { text.as_bytes().to_vec() };
    let came_at = Timestamp::from_millisecond(event["requestContext"]["timeEpoch"].as_i64().unwrap()).unwrap();
    (came_at, WebhookRequest { signature: event["headers"]["stripe-signature"].as_str().map(str::to_owned), body })
}

#[test]
fn samples_are_answered_as_their_names_say() {
    for (name, status, marked) in [
        ("one.json", 200, vec!["station-001:7a1c"]),
        ("card.json", 200, vec!["card of driver-1"]),
        ("edge.json", 200, vec!["station-001:7a1c"]),
        ("unconcerned.json", 200, vec![]),
        ("forged.json", 400, vec![]),
        ("replayed.json", 400, vec![]),
        ("malformed.json", 400, vec![]),
    ] {
        let memory = Memory::with_secret("whsec_sample_of_the_project,whsec_sample_before_it_was_changed");
        let (came_at, request) = sample(name);
        assert_eq!(run_for(&memory, came_at, request, 1_000), Some(status), "{name}");
        assert_eq!(memory.state().marked, marked, "{name}");
    }
}
