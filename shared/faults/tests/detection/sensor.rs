//! D14 sensors: values that cannot be, a temperature that jumps twice, and a voltage that trembles more than it used to.

use crate::series::{Reading, amperes, celsius, changes_of, check, profile, samples, volts};
use faults::{Current, FaultId, Profile, ResolvedProfile};

const IMPOSSIBLE: [FaultId; 1] = [FaultId::SensorImplausible];
const NOISY: [FaultId; 1] = [FaultId::SensorNoisy];

#[test]
fn a_value_that_cannot_be_is_told_at_once() {
    let opened = ["0 opened P3"];
    for (reading, expected) in [
        (celsius(-40.1), &opened[..]),
        (celsius(-40.0), &[]),
        (celsius(150.0), &[]),
        (celsius(150.1), &opened),
        (celsius(f64::NAN), &opened),
        (volts(-0.1), &opened),
        (volts(0.0), &[]),
        (volts(460.0), &[]),
        (volts(460.1), &opened),
        (volts(f64::INFINITY), &opened),
        (amperes(-4_000.0, 16.0), &[]),
        (amperes(4_000.1, 16.0), &opened),
        (amperes(f64::NAN, 16.0), &opened),
    ] {
        check(&IMPOSSIBLE, &profile(), 10, &[(100, reading.clone())], expected);
        check(&IMPOSSIBLE, &profile(), 10, &[(100, reading.idle())], expected);
    }
    let unknown = Profile::default().resolve();
    check(&IMPOSSIBLE, &unknown, 10, &[(100, volts(2_000.0))], &[]);
    check(&IMPOSSIBLE, &unknown, 10, &[(100, volts(2_000.1))], &opened);
}

#[test]
fn what_cannot_be_is_told_in_numbers_that_can() {
    for (reading, value, evidence) in [
        (celsius(-55.0), -55.0, "the temperature reads -55 °C, which cannot be"),
        (celsius(f64::NEG_INFINITY), -40.0, "the temperature reads -40 °C, which cannot be"),
        (volts(f64::MAX), 460.0, "the voltage reads 460 V, which cannot be"),
        (volts(f64::NAN), 460.0, "the voltage reads 460 V, which cannot be"),
    ] {
        let (_, changes) = changes_of(&profile(), &[reading.at(0)]);
        let [change] = &changes[..] else { panic!("{changes:?}") };
        assert_eq!((change.value, change.evidence.as_str()), (value, evidence));
    }
}

#[test]
fn a_sensor_is_good_again_after_five_minutes_in_range() {
    let broken = (20, celsius(200.0));
    check(&IMPOSSIBLE, &profile(), 10, &[broken.clone(), (600, celsius(30.0))], &["0 opened P3", "320 cleared P3"]);
    let again = [broken.clone(), (290, celsius(30.0)), broken, (290, celsius(30.0))];
    check(&IMPOSSIBLE, &profile(), 10, &again, &["0 opened P3"]);
}

#[test]
fn a_temperature_that_jumps_twice_within_five_minutes_cannot_be() {
    let jump = |between: i64, low: f64, high: f64| [(60, celsius(low)), (between, celsius(high)), (60, celsius(low))];
    check(&IMPOSSIBLE, &profile(), 10, &jump(30, 20.0, 45.0), &["90 opened P3"]);
    check(&IMPOSSIBLE, &profile(), 10, &jump(300, 20.0, 45.0), &["360 opened P3"]);
    check(&IMPOSSIBLE, &profile(), 10, &jump(310, 20.0, 45.0), &[]);
    // Once is a shock, 20 K are none, and a minute is long.
    check(&IMPOSSIBLE, &profile(), 10, &[(60, celsius(20.0)), (600, celsius(45.0))], &[]);
    check(&IMPOSSIBLE, &profile(), 10, &jump(30, 20.0, 40.0), &[]);
    check(&IMPOSSIBLE, &profile(), 10, &jump(30, 20.0, 40.1), &["90 opened P3"]);
    check(&IMPOSSIBLE, &profile(), 60, &jump(60, 20.0, 45.0), &[]);
    // What is nearly too hot is told as heat.
    check(&IMPOSSIBLE, &profile(), 10, &jump(30, 20.0, 65.0), &[]);
    check(&IMPOSSIBLE, &profile(), 10, &jump(30, 20.0, 64.9), &["90 opened P3"]);
}

/// A voltage that goes up and down by this with every sample, so many of them 10 s apart.
fn trembling(count: i64, by: f64) -> Vec<(i64, Reading)> {
    (0..count).map(|n| (10, volts(if n % 2 == 0 { 230.0 } else { 230.0 + by }))).collect()
}

#[test]
fn a_voltage_that_trembles_more_than_it_used_to_is_noisy() {
    let changes = [trembling(140, 0.2), trembling(60, 5.0), trembling(60, 0.2)].concat();
    let (_, all) = changes_of(&profile(), &samples(10, &changes));
    let [opened, cleared] = &all[..] else { panic!("{all:?}") };
    assert_eq!((&opened.fault, &cleared.fault), (&FaultId::SensorNoisy, &FaultId::SensorNoisy));
    let after = |change: &faults::Change, begin: i64| change.at.duration_since(crate::series::second(begin)).as_secs();
    assert!((300..420).contains(&after(opened, 1_400)), "{opened:?}");
    assert!((60..420).contains(&after(cleared, 2_000)), "{cleared:?}");
    assert!(opened.evidence.contains("where 0.1"), "{}", opened.evidence);
}

#[test]
fn a_voltage_that_always_trembled_is_as_usual() {
    for (usual, later) in [(0.2, 2.2), (2.5, 6.0), (5.0, 5.0), (1.0, 4.8)] {
        check(&NOISY, &profile(), 10, &[trembling(140, usual), trembling(100, later)].concat(), &[]);
    }
    // Nothing is known yet.
    check(&NOISY, &profile(), 10, &[trembling(100, 0.2), trembling(400, 5.0)].concat(), &[]);
    // It does not last.
    check(&NOISY, &profile(), 10, &[trembling(140, 0.2), trembling(25, 5.0), trembling(100, 0.2)].concat(), &[]);
}

#[test]
fn a_voltage_is_watched_for_noise_only_on_a_steady_alternating_supply() {
    let changed = |change: fn(i64, Reading) -> Reading| {
        let noisy = trembling(100, 5.0).into_iter().zip(0..);
        [trembling(140, 0.2), noisy.map(|((s, reading), n)| (s, change(n, reading))).collect()].concat()
    };
    assert_eq!(check_len(&profile(), &changed(|_, reading| reading)), 1);
    assert_eq!(check_len(&profile(), &changed(|_, reading| reading.idle())), 0);
    let steps = |n, reading| Reading { amperes: vec![if n % 2 == 0 { 10.0 } else { 12.0 }], ..reading };
    assert_eq!(check_len(&profile(), &changed(steps)), 0);
    let battery = ResolvedProfile { current: Current::Dc, ..profile() };
    assert_eq!(check_len(&battery, &changed(|_, reading| reading)), 0);
}

fn check_len(profile: &ResolvedProfile, stretches: &[(i64, Reading)]) -> usize {
    crate::series::written_of(&NOISY, profile, &samples(10, stretches)).len()
}
