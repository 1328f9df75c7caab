//! How often a connector is written.

use super::memory::Memory;
use super::{FIRST, connector, handle, message, message_of, with_volts};

/// Handles one message after the other, each in a batch of its own; how many rows each wrote.
fn writes(messages: &[(i64, &str)]) -> Vec<usize> {
    let memory = Memory::with_stations();
    let mut written = 0;
    let count = |(seconds, more): &(i64, &str)| {
        handle(&memory, *seconds, vec![message(*seconds, &[connector(1, more)])]);
        let before = std::mem::replace(&mut written, memory.state().writes);
        written - before
    };
    messages.iter().map(count).collect()
}

#[test]
fn a_connector_without_news_is_written_once_a_minute() {
    let every_ten_seconds: Vec<(i64, &str)> = (0..13).map(|n| (10 * n, r#","voltageV":230.1"#)).collect();
    assert_eq!(writes(&every_ten_seconds), [1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]);
}

#[test]
fn news_is_written_at_once() {
    let calm = r#","voltageV":230.1,"temperatureC":40"#;
    for (news, written) in [
        (calm, 0),
        (r#","voltageV":235.9,"powerW":3000,"registerWh":17"#, 0),
        (r#","transactionId":"t""#, 1),
        (r#","offeredA":16"#, 1),
        // Evidence that begins must not be forgotten.
        (r#","voltageV":254"#, 1),
        (r#","voltageV":290"#, 1),
        (r#","temperatureC":72"#, 1),
    ] {
        assert_eq!(writes(&[(0, calm), (10, news)]), [1, written], "{news}");
    }
}

#[test]
fn a_change_of_status_is_news() {
    for (before, after) in [("Charging", "Finishing"), ("Available", "Preparing"), ("Dreaming", "Humming")] {
        let memory = Memory::with_stations();
        let status = |status| vec![connector(1, "").replace("Charging", status)];
        handle(&memory, 0, vec![message(0, &status(before))]);
        handle(&memory, 10, vec![message(10, &status(after))]);
        assert_eq!(memory.row(1, FIRST).live.status.as_deref(), Some(after));
    }
}

#[test]
fn a_station_that_moved_is_news() {
    let memory = Memory::with_stations();
    handle(&memory, 0, vec![message(0, &[connector(1, "")])]);
    memory.station(r#"{"id":"station-001","siteId":"south"}"#);
    handle(&memory, 10, vec![message(10, &[connector(1, "")])]);
    assert_eq!(memory.row(1, FIRST).site.as_str(), "south");
}

#[test]
fn a_batch_writes_each_connector_once_and_reads_each_station_once() {
    let memory = Memory::with_stations();
    let both = [connector(1, ""), connector(2, "")];
    let batch = (0..50).map(|n| message_of(1, 10 * n, &both)).chain((0..50).map(|n| message_of(2, 10 * n, &both)));
    handle(&memory, 600, batch.collect());
    assert_eq!(memory.traffic(), (4, 6));
}

#[test]
fn a_fault_opens_in_time_though_calm_minutes_are_not_written() {
    let memory = Memory::with_stations();
    for seconds in (0..=80).step_by(5) {
        let volts = if seconds < 15 { 230.0 } else { 254.0 };
        handle(&memory, seconds, vec![message(seconds, &with_volts(volts))]);
        assert_eq!(memory.alerts().len(), usize::from(seconds >= 75), "after {seconds} s");
    }
}

#[test]
fn an_old_message_changes_nothing_that_is_shown() {
    let memory = Memory::with_stations();
    handle(&memory, 100, vec![message(100, &[connector(1, r#","powerW":7000"#)])]);
    let row = memory.row(1, FIRST);
    handle(&memory, 200, vec![message(50, &[connector(1, r#","powerW":1"#)])]);
    assert_eq!(memory.row(1, FIRST), row);
}

#[test]
fn the_register_stays_known_and_power_does_not() {
    let memory = Memory::with_stations();
    handle(&memory, 0, vec![message(0, &[connector(1, r#","powerW":7000,"registerWh":17"#)])]);
    handle(&memory, 60, vec![message(60, &[connector(1, "")])]);
    let live = memory.row(1, FIRST).live;
    assert_eq!((live.power_w, live.register_wh), (None, Some(17)));
}
