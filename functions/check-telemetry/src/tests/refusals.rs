//! Limits that one station cannot pass.

use super::memory::Memory;
use super::{connector, handle, message, message_of};

#[test]
fn no_station_fills_the_table_with_connectors() {
    let memory = Memory::with_stations();
    let of = |evses: std::ops::RangeInclusive<u16>| evses.map(|evse| connector(evse, "")).collect::<Vec<_>>();
    let batch =
        vec![message(1, &of(1..=60)), message(2, &of(60..=65)), message(3, &of(61..=64)), message(4, &of(1..=2))];
    assert!(handle(&memory, 5, batch).is_empty());
    let kept: Vec<String> = memory.state().quarantine.keys().cloned().collect();
    assert_eq!(kept, ["1@2"]);
    assert_eq!(memory.state().rows.len(), 64);
    handle(&memory, 6, vec![message(6, &of(65..=65))]);
    assert_eq!(memory.state().rows.len(), 64);
    assert_eq!(memory.state().quarantine["1@6"].reason, "malformed");
}

#[test]
fn a_flood_of_an_unregistered_station_is_one_alert() {
    let memory = Memory::with_stations();
    let flood = (0..200).map(|n| message_of(999, n, &[connector(1, "")])).collect();
    assert!(handle(&memory, 200, flood).is_empty());
    assert_eq!((memory.alerts().len(), memory.state().quarantine.len()), (1, 200));
    assert!(memory.state().rows.is_empty());
}

#[test]
fn a_station_with_a_wrong_clock_is_still_watched() {
    let memory = Memory::with_stations();
    let hot = |seconds: i64, at: &str, celsius: u16| {
        let mut record = message(seconds, &[connector(1, &format!(r#","temperatureC":{celsius}"#))]);
        let json = String::from_utf8(record.body.data).unwrap();
        record.body.data = json.replace(&super::second(seconds).to_string(), at).into_bytes();
        record
    };
    handle(&memory, 0, vec![hot(0, "9999-12-30T00:00:00Z", 30)]);
    handle(&memory, 60, vec![hot(60, "1970-01-01T00:00:00Z", 95)]);
    assert!(memory.state().quarantine.is_empty());
    assert_eq!(memory.alerts(), [("fault:station-001:1-1:overtemperature:1780315260000".to_owned(), false)]);
}
