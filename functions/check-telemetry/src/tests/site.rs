//! A voltage that is wrong at a whole site: one alert, whoever is first, and none for each connector.

use alerts::Fact;
use faults::FaultId;

use super::memory::Memory;
use super::{FIRST, connector, handle, message_of, second, with_volts};

/// Four stations with a connector each, which all report 230 V for a minute.
fn site() -> Memory {
    let memory = Memory::with_stations();
    for station in ["station-003", "station-004"] {
        memory.station(&format!(r#"{{"id":"{station}","siteId":"north"}}"#));
    }
    memory
}

/// Messages of these stations every ten seconds, each in a batch of its own, one station a second after the other.
fn play(memory: &Memory, seconds: std::ops::Range<i64>, stations: &[(u16, f64)]) {
    for at in seconds.step_by(10) {
        for ((number, volts), later) in stations.iter().zip(0..) {
            handle(memory, at + later, vec![message_of(*number, at + later, &with_volts(*volts))]);
        }
    }
}

/// The alerts, each as `site 3 of 4` or `station-001`, with whether they are over, by when they were raised.
fn told(memory: &Memory) -> Vec<(String, bool)> {
    let mut alerts: Vec<_> = memory.state().alerts.values().cloned().collect();
    alerts.sort_by_key(|alert| (alert.opened_at, alert.id.clone()));
    let about = |alert: &alerts::Alert| match &alert.fact {
        Fact::Fault(fact) => fact.station.to_string(),
        Fact::SiteFault(fact) => format!("site {} of {}", fact.affected, fact.of),
        other => panic!("{other:?}"),
    };
    alerts.iter().map(|alert| (about(alert), alert.resolution.is_some())).collect()
}

fn open(about: &str) -> (String, bool) {
    (about.to_owned(), false)
}

fn over(about: &str) -> (String, bool) {
    (about.to_owned(), true)
}

fn all(volts: f64) -> [(u16, f64); 4] {
    [1, 2, 3, 4].map(|number| (number, volts))
}

#[test]
fn a_site_whose_voltage_is_wrong_is_one_alert_from_the_first_connector_on() {
    let memory = site();
    play(&memory, 0..60, &all(230.0));
    play(&memory, 60..600, &all(254.0));
    // The first had its fault at 120 s, when the others were on the way to it.
    assert_eq!(told(&memory), [open("site 4 of 4")]);
    assert!((1..=4).all(|number| memory.row(number, FIRST).episodes.len() == 1));
    let alert = memory.state().alerts.values().next().cloned().unwrap();
    assert_eq!(alert.opened_at, second(120));
    play(&memory, 600..900, &all(230.0));
    assert_eq!(told(&memory), [open("site 4 of 4")]);
    // Its end is that of the last.
    play(&memory, 900..920, &all(230.0));
    assert_eq!(told(&memory), [over("site 4 of 4")]);
    let end = memory.state().alerts.values().next().and_then(|alert| alert.resolution.clone());
    assert_eq!(end.map(|end| end.at), Some(second(903)));
    // It may come again.
    play(&memory, 920..1_100, &all(254.0));
    assert_eq!(told(&memory), [over("site 4 of 4"), open("site 4 of 4")]);
}

#[test]
fn less_than_half_of_a_site_is_told_one_by_one() {
    let memory = site();
    play(&memory, 0..300, &[(1, 254.0), (2, 230.0), (3, 230.0), (4, 230.0)]);
    assert_eq!(told(&memory), [open("station-001")]);
    play(&memory, 300..700, &all(230.0));
    assert_eq!(told(&memory), [over("station-001")]);
}

#[test]
fn who_was_told_before_the_site_stays_told_and_hears_its_own_end() {
    let memory = site();
    play(&memory, 0..300, &[(1, 254.0), (2, 230.0), (3, 230.0), (4, 230.0)]);
    play(&memory, 300..600, &all(254.0));
    assert_eq!(told(&memory), [open("station-001"), open("site 4 of 4")]);
    // The first is back, then the others.
    play(&memory, 600..1_000, &[(1, 230.0), (2, 254.0), (3, 254.0), (4, 254.0)]);
    assert_eq!(told(&memory), [over("station-001"), open("site 4 of 4")]);
    play(&memory, 1_000..1_400, &all(230.0));
    assert_eq!(told(&memory), [over("station-001"), over("site 4 of 4")]);
}

#[test]
fn only_those_that_report_count() {
    let memory = site();
    play(&memory, 0..60, &all(230.0));
    // Two have been silent for ten minutes when the third gets its fault.
    play(&memory, 600..800, &[(3, 230.0), (4, 254.0)]);
    assert_eq!(told(&memory), [open("station-004")], "one connector is no site");
    let memory = site();
    play(&memory, 0..60, &all(230.0));
    play(&memory, 600..800, &[(3, 254.0), (4, 254.0)]);
    assert_eq!(told(&memory), [open("site 2 of 2")]);
}

#[test]
fn of_two_faults_that_open_at_once_the_second_sees_the_first() {
    let memory = Memory::with_stations();
    play(&memory, 0..60, &[(1, 230.0), (2, 230.0)]);
    // Beyond the hard limit nobody is on the way: while the first is written, so is the second.
    memory.state().meanwhile = Some((60, vec![message_of(2, 60, &with_volts(290.0))]));
    handle(&memory, 60, vec![message_of(1, 60, &with_volts(290.0))]);
    assert_eq!(told(&memory), [open("station-002"), open("site 2 of 2")]);
    assert_eq!(memory.state().conflicts, 1);
}

#[test]
fn danger_is_told_of_the_site_again() {
    let memory = Memory::with_stations();
    play(&memory, 0..200, &[(1, 254.0), (2, 254.0)]);
    assert_eq!(told(&memory), [open("site 2 of 2")]);
    play(&memory, 200..300, &[(1, 290.0), (2, 290.0)]);
    assert_eq!(told(&memory), [over("site 2 of 2"), open("site 2 of 2")]);
    play(&memory, 300..700, &[(1, 230.0), (2, 230.0)]);
    assert_eq!(told(&memory), [over("site 2 of 2"), over("site 2 of 2")]);
}

#[test]
fn a_brown_out_is_known_by_those_that_charge() {
    let memory = site();
    let idle = |number: u16, at: i64| {
        let idle = connector(1, r#","voltageV":200"#).replace("Charging", "Available");
        message_of(number, at, &[idle])
    };
    for at in (0..200).step_by(10) {
        let volts = if at < 20 { 230.0 } else { 200.0 };
        handle(&memory, at, vec![message_of(1, at, &with_volts_and_current(volts)), idle(3, at), idle(4, at)]);
        handle(&memory, at, vec![message_of(2, at, &with_volts_and_current(volts))]);
    }
    assert_eq!(told(&memory), [open("site 2 of 2")]);
    let fault = memory.state().alerts.values().next().and_then(|alert| alert.fact.fault().cloned());
    assert_eq!(fault, Some(FaultId::Undervoltage));
}

fn with_volts_and_current(volts: f64) -> Vec<String> {
    vec![connector(1, &format!(r#","voltageV":{volts},"currentA":16"#))]
}

#[test]
fn the_site_is_read_when_a_voltage_fault_opens_or_clears_and_never_else() {
    let memory = site();
    let reads_of = |at: i64, messages: Vec<String>| {
        let before = memory.traffic().1;
        handle(&memory, at, vec![message_of(1, at, &messages)]);
        memory.traffic().1 - before
    };
    // Its station, its site and its connectors.
    assert_eq!(reads_of(0, with_volts(230.0)), 3);
    assert_eq!(reads_of(10, with_volts(254.0)), 3, "evidence has begun");
    assert_eq!(reads_of(60, vec![connector(1, r#","voltageV":254,"temperatureC":95"#)]), 3, "another fault opens");
    // The disturbance, the stations of the site, and the connectors of each.
    assert_eq!(reads_of(70, with_volts(254.0)), 3 + 1 + 1 + 4);
    assert_eq!(reads_of(80, with_volts(254.0)), 3);
    assert_eq!(reads_of(200, with_volts(230.0)), 3);
    assert_eq!(reads_of(500, with_volts(230.0)), 3 + 1);
    assert_eq!(memory.state().rows.len(), 1);
}

#[test]
fn who_joins_asks_nobody() {
    let memory = site();
    play(&memory, 0..120, &all(254.0));
    let before = memory.traffic().1;
    play(&memory, 120..121, &all(254.0));
    assert_eq!(memory.traffic().1 - before, 4 * 3);
    assert_eq!(told(&memory), [open("site 4 of 4")]);
    // The first of the four has asked all of them, and itself; the others found the disturbance.
    assert_eq!(before, 12 * 4 * 3 + 4 + 1 + 4);
}

#[test]
fn what_of_the_site_does_not_answer_is_tried_again() {
    for broken in ["disturbance", "stations_of"] {
        let memory = site();
        play(&memory, 0..120, &all(254.0)[..1]);
        let memory = {
            memory.state().alerts.clear();
            memory
        };
        memory.state().broken.insert(broken.to_owned());
        let worse = || vec![message_of(1, 130, &with_volts(290.0))];
        assert_eq!(handle(&memory, 130, worse()).len(), 1, "{broken}");
        assert!(memory.alerts().is_empty());
        memory.state().broken.clear();
        assert!(handle(&memory, 140, worse()).is_empty());
        assert_eq!(told(&memory), [open("station-001")], "{broken}");
    }
}
