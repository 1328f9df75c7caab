//! Alerts in, texts out: each once, whatever goes wrong on the way.

mod events;
mod store;

use alerts::{
    AfterFailure, Alert, AlertId, Contact, Ending, Fact, Language, PaymentFact, Place, Resolution, State, Telling,
};
use ports::Record;

use self::store::{Fault, Store, at, block_on, interleave, seconds};
use super::*;

fn place() -> Place {
    let (name, time_zone) = ("Harbour Garage".to_owned(), "Europe/Berlin".to_owned());
    Place { site: "harbour".parse().unwrap(), name, time_zone, language: Language::En }
}

/// Told to the operators.
fn stranger(station: &str) -> Alert {
    Alert::unregistered_station(&station.parse().unwrap(), seconds(0))
}

/// Told to the driver and to the operators.
fn unpaid() -> Alert {
    let amount = serde_json::from_str(r#"{"minor":462,"currency":"EUR"}"#).unwrap();
    let driver = Contact { language: Language::De, phone: Some("+4915100000001".to_owned()), endpoint: None };
    let fact = PaymentFact {
        session: "station-001:7a1c".parse().unwrap(),
        driver,
        amount,
        reason: "expired_card".to_owned(),
        after: AfterFailure::GivenUp,
    };
    Alert::open(Fact::PaymentFailed(fact), Some(place()), seconds(0))
}

fn end() -> Resolution {
    Resolution { at: at("2026-06-01T10:05:00Z"), ending: Ending::Settled }
}

fn record(id: &AlertId) -> Record<AlertId> {
    Record { id: format!("record of {id}"), body: id.clone() }
}

fn run(store: &Store, after_s: i64, ids: &[&AlertId]) -> Vec<String> {
    let records = ids.iter().map(|id| record(id)).collect();
    block_on(handle(store, seconds(after_s), records)).into_iter().map(|failed| failed.id).collect()
}

#[test]
fn everybody_is_told_once_however_often_the_record_comes() {
    let alert = unpaid();
    let store = Store::with(std::slice::from_ref(&alert));
    assert_eq!(run(&store, 0, &[&alert.id, &alert.id]), [""; 0]);
    run(&store, 3_600, &[&alert.id]);
    assert_eq!(store.sent(), ["phone Opening", "operators Opening"]);
    assert_eq!(store.get(&alert.id).due_at, None);
}

#[test]
fn an_alert_that_is_gone_or_says_nothing_more_is_no_failure() {
    let mut done = stranger("station-099");
    done.deliveries.clear();
    let store = Store::with(std::slice::from_ref(&done));
    assert_eq!(run(&store, 0, &[&done.id, &unpaid().id]), [""; 0]);
    // Its mark is cleared all the same.
    assert_eq!((store.sent().len(), store.get(&done.id).due_at), (0, None));
}

#[test]
fn a_phone_that_refuses_is_not_tried_again_and_the_operators_still_hear() {
    let alert = unpaid();
    let store = Store::with(std::slice::from_ref(&alert));
    store.disturb("publish to a driver", Fault::Refuses);
    assert_eq!(run(&store, 0, &[&alert.id]), [""; 0]);
    run(&store, 86_400, &[&alert.id]);
    assert_eq!(store.sent(), ["operators Opening"]);
    let stored = store.get(&alert.id);
    assert_eq!((stored.deliveries[0].opening, stored.due_at), (Telling::Refused { at: seconds(0) }, None));
}

#[test]
fn a_publication_that_fails_is_tried_again_after_its_pause_only() {
    let alert = stranger("station-099");
    let store = Store::with(std::slice::from_ref(&alert));
    store.disturb("publish to operators", Fault::Fails);
    assert_eq!(run(&store, 0, &[&alert.id]), [""; 0]);
    assert_eq!(store.get(&alert.id).due_at, Some(seconds(30)));
    run(&store, 29, &[&alert.id]);
    assert!(store.sent().is_empty());
    run(&store, 30, &[&alert.id]);
    assert_eq!(store.sent(), ["operators Opening"]);
    assert_eq!(store.get(&alert.id).due_at, None);
}

#[test]
fn an_alert_that_ended_before_it_was_told_is_told_in_one_message() {
    let alert = stranger("station-099");
    let store = Store::with(std::slice::from_ref(&alert));
    store.end(&alert.id, &end());
    run(&store, 0, &[&alert.id]);
    assert_eq!(store.sent(), ["operators Both"]);
    assert_eq!((store.get(&alert.id).state(), store.get(&alert.id).due_at), (State::Resolved, None));
}

#[test]
fn an_end_that_comes_at_any_moment_is_told_to_those_who_heard_of_the_opening() {
    for (during, sent) in [
        ("read", vec!["operators Both"]),
        ("claim", vec!["operators Both"]),
        ("publish to operators", vec!["operators Opening", "operators Resolution"]),
        ("record", vec!["operators Opening", "operators Resolution"]),
    ] {
        let alert = stranger("station-099");
        let store = Store::with(std::slice::from_ref(&alert));
        store.end_during(during, &alert.id, end());
        assert_eq!(run(&store, 0, &[&alert.id]), [""; 0], "{during}");
        assert_eq!(store.sent(), sent, "{during}");
        assert_eq!(store.get(&alert.id).due_at, None, "{during}");
    }
}

#[test]
fn whatever_answer_is_lost_everybody_hears_and_only_a_lost_publication_makes_a_copy() {
    for (name, fault, failed, copies) in [
        ("read", Fault::Fails, true, 0),
        ("claim", Fault::Fails, true, 0),
        ("claim", Fault::LosesItsAnswer, true, 0),
        ("publish to operators", Fault::Fails, false, 0),
        ("publish to operators", Fault::LosesItsAnswer, false, 1),
        ("record", Fault::Fails, true, 1),
        ("record", Fault::LosesItsAnswer, true, 0),
    ] {
        let (alert, other) = (stranger("station-099"), stranger("station-100"));
        let store = Store::with(&[alert.clone(), other.clone()]);
        store.disturb(name, fault);
        let expected = if failed { vec![format!("record of {}", alert.id)] } else { Vec::new() };
        // The other alert of the batch is told in any case.
        assert_eq!(run(&store, 0, &[&alert.id, &other.id]), expected, "{name} {fault:?}");
        // Delivered again at once: whoever might have published is still waited for.
        run(&store, 1, &[&alert.id]);
        for minute in 1..5 {
            run(&store, minute * 60, &[&alert.id]);
        }
        assert_eq!(store.sent().len(), 2 + copies, "{name} {fault:?}: {:?}", store.sent());
        assert_eq!(store.get(&alert.id).due_at, None, "{name} {fault:?}");
    }
}

proptest::proptest! {
    /// Several workers at once, in any interleaving, with the alert ending somewhere in between.
    #[test]
    fn workers_who_meet_do_not_tell_twice(
        turns: Vec<u8>,
        workers in 2usize..5,
        during in proptest::sample::select(vec!["read", "claim", "publish to operators", "publish to a driver", "record", "never"]),
    ) {
        let alert = unpaid();
        let store = Store::with(std::slice::from_ref(&alert));
        store.end_during(during, &alert.id, end());
        let work = (0..workers).map(|_| handle(&store, seconds(0), vec![record(&alert.id)]));
        interleave(work.collect(), &turns);
        // Who met another's claim left the rest to the sweep.
        run(&store, 60, &[&alert.id]);
        let sent = store.sent();
        for target in ["phone", "operators"] {
            let count = |stages: &[&str]| {
                sent.iter().filter(|line| stages.iter().any(|stage| **line == format!("{target} {stage}"))).count()
            };
            proptest::prop_assert_eq!(count(&["Opening", "Both"]), 1, "{:?}", sent);
            proptest::prop_assert_eq!(count(&["Resolution", "Both"]), usize::from(during != "never"), "{:?}", sent);
        }
        proptest::prop_assert_eq!(store.get(&alert.id).due_at, None);
    }
}
