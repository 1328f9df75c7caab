//! When a connected station is silent, and when it no longer is: connections and messages as they come, and a look every minute where one
//! is due.

use messages::{Connection, LifecycleEvent};
use proptest::prelude::*;

use super::*;
use crate::{ChangeKind, NOTED_EVERY, Observed, Severity};

fn second(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).unwrap()
}

/// What the station did: `+` and `-` for the beginning and the loss of a connection, `x` for an end by itself, `m` for a message.
type Did = (i64, char);

fn hear(known: Option<Presence>, (at, what): Did, number: u64) -> Option<Presence> {
    let ended = |reason: &str| Connection::Closed { reason: Some(reason.to_owned()) };
    let connection = match what {
        '+' => Connection::Opened,
        'x' => ended("CLIENT_INITIATED_DISCONNECT"),
        _ => ended("MQTT_KEEP_ALIVE_TIMEOUT"),
    };
    let (at, session) = (second(at), number.to_string());
    let event = LifecycleEvent { client: "s-1".to_owned(), connection, at, version_number: number, session };
    match Presence::after(known.as_ref(), &event, at) {
        Observed::Changed(presence) => Some(*presence),
        Observed::Known => known,
    }
}

/// What somebody finds who looks every minute where a look is due, and how many looks that took.
fn run(did: &[Did], until: i64) -> (Option<Presence>, Vec<(i64, StationChange)>, usize) {
    let (mut known, mut heard, mut changes) = (None::<Presence>, None::<Cadence>, Vec::new());
    let (mut number, mut looks) = (0, 0);
    for now in 0..=until {
        for did in did.iter().filter(|(at, _)| *at == now) {
            number += u64::from(did.1 == '+');
            match did.1 {
                // Noted as a connector is.
                'm' if heard.is_none_or(|heard| second(now).duration_since(heard.heard_at) >= NOTED_EVERY) => {
                    heard = Some(Cadence::after(heard, second(now)));
                }
                'm' => {}
                _ => known = hear(known, *did, number),
            }
        }
        let is_due = |presence: &&Presence| presence.watch.check_at.is_some_and(|at| at <= second(now));
        if now % 60 == 30
            && let Some(presence) = known.as_ref().filter(is_due)
        {
            let (next, more) = presence.looked_at(second(now), heard.as_ref());
            assert_eq!(next.looked_at(second(now), heard.as_ref()), (next.clone(), Vec::new()));
            assert!(next.watch.check_at.is_none_or(|at| at > second(now)), "a look is due for ever: {next:?}");
            known = Some(next);
            looks += 1;
            changes.extend(more.into_iter().map(|change| (now, change)));
        }
    }
    (known, changes, looks)
}

/// `+silent@330` and the like: what opened and cleared, and at which second that was said.
fn changes(did: &[Did], until: i64) -> String {
    let word = |(now, change): &(i64, StationChange)| {
        assert_eq!((change.episode.severity, &change.episode.fault), (Severity::P2, &FaultId::Offline));
        let kind = if change.episode.unit == SILENCE_UNIT { "silent" } else { "gone" };
        let sign = if change.kind == ChangeKind::Opened { '+' } else { '-' };
        format!("{sign}{kind}@{now} ")
    };
    run(did, until).1.iter().map(word).collect::<String>().trim_end().to_owned()
}

/// Messages every so many seconds, from one second to before another.
fn messages(every: i64, from: i64, to: i64) -> impl Iterator<Item = Did> {
    (0..).map(move |n| (from + n * every, 'm')).take_while(move |(at, _)| *at < to)
}

/// A connection from the first second on, and what else happened.
fn connected(did: impl IntoIterator<Item = Did>) -> Vec<Did> {
    [(0, '+')].into_iter().chain(did).collect()
}

#[test]
fn a_connected_station_is_silent_after_three_intervals_until_it_is_heard_of_again() {
    let back = |every: i64, silent: (i64, i64), until: i64| {
        connected(messages(every, 0, silent.0).chain(messages(every, silent.1, until)))
    };
    for (expected, did) in [
        // Ten seconds: the last message that was noted is of 3,540, and it may have been heard of until 3,600.
        ("+silent@3810", connected(messages(10, 0, 3_600))),
        ("+silent@3810 -silent@5010", back(10, (3_600, 5_000), 12_000)),
        ("+silent@3810", connected(messages(60, 0, 3_600))),
        // Three of its own intervals, once they are known.
        ("+silent@270 -silent@1170 +silent@9930", connected(messages(900, 0, 7_800))),
        ("+silent@270 -silent@1170", connected(messages(900, 0, 12_000))),
        // One or two that are lost are no silence.
        ("", back(60, (3_600, 3_720), 12_000)),
        ("+silent@270 -silent@1170", back(900, (3_600, 5_400), 12_000)),
        // Nobody knows whether it should say anything.
        ("", connected([])),
        // It says something once.
        ("+silent@330", connected([(60, 'm')])),
    ] {
        assert_eq!(changes(&did, 12_000), expected, "{:?}", &did[..did.len().min(3)]);
    }
}

#[test]
fn a_station_that_is_gone_is_not_silent_as_well() {
    for (expected, more) in [
        ("+gone@3750", vec![(3_600, '-')]),
        // Found silent first, then lost: the same fault, until it was connected for ten minutes and is heard.
        ("+silent@3810", vec![(4_000, '-')]),
        (
            "+silent@3810 -silent@5610",
            [(4_000, '-'), (5_000, '+')].into_iter().chain(messages(60, 5_000, 12_000)).collect(),
        ),
        // It connects again and stays silent: still the same.
        ("+gone@3750", vec![(3_600, '-'), (4_000, '+')]),
        (
            "+gone@3750 -gone@6150",
            vec![(3_600, '-'), (4_000, '+')].into_iter().chain(messages(60, 6_000, 12_000)).collect(),
        ),
        // What it was not heard of while it was away counts for nothing.
        ("", vec![(3_600, 'x')]),
        ("+silent@8250", vec![(3_600, 'x'), (8_000, '+')]),
        ("", [(3_600, 'x'), (8_000, '+')].into_iter().chain(messages(60, 8_200, 12_000)).collect()),
    ] {
        let did = connected(messages(60, 0, 3_600).chain(more.clone()));
        assert_eq!(changes(&did, 12_000), expected, "{more:?}");
    }
}

#[test]
fn a_silence_explains_itself_and_is_missed_at_its_site() {
    let (known, changes, _) = run(&connected(messages(100, 0, 3_600)), 4_000);
    let [(_, change)] = changes.as_slice() else { unreachable!("one fault: {changes:?}") };
    let episode = &change.episode;
    assert_eq!(
        episode.evidence,
        "connected since 2026-05-28T20:26:40Z, but silent: last heard of at 2026-05-28T21:25:00Z, until then at least every 100 s"
    );
    assert_eq!((episode.opened_at, episode.value, episode.limit), (second(3_500), 310.0, 300.0));
    let known = known.unwrap();
    assert!(known.is_missed() && !known.is_lost());
    let (over, changes) = known.looked_at(second(4_100), Some(&Cadence::after(None, second(4_050))));
    assert_eq!((changes[0].at, over.is_missed()), (second(4_050), false));
    // Retired: over, and nobody looks again.
    let (given_up, changes) = known.given_up(second(4_100));
    assert_eq!((changes.len(), given_up.watch.check_at, given_up.is_missed()), (1, None, false));
}

#[test]
fn a_new_connection_is_given_its_time_and_ends_no_silence_by_itself() {
    let heard = Cadence::after(None, second(3_540));
    let (away, ..) = run(&connected([(3_600, 'x')]), 7_999);
    let back = hear(away, (8_000, '+'), 2).unwrap();
    assert_eq!(back.looked_at(second(8_239), Some(&heard)).1, []);
    let (_, changes) = back.looked_at(second(8_240), Some(&heard));
    assert_eq!(changes[0].episode.opened_at, second(8_000));
    // It connects anew while it is silent, without having been lost.
    let (silent, changes) = run(&connected([]), 10).0.unwrap().looked_at(second(4_000), Some(&heard));
    assert_eq!(changes.len(), 1);
    let anew = hear(Some(silent), (4_010, '+'), 2).unwrap();
    assert_eq!(anew.looked_at(second(4_100), Some(&heard)).1, []);
    let again = Cadence::after(Some(heard), second(4_090));
    assert_eq!(anew.looked_at(second(4_100), Some(&again)).1.len(), 1);
}

#[test]
fn who_reports_is_looked_at_every_three_to_four_minutes_and_who_never_did_every_hour() {
    let looks = |did: &[Did]| run(did, 86_400).2;
    let often = looks(&connected(messages(10, 0, 86_400)));
    assert!((350..=480).contains(&often), "{often} looks a day");
    let seldom = looks(&connected(messages(900, 0, 86_400)));
    assert!(seldom <= 60, "{seldom} looks a day");
    assert!(looks(&connected([])) <= 25);
    // It is listened for every five minutes.
    let silent = looks(&connected([(60, 'm')]));
    assert!((240..=290).contains(&silent), "{silent} looks a day");
}

proptest! {
    /// Whatever a station does: a fault opens and clears by turns, and no episode has the name of another.
    #[test]
    fn nothing_opens_twice(did in prop::collection::vec((0i64..9_000, prop::sample::select(vec!['+', '-', 'x', 'm', 'm', 'm'])), 0..60)) {
        let (_, changes, _) = run(&did, 12_000);
        let changes: Vec<_> = changes.iter().filter(|(_, change)| change.episode.fault == FaultId::Offline).collect();
        for (nth, (_, change)) in changes.iter().enumerate() {
            prop_assert_eq!(change.kind == ChangeKind::Opened, nth % 2 == 0);
        }
        let mut names: Vec<_> = changes.iter().step_by(2).map(|(_, change)| change.episode.opened_at).collect();
        let episodes = names.len();
        names.dedup();
        prop_assert_eq!(names.len(), episodes);
    }
}
