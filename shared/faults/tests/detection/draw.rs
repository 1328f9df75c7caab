//! D9 no draw: at least 6 A offered, and less than 0.5 A drawn for three minutes and three samples since the vehicle was plugged in.

use crate::series::{Reading, amperes, changes_of, check, profile, samples};
use faults::FaultId;
use messages::Status;

/// What these tables are about.
const FAULTS: [FaultId; 1] = [FaultId::NoDraw];

fn with(status: Status, drawn: f64) -> Reading {
    Reading { status, ..amperes(drawn, 16.0) }
}

#[test]
fn no_draw_opens_after_three_minutes_and_three_samples() {
    for (cadence_s, opens) in
        [(1, "180 opened P3"), (10, "180 opened P3"), (60, "180 opened P3"), (200, "400 opened P3")]
    {
        check(&FAULTS, &profile(), cadence_s, &[(1000, amperes(0.0, 16.0))], &[opens]);
    }
    check(&FAULTS, &profile(), 10, &[(180, amperes(0.0, 16.0)), (600, amperes(16.0, 16.0))], &[]);
}

#[test]
fn each_limit_of_no_draw_has_two_sides() {
    for (drawn, offered, expected) in [
        (0.49, 16.0, &["180 opened P3"][..]),
        (0.5, 16.0, &[]),
        (0.0, 6.0, &["180 opened P3"]),
        (0.0, 5.9, &[]),
        (0.0, 0.0, &[]),
    ] {
        check(&FAULTS, &profile(), 10, &[(600, amperes(drawn, offered))], expected);
    }
}

#[test]
fn a_vehicle_that_has_charged_may_rest() {
    check(&FAULTS, &profile(), 10, &[(60, amperes(16.0, 16.0)), (20_000, amperes(0.0, 16.0))], &[]);
    check(&FAULTS, &profile(), 10, &[(60, amperes(1.0, 16.0)), (600, amperes(0.0, 16.0))], &["240 opened P3"]);
    // The next vehicle has not charged yet.
    for between in [Status::Available, Status::Preparing] {
        let next = [(60, amperes(16.0, 16.0)), (60, with(between, 0.0)), (600, amperes(0.0, 16.0))];
        check(&FAULTS, &profile(), 10, &next, &["300 opened P3"]);
    }
    let same = [(60, amperes(16.0, 16.0)), (60, with(Status::SuspendedEv, 0.0)), (600, amperes(0.0, 16.0))];
    check(&FAULTS, &profile(), 10, &same, &[]);
}

#[test]
fn no_draw_is_looked_for_only_while_charging() {
    for status in [Status::SuspendedEv, Status::SuspendedEvse, Status::Preparing, Status::Occupied] {
        check(&FAULTS, &profile(), 10, &[(1200, with(status, 0.0))], &[]);
    }
    check(&FAULTS, &profile(), 10, &[(1200, Reading { amperes: Vec::new(), ..amperes(0.0, 16.0) })], &[]);
}

#[test]
fn no_draw_clears_when_something_flows_or_the_vehicle_is_gone() {
    let opened = (200, amperes(0.0, 16.0));
    check(&FAULTS, &profile(), 10, &[opened.clone(), (60, amperes(1.1, 16.0))], &["180 opened P3", "200 cleared P3"]);
    check(&FAULTS, &profile(), 10, &[opened.clone(), (60, amperes(1.0, 16.0))], &["180 opened P3"]);
    let gone = Reading { amperes: Vec::new(), ..Reading::default() }.idle();
    check(&FAULTS, &profile(), 10, &[opened.clone(), (60, gone.clone())], &["180 opened P3", "200 cleared P3"]);
    check(&FAULTS, &profile(), 10, &[opened.clone(), (600, with(Status::SuspendedEv, 0.0))], &["180 opened P3"]);
    let (_, changes) = changes_of(&profile(), &samples(10, &[opened, (60, gone)]));
    assert_eq!(changes[0].evidence, "0.0 A of the 16 A offered, though the connector is Charging, for 3 min");
    assert_eq!(changes[1].evidence, "the vehicle is gone; the fault lasted 20 s");
}
