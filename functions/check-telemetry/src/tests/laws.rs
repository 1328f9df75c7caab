//! What holds for any input.

use messages::Envelope;
use ports::Record;
use proptest::prelude::*;

use super::memory::Memory;
use super::{FIRST, connector, handle, message, second};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("ev/v1/station-001/telemetry".to_owned()),
        Just("station-001".to_owned()),
        Just("ev/v1//telemetry".to_owned()),
        ".{0,80}",
    ]
}

/// Bytes from anywhere, and messages with one field that may be anything.
fn data() -> impl Strategy<Value = Vec<u8>> {
    let value =
        prop_oneof!["[-0-9eE.]{1,12}", "\\[[-0-9eE.,]{0,20}\\]", "\"[^\"\\\\]{0,20}\"", Just("null".to_owned())];
    let field =
        prop::sample::select(vec!["voltageV", "currentA", "offeredA", "temperatureC", "registerWh", "transactionId"]);
    let almost = (field, value)
        .prop_map(|(field, value)| message(0, &[connector(1, &format!(r#","{field}":{value}"#))]).body.data);
    prop_oneof![prop::collection::vec(any::<u8>(), 0..200), almost]
}

proptest! {
    #[test]
    fn every_input_is_taken_or_kept_and_none_holds_up_another(
        input in prop::collection::vec((data(), text(), text(), any::<i32>()), 1..8),
    ) {
        let memory = Memory::with_stations();
        let record = |(number, (data, topic, client, received)): (usize, (Vec<u8>, String, String, i32))| {
            let received_at = second(i64::from(received));
            Record { id: number.to_string(), body: Envelope { data, topic, client, received_at } }
        };
        let good = message(1, &[connector(1, "")]);
        let batch: Vec<Record<Envelope>> = input.into_iter().enumerate().map(record).chain([good]).collect();
        prop_assert!(handle(&memory, 1, batch.clone()).is_empty());
        prop_assert!(memory.row(1, FIRST).version > 0);
        for record in batch {
            if let Some(kept) = memory.state().quarantine.get(&record.id) {
                prop_assert_eq!(&kept.data, &record.body.data);
            } else {
                prop_assert_eq!(record.body.topic, "ev/v1/station-001/telemetry");
                prop_assert_eq!(record.body.client, "station-001");
            }
        }
    }
}
