//! A session that runs on a hold: whose it is, what it costs, and when it is stopped.

use billing::assignment::AssignedTariff;
use billing::payment::{Bound, Hold, HoldState, Supply, TurnedAway, Usage, usage};
use billing::readings::{Checks, MeterLimits};
use billing::session::StoredMessage;
use billing::settlement::{Case, Payer, SiteFacts};
use billing::tariff::Tariff;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use messages::{ConnectorKey, SessionId, TransactionMessage};
use proptest::prelude::*;

use crate::fixture::{authorized, connector, euros, hold, hours, session, start};

fn held() -> Hold {
    Hold { state: authorized(), start_asked_at: Some(start()), ..hold() }
}

#[test]
fn a_token_pays_for_the_first_session_at_its_evse_and_for_no_other() {
    let other: SessionId = "s-1:t-2".parse().unwrap();
    let elsewhere: SessionId = "s-2:t-1".parse().unwrap();
    let at = |evse_id, connector_id| Some(ConnectorKey { evse_id, connector_id });
    let Ok(Bound::Now(bound)) = held().bound_to(&session(), at(1, 2), start()) else { panic!("bound") };
    assert_eq!((bound.session.as_ref(), bound.due_at), (Some(&session()), Some(start() + hours(142))));
    for (hold, session, connector, expected) in [
        (bound.as_ref(), &session(), at(1, 1), Ok(Bound::Before)),
        (&bound, &session(), None, Ok(Bound::Before)),
        (&bound, &other, at(1, 1), Err(TurnedAway::UsedBefore)),
        (&held(), &elsewhere, at(1, 1), Err(TurnedAway::Elsewhere)),
        (&held(), &session(), at(2, 1), Err(TurnedAway::Elsewhere)),
        (&held(), &session(), None, Err(TurnedAway::Elsewhere)),
        (&hold(), &session(), at(1, 1), Err(TurnedAway::NotHeld)),
    ] {
        assert_eq!(hold.bound_to(session, connector, start()), expected, "{session} {connector:?}");
    }
    // A hold that is being released cannot be used any more.
    let state =
        HoldState::Canceling { intent: "pi_1".to_owned(), why: billing::payment::WhyCanceled::NotUsed, since: start() };
    let canceling = Hold { state, ..held() };
    assert_eq!(canceling.bound_to(&session(), Some(connector()), start()), Err(TurnedAway::NotHeld));
}

const ENERGY: &str = r#"{"price_components":[{"type":"ENERGY","price":0.50,"step_size":1}]}"#;
const PARKING: &str = r#"{"price_components":[{"type":"PARKING_TIME","price":12.00,"step_size":1}]}"#;

fn tariff(elements: &str) -> AssignedTariff {
    let json =
        format!(r#"{{"id":"t","currency":"EUR","elements":[{elements}],"last_updated":"2026-01-01T00:00:00Z"}}"#);
    AssignedTariff {
        id: "t".parse().unwrap(),
        site_id: "site".parse().unwrap(),
        evse_ids: Vec::new(),
        driver_group: None,
        from: start() - hours(1),
        tariff: Tariff::from_json(&json).unwrap(),
    }
}

/// A message so many seconds after the start.
fn message(seq_no: usize, (at_s, state, register_wh): (i64, &str, Option<i64>)) -> StoredMessage {
    let at: Timestamp = start() + SignedDuration::from_secs(at_s);
    let event = if seq_no == 0 { "Started" } else { "Updated" };
    let register = register_wh.map_or("null".to_owned(), |wh| wh.to_string());
    let json = format!(
        r#"{{"messageId":"m-{seq_no}","eventType":"{event}","transactionId":"t-1","seqNo":{seq_no},"at":"{at}","evseId":1,
            "connectorId":1,"idToken":"hold-h-1","chargingState":"{state}","registerWh":{register}}}"#
    );
    StoredMessage { message: TransactionMessage::parse(json.as_bytes()).unwrap(), received_at: at }
}

fn usage_of(elements: &str, power_w: i64, messages: &[(i64, &str, Option<i64>)]) -> Option<Usage> {
    let site = SiteFacts {
        id: "site".parse().unwrap(),
        name: "Site".to_owned(),
        time_zone: TimeZone::UTC,
        currency: "EUR".parse().unwrap(),
        seller: billing::cdr::Seller::default(),
    };
    let messages: Vec<StoredMessage> =
        messages.iter().enumerate().map(|(seq_no, said)| message(seq_no, *said)).collect();
    let case = Case {
        session: &session(),
        site: &site,
        messages: &messages,
        checks: &Checks::new(),
        tariffs: &[tariff(elements)],
        payer: &Payer::Known { group: None, payer: hold().payer() },
        limits: &MeterLimits { max_power_w: power_w, ..MeterLimits::default() },
    };
    usage(&case, Supply { power_w }, start())
}

#[test]
fn the_cost_so_far_and_at_the_next_message_follow_from_register_time_and_power() {
    let both = format!("{ENERGY},{PARKING}");
    let start_at = (0, "Charging", Some(1_000));
    for (what, elements, power_w, messages, expected) in [
        // A minute of 22 kW is 366 Wh.
        ("only a beginning", ENERGY, 22_000, vec![start_at], Some((0, 18))),
        (
            "an interval of five minutes",
            ENERGY,
            22_000,
            vec![start_at, (300, "Charging", Some(2_800))],
            Some((90, 182)),
        ),
        (
            "the longest of the last pauses",
            ENERGY,
            22_000,
            vec![start_at, (300, "Charging", Some(2_800)), (360, "Charging", Some(3_100))],
            Some((105, 197)),
        ),
        (
            "no pause is longer than a quarter of an hour",
            ENERGY,
            22_000,
            vec![start_at, (7_200, "Charging", Some(41_000))],
            Some((2_000, 2_275)),
        ),
        (
            "a message without a reading",
            ENERGY,
            22_000,
            vec![start_at, (300, "Charging", Some(2_800)), (600, "Charging", None)],
            Some((90, 273)),
        ),
        (
            "a vehicle that rests may charge again",
            ENERGY,
            22_000,
            vec![start_at, (60, "SuspendedEV", Some(1_300))],
            Some((15, 33)),
        ),
        (
            "parking may cost more than charging",
            PARKING,
            22_000,
            vec![start_at, (300, "SuspendedEV", Some(1_300))],
            Some((0, 100)),
        ),
        ("both", &both, 3_600, vec![start_at, (300, "SuspendedEV", Some(1_300))], Some((15, 115))),
        ("without a reading nothing can be told", ENERGY, 22_000, vec![(0, "Charging", None)], None),
        ("without a tariff nothing can be told", ENERGY, 22_000, vec![(-7_200, "Charging", Some(0))], None),
        ("without a beginning nothing can be told", ENERGY, 22_000, vec![], None),
    ] {
        let found = usage_of(elements, power_w, &messages);
        let expected = expected.map(|(used, at_next)| Usage { used: euros(used), at_next: euros(at_next) });
        assert_eq!(found, expected, "{what}");
    }
}

#[test]
fn a_session_is_stopped_while_there_is_enough_for_one_more_message_and_when_nothing_is_held() {
    let usage = |used, at_next| Usage { used: euros(used), at_next: euros(at_next) };
    let gone = Hold { state: HoldState::Expired { intent: "pi_1".to_owned(), at: start() }, ..held() };
    for (hold, usage, now, stops) in [
        (held(), Some(usage(1_800, 2_000)), start(), false),
        (held(), Some(usage(1_800, 2_001)), start(), true),
        (held(), None, start(), false),
        (held(), None, start() + hours(140), false),
        (held(), None, start() + hours(141), true),
        (gone, None, start(), true),
    ] {
        assert_eq!(hold.must_stop(usage.as_ref(), now), stops, "{usage:?} {now}");
    }
}

#[test]
fn a_figure_is_stored_when_it_is_news_and_while_it_matters() {
    let used = held().with_used(euros(5)).unwrap();
    assert_eq!(used.used, Some(euros(5)));
    assert_eq!(used.with_used(euros(5)), None);
    assert_eq!(used.with_used(euros(6)).unwrap().used, Some(euros(6)));
    let ended = used.ended(billing::payment::SessionEnd::NotBilled, start());
    assert_eq!(ended.with_used(euros(6)), None);
}

proptest! {
    /// Whatever the connector may deliver until the next message, the session is stopped before it costs more than the hold.
    #[test]
    fn a_session_that_obeys_never_costs_more_than_its_hold(
        gaps_s in prop::collection::vec(30_i64..900, 1..40),
        powers_w in prop::collection::vec(0_i64..=22_000, 40),
        steady in any::<bool>(),
    ) {
        let (mut at_s, mut register_wh) = (0, 1_000);
        let mut messages = vec![(0, "Charging", Some(1_000))];
        let first = gaps_s[0];
        for (gap_s, power_w) in gaps_s.iter().zip(&powers_w) {
            // A rhythm that is known: what it is only learned from cannot be foreseen.
            let gap_s = if steady { first } else { (*gap_s).min(60) };
            at_s += gap_s;
            register_wh += power_w * gap_s / 3_600;
            let usage = usage_of(ENERGY, 22_000, &messages).unwrap();
            if messages.len() > 1 || gap_s <= 60 {
                messages.push((at_s, "Charging", Some(register_wh)));
                let next = usage_of(ENERGY, 22_000, &messages).unwrap();
                prop_assert!(next.used.minor <= usage.at_next.minor, "{next:?} after {usage:?}");
            } else {
                messages.push((at_s, "Charging", Some(register_wh)));
            }
        }
    }
}
