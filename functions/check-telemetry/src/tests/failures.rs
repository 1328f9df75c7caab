//! What does not answer fails the records that need it, and no others.

use messages::Envelope;
use ports::Record;

use super::memory::{Memory, RIVAL_WH};
use super::{FIRST, connector, handle, message, message_of, with_volts};

/// One message for each: station 1's first connector, its second, station 2, nobody's client, and an unregistered station.
fn batch() -> Vec<Record<Envelope>> {
    let mut forged = message(3, &[connector(1, "")]);
    forged.body.client = "station-002".to_owned();
    vec![
        message(1, &[connector(1, "")]),
        message(2, &[connector(2, "")]),
        message_of(2, 1, &[connector(1, "")]),
        forged,
        message_of(999, 1, &[connector(1, "")]),
    ]
}

#[test]
fn what_is_broken_fails_what_needs_it_and_works_when_it_is_mended() {
    for (broken, expected) in [
        ("station", &["1@1", "1@2", "2@1", "999@1"][..]),
        ("station-001", &["1@1", "1@2"]),
        ("site", &["1@1", "1@2", "2@1"]),
        ("connectors", &["1@1", "1@2", "2@1"]),
        ("save_connector", &["1@1", "1@2", "2@1"]),
        ("2-1", &["1@2"]),
        ("quarantine", &["1@3", "999@1"]),
        ("1@3", &["1@3"]),
        ("raise", &["1@3", "999@1"]),
    ] {
        let memory = Memory::with_stations();
        memory.state().broken.insert(broken.to_owned());
        assert_eq!(handle(&memory, 10, batch()), expected, "{broken}");
        memory.state().broken.clear();
        let again = batch().into_iter().filter(|record| expected.contains(&record.id.as_str())).collect();
        assert!(handle(&memory, 20, again).is_empty(), "{broken}");
        assert_eq!(memory.state().rows.len(), 3, "{broken}");
        assert_eq!(memory.state().quarantine.len(), 2, "{broken}");
        assert_eq!(memory.alerts().len(), 2, "{broken}");
    }
}

#[test]
fn a_record_with_two_connectors_is_delivered_again_when_one_could_not_be_saved() {
    let memory = Memory::with_stations();
    memory.state().broken.insert("2-1".to_owned());
    let both = || vec![message(1, &[connector(1, ""), connector(2, "")])];
    assert_eq!(handle(&memory, 1, both()), ["1@1"]);
    memory.state().broken.clear();
    assert!(handle(&memory, 2, both()).is_empty());
    assert_eq!(memory.traffic().0, 2);
}

#[test]
fn a_write_that_fails_tells_nothing() {
    let memory = Memory::with_stations();
    memory.state().broken.insert("save_connector".to_owned());
    assert_eq!(handle(&memory, 1, vec![message(1, &with_volts(290.0))]), ["1@1"]);
    assert!(memory.alerts().is_empty());
}

#[test]
fn a_lost_race_is_decided_again() {
    for (rivals, failed) in [(1, 0), (9, 0), (10, 1)] {
        let memory = Memory::with_stations();
        memory.state().rivals = rivals;
        let result = handle(&memory, 1, vec![message(1, &with_volts(290.0))]);
        assert_eq!(result.len(), failed, "{rivals} rivals");
        assert_eq!(memory.alerts().len(), 1 - failed);
    }
}

#[test]
fn whoever_loses_a_race_builds_on_what_the_winner_wrote() {
    let memory = Memory::with_stations();
    handle(&memory, 0, vec![message(0, &with_volts(254.0))]);
    memory.state().rivals = 1;
    handle(&memory, 60, vec![message(60, &with_volts(254.0))]);
    assert_eq!(memory.alerts().len(), 1, "the run that was stored has gone on");
    let row = memory.row(1, FIRST);
    assert_eq!((row.version, row.live.register_wh), (3, Some(RIVAL_WH)));
}
