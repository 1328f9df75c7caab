//! D4 overtemperature: warm from 70 °C, dangerous from 85 °C, at once from 90 °C, good again at 65 °C.

use crate::series::{celsius, changes_of, check, profile, samples};
use faults::{FaultId, Profile, Remedy};

/// What these tables are about.
const FAULTS: [FaultId; 1] = [FaultId::Overtemperature];

#[test]
fn overtemperature_opens_with_the_second_sample_at_every_cadence() {
    for (cadence_s, opens) in [(1, "1 opened P3"), (10, "10 opened P3"), (60, "60 opened P3")] {
        check(&FAULTS, &profile(), cadence_s, &[(300, celsius(72.0))], &[opens]);
    }
}

#[test]
fn each_limit_of_overtemperature_has_two_sides() {
    for (hot, expected) in [
        (69.9, &[][..]),
        (70.0, &["10 opened P3"]),
        (84.9, &["10 opened P3"]),
        (85.0, &["10 opened P1"]),
        (89.9, &["10 opened P1"]),
        (90.0, &["0 opened P1"]),
        (150.0, &["0 opened P1"]),
        (150.1, &[]),
        (-40.0, &[]),
    ] {
        check(&FAULTS, &profile(), 10, &[(60, celsius(hot))], expected);
    }
}

#[test]
fn a_profile_moves_the_limits_but_not_the_hard_one() {
    let moved = Profile { warn_c: Some(50.0), critical_c: Some(95.0), ..Profile::default() }.resolve();
    check(&FAULTS, &moved, 10, &[(60, celsius(50.0))], &["10 opened P3"]);
    check(&FAULTS, &moved, 10, &[(60, celsius(90.0))], &["0 opened P1"]);
    check(&FAULTS, &moved, 10, &[(20, celsius(50.0)), (600, celsius(45.1))], &["10 opened P3"]);
    check(&FAULTS, &moved, 10, &[(20, celsius(50.0)), (600, celsius(45.0))], &["10 opened P3", "320 cleared P3"]);
}

#[test]
fn overtemperature_clears_five_kelvin_below_its_lowest_limit() {
    for cadence_s in [1, 10, 20] {
        let cools = [(40, celsius(72.0)), (600, celsius(65.0))];
        let opens = format!("{cadence_s} opened P3");
        check(&FAULTS, &profile(), cadence_s, &cools, &[&opens, "340 cleared P3"]);
    }
    check(&FAULTS, &profile(), 10, &[(20, celsius(72.0)), (1200, celsius(65.1))], &["10 opened P3"]);
    check(&FAULTS, &profile(), 10, &[(20, celsius(88.0)), (1200, celsius(72.0))], &["10 opened P1"]);
}

#[test]
fn heat_that_grows_dangerous_is_told_as_danger() {
    let grows = [(30, celsius(72.0)), (30, celsius(86.0)), (30, celsius(95.0)), (400, celsius(30.0))];
    let expected = ["10 opened P3", "40 cleared P3", "40 opened P1", "390 cleared P1"];
    check(&FAULTS, &profile(), 10, &grows, &expected);
    let (_, changes) = changes_of(&profile(), &samples(10, &grows));
    assert_eq!(changes[0].evidence, "72.0 °C, where 70 °C is warm and 85 °C dangerous, for 10 s");
    assert_eq!(changes[1].evidence, "86.0 °C, where 70 °C is warm and 85 °C dangerous; it goes on as P1");
    assert_eq!(changes[3].evidence, "30.0 °C, not above 65 °C for 5 min; the fault lasted 5 min");
    assert_eq!((changes[2].limit, changes[2].unit, changes[2].remedy), (85.0, "°C", Remedy::SendSomeone));
}

#[test]
fn one_hot_sample_between_cool_ones_opens_nothing_below_the_hard_limit() {
    check(&FAULTS, &profile(), 10, &[(30, celsius(40.0)), (10, celsius(89.0)), (30, celsius(40.0))], &[]);
    check(
        &FAULTS,
        &profile(),
        10,
        &[(10, celsius(72.0)), (10, celsius(f64::NAN)), (10, celsius(72.0))],
        &["20 opened P3"],
    );
}
