//! D18 clock skew: the station's clock against the time of receipt; its median over five messages; P4 from 60 s, P3 from 300 s.

use crate::series::{Reading, changes_of, check, profile, written_of};
use faults::{FaultId, ResolvedProfile};
use messages::Sample;

/// What these tables are about.
const FAULTS: [FaultId; 1] = [FaultId::ClockSkew];

/// A clock that is so many s behind the receipt; ahead of it where that is negative.
fn behind(seconds: i64) -> Reading {
    Reading { received_after: Some(seconds), ..Reading::default() }
}

/// Samples taken and received then.
fn received(times: impl IntoIterator<Item = (i64, i64)>) -> Vec<Sample> {
    let reading = |(at, received): (i64, i64)| behind(received - at).at(at);
    times.into_iter().map(reading).collect()
}

#[test]
fn a_clock_is_wrong_after_five_messages() {
    for (cadence_s, opens) in [(10, "40 opened P4"), (60, "240 opened P4"), (280, "1120 opened P4")] {
        check(&FAULTS, &profile(), cadence_s, &[(5 * cadence_s, behind(100))], &[opens]);
        check(&FAULTS, &profile(), cadence_s, &[(4 * cadence_s, behind(100))], &[]);
    }
    // What is received within ten seconds counts once.
    check(&FAULTS, &profile(), 1, &[(300, behind(100))], &["40 opened P4"]);
    check(&FAULTS, &profile(), 9, &[(100, behind(100))], &["72 opened P4"]);
}

#[test]
fn each_limit_of_the_clock_has_two_sides() {
    for (seconds, expected) in [
        (60, &[][..]),
        (61, &["40 opened P4"]),
        (300, &["40 opened P4"]),
        (301, &["40 opened P3"]),
        (-60, &[]),
        (-61, &["40 opened P4"]),
        (-300, &["40 opened P4"]),
        // A clock that is further ahead is not believed: the time is that of the receipt.
        (-301, &["-261 opened P3"]),
        (86_400, &["40 opened P3"]),
    ] {
        check(&FAULTS, &profile(), 10, &[(300, behind(seconds))], expected);
    }
    let (_, changes) = changes_of(&profile(), &received((0..5).map(|n| (10 * n, 10 * n - 90))));
    let [change] = &changes[..] else { panic!("{changes:?}") };
    assert_eq!((change.value, change.limit, change.unit), (90.0, 60.0, "s"));
    assert_eq!(change.evidence, "the station's clock is 90 s ahead");
}

#[test]
fn without_a_receipt_or_at_another_connector_nothing_is_said_of_the_clock() {
    check(&FAULTS, &profile(), 10, &[(300, Reading::default())], &[]);
    let silent = ResolvedProfile { speaks_for_station: false, ..profile() };
    check(&FAULTS, &silent, 10, &[(300, behind(1_000))], &[]);
}

#[test]
fn the_samples_of_one_message_count_once_and_the_newest_of_them() {
    // Each message brings the last five minutes: its newest sample is on time.
    let messages = (1..=10).flat_map(|n| (0..30).map(move |m| (300 * (n - 1) + 10 * m, 300 * n)));
    assert_eq!(written_of(&FAULTS, &profile(), &received(messages)), [""; 0]);
    let one = (0..30).map(|n| (10 * n, 1_000));
    assert_eq!(written_of(&FAULTS, &profile(), &received(one)), [""; 0]);
}

#[test]
fn what_was_kept_and_is_sent_later_is_no_wrong_clock() {
    // Ten hours, a sample every ten minutes, sent one every ten seconds or every minute; then it is on time.
    for pace in [10, 60] {
        let kept = (0..60).map(|n| (600 * n, 36_000 + pace * n));
        let now = (0..20).map(|n| (40_000 + 60 * n, 40_000 + 60 * n));
        assert_eq!(written_of(&FAULTS, &profile(), &received(kept.chain(now))), [""; 0], "one every {pace} s");
    }
    // A clock that is wrong keeps pace, give or take a few seconds.
    let jitter = (0..10).map(|n| (60 * n, 60 * n + 100 + 10 * (n % 2)));
    assert_eq!(written_of(&FAULTS, &profile(), &received(jitter)), ["240 opened P4"]);
    let more = (0..10).map(|n| (60 * n, 60 * n + 100 + 20 * (n % 2)));
    assert_eq!(written_of(&FAULTS, &profile(), &received(more)), [""; 0]);
}

#[test]
fn a_clock_that_went_back_is_found_though_its_samples_are_old() {
    let before = (0..10).map(|n| (60 * n, 60 * n));
    let after = (10..20).map(|n| (60 * n - 7_200, 60 * n));
    // The time is that of the last sample that was new.
    assert_eq!(written_of(&FAULTS, &profile(), &received(before.chain(after))), ["540 opened P3"]);
}

#[test]
fn a_clock_clears_below_thirty_seconds() {
    // A message a minute; a clock that is put right is believed after five.
    let clock = |behind: &[i64]| {
        let message = |(n, behind): (i64, &i64)| [10; 10].map(|_| *behind).into_iter().zip(10 * n..);
        let messages = (0..).zip(behind).flat_map(message);
        received(messages.map(|(behind, n)| (60 * n - behind, 60 * n)))
    };
    assert_eq!(written_of(&FAULTS, &profile(), &clock(&[100, 30])), ["140 opened P4"]);
    assert_eq!(written_of(&FAULTS, &profile(), &clock(&[100, 29])), ["140 opened P4", "811 cleared P4"]);
    assert_eq!(
        written_of(&FAULTS, &profile(), &clock(&[100, 400, 0])),
        ["140 opened P4", "440 cleared P4", "440 opened P3", "1440 cleared P3"]
    );
}
