//! D1 overvoltage and D2 undervoltage at 230 V nominal: limits at 253, 276 and 248.4 V, and at 207, 195.5 and 211.6 V.

use crate::series::{Reading, changes_of, check, profile, samples, volts};
use faults::{Current, FaultId, Profile};
use messages::Status;

/// What these tables are about.
const FAULTS: [FaultId; 2] = [FaultId::Overvoltage, FaultId::Undervoltage];

#[test]
fn overvoltage_opens_after_a_minute_at_every_cadence() {
    for cadence_s in [1, 10, 60] {
        check(&FAULTS, &profile(), cadence_s, &[(300, volts(254.0))], &["60 opened P2"]);
    }
}

#[test]
fn each_limit_of_overvoltage_has_two_sides() {
    for (high, expected) in [
        (253.0, &[][..]),
        (253.1, &["60 opened P2"]),
        (276.0, &["60 opened P2"]),
        (276.1, &["0 opened P1"]),
        (460.0, &["0 opened P1"]),
        (460.1, &[]),
    ] {
        check(&FAULTS, &profile(), 10, &[(300, volts(high))], expected);
    }
}

#[test]
fn overvoltage_clears_after_five_good_minutes_below_its_opening_limit() {
    let cleared = ["60 opened P2", "400 cleared P2"];
    for cadence_s in [1, 10, 20] {
        check(&FAULTS, &profile(), cadence_s, &[(100, volts(254.0)), (600, volts(248.3))], &cleared);
    }
    for between in [248.4, 250.0, 253.0] {
        check(&FAULTS, &profile(), 10, &[(100, volts(254.0)), (1200, volts(between))], &["60 opened P2"]);
    }
    let interrupted = [(100, volts(254.0)), (290, volts(230.0)), (10, volts(250.0)), (290, volts(230.0))];
    check(&FAULTS, &profile(), 10, &interrupted, &["60 opened P2"]);
}

#[test]
fn an_overvoltage_that_does_not_last_opens_nothing() {
    check(&FAULTS, &profile(), 10, &[(50, volts(254.0)), (10, volts(252.0)), (50, volts(254.0))], &[]);
    check(&FAULTS, &profile(), 1, &[(60, volts(254.0)), (300, volts(230.0))], &[]);
}

#[test]
fn a_pause_of_more_than_five_minutes_begins_anew() {
    check(&FAULTS, &profile(), 300, &[(601, volts(254.0))], &["300 opened P2"]);
    check(&FAULTS, &profile(), 301, &[(3000, volts(254.0))], &[]);
    // Neither does a pause count as good.
    check(&FAULTS, &profile(), 301, &[(301, volts(280.0)), (3000, volts(230.0))], &["0 opened P1"]);
}

#[test]
fn a_fault_that_becomes_urgent_ends_and_opens_as_what_it_is() {
    let worse = [(100, volts(254.0)), (100, volts(280.0)), (100, volts(254.0)), (600, volts(230.0))];
    check(&FAULTS, &profile(), 10, &worse, &["60 opened P2", "100 cleared P2", "100 opened P1", "600 cleared P1"]);
}

#[test]
fn what_was_good_before_it_became_urgent_does_not_count() {
    let spike = [(100, volts(254.0)), (200, volts(230.0)), (10, volts(280.0)), (600, volts(230.0))];
    check(&FAULTS, &profile(), 10, &spike, &["60 opened P2", "300 cleared P2", "300 opened P1", "610 cleared P1"]);
}

#[test]
fn a_phase_that_is_off_says_nothing_of_overvoltage() {
    let off = volts(0.0);
    check(&FAULTS, &profile(), 10, &[(30, volts(254.0)), (30, off.clone()), (60, volts(254.0))], &["60 opened P2"]);
    check(&FAULTS, &profile(), 10, &[(10, volts(280.0)), (1200, off)], &["0 opened P1"]);
    check(&FAULTS, &profile(), 10, &[(10, volts(280.0)), (1200, volts(115.0).idle())], &["0 opened P1"]);
}

#[test]
fn the_worst_phase_counts_and_is_named() {
    let three = Reading { volts: vec![230.0, 231.0, 258.9], ..Reading::default() };
    let (_, changes) = changes_of(&profile(), &samples(10, &[(70, three)]));
    let [change] = &changes[..] else { panic!("{changes:?}") };
    assert_eq!(change.fault, FaultId::Overvoltage);
    assert_eq!(change.evidence, "258.9 V on phase 3, 12.6 % above 230 V nominal, for 60 s");
    assert_eq!((change.value, change.limit, change.unit), (258.9, 253.0, "V"));
    assert_eq!(change.opened_at, change.at);
}

#[test]
fn a_cleared_fault_names_its_episode_and_says_why() {
    let (_, changes) = changes_of(&profile(), &samples(10, &[(100, volts(254.0)), (600, volts(231.0))]));
    let [opened, cleared] = &changes[..] else { panic!("{changes:?}") };
    assert_eq!(cleared.opened_at, opened.at);
    assert_eq!(cleared.evidence, "231.0 V, below 248.4 V for 5 min; the fault lasted 5 min");
    assert_eq!((cleared.value, cleared.limit), (231.0, 248.4));
}

#[test]
fn without_a_nominal_voltage_there_is_no_voltage_fault() {
    check(&FAULTS, &Profile::default().resolve(), 10, &[(300, volts(500.0)), (300, volts(100.0))], &[]);
    let dc = Profile { nominal_v: Some(230.0), current: Some(Current::Dc), ..Profile::default() };
    check(&FAULTS, &dc.resolve(), 10, &[(300, volts(400.0)), (300, volts(150.0))], &[]);
}

#[test]
fn undervoltage_opens_after_a_minute_of_charging() {
    for cadence_s in [1, 10, 60] {
        // The first sample has none before it that charged, so the minute begins with the second.
        let opens = format!("{} opened P3", cadence_s + 60);
        check(&FAULTS, &profile(), cadence_s, &[(300, volts(206.0))], &[&opens]);
    }
}

#[test]
fn each_limit_of_undervoltage_has_two_sides() {
    for (low, expected) in [
        (207.0, &[][..]),
        (206.9, &["70 opened P3"]),
        (195.5, &["70 opened P3"]),
        (195.4, &["70 opened P2"]),
        (100.0, &["70 opened P2"]),
        (0.0, &[]),
    ] {
        check(&FAULTS, &profile(), 10, &[(300, volts(low))], expected);
    }
    let worse = [(100, volts(206.0)), (100, volts(190.0))];
    check(&FAULTS, &profile(), 10, &worse, &["70 opened P3", "160 cleared P3", "160 opened P2"]);
}

#[test]
fn undervoltage_clears_after_five_good_minutes_whether_or_not_it_charges() {
    for good in [volts(211.7), volts(230.0).idle()] {
        check(&FAULTS, &profile(), 10, &[(100, volts(206.0)), (600, good)], &["70 opened P3", "400 cleared P3"]);
    }
    for between in [211.6, 208.0] {
        check(&FAULTS, &profile(), 10, &[(100, volts(206.0)), (1200, volts(between))], &["70 opened P3"]);
    }
    // Behind an open contactor there is no voltage, and no news.
    check(&FAULTS, &profile(), 10, &[(100, volts(206.0)), (1200, volts(0.0).idle())], &["70 opened P3"]);
}

#[test]
fn undervoltage_is_looked_for_only_while_charging_steadily() {
    let low = volts(206.0);
    check(&FAULTS, &profile(), 10, &[(600, low.clone().idle())], &[]);
    check(&FAULTS, &profile(), 10, &[(600, Reading { status: Status::SuspendedEv, ..low.clone() })], &[]);
    check(&FAULTS, &profile(), 10, &[(600, Reading { amperes: Vec::new(), ..low.clone() })], &[]);
    let at = |amperes: f64| Reading { amperes: vec![amperes], ..low.clone() };
    let alternating =
        |step: f64| (0..60).map(|n| (10, at(if n % 2 == 0 { 16.0 } else { 16.0 - step }))).collect::<Vec<_>>();
    check(&FAULTS, &profile(), 10, &alternating(1.4), &["70 opened P3"]);
    check(&FAULTS, &profile(), 10, &alternating(1.5), &[]);
    // A step in between tells nothing and takes nothing away; a pause in charging does.
    check(&FAULTS, &profile(), 10, &[(40, at(16.0)), (60, at(6.0))], &["70 opened P3"]);
    check(&FAULTS, &profile(), 10, &[(40, low.clone()), (10, low.clone().idle()), (60, low)], &[]);
}

#[test]
fn a_phase_that_is_not_in_use_is_no_undervoltage() {
    let one_of_three = |second: f64| Reading {
        volts: vec![230.0, 40.0, 40.0],
        amperes: vec![16.0, second, 0.0],
        ..Reading::default()
    };
    check(&FAULTS, &profile(), 10, &[(300, one_of_three(0.0))], &[]);
    check(&FAULTS, &profile(), 10, &[(300, one_of_three(16.0))], &["70 opened P2"]);
}
