//! D8 welded contactor: 0.5 A, 100 W or half the nominal voltage where the contactor has to be open.

use crate::series::{Reading, amperes, changes_of, check, profile, samples, volts};
use faults::{Current, FaultId, MeterSide, Profile, Remedy, ResolvedProfile};
use messages::Status;

/// What these tables are about.
const FAULTS: [FaultId; 1] = [FaultId::WeldedContactor];

fn flows(drawn: f64) -> Reading {
    amperes(drawn, 16.0).idle()
}

fn watts(watts: f64) -> Reading {
    Reading { watts: Some(watts), ..Reading::default() }.idle()
}

fn behind() -> ResolvedProfile {
    ResolvedProfile { meter_side: MeterSide::Vehicle, ..profile() }
}

#[test]
fn a_welded_contactor_opens_after_thirty_seconds_at_every_cadence() {
    for (cadence_s, opens) in [(1, "30 opened P1"), (10, "30 opened P1"), (60, "60 opened P1")] {
        check(&FAULTS, &profile(), cadence_s, &[(300, flows(6.0))], &[opens]);
    }
    check(&FAULTS, &profile(), 10, &[(30, flows(6.0)), (300, flows(0.0))], &[]);
}

#[test]
fn each_sign_of_a_closed_contactor_has_its_limit() {
    for (reading, expected) in [
        (flows(0.5), &[][..]),
        (flows(0.51), &["30 opened P1"]),
        (watts(100.0), &[]),
        (watts(100.1), &["30 opened P1"]),
    ] {
        check(&FAULTS, &profile(), 10, &[(300, reading)], expected);
    }
    let (_, changes) = changes_of(&profile(), &samples(10, &[(60, watts(450.0))]));
    let [change] = &changes[..] else { panic!("{changes:?}") };
    assert_eq!(change.evidence, "450.0 W behind the contactor while the connector is Available, for 30 s");
    assert_eq!((change.limit, change.unit, change.remedy), (100.0, "W", Remedy::SendSomeone));
}

#[test]
fn voltage_is_a_sign_only_behind_the_contactor_and_only_of_a_supply() {
    let idle = |value| volts(value).idle();
    let idle = |value| Reading { amperes: Vec::new(), ..idle(value) };
    check(&FAULTS, &behind(), 10, &[(300, idle(115.0))], &[]);
    check(&FAULTS, &behind(), 10, &[(300, idle(115.1))], &["30 opened P1"]);
    check(&FAULTS, &profile(), 10, &[(300, idle(230.0))], &[]);
    let unknown = ResolvedProfile { nominal_v: None, ..behind() };
    check(&FAULTS, &unknown, 10, &[(300, idle(60.0))], &[]);
    check(&FAULTS, &unknown, 10, &[(300, idle(60.1))], &["30 opened P1"]);
    let battery = ResolvedProfile { current: Current::Dc, ..behind() };
    check(&FAULTS, &battery, 10, &[(300, idle(400.0))], &[]);
    // Nor does the voltage of a vehicle that rests mean anything.
    let rests = Reading { status: Status::SuspendedEv, ..idle(230.0) };
    check(&FAULTS, &behind(), 10, &[(300, rests)], &[]);
}

#[test]
fn a_contactor_may_take_ten_seconds_to_open() {
    let stops = |seconds| [(60, amperes(16.0, 16.0)), (seconds, flows(16.0)), (300, flows(0.0))];
    // Ten seconds to open, then thirty in which it flows all the same.
    check(&FAULTS, &profile(), 1, &stops(40), &[]);
    check(&FAULTS, &profile(), 1, &stops(41), &["100 opened P1", "161 cleared P1"]);
}

#[test]
fn only_where_the_contactor_has_to_be_open_is_it_looked_for() {
    let with = |status, drawn| Reading { status, ..flows(drawn) };
    for status in [Status::Charging, Status::Occupied, Status::Other("?".to_owned())] {
        check(&FAULTS, &profile(), 10, &[(300, with(status, 16.0))], &[]);
    }
    for status in [Status::Available, Status::Preparing, Status::SuspendedEvse, Status::Finishing, Status::Faulted] {
        check(&FAULTS, &profile(), 10, &[(300, with(status, 16.0))], &["30 opened P1"]);
    }
    // A vehicle that wants no energy may feed its own electronics.
    check(&FAULTS, &profile(), 10, &[(300, with(Status::SuspendedEv, 3.0))], &[]);
    check(&FAULTS, &profile(), 10, &[(300, with(Status::SuspendedEv, 3.1))], &["30 opened P1"]);
}

#[test]
fn a_welded_contactor_clears_after_a_minute_without_a_sign() {
    let opened = (60, flows(6.0));
    check(&FAULTS, &profile(), 10, &[opened.clone(), (300, flows(0.1))], &["30 opened P1", "120 cleared P1"]);
    check(&FAULTS, &profile(), 10, &[opened.clone(), (300, flows(0.2))], &["30 opened P1"]);
    let power = Reading { watts: Some(150.0), ..flows(0.1) };
    check(&FAULTS, &profile(), 10, &[opened.clone(), (300, power)], &["30 opened P1"]);
    // Charging says nothing of it, and neither does a sample that measures nothing.
    check(&FAULTS, &profile(), 10, &[opened.clone(), (600, amperes(0.0, 16.0))], &["30 opened P1"]);
    check(&FAULTS, &Profile::default().resolve(), 10, &[opened, (600, Reading::default().idle())], &["30 opened P1"]);
}
