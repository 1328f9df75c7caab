//! When a unit is malfunctioning, and when it no longer is.

use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;

const CONNECTOR: ConnectorKey = ConnectorKey { evse_id: 1, connector_id: 1 };

fn minute(minute: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + minute * 60).unwrap()
}

/// A session that ended at this minute: one minute and 0.1 kWh for the driver of this letter, or as the reason or the energy says.
fn session((ended, driver, how): (i64, char, &str)) -> SessionOutcome {
    let energy_wh: i64 = how.parse().unwrap_or(100);
    SessionOutcome {
        ended_at: minute(ended),
        duration: SignedDuration::from_mins(1 + energy_wh / 200),
        energy_wh: Some(energy_wh),
        id_token: Some(format!("TOKEN-{driver}").parse().unwrap()),
        stopped_reason: (!how.is_empty() && how.parse::<i64>().is_err()).then(|| how.to_owned()),
    }
}

/// What these sessions change, told in this order.
fn told(sessions: &[SessionOutcome]) -> (Health, Vec<Change>) {
    let (mut health, mut episodes, mut changes) = (Health::default(), Vec::new(), Vec::new());
    for outcome in sessions {
        let (next, more) = health.after(CONNECTOR, &episodes, outcome);
        health = next;
        for change in more {
            change.apply(&mut episodes);
            changes.push(change);
        }
    }
    (health, changes)
}

/// `+` and the minute of what opens, `-` and the minute of what clears.
fn changes(sessions: &[(i64, char, &str)]) -> String {
    let outcomes: Vec<_> = sessions.iter().copied().map(session).collect();
    let word = |change: &Change| {
        assert_eq!((&change.fault, change.severity), (&FaultId::MalfunctioningUnit, Severity::P2));
        let sign = if change.kind == ChangeKind::Opened { '+' } else { '-' };
        format!("{sign}{} ", (change.at.as_second() - 1_780_000_000) / 60)
    };
    told(&outcomes).1.iter().map(word).collect::<String>().trim_end().to_owned()
}

#[test]
fn four_aborted_sessions_by_two_drivers_open_one_fault_and_a_good_one_clears_it() {
    for (expected, sessions) in [
        ("+4", &[(1, 'a', ""), (2, 'b', ""), (3, 'c', ""), (4, 'a', ""), (5, 'b', "")][..]),
        ("", &[(1, 'a', ""), (2, 'b', ""), (3, 'c', "")]),
        // One driver may have a vehicle that does not fit; the next one proves that it is the unit.
        ("", &[(1, 'a', ""), (2, 'a', ""), (3, 'a', ""), (4, 'a', ""), (5, 'a', "")]),
        ("+6", &[(1, 'a', ""), (2, 'a', ""), (3, 'a', ""), (4, 'a', ""), (5, 'a', ""), (6, 'b', "")]),
        // What came before the row is not counted with it.
        (
            "",
            &[
                (1, 'a', ""),
                (2, 'a', ""),
                (3, 'a', ""),
                (4, 'a', ""),
                (5, 'a', ""),
                (6, 'a', ""),
                (7, 'a', "700"),
                (8, 'a', ""),
                (9, 'b', ""),
            ],
        ),
        // A stop by fault counts whatever was delivered before.
        ("+4", &[(1, 'a', ""), (2, 'b', "GroundFault"), (3, 'c', "OvercurrentFault"), (4, 'a', "PowerQuality")]),
        // What is neither ends the row.
        ("", &[(1, 'a', ""), (2, 'b', ""), (3, 'c', ""), (4, 'a', "700"), (5, 'b', ""), (6, 'c', "")]),
        ("+8", &[(1, 'a', ""), (2, 'b', ""), (4, 'a', "700"), (5, 'b', ""), (6, 'c', ""), (7, 'b', ""), (8, 'c', "")]),
        // What the driver, the operator or the site did says nothing either way, unless it was a good session.
        ("+5", &[(1, 'a', ""), (2, 'b', ""), (3, 'c', "Remote"), (4, 'a', ""), (5, 'b', "")]),
        ("", &[(1, 'a', "Remote"), (2, 'b', "DeAuthorized"), (3, 'c', "Timeout"), (4, 'd', "EmergencyStop")]),
        ("+4", &[(1, 'a', "Local"), (2, 'b', "EVDisconnected"), (3, 'c', "Reboot"), (4, 'd', "SomethingNew")]),
        // Only more than 1 kWh clears, and only a session after it may open again.
        ("+4", &[(1, 'a', ""), (2, 'b', ""), (3, 'c', ""), (4, 'a', ""), (5, 'a', "1000")]),
        ("+4 -5", &[(1, 'a', ""), (2, 'b', ""), (3, 'c', ""), (4, 'a', ""), (5, 'a', "1001"), (6, 'b', "1001")]),
        (
            "+4 -6 +10",
            &[
                (1, 'a', ""),
                (2, 'b', ""),
                (3, 'c', ""),
                (4, 'a', ""),
                (5, 'a', "700"),
                (6, 'b', "2000"),
                (7, 'b', ""),
                (8, 'b', ""),
                (9, 'c', ""),
                (10, 'c', ""),
            ],
        ),
        // While it is open, a second row opens nothing.
        (
            "+4",
            &[
                (1, 'a', ""),
                (2, 'b', ""),
                (3, 'c', ""),
                (4, 'a', ""),
                (5, 'a', "700"),
                (6, 'b', ""),
                (7, 'b', ""),
                (8, 'b', ""),
                (9, 'c', ""),
            ],
        ),
    ] {
        assert_eq!(changes(sessions), expected, "{sessions:?}");
    }
}

#[test]
fn a_late_session_takes_its_place_and_history_changes_nothing() {
    for (expected, sessions) in [
        // The last of the row comes first: the fault began with it.
        ("+5", &[(5, 'a', ""), (2, 'b', ""), (4, 'c', ""), (3, 'a', "")][..]),
        // Aborted before the row began.
        ("", &[(10, 'a', "2000"), (1, 'a', ""), (2, 'b', ""), (3, 'c', ""), (4, 'd', "")]),
        ("", &[(2, 'a', ""), (5, 'b', "700"), (6, 'c', ""), (7, 'd', ""), (8, 'a', ""), (4, 'b', "")]),
        // Not aborted, and late: it cuts the row where it belongs.
        ("", &[(1, 'a', ""), (2, 'b', ""), (4, 'c', ""), (3, 'a', "2000"), (5, 'd', ""), (6, 'a', "")]),
        ("+7", &[(1, 'a', ""), (2, 'b', ""), (4, 'c', ""), (3, 'a', "2000"), (5, 'd', ""), (6, 'a', ""), (7, 'a', "")]),
        // A good session of before the last failure proves nothing; one after it clears.
        ("+4", &[(1, 'a', ""), (2, 'b', ""), (3, 'c', ""), (4, 'd', ""), (2, 'a', "2000")]),
        ("+4", &[(1, 'a', ""), (2, 'b', ""), (3, 'c', ""), (4, 'd', ""), (9, 'a', ""), (6, 'a', "2000")]),
        ("+4", &[(1, 'a', ""), (2, 'b', ""), (3, 'c', ""), (4, 'd', ""), (6, 'a', "700"), (3, 'a', "2000")]),
        ("+4 -10", &[(1, 'a', ""), (2, 'b', ""), (3, 'c', ""), (4, 'd', ""), (9, 'a', ""), (10, 'a', "2000")]),
    ] {
        assert_eq!(changes(sessions), expected, "{sessions:?}");
    }
}

#[test]
fn what_nobody_measured_is_no_evidence_but_a_stop_by_fault_is() {
    let unmeasured = |(ended, driver, how)| SessionOutcome { energy_wh: None, ..session((ended, driver, how)) };
    let row = |how| [(1, 'a', how), (2, 'b', how), (3, 'c', how), (4, 'd', how)].map(unmeasured);
    assert_eq!(told(&row("")), (Health::default(), Vec::new()));
    assert_eq!(told(&row("GroundFault")).1.len(), 1);
    // However much was delivered before.
    let late = row("GroundFault").map(|outcome| SessionOutcome { energy_wh: Some(20_000), ..outcome });
    assert_eq!(told(&late).1.len(), 1);
}

#[test]
fn slow_sessions_and_sessions_with_some_energy_are_not_aborted() {
    let row = |seconds, energy_wh| {
        let duration = SignedDuration::from_secs(seconds);
        let sessions = [(1, 'a', ""), (2, 'b', ""), (3, 'c', ""), (4, 'd', "")];
        let sessions = sessions.map(|told| SessionOutcome { duration, energy_wh: Some(energy_wh), ..session(told) });
        told(&sessions).1.len()
    };
    for (seconds, energy_wh, opened) in
        [(299, 499, 1), (300, 499, 0), (299, 500, 0), (0, 0, 1), (-60, 0, 1), (3_600, 0, 0)]
    {
        assert_eq!(row(seconds, energy_wh), opened, "{seconds} s, {energy_wh} Wh");
    }
}

#[test]
fn the_evidence_says_what_a_technician_needs_and_names_nobody() {
    let sessions = [(1, 'a', ""), (2, 'b', ""), (3, 'c', ""), (4, 'a', ""), (9, 'a', "2150")].map(session);
    let changes = told(&sessions).1;
    let [opened, cleared] = changes.as_slice() else { unreachable!("one opens and clears: {changes:?}") };
    assert_eq!((opened.value, opened.limit, opened.unit), (4.0, 4.0, "sessions"));
    assert_eq!(
        opened.evidence,
        "4 sessions in a row by 3 drivers ended within 5 min and 0.5 kWh, the last at 2026-05-28T20:30:40Z"
    );
    assert_eq!(cleared.evidence, "a session of 2.1 kWh ended at 2026-05-28T20:35:40Z");
    assert_eq!((cleared.value, cleared.opened_at), (0.0, opened.opened_at));
    let by_fault = [(1, 'a', "GroundFault"), (2, 'b', ""), (3, 'a', "PowerQuality"), (4, 'a', "GroundFault")];
    let evidence = told(&by_fault.map(session)).1.remove(0).evidence;
    assert_eq!(
        evidence,
        "4 sessions in a row by 2 drivers ended within 5 min and 0.5 kWh or were stopped by a fault (GroundFault, \
         PowerQuality), the last at 2026-05-28T20:30:40Z"
    );
}

#[test]
fn what_is_kept_names_nobody_and_is_read_back_as_it_was() {
    let sessions: Vec<_> = (1..=9).map(|n| session((n, if n % 2 == 0 { 'a' } else { 'b' }, ""))).collect();
    let (health, _) = told(&sessions);
    let json = serde_json::to_string(&health).unwrap();
    assert_eq!(serde_json::from_str::<Health>(&json).unwrap(), health);
    assert!(!json.contains("TOKEN"), "{json}");
    assert!(json.len() < 512, "{} bytes", json.len());
    assert_eq!((health.kept.len(), health.run()), (4, 9));
    assert!(serde_json::from_str::<Health>(&json.replace("\"version\":1", "\"version\":2")).is_err());
    // The marks are stored: whoever changes them takes one driver for two.
    assert_eq!(serde_json::to_string(&health.kept[3].driver).unwrap(), "9353");
    assert_eq!(DriverMark::of(&"04a1b2c3".parse().unwrap()), DriverMark::of(&"04A1B2C3".parse().unwrap()));
}

#[test]
fn lines_of_a_file_give_the_same_as_sessions_that_are_settled() {
    let message = |transaction: i64, seq_no: u32, event: &str, driver: char, (at, wh): (i64, i64)| {
        let json = format!(
            r#"{{"messageId":"m","eventType":"{event}","transactionId":"t-{transaction}","seqNo":{seq_no},"at":"{}","evseId":1,
                "connectorId":1,"idToken":"TOKEN-{driver}","registerWh":{wh}}}"#,
            minute(at)
        );
        TransactionMessage::parse(json.as_bytes()).unwrap()
    };
    let whole = |ended: i64, driver, wh: i64| {
        [
            message(ended, 0, "Started", driver, (ended - 2, 5_000)),
            message(ended, 1, "Ended", driver, (ended, 5_000 + wh)),
        ]
    };
    let mut messages: Vec<_> = [(10, 'a', 100), (20, 'b', 0), (30, 'c', 200), (40, 'a', 0), (50, 'a', 2_000)]
        .into_iter()
        .flat_map(|(ended, driver, wh)| whole(ended, driver, wh))
        .collect();
    // A session without an end, and one without a beginning.
    messages.push(message(70, 0, "Started", 'a', (70, 0)));
    messages.push(message(80, 1, "Ended", 'a', (80, 0)));
    let changes = check_sessions(&messages);
    assert_eq!(changes.iter().map(|change| change.at).collect::<Vec<_>>(), [minute(40), minute(50)]);
    let again: Vec<_> = messages.iter().chain(&messages).rev().cloned().collect();
    assert_eq!(check_sessions(&again), changes);
}

/// Any sessions, each at a time of its own.
fn sessions() -> impl Strategy<Value = Vec<SessionOutcome>> {
    let how =
        prop_oneof![4 => Just(""), 1 => Just("GroundFault"), 1 => Just("700"), 1 => Just("2000"), 1 => Just("Remote")];
    prop::collection::vec((prop::sample::select(vec!['a', 'b', 'c']), how), 0..14)
        .prop_map(|told| (1..).zip(told).map(|(ended, (driver, how))| session((ended, driver, how))).collect())
}

proptest! {
    /// The row is that of the ends, whatever the order in which they are told.
    #[test]
    fn order_changes_nothing_in_the_row((sessions, mixed) in sessions().prop_flat_map(|sessions| (Just(sessions.clone()), Just(sessions).prop_shuffle()))) {
        let (in_order, (mixed, _)) = (told(&sessions).0, told(&mixed));
        prop_assert_eq!(in_order.row_since, mixed.row_since);
        prop_assert_eq!(in_order.kept, mixed.kept);
    }

    /// Five aborted sessions by three drivers are one fault, known at the fourth, in any order.
    #[test]
    fn five_in_any_order_are_one_fault_at_the_fourth(order in Just([(1, 'a', ""), (2, 'b', ""), (3, 'c', ""), (4, 'a', ""), (5, 'b', "")]).prop_shuffle()) {
        let outcomes = order.map(session);
        prop_assert_eq!(told(&outcomes[..3]).1.len(), 0);
        prop_assert_eq!(told(&outcomes[..4]).1.len(), 1);
        prop_assert_eq!(told(&outcomes).1.len(), 1);
    }

    /// A fault opens and clears by turns, and no episode has the name of another.
    #[test]
    fn episodes_follow_each_other(mixed in sessions().prop_shuffle()) {
        let changes = told(&mixed).1;
        let is_opened = |change: &Change| change.kind == ChangeKind::Opened;
        prop_assert!((0..).zip(&changes).all(|(nth, change)| is_opened(change) == (nth % 2 == 0)));
        prop_assert!(changes.windows(2).all(|pair| pair[0].at <= pair[1].at));
        let opened: Vec<_> = changes.iter().filter(|change| is_opened(change)).map(|change| change.opened_at).collect();
        prop_assert!(opened.windows(2).all(|pair| pair[0] < pair[1]));
    }

    /// Who delivers more energy is not worse off.
    #[test]
    fn a_good_session_last_leaves_nothing_open(mut sessions in sessions()) {
        sessions.push(session((99, 'a', "2000")));
        prop_assert_eq!(told(&sessions).1.len() % 2, 0);
    }
}
