//! The sample events.

use super::memory::Memory;
use super::{FIRST, SECOND, event, handle, second};

/// Handles an event at that many seconds after noon.
fn handled(name: &str, seconds: i64) -> Memory {
    let memory = Memory::with_stations();
    assert_eq!(handle(&memory, seconds, event(name)), Vec::<String>::new());
    memory
}

#[test]
fn one_message_shows_its_connectors() {
    let memory = handled("one", 1);
    let row = memory.row(1, FIRST);
    assert_eq!(row.live.at, Some(second(0)));
    assert_eq!(row.live.status.as_deref(), Some("Charging"));
    assert_eq!(row.live.transaction.map(|id| id.to_string()).as_deref(), Some("7a1c"));
    assert_eq!((row.live.power_w, row.live.temperature_c), (Some(10_980.0), Some(41.3)));
    assert_eq!(row.live.register_wh, Some(1_284_533));
    assert_eq!((row.site.as_str(), row.saved_at, row.version), ("north", Some(second(1)), 1));
    assert_eq!(memory.row(1, SECOND).live.status.as_deref(), Some("Available"));
    assert!(memory.alerts().is_empty());
    assert!(memory.state().quarantine.is_empty());
}

#[test]
fn several_messages_are_read_and_written_once() {
    let memory = handled("several", 181);
    // Two connectors of station 1 and one of station 2; of each station itself, its site and its connectors. A voltage fault opens, so that
    // the disturbance of the site, its stations and the connectors of both are read as well.
    assert_eq!(memory.traffic(), (3, 6 + 4));
    assert_eq!(
        memory.alerts(),
        [
            ("fault:station-001:1-1:overtemperature:1780315350000".to_owned(), false),
            ("fault:station-001:1-1:overvoltage:1780315380000".to_owned(), false),
        ]
    );
    let episodes = memory.row(1, FIRST).episodes;
    let evidence: Vec<&str> = episodes.iter().map(|episode| episode.evidence.as_str()).collect();
    assert_eq!(
        evidence,
        [
            "71.0 °C, where 70 °C is warm and 85 °C dangerous, for 10 s",
            "258.7 V on phase 1, 12.5 % above 230 V nominal, for 60 s",
        ]
    );
}

#[test]
fn the_order_in_a_batch_makes_no_difference() {
    let memory = Memory::with_stations();
    let mut reversed = event("several");
    reversed.reverse();
    handle(&memory, 181, reversed);
    let expected = handled("several", 181);
    assert!(memory.kept() == expected.kept());
}

#[test]
fn a_batch_that_is_delivered_again_changes_nothing() {
    for name in ["one", "several", "malformed", "edge"] {
        let memory = handled(name, 1000);
        let before = memory.kept();
        assert!(handle(&memory, 2000, event(name)).is_empty());
        assert!(memory.kept() == before, "{name}");
    }
}

#[test]
fn what_is_malformed_is_kept_and_does_not_hold_up_its_batch() {
    let memory = handled("malformed", 361);
    let records = event("malformed");
    let quarantine = memory.state().quarantine.clone();
    let reasons: Vec<String> = records
        .iter()
        .map(|record| match quarantine.get(&record.id) {
            Some(kept) => {
                assert_eq!((&kept.data, &kept.source), (&record.body.data, &record.body.topic));
                kept.reason.clone()
            }
            None => "taken".to_owned(),
        })
        .collect();
    let (malformed, rest) = reasons.split_at(10);
    assert!(malformed.iter().all(|reason| reason == "malformed"), "{reasons:?}");
    assert_eq!(rest, ["too_large", "malformed", "identity", "identity", "identity", "identity", "taken"]);
    assert_eq!(
        memory.alerts(),
        [
            ("identity:station%231:2026-06-01".to_owned(), false),
            ("identity:station-002:2026-06-01".to_owned(), false),
            ("unregistered:station-999".to_owned(), false),
        ]
    );
    assert_eq!(memory.row(1, FIRST).live.at, Some(second(360)));
    assert_eq!(memory.state().rows.len(), 1);
}

#[test]
fn what_is_unusual_is_taken() {
    let memory = handled("edge", 960);
    assert!(memory.state().quarantine.is_empty());
    let row = memory.row(1, FIRST);
    assert_eq!((row.live.at, row.live.temperature_c), (Some(second(900)), Some(51.0)));
    assert_eq!(
        memory.alerts(),
        [
            ("fault:station-001:1-1:overtemperature:1780316040000".to_owned(), false),
            ("fault:station-001:1-1:sensor_implausible:1780315980000".to_owned(), false),
        ]
    );
    assert_eq!(memory.row(1, SECOND).live.at, Some(second(-86_340)));
}
