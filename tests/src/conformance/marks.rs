//! Waking whoever works on a debt or an alert.

use alerts::Alert;
use billing::payment::Debt;
use jiff::Timestamp;
use messages::SessionId;
use ports::{Due, FindDue, KeepAlerts, KeepDebts, MarkDebts, Raised, Saved};

use super::values::{at, completed, completed_id, debt, session};

/// Catches a mark that nobody sees before the debt would have been due anyway.
pub async fn a_debt_due_later_is_due_when_it_is_marked(ports: &(impl KeepDebts + MarkDebts + FindDue)) {
    let session = session("mark-later");
    store(ports, &session, Some(at(3600))).await;
    assert!(ports.mark_debt_due(&session, at(10)).await.unwrap());
    assert_eq!(ports.debt(&session).await.unwrap().unwrap().due_at, Some(at(10)));
    let due = Due::Debt { id: session, due_at: at(10) };
    assert!(ports.find_due(at(10), 10_000).await.unwrap().contains(&due));
}

/// Catches a mark by which nothing is ever overdue, since the sweep marks what is due every minute.
pub async fn a_mark_does_not_make_an_old_debt_young(ports: &(impl KeepDebts + MarkDebts)) {
    let session = session("mark-old");
    store(ports, &session, Some(at(0))).await;
    for minutes in 1..4 {
        assert!(ports.mark_debt_due(&session, at(60 * minutes)).await.unwrap());
        assert_eq!(ports.debt(&session).await.unwrap().unwrap().due_at, Some(at(0)));
    }
}

/// Catches a late webhook by which a paid debt is due for ever.
pub async fn a_debt_that_is_done_with_stays_so(ports: &(impl KeepDebts + MarkDebts)) {
    let session = session("mark-done");
    store(ports, &session, None).await;
    let before = ports.debt(&session).await.unwrap();
    assert!(ports.mark_debt_due(&session, at(10)).await.unwrap());
    assert_eq!(ports.debt(&session).await.unwrap(), before);
}

/// Catches a mark that makes an item of its own.
pub async fn a_debt_that_is_not_there_cannot_be_marked(ports: &(impl KeepDebts + MarkDebts)) {
    let session = session("mark-nothing");
    assert!(!ports.mark_debt_due(&session, at(10)).await.unwrap());
    assert_eq!(ports.debt(&session).await.unwrap(), None);
}

/// Catches a mark that is wiped out by a collector who had read the debt before it: what the webhook told would wait for the next retry.
pub async fn a_mark_is_not_lost_to_a_slow_writer(ports: &(impl KeepDebts + MarkDebts)) {
    let session = session("mark-race");
    store(ports, &session, Some(at(3600))).await;
    let read = ports.debt(&session).await.unwrap().unwrap();
    assert!(ports.mark_debt_due(&session, at(10)).await.unwrap());
    let slow = Debt { due_at: Some(at(7200)), ..read };
    assert_eq!(ports.save_debt(&slow, None, &[]).await.unwrap(), Saved::Conflict);
    assert_eq!(ports.debt(&session).await.unwrap().unwrap().due_at, Some(at(10)));
}

/// Catches a mark that is not seen, and one that makes an old alert young.
pub async fn an_alert_due_later_is_due_when_it_is_marked(ports: &(impl KeepAlerts + FindDue)) {
    for (name, due_at, expected) in [("mark-alert-later", at(3600), at(10)), ("mark-alert-old", at(0), at(0))] {
        let alert = Alert { due_at: Some(due_at), ..completed(&session(name), at(0)) };
        assert_eq!(ports.raise(&alert).await.unwrap(), Raised::New);
        ports.mark_alert_due(&alert.id, at(10)).await.unwrap();
        assert_eq!(ports.alert(&alert.id).await.unwrap().unwrap().due_at, Some(expected), "{name}");
        let due = Due::Alert { id: alert.id, due_at: expected };
        assert!(ports.find_due(at(10), 10_000).await.unwrap().contains(&due), "{name}");
    }
}

/// Catches a mark that is wiped out by a publisher who had read the alert before it.
pub async fn a_marked_alert_is_not_lost_to_a_slow_writer(ports: &impl KeepAlerts) {
    let alert = Alert { due_at: Some(at(3600)), ..completed(&session("mark-alert-race"), at(0)) };
    assert_eq!(ports.raise(&alert).await.unwrap(), Raised::New);
    let read = ports.alert(&alert.id).await.unwrap().unwrap();
    ports.mark_alert_due(&alert.id, at(10)).await.unwrap();
    assert_eq!(ports.save_alert(&Alert { due_at: None, ..read }).await.unwrap(), Saved::Conflict);
    assert_eq!(ports.alert(&alert.id).await.unwrap().unwrap().due_at, Some(at(10)));
}

/// Catches a mark by which an alert that was told is due for ever.
pub async fn an_alert_that_is_done_with_stays_so(ports: &impl KeepAlerts) {
    let alert = Alert { due_at: None, ..completed(&session("mark-alert-done"), at(0)) };
    assert_eq!(ports.raise(&alert).await.unwrap(), Raised::New);
    ports.mark_alert_due(&alert.id, at(10)).await.unwrap();
    assert_eq!(ports.alert(&alert.id).await.unwrap(), Some(Alert { version: 1, ..alert }));
}

/// Catches a mark that makes an item of its own.
pub async fn an_alert_that_is_not_there_stays_so(ports: &impl KeepAlerts) {
    let id = completed_id(&session("mark-alert-nothing"));
    ports.mark_alert_due(&id, at(10)).await.unwrap();
    assert_eq!(ports.alert(&id).await.unwrap(), None);
}

async fn store(ports: &impl KeepDebts, session: &SessionId, due_at: Option<Timestamp>) {
    assert_eq!(ports.save_debt(&debt(session, due_at), None, &[]).await.unwrap(), Saved::Done);
}
