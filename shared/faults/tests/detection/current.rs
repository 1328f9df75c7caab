//! D3 overcurrent. At 16 A offered: limits at 18.15, 20 and 16.8 A.

use crate::series::{Reading, amperes, changes_of, check, profile, samples, written};
use faults::{FaultId, Profile, Remedy};
use messages::Status;

/// What these tables are about.
const FAULTS: [FaultId; 1] = [FaultId::Overcurrent];

#[test]
fn overcurrent_opens_after_ten_seconds_and_two_samples() {
    for (cadence_s, opens) in [(1, "10 opened P2"), (10, "10 opened P2"), (7, "14 opened P2"), (60, "60 opened P2")] {
        check(&FAULTS, &profile(), cadence_s, &[(300, amperes(18.2, 16.0))], &[opens]);
    }
}

#[test]
fn each_limit_of_overcurrent_has_two_sides() {
    for (drawn, offered, expected) in [
        (18.15, 16.0, &[][..]),
        (18.16, 16.0, &["10 opened P2"]),
        (20.0, 16.0, &["10 opened P2"]),
        (20.1, 16.0, &["0 opened P1"]),
        (7.15, 6.0, &[]),
        (7.2, 6.0, &["10 opened P2"]),
        (7.5, 6.0, &["10 opened P2"]),
        (7.6, 6.0, &["0 opened P1"]),
        // Nothing was offered: half an ampere is what a meter may be off.
        (0.5, 0.0, &[]),
        (0.6, 0.0, &["10 opened P2"]),
        (7.6, 0.0, &["0 opened P1"]),
        // A current that cannot be.
        (4000.1, 16.0, &[]),
        (-30.0, 16.0, &[]),
    ] {
        check(&FAULTS, &profile(), 1, &[(60, amperes(drawn, offered))], expected);
    }
}

#[test]
fn overcurrent_clears_after_a_good_minute() {
    for (cadence_s, expected) in [(10, ["10 opened P2", "80 cleared P2"]), (20, ["20 opened P2", "100 cleared P2"])] {
        let back = [(2 * cadence_s, amperes(19.0, 16.0)), (300, amperes(16.7, 16.0))];
        check(&FAULTS, &profile(), cadence_s, &back, &expected);
    }
    let opened = (20, amperes(19.0, 16.0));
    check(&FAULTS, &profile(), 1, &[opened.clone(), (300, amperes(16.7, 16.0))], &["10 opened P2", "80 cleared P2"]);
    check(&FAULTS, &profile(), 10, &[opened.clone(), (600, amperes(16.8, 16.0))], &["10 opened P2"]);
    check(&FAULTS, &profile(), 10, &[opened.clone(), (600, amperes(17.5, 16.0))], &["10 opened P2"]);
    // The session ends: no current is good, whatever is offered.
    let ended = Reading { amperes: vec![0.0], ..Reading::default() }.idle();
    check(
        &FAULTS,
        &Profile::default().resolve(),
        10,
        &[opened.clone(), (300, ended)],
        &["10 opened P2", "80 cleared P2"],
    );
    let offers_nothing = amperes(0.4, 0.0).idle();
    check(&FAULTS, &profile(), 10, &[opened, (300, offers_nothing)], &["10 opened P2", "80 cleared P2"]);
}

#[test]
fn overcurrent_is_looked_for_only_while_charging() {
    check(&FAULTS, &profile(), 1, &[(60, amperes(40.0, 16.0).idle())], &[]);
    check(&FAULTS, &profile(), 1, &[(60, Reading { status: Status::SuspendedEvse, ..amperes(40.0, 16.0) })], &[]);
    check(
        &FAULTS,
        &profile(),
        1,
        &[(8, amperes(19.0, 16.0)), (1, amperes(19.0, 16.0).idle()), (8, amperes(19.0, 16.0))],
        &[],
    );
}

#[test]
fn a_vehicle_has_ten_seconds_to_follow_an_offer_that_dropped() {
    let before = (60, amperes(32.0, 32.0));
    let follows = |seconds| [before.clone(), (seconds, amperes(32.0, 16.0)), (50, amperes(16.0, 16.0))];
    check(&FAULTS, &profile(), 1, &follows(10), &[]);
    check(&FAULTS, &profile(), 1, &follows(11), &["70 opened P1"]);
    // A little too much is given the grace and then the debounce.
    check(&FAULTS, &profile(), 1, &[before.clone(), (60, amperes(19.0, 16.0))], &["80 opened P2"]);
    // What was too much before the drop does not count towards it.
    check(
        &FAULTS,
        &profile(),
        1,
        &[(5, amperes(36.0, 32.0)), (8, amperes(19.0, 16.0)), (60, amperes(16.0, 16.0))],
        &[],
    );
    // A sample that names no offer keeps the one before; a pause of more than five minutes does not.
    let unnamed = Reading { offered: None, ..amperes(19.0, 0.0) };
    let then = |pause: (i64, Reading)| [before.clone(), pause, (60, amperes(19.0, 16.0))];
    check(&FAULTS, &profile(), 1, &then((5, unnamed)), &["85 opened P2"]);
    let (last, next) = (amperes(32.0, 32.0).at(0), [400, 410, 420].map(|at| amperes(19.0, 16.0).at(at)));
    let (_, changes) = changes_of(&profile(), &[&[last], &next[..]].concat());
    assert_eq!(changes.iter().map(written).collect::<Vec<_>>(), ["410 opened P2"]);
    // An offer that rises gives no grace.
    check(&FAULTS, &profile(), 1, &[(60, amperes(6.0, 6.0)), (60, amperes(19.0, 16.0))], &["70 opened P2"]);
    // At one sample a minute only the sample that shows the drop is spared.
    check(&FAULTS, &profile(), 60, &[before, (120, amperes(32.0, 16.0))], &["120 opened P1"]);
}

#[test]
fn without_an_offer_the_connector_says_what_it_may_carry() {
    let drawn = |amperes: f64| Reading { amperes: vec![amperes], ..Reading::default() };
    check(&FAULTS, &profile(), 10, &[(60, drawn(35.75))], &[]);
    check(&FAULTS, &profile(), 10, &[(60, drawn(36.0))], &["10 opened P2"]);
    check(&FAULTS, &Profile::default().resolve(), 10, &[(60, drawn(300.0))], &[]);
    let (_, changes) = changes_of(&profile(), &samples(10, &[(20, drawn(36.0))]));
    assert_eq!(changes[0].evidence, "36.0 A, 4.0 A more than the 32 A that the connector may carry, for 10 s");
}

#[test]
fn the_phase_that_carries_most_counts_and_is_named() {
    let three = Reading { amperes: vec![15.0, 18.4, 15.9], ..amperes(0.0, 16.0) };
    let (_, changes) = changes_of(&profile(), &samples(10, &[(20, three)]));
    let [change] = &changes[..] else { panic!("{changes:?}") };
    assert_eq!(change.evidence, "18.4 A on phase 2, 2.4 A more than the 16 A offered, for 10 s");
    assert_eq!((change.value, change.limit, change.unit), (18.4, 18.15, "A"));
    assert_eq!(change.remedy, Remedy::HalveOfferedCurrent);
}
