//! Input that can never succeed.

use ports::{KeepQuarantine, Quarantined};

use super::Observe;
use super::values::at;

/// Catches an adapter that takes input for text, or cannot keep what is empty.
pub async fn input_is_kept_byte_for_byte(ports: &(impl KeepQuarantine + Observe)) {
    let every_byte: Vec<u8> = (0..=255).collect();
    for (id, data, client) in [
        ("q-bytes", every_byte, Some("s-1")),
        ("q-empty", Vec::new(), None),
        ("q-large", vec![0xff; 200 * 1024], Some("")),
        ("q-#/:", b"{}".to_vec(), Some("a\0b")),
    ] {
        let mut input = input(id, data);
        input.client = client.map(str::to_owned);
        ports.quarantine(&input).await.unwrap();
        assert_eq!(kept(ports, id).await, [input]);
    }
}

/// Catches input that is kept once per delivery, or replaced by what bears the same name.
pub async fn input_that_comes_again_changes_nothing(ports: &(impl KeepQuarantine + Observe)) {
    let first = input("q-again", b"first".to_vec());
    let second = Quarantined { detail: "second".to_owned(), ..input("q-again", b"second".to_vec()) };
    for input in [&first, &first, &second] {
        ports.quarantine(input).await.unwrap();
    }
    assert_eq!(kept(ports, "q-again").await, [first]);
}

fn input(id: &str, data: Vec<u8>) -> Quarantined {
    Quarantined {
        id: id.to_owned(),
        received_at: at(0),
        source: "ev/v1/s-1/telemetry".to_owned(),
        client: None,
        reason: "malformed".to_owned(),
        detail: String::new(),
        data,
    }
}

async fn kept(ports: &impl Observe, id: &str) -> Vec<Quarantined> {
    ports.quarantined().await.unwrap().into_iter().filter(|input| input.id == id).collect()
}
