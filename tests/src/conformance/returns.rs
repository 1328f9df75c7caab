//! What goes back of payments, and payments by their intent.

use alerts::AlertChange;
use billing::money::Money;
use billing::payment::{Debt, Payment, Returns};
use futures_util::future::join_all;
use ports::{Due, FindDue, KeepAlerts, KeepDebts, KeepReturns, MarkReturns, ReadPayments, Saved};

use super::values::{at, completed, completed_id, debt, euros, session};

/// Catches a payment that is found by its session only, and one that is found under the intent of another.
pub async fn a_payment_is_found_by_its_session_and_by_its_intent(ports: &(impl KeepDebts + ReadPayments)) {
    let paid = pay(ports, "by-intent").await;
    assert_eq!(ports.payments_of(&paid.session).await.unwrap(), std::slice::from_ref(&paid));
    assert_eq!(ports.payment_by(&paid.intent).await.unwrap(), Some(paid));
    assert_eq!(ports.payments_of(&session("by-intent-nobody")).await.unwrap(), []);
    assert_eq!(ports.payment_by("pi_by-intent-nobody").await.unwrap(), None);
}

/// Catches a missing version condition, and fields that are lost on their way.
pub async fn returns_are_written_by_whoever_read_them_last(ports: &impl KeepReturns) {
    let first = asked("returns-versions", Some(1));
    assert_eq!(ports.returns(&first.session).await.unwrap(), []);
    assert_eq!(ports.ask_returns(&Returns { version: 1, ..first.clone() }).await.unwrap(), Saved::Conflict);
    assert_eq!(ports.ask_returns(&first).await.unwrap(), Saved::Done);
    let read = ports.returns(&first.session).await.unwrap().remove(0);
    assert_eq!(read, Returns { version: 1, ..first });
    let next = Returns { fence: 1, due_at: None, ..read };
    assert_eq!(ports.save_returns(&next, &[]).await.unwrap(), Saved::Done);
    for version in [0, 1, 3] {
        let stale = Returns { version, fence: 9, ..next.clone() };
        assert_eq!(ports.ask_returns(&stale).await.unwrap(), Saved::Conflict, "version {version}");
        assert_eq!(ports.save_returns(&stale, &[]).await.unwrap(), Saved::Conflict, "version {version}");
    }
    assert_eq!(ports.returns(&next.session).await.unwrap(), [Returns { version: 2, ..next }]);
}

/// Catches a store by which two operators give back more than was captured.
pub async fn of_16_that_ask_for_all_at_once_one_gets_it(ports: &impl KeepReturns) {
    let none = Returns::of(&payment("returns-race", 1));
    let ask = async |reason: String| {
        let known = ports.returns(&none.session).await.unwrap().into_iter().next().unwrap_or_else(|| none.clone());
        let Ok(asked) = known.asked(Some(200), &reason, at(0)) else { return Saved::Conflict };
        ports.ask_returns(&asked).await.unwrap()
    };
    join_all((0..16).map(|n| ask(format!("operator {n}")))).await;
    let kept = ports.returns(&none.session).await.unwrap().remove(0);
    assert_eq!((kept.refunds.len(), kept.asked_minor()), (1, 200));
}

/// Catches payments of one session whose returns are taken for each other.
pub async fn each_payment_of_a_session_has_its_own_returns(ports: &impl KeepReturns) {
    let (first, second) = (Returns::of(&payment("returns-two", 1)), Returns::of(&payment("returns-two", 2)));
    for returns in [&second, &first] {
        assert_eq!(ports.ask_returns(returns).await.unwrap(), Saved::Done);
    }
    let kept = ports.returns(&first.session).await.unwrap();
    assert_eq!(kept, [Returns { version: 1, ..first }, Returns { version: 1, ..second }]);
}

/// Catches an alert that is written beside the returns instead of with them.
pub async fn returns_that_lose_leave_no_alert(ports: &(impl KeepReturns + KeepAlerts)) {
    let returns = asked("returns-alert", None);
    let told = [AlertChange::open(completed(&returns.session, at(0)))];
    let stale = Returns { version: 3, ..returns.clone() };
    assert_eq!(ports.save_returns(&stale, &told).await.unwrap(), Saved::Conflict);
    assert_eq!(ports.alert(&completed_id(&returns.session)).await.unwrap(), None);
    assert_eq!(ports.save_returns(&returns, &told).await.unwrap(), Saved::Done);
    assert!(ports.alert(&completed_id(&returns.session)).await.unwrap().is_some());
}

/// Catches returns that are never found when they are due, and a mark that makes something of nothing.
pub async fn returns_are_due_until_they_are_done(ports: &(impl KeepReturns + MarkReturns + FindDue)) {
    let returns = Returns { due_at: Some(at(3600)), ..asked("returns-due", None) };
    let id = returns.session.clone();
    assert!(!ports.mark_returns_due(&id, 1, at(0)).await.unwrap(), "there are none yet");
    assert_eq!(ports.ask_returns(&returns).await.unwrap(), Saved::Done);
    let is_due = async |due_at, before| {
        let due = Due::Returns { id: id.clone(), payment: 1, due_at };
        ports.find_due(before, 10_000).await.unwrap().contains(&due)
    };
    assert!(!is_due(at(3600), at(3599)).await);
    assert!(is_due(at(3600), at(3600)).await);
    assert!(ports.mark_returns_due(&id, 1, at(10)).await.unwrap());
    assert!(is_due(at(10), at(10)).await);
    assert!(!ports.mark_returns_due(&id, 2, at(10)).await.unwrap(), "another payment");
    let read = ports.returns(&id).await.unwrap().remove(0);
    assert_eq!(ports.save_returns(&Returns { due_at: None, ..read }, &[]).await.unwrap(), Saved::Done);
    assert!(!is_due(at(10), at(10)).await);
    assert!(ports.mark_returns_due(&id, 1, at(20)).await.unwrap());
    assert_eq!(ports.returns(&id).await.unwrap()[0].due_at, None, "what is done stays so");
}

fn payment(name: &str, number: u32) -> Payment {
    let captured = Money { minor: 300, currency: euros() };
    Payment { session: session(name), number, intent: format!("pi_{name}"), captured, at: at(5) }
}

fn asked(name: &str, minor: Option<i64>) -> Returns {
    Returns::of(&payment(name, 1)).asked(minor, "cable", at(0)).unwrap()
}

/// Stores a paid debt.
async fn pay(ports: &impl KeepDebts, name: &str) -> Payment {
    let payment = payment(name, 1);
    let owed = Debt { due_at: None, ..debt(&payment.session, None) };
    assert_eq!(ports.save_debt(&owed, Some(&payment), &[]).await.unwrap(), Saved::Done);
    payment
}
