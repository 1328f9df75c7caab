//! The nominal voltage where nobody has said it: the usual one that ten quiet minutes and ten samples fit.

use crate::series::{Reading, check, volts};
use faults::{Current, FaultId, Profile, ResolvedProfile};

/// What these tables are about.
const FAULTS: [FaultId; 2] = [FaultId::Overvoltage, FaultId::Undervoltage];

fn unknown() -> ResolvedProfile {
    Profile::default().resolve()
}

#[test]
fn a_nominal_voltage_is_learned_in_ten_quiet_minutes() {
    for (cadence_s, learns_s) in [(1, 600), (10, 600), (60, 600), (300, 2_700)] {
        let then = |quiet: i64| [(quiet, volts(230.0)), (3 * cadence_s, volts(300.0))];
        let opened = format!("{} opened P1", learns_s + cadence_s);
        check(&FAULTS, &unknown(), cadence_s, &then(learns_s + cadence_s), &[&opened]);
        check(&FAULTS, &unknown(), cadence_s, &then(learns_s), &[]);
    }
}

#[test]
fn each_usual_voltage_has_its_limits() {
    // The lowest that is not too low and the highest that is not too high: two usual voltages may fit.
    for (measured, low, high) in [
        (120.0, 108.0, 132.0),
        (195.0, 187.2, 228.8),
        (221.0, 187.2, 253.0),
        (230.0, 207.0, 264.0),
        (240.0, 207.0, 264.0),
        (277.0, 249.3, 304.7),
        (400.0, 360.0, 440.0),
    ] {
        let then = |later: f64| [(610, volts(measured)), (200, volts(later))];
        check(&FAULTS, &unknown(), 10, &then(low + 0.1), &[]);
        check(&FAULTS, &unknown(), 10, &then(low - 0.1), &["670 opened P3"]);
        check(&FAULTS, &unknown(), 10, &then(high - 0.1), &[]);
        check(&FAULTS, &unknown(), 10, &then(high + 0.1), &["670 opened P2"]);
    }
}

#[test]
fn what_fits_no_usual_voltage_teaches_nothing() {
    for measured in [160.0, 330.0, 800.0, 59.0] {
        check(&FAULTS, &unknown(), 10, &[(1_200, volts(measured)), (300, volts(2.0 * measured))], &[]);
    }
}

#[test]
fn a_voltage_that_is_not_quiet_begins_the_ten_minutes_anew() {
    let restless = (0..60).map(|n| (60, volts(if n % 2 == 0 { 210.0 } else { 250.0 }))).collect::<Vec<_>>();
    check(&FAULTS, &unknown(), 10, &[&restless[..], &[(300, volts(300.0))]].concat(), &[]);
    // A phase that is off does not count, and idle minutes do.
    let one = Reading { volts: vec![230.0, 5.0, 5.0], ..volts(0.0) }.idle();
    check(&FAULTS, &unknown(), 10, &[(610, one), (10, volts(300.0))], &["610 opened P1"]);
    // The minutes of a pause do not.
    let pauses = [(301 * 8, volts(230.0)), (301 * 3, volts(300.0))];
    check(&FAULTS, &unknown(), 301, &pauses, &[]);
}

#[test]
fn what_is_said_counts_more_than_what_could_be_learned() {
    let said = Profile { nominal_v: Some(208.0), ..Profile::default() }.resolve();
    check(&FAULTS, &said, 10, &[(700, volts(230.0))], &["60 opened P2"]);
    let dc = Profile { current: Some(Current::Dc), ..Profile::default() }.resolve();
    check(&FAULTS, &dc, 10, &[(1_200, volts(230.0)), (300, volts(400.0))], &[]);
}
