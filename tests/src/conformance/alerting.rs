//! Alerts as items.

use alerts::Alert;
use futures_util::future::join_all;
use ports::{KeepAlerts, Raised, Saved};

use super::values::{at, completed, completed_id, session};

/// Catches fields that are dropped or rounded on their way, with and without a time at which the alert is due.
pub async fn an_alert_is_read_back_as_it_was_raised(ports: &impl KeepAlerts) {
    for (name, due_at) in [("alert-due", Some("2026-06-01T12:00:00.123456789Z".parse().unwrap())), ("alert-told", None)]
    {
        let alert = Alert { due_at, ..completed(&session(name), at(0)) };
        assert_eq!(ports.raise(&alert).await.unwrap(), Raised::New);
        assert_eq!(ports.alert(&alert.id).await.unwrap(), Some(Alert { version: 1, ..alert }));
    }
}

/// Catches an alert that is told again because its cause was found again.
pub async fn a_cause_raises_one_alert(ports: &impl KeepAlerts) {
    let session = session("alert-once");
    let first = completed(&session, at(0));
    assert_eq!(ports.raise(&first).await.unwrap(), Raised::New);
    assert_eq!(ports.raise(&completed(&session, at(60))).await.unwrap(), Raised::Already);
    assert_eq!(ports.alert(&first.id).await.unwrap(), Some(Alert { version: 1, ..first }));
}

/// Catches an adapter that looks and then writes.
pub async fn of_64_that_raise_at_once_one_is_first(ports: &impl KeepAlerts) {
    let session = session("alert-race");
    let alerts: Vec<_> = (0..64).map(|n| completed(&session, at(n))).collect();
    let outcomes = join_all(alerts.iter().map(|alert| ports.raise(alert))).await;
    let first: Vec<_> =
        outcomes.into_iter().zip(alerts).filter(|(raised, _)| matches!(raised, Ok(Raised::New))).collect();
    assert_eq!(first.len(), 1);
    assert_eq!(ports.alert(&completed_id(&session)).await.unwrap().unwrap().opened_at, first[0].1.opened_at);
}

/// Catches a claim that two publishers hold.
pub async fn an_alert_is_written_by_whoever_read_it_last(ports: &impl KeepAlerts) {
    let alert = completed(&session("alert-versions"), at(0));
    assert_eq!(ports.raise(&alert).await.unwrap(), Raised::New);
    let read = ports.alert(&alert.id).await.unwrap().unwrap();
    let claimed = Alert { claims: 1, due_at: Some(at(60)), ..read };
    assert_eq!(ports.save_alert(&claimed).await.unwrap(), Saved::Done);
    for version in [0, 1, 3] {
        let stale = Alert { version, claims: 9, ..claimed.clone() };
        assert_eq!(ports.save_alert(&stale).await.unwrap(), Saved::Conflict, "version {version}");
    }
    assert_eq!(ports.alert(&alert.id).await.unwrap(), Some(Alert { version: 2, ..claimed }));
}

/// Catches an adapter that makes something up.
pub async fn an_alert_nobody_raised_is_not_there(ports: &impl KeepAlerts) {
    assert_eq!(ports.alert(&completed_id(&session("alert-none"))).await.unwrap(), None);
}
