//! D15 cut cable: the plug is lost in the middle of charging, and nobody plugs in for a day though others nearby charge.

use crate::series::{Reading, amperes, changes_of, check, profile, samples, second};
use faults::{FaultId, Remedy, ResolvedProfile};
use messages::Status;

/// What these tables are about.
const FAULTS: [FaultId; 1] = [FaultId::CutCable];
const DAY_S: i64 = 86_400;

/// Others nearby last charged then.
fn others(seconds: i64) -> ResolvedProfile {
    ResolvedProfile { neighbours_charged_at: Some(second(seconds)), ..profile() }
}

fn charges() -> (i64, Reading) {
    (600, amperes(16.0, 16.0))
}

/// The transaction goes on without a vehicle.
fn goes_on() -> Reading {
    Reading { transaction: Some("t1"), ..Reading::default() }.idle()
}

#[test]
fn a_cable_is_cut_when_nobody_has_plugged_in_for_a_day() {
    for cadence_s in [60, 300] {
        let lost = [charges(), (DAY_S + 600, goes_on())];
        check(&FAULTS, &others(1_200), cadence_s, &lost, &["87000 opened P1"]);
        check(&FAULTS, &others(1_200), cadence_s, &[charges(), (DAY_S, goes_on())], &[]);
    }
    let (_, changes) = changes_of(&others(1_200), &samples(60, &[charges(), (DAY_S + 60, goes_on())]));
    let change = changes.iter().find(|change| change.fault == FaultId::CutCable).unwrap();
    let expected = "the plug was lost while charging 24 h ago, and nobody has plugged in since while others charge";
    assert_eq!((change.evidence.as_str(), change.remedy), (expected, Remedy::SendSomeone));
}

#[test]
fn where_nobody_charges_nobody_plugs_in() {
    let lost = [charges(), (2 * DAY_S, goes_on())];
    check(&FAULTS, &profile(), 60, &lost, &[]);
    check(&FAULTS, &others(600), 60, &lost, &[]);
    check(&FAULTS, &others(601), 60, &lost, &["87000 opened P1"]);
}

#[test]
fn only_a_plug_that_was_lost_while_charging_counts() {
    let available = || Reading::default().idle();
    let with = |reading: Reading| [charges(), (60, reading), (2 * DAY_S, available())];
    for (reading, lost) in [
        (goes_on(), true),
        (available(), false),
        (Reading { error_code: Some("EVCommunicationError"), ..available() }, true),
        (Reading { vendor_code: Some("CX014"), ..available() }, true),
        (Reading { vendor_code: Some("CX023"), status: Status::Faulted, ..available() }, true),
        (Reading { vendor_code: Some("CX016"), ..available() }, false),
        (Reading { status: Status::Faulted, ..goes_on() }, false),
    ] {
        let expected: &[&str] = if lost { &["87000 opened P1"] } else { &[] };
        check(&FAULTS, &others(DAY_S), 60, &with(reading), expected);
    }
    // It did not charge.
    let rests = Reading { status: Status::Preparing, ..Reading::default() };
    check(&FAULTS, &others(DAY_S), 60, &[(600, rests), (2 * DAY_S, goes_on())], &[]);
}

#[test]
fn who_plugs_in_shows_that_the_cable_is_there() {
    for status in [Status::Preparing, Status::Charging, Status::SuspendedEv, Status::Finishing, Status::Occupied] {
        let plugged = Reading { status, ..Reading::default() };
        let lost = [charges(), (3_600, goes_on()), (60, plugged), (2 * DAY_S, Reading::default().idle())];
        check(&FAULTS, &others(DAY_S), 60, &lost, &[]);
    }
}

#[test]
fn a_cut_cable_clears_when_a_vehicle_has_charged_for_five_minutes() {
    let opened = [charges(), (DAY_S + 600, goes_on())];
    let then = |reading: Reading| [&opened[..], &[(900, reading)]].concat();
    check(&FAULTS, &others(1_200), 60, &then(amperes(16.0, 16.0)), &["87000 opened P1", "87900 cleared P1"]);
    check(&FAULTS, &others(1_200), 60, &then(amperes(1.0, 16.0)), &["87000 opened P1"]);
}

#[test]
fn when_a_vehicle_last_charged_is_known() {
    let last =
        |drawn| changes_of(&profile(), &[amperes(drawn, 16.0).at(0), amperes(0.0, 16.0).at(60)]).0.last_charged_at();
    assert_eq!((last(1.1), last(1.0)), (Some(second(0)), None));
}
