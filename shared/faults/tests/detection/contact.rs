//! D5 loose connection: five clean sessions teach how warm a connector gets; a contact that heats up more is told.
//!
//! At 24 A and 0.03 K/A² the connector of these tests gets 17 K warmer than the air.

use crate::series::{Warming, changes_of, profile, written, written_of};
use faults::{FaultId, Profile, Remedy};

/// What these tables are about.
const FAULTS: [FaultId; 1] = [FaultId::LooseConnection];
const HEAT: [FaultId; 2] = [FaultId::LooseConnection, FaultId::Overtemperature];
const AIR_C: f64 = 20.0;
const RISE: f64 = 0.03;

/// A connector that has learned from so many sessions, and rests.
fn learned(cadence_s: i32, sessions: i64) -> Warming {
    let mut warming = Warming::new(cadence_s);
    warming.sessions(sessions, AIR_C, RISE).go_on(7_200, 0.0, AIR_C, RISE);
    warming
}

/// What changes, with times counted from `begin`.
fn changes(faults: &[FaultId], warming: &Warming, begin: i64) -> Vec<(i64, String)> {
    let split = |change: String| {
        let (at, what) = change.split_once(' ').unwrap_or_default();
        (at.parse::<i64>().map_or(i64::MIN, |at| at - begin), what.to_owned())
    };
    written_of(faults, &profile(), &warming.samples).into_iter().map(split).collect()
}

#[test]
fn a_contact_that_heats_up_more_than_it_used_to_is_loose() {
    for cadence_s in [10, 60] {
        let mut warming = learned(cadence_s, 5);
        let begin = warming.now();
        warming.go_on(3_600, 24.0, AIR_C, 2.0 * RISE);
        let found = changes(&FAULTS, &warming, begin);
        let [(after, what)] = &found[..] else { panic!("{found:?}") };
        assert_eq!(what, "opened P3");
        assert!((1..=900).contains(after), "after {after} s");
    }
}

#[test]
fn a_contact_is_as_warm_as_usual_or_a_little_warmer_without_a_fault() {
    for more in [1.0, 1.05, 0.5] {
        let mut warming = learned(60, 5);
        warming.sessions(4, AIR_C, more * RISE);
        assert_eq!(changes(&FAULTS, &warming, 0), [], "{more} times as much");
    }
    // A sensor may be off by a kelvin.
    let mut off = learned(60, 5);
    off.go_on(3_600, 24.0, AIR_C + 1.5, RISE);
    assert_eq!(changes(&FAULTS, &off, 0), []);
}

#[test]
fn fewer_sessions_teach_nothing() {
    for (sessions, opens) in [(4, 0), (5, 1)] {
        let mut warming = learned(60, sessions);
        warming.go_on(3_600, 24.0, AIR_C, 2.0 * RISE);
        assert_eq!(changes(&FAULTS, &warming, 0).len(), opens, "{sessions} sessions");
    }
    // A session of a few minutes is none.
    let mut short = Warming::new(60);
    for _ in 0..20 {
        short.go_on(7_200, 0.0, AIR_C, RISE).go_on(300, 24.0, AIR_C, RISE);
    }
    short.go_on(7_200, 0.0, AIR_C, RISE).go_on(3_600, 24.0, AIR_C, 2.0 * RISE);
    assert_eq!(changes(&FAULTS, &short, 0), []);
}

#[test]
fn a_warmer_day_is_no_loose_contact() {
    for air_c in [-10.0, 5.0, 35.0] {
        let mut warming = learned(60, 5);
        warming.sessions(3, air_c, RISE);
        assert_eq!(changes(&FAULTS, &warming, 0), [], "{air_c} °C");
    }
}

#[test]
fn a_loose_contact_clears_in_the_next_healthy_session() {
    let mut warming = learned(60, 5);
    let begin = warming.now();
    warming.go_on(3_600, 24.0, AIR_C, 2.0 * RISE).go_on(7_200, 0.0, AIR_C, RISE);
    let next = warming.now();
    warming.go_on(3_600, 24.0, AIR_C, RISE);
    let found = changes(&FAULTS, &warming, begin);
    let [(_, opened), (cleared_at, cleared)] = &found[..] else { panic!("{found:?}") };
    assert_eq!((opened.as_str(), cleared.as_str()), ("opened P3", "cleared P3"));
    assert!((600..1_200).contains(&(cleared_at - (next - begin))), "{found:?}");
    // Resting cools it down, and says nothing.
    let mut rests = learned(60, 5);
    rests.go_on(3_600, 24.0, AIR_C, 2.0 * RISE).go_on(86_400, 0.0, AIR_C, RISE);
    assert_eq!(changes(&FAULTS, &rests, 0).len(), 1);
}

/// The changes of a loose contact that makes the connector so many times as warm, in air of so many °C.
fn loose(air_c: f64, times: f64) -> Vec<faults::Change> {
    let mut warming = Warming::new(60);
    warming.sessions(5, air_c, RISE).go_on(7_200, 0.0, air_c, RISE).go_on(5_400, 24.0, air_c, times * RISE);
    let (_, all) = changes_of(&profile(), &warming.samples);
    all.into_iter().filter(|change| change.fault == FaultId::LooseConnection).collect()
}

#[test]
fn a_loose_contact_is_urgent_when_it_is_found_hot_or_gets_warm() {
    for (air_c, times, expected) in [
        (20.0, 2.0, &["opened P3"][..]),
        // It is found below sixty degrees and stays below seventy.
        (20.0, 2.7, &["opened P3"]),
        (20.0, 3.1, &["opened P3", "cleared P3", "opened P2"]),
        (50.0, 1.9, &["opened P2"]),
    ] {
        let found = loose(air_c, times);
        let what: Vec<String> = found.iter().map(written).collect();
        let what: Vec<&str> = what.iter().filter_map(|what| what.split_once(' ')).map(|(_, what)| what).collect();
        assert_eq!(what, expected, "{air_c} °C, {times} times: {found:?}");
        assert!(found[0].evidence.contains("K warmer than this connector usually gets"), "{}", found[0].evidence);
        assert_eq!(found[0].remedy, Remedy::against(&FaultId::LooseConnection, found[0].severity));
    }
}

#[test]
fn heat_is_told_once() {
    // Warm before anything of the contact is known: the temperature is told, and the contact is not.
    let mut hot = learned(60, 5);
    let begin = hot.now();
    hot.go_on(600, 0.0, 72.0, RISE).go_on(3_600, 24.0, 72.0, 1.5 * RISE);
    let found = changes(&HEAT, &hot, begin);
    assert_eq!(found.iter().filter(|(_, what)| what.starts_with("opened P3")).count(), 1, "{found:?}");
    assert_eq!(changes(&FAULTS, &hot, begin), []);
    // A contact that is loose explains that it is warm.
    let mut loose = learned(60, 5);
    let begin = loose.now();
    loose.go_on(5_400, 24.0, AIR_C, 3.1 * RISE);
    let found = changes(&HEAT, &loose, begin);
    let what: Vec<&str> = found.iter().map(|(_, what)| what.as_str()).collect();
    assert_eq!(what, ["opened P3", "cleared P3", "opened P2"]);
    let overtemperature = Profile { warn_c: Some(70.0), ..Profile::default() }.resolve();
    assert_eq!(written_of(&[FaultId::Overtemperature], &overtemperature, &loose.samples), [""; 0]);
}
