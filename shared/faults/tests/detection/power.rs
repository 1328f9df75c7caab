//! D11 power mismatch: between 92 and 103 % of voltage times current on AC, 97 and 103 % on DC.

use crate::series::{Reading, changes_of, check, profile, samples};
use faults::{Current, FaultId, ResolvedProfile};

/// What these tables are about.
const FAULTS: [FaultId; 1] = [FaultId::PowerMismatch];

/// Power as a share of 230 V times 10 A on three phases.
fn share(share: f64) -> Reading {
    Reading { volts: vec![230.0; 3], amperes: vec![10.0; 3], watts: Some(6_900.0 * share), ..Reading::default() }
}

fn dc() -> ResolvedProfile {
    ResolvedProfile { current: Current::Dc, nominal_v: None, ..profile() }
}

#[test]
fn a_power_mismatch_opens_after_two_minutes_and_three_samples() {
    // The first sample has none before it, so the two minutes begin with the second.
    for (cadence_s, opens) in
        [(1, "121 opened P3"), (10, "130 opened P3"), (60, "180 opened P3"), (100, "300 opened P3")]
    {
        check(&FAULTS, &profile(), cadence_s, &[(600, share(0.8))], &[opens]);
    }
    check(&FAULTS, &profile(), 10, &[(130, share(0.8)), (600, share(1.0))], &[]);
}

#[test]
fn each_limit_of_the_power_has_two_sides() {
    for (profile, least, most) in [(profile(), 0.92, 1.03), (dc(), 0.97, 1.03)] {
        for (ratio, off) in [(least - 0.002, true), (least + 0.002, false), (most - 0.002, false), (most + 0.002, true)]
        {
            let expected: &[&str] = if off { &["130 opened P3"] } else { &[] };
            check(&FAULTS, &profile, 10, &[(600, share(ratio))], expected);
        }
    }
}

#[test]
fn power_is_compared_only_under_a_steady_load() {
    check(&FAULTS, &profile(), 10, &[(600, share(0.8).idle())], &[]);
    let drawing = |amperes: f64| Reading { amperes: vec![amperes; 3], watts: Some(200.0), ..share(0.0) };
    check(&FAULTS, &profile(), 10, &[(600, drawing(3.0))], &[]);
    check(&FAULTS, &profile(), 10, &[(600, drawing(3.1))], &["130 opened P3"]);
    let alternating =
        |step: f64| (0..60).map(|n| (10, drawing(if n % 2 == 0 { 10.0 } else { 10.0 - step }))).collect::<Vec<_>>();
    check(&FAULTS, &profile(), 10, &alternating(1.4), &["130 opened P3"]);
    check(&FAULTS, &profile(), 10, &alternating(1.5), &[]);
    for unmeasured in [Reading { watts: None, ..share(0.0) }, Reading { volts: vec![230.0], ..share(0.8) }] {
        check(&FAULTS, &profile(), 10, &[(600, unmeasured)], &[]);
    }
}

#[test]
fn a_power_mismatch_clears_after_five_good_minutes() {
    let opened = (140, share(1.1));
    check(&FAULTS, &profile(), 10, &[opened.clone(), (600, share(1.0))], &["130 opened P3", "440 cleared P3"]);
    check(&FAULTS, &profile(), 10, &[opened.clone(), (1200, share(1.04))], &["130 opened P3"]);
    let (_, changes) = changes_of(&profile(), &samples(10, &[opened]));
    assert_eq!(changes[0].evidence, "7590 W measured, 110 % of voltage times current (6900 VA), for 2 min");
    assert_eq!((changes[0].value, changes[0].limit, changes[0].unit), (7_590.0, 7_107.0, "W"));
}
