//! How often a connector is heard of, as far as it is written.

use super::memory::Memory;
use super::{FIRST, connector, handle, message, second, with_volts};

#[test]
fn when_it_was_heard_of_last_is_known_to_a_minute_and_costs_no_write() {
    let memory = Memory::with_stations();
    for at in (0..=180).step_by(10) {
        handle(&memory, at + 5, vec![message(at, &with_volts(230.0))]);
    }
    let row = memory.row(1, FIRST);
    assert_eq!(row.cadence.map(|cadence| cadence.heard_at), Some(second(180)), "by the time of its receipt");
    assert_eq!(memory.state().writes, 4);
}

#[test]
fn a_station_whose_clock_stands_still_is_heard_all_the_same() {
    let memory = Memory::with_stations();
    let stuck = |received: i64| {
        let mut record = message(0, &[connector(1, "")]);
        record.id = format!("received at {received}");
        record.body.received_at = second(received);
        record
    };
    for received in (0..=300).step_by(30) {
        assert!(handle(&memory, received, vec![stuck(received)]).is_empty());
    }
    assert_eq!(memory.row(1, FIRST).cadence.map(|cadence| cadence.heard_at), Some(second(300)));
    assert_eq!(memory.state().writes, 6);
    // What is delivered again was heard before.
    assert!(handle(&memory, 600, vec![stuck(300), stuck(0)]).is_empty());
    assert_eq!((memory.row(1, FIRST).version, memory.state().writes), (6, 6));
}
