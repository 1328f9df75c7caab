//! One alert per episode, in the same write as the row.

use alerts::{Ending, Fact};
use faults::{DetectorState, Severity};

use super::memory::Memory;
use super::{FIRST, handle, message, second, with_volts};

/// Ten-second samples of a voltage, each in a batch of its own.
fn play(memory: &Memory, seconds: std::ops::Range<i64>, volts: f64) {
    for at in seconds.step_by(10) {
        handle(memory, at, vec![message(at, &with_volts(volts))]);
    }
}

#[test]
fn an_alert_opens_with_its_fault_and_ends_with_it() {
    let memory = Memory::with_stations();
    play(&memory, 0..300, 254.0);
    let opened = memory.state().alerts.values().next().unwrap().clone();
    assert_eq!(opened.opened_at, second(60));
    assert_eq!(opened.place.map(|place| (place.name, place.time_zone)), Some(("North".into(), "Europe/Berlin".into())));
    let Fact::Fault(fact) = opened.fact else { panic!("{:?}", opened.fact) };
    assert_eq!((fact.severity, fact.value, fact.limit), (Severity::P2, 254.0, 253.0));
    assert_eq!(memory.row(1, FIRST).episodes.len(), 1);

    play(&memory, 300..700, 230.0);
    let alerts = memory.state().alerts.clone();
    let resolution = alerts[&opened.id].resolution.clone().unwrap();
    assert_eq!((resolution.at, resolution.ending), (second(600), Ending::Cleared));
    assert_eq!(alerts.len(), 1);
    assert!(memory.row(1, FIRST).episodes.is_empty());
}

#[test]
fn a_fault_that_opens_and_ends_in_one_batch_is_told_as_both() {
    let memory = Memory::with_stations();
    // Written a moment ago, so that nothing but the fault is news.
    handle(&memory, 590, vec![message(-10, &with_volts(230.0))]);
    let volts = |at: i64| if at == 0 { 290.0 } else { 230.0 };
    handle(&memory, 600, (0..60).map(|n| message(10 * n, &with_volts(volts(10 * n)))).collect());
    assert_eq!(memory.alerts(), [("fault:station-001:1-1:overvoltage:1780315200000".to_owned(), true)]);
    assert!(memory.row(1, FIRST).episodes.is_empty());
}

#[test]
fn danger_is_an_alert_of_its_own() {
    let memory = Memory::with_stations();
    play(&memory, 0..100, 254.0);
    play(&memory, 100..200, 290.0);
    let alerts: Vec<(Severity, bool)> =
        memory.state().alerts.values().map(|alert| (alert.fact.severity(), alert.resolution.is_some())).collect();
    assert_eq!(alerts, [(Severity::P2, true), (Severity::P1, false)]);
    assert_eq!(memory.row(1, FIRST).episodes.len(), 1);
}

#[test]
fn a_fault_whose_memory_was_lost_ends_and_is_found_anew() {
    let memory = Memory::with_stations();
    play(&memory, 0..100, 290.0);
    let id = (super::station(1), FIRST);
    memory.state().rows.get_mut(&id).unwrap().detector = DetectorState::default();
    play(&memory, 100..110, 290.0);
    let open = |(id, resolved): &(String, bool)| (id.rsplit(':').next().unwrap().to_owned(), *resolved);
    let alerts: Vec<(String, bool)> = memory.alerts().iter().map(open).collect();
    assert_eq!(alerts, [("1780315200000".to_owned(), true), ("1780315300000".to_owned(), false)]);
    assert_eq!(memory.row(1, FIRST).episodes.len(), 1);

    // Or not found any more.
    memory.state().rows.get_mut(&id).unwrap().detector = DetectorState::default();
    play(&memory, 110..120, 230.0);
    assert!(memory.row(1, FIRST).episodes.is_empty());
    assert!(memory.alerts().iter().all(|(_, resolved)| *resolved));
}
