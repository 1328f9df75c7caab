//! Holds.

use alerts::AlertChange;
use billing::money::Money;
use billing::payment::{Debt, Hold, HoldState, SessionEnd};
use futures_util::future::join_all;
use jiff::Timestamp;
use messages::SessionId;
use ports::{
    Due, FindDue, KeepAlerts, KeepDebts, KeepHolds, KeepSessions, MarkHolds, OpenHolds, Payment, Saved, Settled,
    WithHold,
};

use super::Observe;
use super::values::{at, completed, completed_id, debt, euros, head, hold, session, settled};

/// More than any store holds here.
const ALL: usize = 10_000;

/// Catches a hold that replaces another of its id, and fields that are dropped or rounded on their way.
pub async fn a_hold_is_opened_once(ports: &(impl OpenHolds + KeepHolds)) {
    let due_at: Timestamp = "2026-06-01T12:00:00.123456789Z".parse().unwrap();
    let first = hold("opened", Some(due_at));
    assert_eq!(ports.hold(&first.id).await.unwrap(), None);
    assert_eq!(ports.open_hold(&first).await.unwrap(), Saved::Done);
    let mut second = first.clone();
    second.amount.minor = 1;
    assert_eq!(ports.open_hold(&second).await.unwrap(), Saved::Conflict);
    assert_eq!(ports.hold(&first.id).await.unwrap(), Some(Hold { version: 1, ..first }));
}

/// Catches an adapter that looks first and writes later.
pub async fn of_16_that_open_at_once_one_wins(ports: &(impl OpenHolds + KeepHolds)) {
    let all: Vec<Hold> = (0..16).map(|n| Hold { setbacks: n, ..hold("opened-race", Some(at(0))) }).collect();
    let outcomes = join_all(all.iter().map(|hold| ports.open_hold(hold))).await;
    let won: Vec<_> = outcomes.into_iter().zip(0..).filter(|(saved, _)| matches!(saved, Ok(Saved::Done))).collect();
    assert_eq!(won.len(), 1);
    assert_eq!(ports.hold(&all[0].id).await.unwrap().unwrap().setbacks, won[0].1);
}

/// Catches a missing version condition: two sessions would begin on one hold.
pub async fn a_hold_is_written_by_whoever_read_it_last(ports: &(impl OpenHolds + KeepHolds)) {
    let first = hold("hold-versions", Some(at(0)));
    let nothing = WithHold::default();
    assert_eq!(ports.save_hold(&Hold { version: 1, ..first.clone() }, &nothing).await.unwrap(), Saved::Conflict);
    assert_eq!(ports.hold(&first.id).await.unwrap(), None);
    assert_eq!(ports.open_hold(&first).await.unwrap(), Saved::Done);
    let state = HoldState::Authorized { intent: "pi_1".to_owned(), at: at(1), capture_before: Some(at(600_000)) };
    let next = Hold { state, session: Some(session("held")), fence: 1, due_at: None, version: 1, ..first };
    assert_eq!(ports.save_hold(&next, &nothing).await.unwrap(), Saved::Done);
    for version in [0, 1, 3] {
        let late = Hold { version, fence: 9, ..next.clone() };
        assert_eq!(ports.save_hold(&late, &nothing).await.unwrap(), Saved::Conflict, "version {version}");
    }
    assert_eq!(ports.hold(&next.id).await.unwrap(), Some(Hold { version: 2, ..next }));
}

/// Catches money, a rest or an alert that is written beside the hold instead of with it, or not at all.
pub async fn the_end_of_a_hold_is_written_whole(
    ports: &(impl OpenHolds + KeepHolds + KeepDebts + KeepAlerts + Observe),
) {
    let session = session("hold-end");
    let asked = hold("hold-end", Some(at(0)));
    assert_eq!(ports.open_hold(&asked).await.unwrap(), Saved::Done);
    let with = WithHold {
        payment: Some(payment(&session, 2_000)),
        debt: Some(debt(&session, Some(at(5)))),
        alerts: vec![AlertChange::open(completed(&session, at(0)))],
    };
    let stale = Hold { version: 2, due_at: None, ..asked.clone() };
    assert_eq!(ports.save_hold(&stale, &with).await.unwrap(), Saved::Conflict);
    assert_eq!(ports.debt(&session).await.unwrap(), None);
    assert_eq!(payments(ports, &session).await, []);
    assert_eq!(ports.alert(&completed_id(&session)).await.unwrap(), None);

    let ended = Hold { version: 1, due_at: None, ..asked };
    assert_eq!(ports.save_hold(&ended, &with).await.unwrap(), Saved::Done);
    assert_eq!(ports.debt(&session).await.unwrap(), with.debt.map(|debt| Debt { version: 1, ..debt }));
    assert_eq!(payments(ports, &session).await, [payment(&session, 2_000)]);
    assert!(ports.alert(&completed_id(&session)).await.unwrap().is_some());
}

/// Catches a payment or a debt that a second end of a hold replaces.
pub async fn the_end_of_a_hold_is_written_once(ports: &(impl OpenHolds + KeepHolds + KeepDebts + Observe)) {
    let session = session("hold-twice");
    let asked = hold("hold-twice", Some(at(0)));
    assert_eq!(ports.open_hold(&asked).await.unwrap(), Saved::Done);
    let owed = debt(&session, Some(at(5)));
    let with = |minor, debt| WithHold { payment: Some(payment(&session, minor)), debt, alerts: Vec::new() };
    let ended = Hold { version: 1, due_at: None, ..asked };
    assert_eq!(ports.save_hold(&ended, &with(2_000, Some(owed.clone()))).await.unwrap(), Saved::Done);
    let again = Hold { version: 2, fence: 9, ..ended };
    let mut other = owed.clone();
    other.amount.minor = 1;
    assert_eq!(ports.save_hold(&again, &with(1, None)).await.unwrap(), Saved::Conflict);
    let only_debt = WithHold { debt: Some(other), ..WithHold::default() };
    assert_eq!(ports.save_hold(&again, &only_debt).await.unwrap(), Saved::Conflict);
    assert_eq!(ports.debt(&session).await.unwrap().unwrap().amount, owed.amount);
    assert_eq!(payments(ports, &session).await, [payment(&session, 2_000)]);
    assert_eq!(ports.hold(&again.id).await.unwrap().unwrap().fence, 0);
}

/// Catches a hold that is not told of the end of its session, and an end that is written although its hold has moved on.
pub async fn a_session_ends_with_its_hold(ports: &(impl OpenHolds + KeepHolds + KeepSessions)) {
    let session = session("hold-settled");
    assert_eq!(ports.save_head(&head(&session, Some(at(0)))).await.unwrap(), Saved::Done);
    let version = ports.head(&session).await.unwrap().unwrap().version;
    let asked = hold("hold-settled", Some(at(0)));
    assert_eq!(ports.open_hold(&asked).await.unwrap(), Saved::Done);
    let due = Money { minor: 300, currency: euros() };
    let told = Hold { end: Some(SessionEnd::Billed { due }), session: Some(session.clone()), ..asked };
    let end = |version_of_hold| {
        let hold = Some(Hold { version: version_of_hold, ..told.clone() });
        Settled { hold, debt: None, ..settled(&session, version) }
    };
    let before = ports.head(&session).await.unwrap();
    for stale in [0, 2] {
        assert_eq!(ports.settle(&end(stale)).await.unwrap(), Saved::Conflict, "version {stale}");
        assert_eq!(ports.head(&session).await.unwrap(), before);
    }
    assert_eq!(ports.settle(&end(1)).await.unwrap(), Saved::Done);
    assert_eq!(ports.hold(&told.id).await.unwrap(), Some(Hold { version: 2, ..told }));
}

/// Catches a mark that makes an item of its own, one that makes an old hold young, one that is lost to a slow writer, and one by which a
/// hold that is done with is due for ever.
pub async fn a_hold_is_marked_as_a_debt_is(ports: &(impl OpenHolds + KeepHolds + MarkHolds)) {
    let nothing = WithHold::default();
    let later = hold("hold-mark", Some(at(3600)));
    assert!(!ports.mark_hold_due(&later.id, at(10)).await.unwrap());
    assert_eq!(ports.hold(&later.id).await.unwrap(), None);
    assert_eq!(ports.open_hold(&later).await.unwrap(), Saved::Done);
    for now in [at(10), at(70)] {
        assert!(ports.mark_hold_due(&later.id, now).await.unwrap());
        assert_eq!(ports.hold(&later.id).await.unwrap().unwrap().due_at, Some(at(10)));
    }
    assert_eq!(ports.save_hold(&Hold { version: 1, ..later.clone() }, &nothing).await.unwrap(), Saved::Conflict);
    let done = Hold { version: 3, due_at: None, ..later };
    assert_eq!(ports.save_hold(&done, &nothing).await.unwrap(), Saved::Done);
    assert!(ports.mark_hold_due(&done.id, at(80)).await.unwrap());
    assert_eq!(ports.hold(&done.id).await.unwrap(), Some(Hold { version: 4, ..done }));
}

/// Catches a hold that the sweep never sees, and one that it takes for a debt.
pub async fn a_hold_is_due_until_it_is_done_with(ports: &(impl OpenHolds + KeepHolds + FindDue)) {
    let asked = hold("hold-due", Some(at(-30)));
    assert_eq!(ports.open_hold(&asked).await.unwrap(), Saved::Done);
    let due = Due::Hold { id: asked.id.clone(), due_at: at(-30) };
    let found = ports.find_due(at(0), ALL).await.unwrap();
    assert_eq!(found.iter().filter(|found| **found == due).count(), 1, "{found:?}");
    let done = Hold { version: 1, due_at: None, ..asked };
    assert_eq!(ports.save_hold(&done, &WithHold::default()).await.unwrap(), Saved::Done);
    assert!(!ports.find_due(at(0), ALL).await.unwrap().contains(&due));
}

fn payment(session: &SessionId, minor: i64) -> Payment {
    let captured = Money { minor, currency: euros() };
    let intent = format!("pi_{session}");
    Payment { session: session.clone(), number: 1, intent, captured, at: at(5) }
}

async fn payments(ports: &impl Observe, session: &SessionId) -> Vec<Payment> {
    let all = ports.payments().await.unwrap();
    all.into_iter().filter(|payment| payment.session == *session).collect()
}
