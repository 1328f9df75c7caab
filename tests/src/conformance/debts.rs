//! Debts and payments.

use alerts::AlertChange;
use billing::money::Money;
use billing::payment::{Debt, PaymentState};
use jiff::Timestamp;
use messages::SessionId;
use ports::{KeepAlerts, KeepDebts, Payment, Saved};

use super::Observe;
use super::values::{at, completed, completed_id, debt, euros, session};

/// Catches a missing version condition, and fields that are dropped or rounded on their way.
pub async fn a_debt_is_written_by_whoever_read_it_last(ports: &impl KeepDebts) {
    let session = session("debt-versions");
    let due_at: Timestamp = "2026-06-01T12:00:00.123456789Z".parse().unwrap();
    let first = debt(&session, Some(due_at));
    assert_eq!(ports.save_debt(&Debt { version: 1, ..first.clone() }, None, &[]).await.unwrap(), Saved::Conflict);
    assert_eq!(ports.debt(&session).await.unwrap(), None);
    assert_eq!(ports.save_debt(&first, None, &[]).await.unwrap(), Saved::Done);
    let read = ports.debt(&session).await.unwrap().unwrap();
    assert_eq!(read, Debt { version: 1, ..first });

    let next = Debt { state: PaymentState::Creating { since: at(1) }, fence: 1, due_at: None, ..read };
    assert_eq!(ports.save_debt(&next, None, &[]).await.unwrap(), Saved::Done);
    for version in [0, 1, 3] {
        let stale = Debt { version, fence: 9, ..next.clone() };
        assert_eq!(ports.save_debt(&stale, None, &[]).await.unwrap(), Saved::Conflict, "version {version}");
    }
    assert_eq!(ports.debt(&session).await.unwrap(), Some(Debt { version: 2, ..next }));
}

/// Catches a payment that is lost, and one that is written over.
pub async fn a_payment_is_written_once_with_its_debt(ports: &(impl KeepDebts + Observe)) {
    let session = session("paid");
    let owed = debt(&session, Some(at(0)));
    assert_eq!(ports.save_debt(&owed, None, &[]).await.unwrap(), Saved::Done);
    let paid = Debt { due_at: None, version: 1, ..owed };
    assert_eq!(ports.save_debt(&paid, Some(&payment(&session, 300)), &[]).await.unwrap(), Saved::Done);
    let again = Debt { setbacks: 1, version: 2, ..paid.clone() };
    assert_eq!(ports.save_debt(&again, Some(&payment(&session, 999)), &[]).await.unwrap(), Saved::Conflict);
    assert_eq!(ports.debt(&session).await.unwrap(), Some(Debt { version: 2, ..paid.clone() }));
    assert_eq!(payments(ports, &session).await, [payment(&session, 300)]);
    let same_intent = Payment { number: 2, ..payment(&session, 5) };
    let more = Debt { version: 2, ..paid };
    assert_eq!(ports.save_debt(&more, Some(&same_intent), &[]).await.unwrap(), Saved::Conflict);
    let second = Payment { intent: format!("pi_{session}-2"), ..same_intent };
    assert_eq!(ports.save_debt(&more, Some(&second), &[]).await.unwrap(), Saved::Done);
    assert_eq!(payments(ports, &session).await.len(), 2);
}

/// Catches a payment or an alert that is written beside the debt instead of with it.
pub async fn a_debt_that_loses_leaves_no_payment_and_no_alert(ports: &(impl KeepDebts + KeepAlerts + Observe)) {
    let session = session("unpaid");
    assert_eq!(ports.save_debt(&debt(&session, Some(at(0))), None, &[]).await.unwrap(), Saved::Done);
    let stale = debt(&session, None);
    let told = [AlertChange::open(completed(&session, at(0)))];
    assert_eq!(ports.save_debt(&stale, Some(&payment(&session, 300)), &told).await.unwrap(), Saved::Conflict);
    assert_eq!(payments(ports, &session).await, []);
    assert_eq!(ports.alert(&completed_id(&session)).await.unwrap(), None);

    let fresh = Debt { version: 1, ..stale };
    assert_eq!(ports.save_debt(&fresh, Some(&payment(&session, 300)), &told).await.unwrap(), Saved::Done);
    assert_eq!(payments(ports, &session).await.len(), 1);
    assert!(ports.alert(&completed_id(&session)).await.unwrap().is_some());
}

/// Catches an adapter that makes something up.
pub async fn a_session_without_a_debt_has_none(ports: &impl KeepDebts) {
    assert_eq!(ports.debt(&session("owes-nothing")).await.unwrap(), None);
}

fn payment(session: &SessionId, minor: i64) -> Payment {
    Payment {
        session: session.clone(),
        number: 1,
        intent: format!("pi_{session}"),
        captured: Money { minor, currency: euros() },
        at: at(5),
    }
}

async fn payments(ports: &impl Observe, session: &SessionId) -> Vec<Payment> {
    let all = ports.payments().await.unwrap();
    all.into_iter().filter(|payment| payment.session == *session).collect()
}
