//! D7 phase loss and imbalance: after a minute the phases in use are known; one below 10 % of the largest is lost.

use crate::series::{Reading, changes_of, check, profile, samples};
use faults::FaultId;
use messages::Status;

const LOSS: [FaultId; 1] = [FaultId::PhaseLoss];
const IMBALANCE: [FaultId; 1] = [FaultId::PhaseImbalance];
/// What a lost phase must not be told as.
const OTHERS: [FaultId; 4] =
    [FaultId::PhaseImbalance, FaultId::Undervoltage, FaultId::Overvoltage, FaultId::Overcurrent];

fn three(amperes: [f64; 3]) -> Reading {
    Reading { amperes: amperes.to_vec(), volts: vec![230.0; 3], offered: Some(16.0), ..Reading::default() }
}

fn all() -> Reading {
    three([16.0, 15.8, 15.9])
}

#[test]
fn a_phase_is_lost_after_thirty_seconds_and_two_samples() {
    let lost = (300, three([16.0, 0.0, 16.0]));
    for (cadence_s, opens) in [(1, "150 opened P2"), (10, "150 opened P2"), (60, "180 opened P2")] {
        check(&LOSS, &profile(), cadence_s, &[(120, all()), lost.clone()], &[opens]);
    }
    check(&LOSS, &profile(), 1, &[(120, all()), (30, three([16.0, 0.0, 16.0])), (300, all())], &[]);
}

#[test]
fn each_limit_of_a_lost_phase_has_two_sides() {
    for (amperes, expected) in [
        ([16.0, 16.0, 1.61], &[][..]),
        ([16.0, 16.0, 1.59], &["150 opened P2"]),
        // Too little flows to compare.
        ([6.0, 6.0, 0.0], &[]),
        ([6.1, 6.1, 0.0], &["150 opened P2"]),
        // A phase that is not measured is not lost.
        ([16.0, 16.0, f64::NAN], &[]),
    ] {
        check(&LOSS, &profile(), 10, &[(120, all()), (300, three(amperes))], expected);
    }
}

#[test]
fn a_vehicle_that_uses_one_or_two_phases_has_lost_none() {
    for amperes in [[16.0, 0.0, 0.0], [16.0, 16.0, 0.0], [0.0, 16.0, 16.0]] {
        check(&LOSS, &profile(), 10, &[(1200, three(amperes))], &[]);
        check(&IMBALANCE, &profile(), 10, &[(1200, three(amperes))], &[]);
    }
    let one = Reading { amperes: vec![16.0], ..all() };
    check(&LOSS, &profile(), 10, &[(120, all()), (1200, one)], &[]);
}

#[test]
fn a_vehicle_has_a_minute_to_choose_its_phases() {
    let begins = |seconds| [(seconds, all()), (300, three([16.0, 0.0, 0.0]))];
    check(&LOSS, &profile(), 10, &begins(60), &[]);
    check(&LOSS, &profile(), 10, &begins(70), &["100 opened P2"]);
    // What trickles is not in use.
    check(&LOSS, &profile(), 10, &[(120, three([16.0, 16.0, 3.9])), (300, three([16.0, 16.0, 0.0]))], &[]);
    check(
        &LOSS,
        &profile(),
        10,
        &[(120, three([16.0, 16.0, 4.1])), (300, three([16.0, 16.0, 0.0]))],
        &["150 opened P2"],
    );
    check(&LOSS, &profile(), 10, &[(120, three([7.0, 7.0, 1.9])), (300, three([7.0, 7.0, 0.0]))], &[]);
}

#[test]
fn a_new_session_forgets_the_phases() {
    let lost = (600, three([16.0, 0.0, 16.0]));
    check(&LOSS, &profile(), 10, &[(120, all()), (10, all().idle()), lost.clone()], &[]);
    let paused = Reading { status: Status::SuspendedEv, ..three([0.0; 3]) };
    check(&LOSS, &profile(), 10, &[(120, all()), (10, paused), lost.clone()], &[]);
    // While it charges they are known however long ago that was.
    check(&LOSS, &profile(), 10, &[(30_000, all()), lost], &["30030 opened P2"]);
}

#[test]
fn a_lost_phase_clears_a_minute_after_it_is_back() {
    let opened = [(120, all()), (60, three([16.0, 0.0, 16.0]))];
    for cadence_s in [1, 10] {
        let back = [&opened[..], &[(300, all())]].concat();
        check(&LOSS, &profile(), cadence_s, &back, &["150 opened P2", "240 cleared P2"]);
    }
    let flickers = [&opened[..], &[(50, all()), (10, three([16.0, 0.0, 16.0])), (50, all())]].concat();
    check(&LOSS, &profile(), 10, &flickers, &["150 opened P2"]);
}

#[test]
fn a_lost_phase_is_told_once() {
    // The voltage of the phase has gone as well.
    let gone = Reading { volts: vec![230.0, 3.0, 230.0], ..three([16.0, 0.0, 16.0]) };
    check(&OTHERS, &profile(), 10, &[(120, all()), (1200, gone.clone())], &[]);
    let (_, changes) = changes_of(&profile(), &samples(10, &[(120, all()), (600, gone)]));
    let [change] = &changes[..] else { panic!("{changes:?}") };
    assert_eq!(
        change.evidence,
        "phase 2 carries 0.0 A while another carries 16.0 A, and it was in use before, for 30 s"
    );
    assert_eq!((change.value, change.limit, change.unit), (0.0, 1.6, "A"));
}

#[test]
fn phases_that_carry_very_different_currents_are_out_of_balance() {
    for (amperes, expected) in [
        // (16 - 10) / 12 is a half.
        ([16.0, 10.0, 10.0], &[][..]),
        ([16.0, 9.9, 9.9], &["150 opened P4"]),
        ([16.0, 16.0, 4.0], &["150 opened P4"]),
    ] {
        check(&IMBALANCE, &profile(), 10, &[(120, all()), (300, three(amperes))], expected);
        check(&LOSS, &profile(), 10, &[(120, all()), (300, three(amperes))], &[]);
    }
    let back = [(120, all()), (60, three([16.0, 16.0, 4.0])), (300, all())];
    check(&IMBALANCE, &profile(), 10, &back, &["150 opened P4", "240 cleared P4"]);
}
