//! When a station is offline or flapping, and when it no longer is: events as they come, and a look every minute where one is due.

use messages::{Connection, LifecycleEvent};
use proptest::prelude::*;

use super::*;
use crate::Observed;

fn second(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).unwrap()
}

/// What happened: the second, which connection it is about, and `+` for its beginning, `-` for its loss, `x` for an end by the client.
type Told = (i64, u64, char);

fn event((at, version_number, what): Told) -> LifecycleEvent {
    let reason = |reason: &str| Connection::Closed { reason: Some(reason.to_owned()) };
    let connection = match what {
        '+' => Connection::Opened,
        'x' => reason(BY_CLIENT),
        _ => reason("MQTT_KEEP_ALIVE_TIMEOUT"),
    };
    let session = version_number.to_string();
    LifecycleEvent { client: "s-1".to_owned(), connection, at: second(at), version_number, session }
}

/// A station whose events are heard of at those seconds, and at which somebody looks every minute until `until`, where a look is due.
fn run(heard: &[(i64, Told)], until: i64) -> (Option<Presence>, Vec<(i64, StationChange)>) {
    let (mut known, mut changes) = (None::<Presence>, Vec::new());
    for now in 0..=until {
        for (_, told) in heard.iter().filter(|(at, _)| *at == now) {
            if let Observed::Changed(presence) = Presence::after(known.as_ref(), &event(*told), second(now)) {
                known = Some(*presence);
            }
        }
        if now % 60 == 30
            && let Some(presence) = &known
            && presence.watch.check_at.is_some_and(|at| at <= second(now))
        {
            let (next, more) = presence.looked_at(second(now), None);
            assert!(next.watch.check_at.is_none_or(|at| at > second(now)), "a look is due for ever: {next:?}");
            known = Some(next);
            changes.extend(more.into_iter().map(|change| (now, change)));
        }
    }
    (known, changes)
}

/// `+offline@150` and the like: what opened and cleared, and at which second that was said.
fn changes(heard: &[(i64, Told)], until: i64) -> String {
    let word = |(now, change): &(i64, StationChange)| {
        assert_eq!(change.episode.severity, Severity::P2);
        let sign = if change.kind == ChangeKind::Opened { '+' } else { '-' };
        format!("{sign}{}@{now} ", change.episode.fault)
    };
    run(heard, until).1.iter().map(word).collect::<String>().trim_end().to_owned()
}

/// Events that are heard of when they happen.
fn at_once(told: &[Told]) -> Vec<(i64, Told)> {
    told.iter().map(|told| (told.0, *told)).collect()
}

#[test]
fn a_station_is_offline_two_minutes_after_its_loss_until_it_was_connected_for_ten() {
    for (expected, told, until) in [
        ("", &[(0, 1, '+')][..], 4_000),
        ("+offline@150", &[(0, 1, '+'), (10, 1, '-')], 4_000),
        ("+offline@150", &[(10, 1, '-')], 4_000),
        // Back before anybody looks, or just in time.
        ("", &[(0, 1, '+'), (10, 1, '-'), (100, 2, '+')], 4_000),
        ("", &[(0, 1, '+'), (20, 1, '-'), (149, 2, '+')], 4_000),
        ("+offline@150 -offline@930", &[(0, 1, '+'), (10, 1, '-'), (300, 2, '+')], 4_000),
        // It reconnects for a moment: still the same fault.
        ("+offline@150", &[(0, 1, '+'), (10, 1, '-'), (300, 2, '+'), (800, 2, '-')], 4_000),
        (
            "+offline@150 -offline@1650",
            &[(0, 1, '+'), (10, 1, '-'), (300, 2, '+'), (800, 2, '-'), (1_000, 3, '+')],
            4_000,
        ),
        (
            "+offline@150 -offline@930 +offline@2130",
            &[(0, 1, '+'), (10, 1, '-'), (300, 2, '+'), (2_000, 2, '-')],
            4_000,
        ),
        // What it ended itself is no loss.
        ("", &[(0, 1, '+'), (10, 1, 'x')], 4_000),
        ("+offline@150", &[(0, 1, '+'), (10, 1, '-'), (300, 2, '+'), (400, 2, 'x')], 4_000),
    ] {
        assert_eq!(changes(&at_once(told), until), expected, "{told:?}");
    }
}

#[test]
fn a_station_that_left_by_itself_is_not_missed_whenever_somebody_looks() {
    let (known, _) = run(&at_once(&[(0, 1, '+'), (10, 1, 'x')]), 20);
    let known = known.unwrap();
    assert_eq!(known.looked_at(second(9_000), None), (known.clone(), Vec::new()));
}

#[test]
fn a_backlog_of_events_alarms_nobody_about_the_past() {
    let hour = 3_600;
    // All of it is heard of an hour late, within the same minute.
    let heard = [(hour, (0, 1, '+')), (hour + 5, (10, 1, '-')), (hour + 20, (100, 2, '+'))];
    assert_eq!(changes(&heard, 2 * hour), "");
    // Backwards: the station is there, and was.
    let heard = [(hour, (100, 2, '+')), (hour + 5, (10, 1, '-')), (hour + 20, (0, 1, '+'))];
    assert_eq!(changes(&heard, 2 * hour), "");
    // It was flapping, and has been there for long.
    let heard: Vec<_> = losses(60, 9, 20).into_iter().chain([(600, 99, '+')]).map(|told| (2 * hour, told)).collect();
    assert_eq!(changes(&heard, 3 * hour), "");
    // It really is gone: the next look says so.
    assert_eq!(changes(&[(hour, (10, 1, '-'))], 2 * hour), "+offline@3630");
    let look = run(&[(hour, (10, 1, '-'))], hour).0.unwrap().watch.check_at;
    assert_eq!(look, Some(second(hour)), "it is not overdue for what happened before we heard of it");
}

/// A connection lost at every one of so many seconds, and back after a while.
fn losses(every: i64, count: i64, away: i64) -> Vec<Told> {
    let version = |n: i64| u64::try_from(n).unwrap();
    (0..count).flat_map(|n| [(every * n, version(n), '+'), (every * (n + 1) - away, version(n), '-')]).collect()
}

#[test]
fn a_station_that_is_lost_again_and_again_is_flapping_until_it_is_stable() {
    let back = |mut told: Vec<Told>, at| {
        told.push((at, 99, '+'));
        at_once(&told)
    };
    for (expected, heard) in [
        // One a minute leaks 0.1 in between: the seventh makes six.
        ("", back(losses(60, 6, 20), 400)),
        ("+flapping@450 -flapping@1110", back(losses(60, 7, 20), 500)),
        // One in ten minutes leaks as quickly as it comes.
        ("", back(losses(600, 12, 20), 7_300)),
        // More of them fill the bucket further: ten minutes of connection are not enough.
        ("+flapping@450 -flapping@4830", back(losses(60, 20, 20), 1_300)),
        // Those of the client fill nothing.
        (
            "",
            back(
                losses(60, 20, 20)
                    .into_iter()
                    .map(|(at, n, what)| (at, n, if what == '-' { 'x' } else { what }))
                    .collect(),
                1_300,
            ),
        ),
        // A connection that takes over from another has ended that one, whether or not its end was heard of.
        (
            "+flapping@450 -flapping@1290",
            back(losses(60, 8, 20).into_iter().filter(|told| told.2 == '+').collect(), 500),
        ),
    ] {
        assert_eq!(changes(&heard, 9_000), expected, "{heard:?}");
    }
    // A storm does not fill it for days.
    let (known, _) = run(&at_once(&losses(4, 1_000, 2)), 4_000);
    let level = known.unwrap().watch.losses.unwrap().level(second(4_000));
    assert!((11.9..=12.0).contains(&level), "{level}");
}

#[test]
fn a_flapping_station_that_stays_away_is_offline_too_and_both_end() {
    for (lost, expected) in [
        (7, "+flapping@450 +offline@570 -offline@2610 -flapping@2610"),
        // The bucket is not empty enough yet.
        (20, "+flapping@450 +offline@1350 -offline@2610 -flapping@4830"),
    ] {
        let mut told = losses(60, lost, 20);
        told.push((2_000, 99, '+'));
        assert_eq!(changes(&at_once(&told), 9_000), expected);
    }
}

#[test]
fn the_evidence_says_since_when_and_why() {
    let (_, changes) = run(&at_once(&[(0, 1, '+'), (10, 1, '-'), (300, 2, '+')]), 1_000);
    let [(_, opened), (_, cleared)] = changes.as_slice() else { unreachable!("opens and clears: {changes:?}") };
    assert_eq!(opened.episode.evidence, "not connected since 2026-05-28T20:26:50Z (MQTT_KEEP_ALIVE_TIMEOUT)");
    assert_eq!((opened.episode.value, opened.episode.limit, opened.episode.unit.as_str()), (140.0, 120.0, "s"));
    assert_eq!((opened.episode.opened_at, cleared.episode.opened_at), (second(10), second(10)));
    assert_eq!((cleared.at, cleared.episode.evidence.as_str()), (second(900), "connected since 2026-05-28T20:31:40Z"));
    let (_, changes) = run(&at_once(&losses(60, 7, 20)), 500);
    assert_eq!(changes[0].1.episode.opened_at, second(400), "the loss that was one too many");
    assert_eq!(
        changes[0].1.episode.evidence,
        "lost its connection again and again, the last time at 2026-05-28T20:33:20Z (MQTT_KEEP_ALIVE_TIMEOUT): 6.4 more often \
         than once in 10 min"
    );
}

#[test]
fn what_was_stored_before_there_was_a_watch_is_read_and_watched_from_its_next_event() {
    let old = r#"{"state":"offline","since":"2026-05-28T20:26:40Z","version_number":1,"session":"1","reason":"X"}"#;
    let old: Presence = serde_json::from_str(old).unwrap();
    assert_eq!(old.watch, Watch::default());
    let Observed::Changed(next) = Presence::after(Some(&old), &event((60, 2, '+')), second(60)) else {
        unreachable!("it is news")
    };
    assert_eq!(next.state, PresenceState::Online);
    let json = serde_json::to_string(&next).unwrap();
    assert_eq!(serde_json::from_str::<Presence>(&json).unwrap(), *next);
}

#[test]
fn a_station_with_an_open_fault_is_looked_at_every_hour() {
    let (known, _) = run(&at_once(&[(0, 1, '+'), (10, 1, '-')]), 200);
    assert_eq!(known.unwrap().watch.check_at, Some(second(150 + 3_600)));
    let (known, _) = run(&at_once(&[(0, 1, '+'), (10, 1, '-'), (300, 2, '+'), (400, 2, 'x')]), 500);
    assert_eq!(known.unwrap().watch.check_at, Some(second(400 + 3_600)));
}

#[test]
fn a_station_that_belongs_to_nobody_any_more_is_not_missed() {
    let (known, _) = run(&at_once(&[(0, 1, '+'), (10, 1, '-')]), 200);
    let (after, changes) = known.unwrap().given_up(second(300));
    assert_eq!(after.watch, Watch::default());
    let [change] = changes.as_slice() else { unreachable!("one fault was open: {changes:?}") };
    assert_eq!((change.kind, change.at, change.episode.opened_at), (ChangeKind::Cleared, second(300), second(10)));
}

fn heard() -> impl Strategy<Value = Vec<(i64, Told)>> {
    let told = (0i64..7_200, 0u64..20, prop_oneof![3 => Just('+'), 4 => Just('-'), 1 => Just('x')]);
    prop::collection::vec((told, prop_oneof![4 => Just(0i64), 1 => 0i64..1_800], 1usize..3), 0..40).prop_map(|events| {
        events.into_iter().flat_map(|(told, late, times)| vec![(told.0 + late, told); times]).collect()
    })
}

proptest! {
    /// Whatever comes, however late and however often: a fault opens and clears by turns, and no episode has the name of another.
    #[test]
    fn nothing_opens_twice(heard in heard()) {
        let (_, changes) = run(&heard, 12_000);
        for fault in [FaultId::Offline, FaultId::Flapping] {
            let of_fault: Vec<_> = changes.iter().filter(|(_, change)| change.episode.fault == fault).collect();
            let is_opened = |nth: usize| of_fault[nth].1.kind == ChangeKind::Opened;
            prop_assert!((0..of_fault.len()).all(|nth| is_opened(nth) == (nth % 2 == 0)));
            let mut names: Vec<_> = of_fault.iter().step_by(2).map(|(_, change)| change.episode.opened_at).collect();
            let episodes = names.len();
            names.dedup();
            prop_assert_eq!(names.len(), episodes);
        }
    }

    /// An event that comes again, at once or later, says nothing new.
    #[test]
    fn an_event_that_comes_again_changes_nothing(heard in heard()) {
        let mut known = None::<Presence>;
        for (now, told) in &heard {
            if let Observed::Changed(presence) = Presence::after(known.as_ref(), &event(*told), second(*now)) {
                let again = Presence::after(Some(&presence), &event(*told), second(*now + 5));
                prop_assert_eq!(again, Observed::Known);
                known = Some(*presence);
            }
        }
    }

    /// Who looks twice sees nothing new, and who has been connected for long has no fault.
    #[test]
    fn a_look_says_everything(heard in heard()) {
        let Some(known) = run(&heard, 9_000).0 else { return Ok(()) };
        let (looked, _) = known.looked_at(second(9_000), None);
        prop_assert_eq!(looked.looked_at(second(9_000), None), (looked.clone(), Vec::new()));
        if looked.state == PresenceState::Online {
            let day = second(9_000 + 24 * 3_600);
            let (later, _) = looked.looked_at(day, None);
            prop_assert!(later.watch.episodes.is_empty());
            prop_assert_eq!(later.watch.check_at, Some(day + SignedDuration::from_hours(1)));
        }
    }
}
