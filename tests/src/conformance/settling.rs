//! The end of a session, written at once.

use alerts::{Alert, AlertChange, Ending};
use billing::payment::Debt;
use billing::session::Head;
use futures_util::future::join_all;
use messages::SessionId;
use ports::{HealthRow, KeepAlerts, KeepDebts, KeepSessions, Raised, ReadHealth, Saved, Settled};

use super::Observe;
use super::values::{at, completed, completed_id, head, health, key, session, settled};

/// Catches an adapter that forgets one of the parts, or stores it otherwise.
pub async fn the_end_of_a_session_is_written_whole(ports: &(impl KeepSessions + KeepDebts + KeepAlerts + Observe)) {
    let session = session("settled");
    let version = stored_head(ports, &session).await;
    let settled = settled(&session, version);
    assert_eq!(ports.settle(&settled).await.unwrap(), Saved::Done);

    let Settled { head, cdr, debt, hold: _, health: _, alerts: _ } = settled;
    assert_eq!(ports.head(&session).await.unwrap(), Some(Head { version: version + 1, ..head }));
    assert_eq!(ports.debt(&session).await.unwrap(), debt.map(|debt| Debt { version: 1, ..debt }));
    let alert = ports.alert(&completed_id(&session)).await.unwrap();
    assert_eq!(alert, Some(Alert { version: 1, ..completed(&session, at(0)) }));
    let cdrs = ports.cdrs().await.unwrap();
    assert_eq!(cdrs.into_iter().find(|cdr| cdr.session_id == session), cdr);
}

/// Catches parts that are written although the head is not.
pub async fn a_stale_head_writes_nothing(ports: &(impl KeepSessions + KeepDebts + KeepAlerts + Observe)) {
    let session = session("settled-stale");
    let version = stored_head(ports, &session).await;
    let before = ports.head(&session).await.unwrap();
    for stale in [0, version - 1, version + 1] {
        assert_eq!(ports.settle(&settled(&session, stale)).await.unwrap(), Saved::Conflict);
        nothing_but(ports, &session, before.as_ref()).await;
    }
}

/// Catches a bill or a debt that replaces another because only the head is guarded.
pub async fn a_bill_is_written_once(ports: &(impl KeepSessions + KeepDebts + KeepAlerts + Observe)) {
    let session = session("settled-once");
    let version = stored_head(ports, &session).await;
    assert_eq!(ports.settle(&settled(&session, version)).await.unwrap(), Saved::Done);
    let before = ports.head(&session).await.unwrap().unwrap();
    let debt = ports.debt(&session).await.unwrap();

    let mut second = settled(&session, before.version);
    second.head.energy_wh = Some(1);
    second.debt.as_mut().unwrap().amount.minor = 1;
    second.cdr.as_mut().unwrap().energy_wh = 1;
    let only_cdr = Settled { debt: None, ..second.clone() };
    let only_debt = Settled { cdr: None, ..second.clone() };
    for again in [second, only_cdr, only_debt] {
        assert_eq!(ports.settle(&again).await.unwrap(), Saved::Conflict);
        assert_eq!(ports.head(&session).await.unwrap().as_ref(), Some(&before));
        assert_eq!(ports.debt(&session).await.unwrap(), debt);
    }
    let cdrs = ports.cdrs().await.unwrap();
    assert_eq!(cdrs.iter().filter(|cdr| cdr.session_id == session).count(), 1);
}

/// Catches an adapter that checks first and writes later.
pub async fn of_16_that_settle_at_once_one_wins(ports: &(impl KeepSessions + KeepDebts)) {
    let session = session("settled-race");
    let version = stored_head(ports, &session).await;
    let all: Vec<_> = (0..16)
        .map(|n| {
            let mut settled = settled(&session, version);
            settled.head.energy_wh = Some(n);
            settled.debt.as_mut().unwrap().amount.minor = n;
            settled
        })
        .collect();
    let outcomes = join_all(all.iter().map(|settled| ports.settle(settled))).await;
    let won: Vec<_> = outcomes.into_iter().zip(0..).filter(|(saved, _)| matches!(saved, Ok(Saved::Done))).collect();
    assert_eq!(won.len(), 1);
    assert_eq!(ports.head(&session).await.unwrap().unwrap().energy_wh, Some(won[0].1));
    assert_eq!(ports.debt(&session).await.unwrap().unwrap().amount.minor, won[0].1);
}

/// Catches an adapter that needs a bill or a debt to write the end of a session.
pub async fn a_session_may_end_without_a_bill(ports: &(impl KeepSessions + KeepDebts + KeepAlerts + Observe)) {
    let session = session("settled-held");
    let version = stored_head(ports, &session).await;
    let held = Settled { cdr: None, debt: None, alerts: Vec::new(), ..settled(&session, version) };
    assert_eq!(ports.settle(&held).await.unwrap(), Saved::Done);
    nothing_but(ports, &session, Some(&Head { version: version + 1, ..held.head })).await;
}

/// Catches the alert that was raised before, or the resolution of one that never was, and that lets no bill through.
pub async fn an_alert_that_is_there_does_not_hold_up_a_bill(ports: &(impl KeepSessions + KeepDebts + KeepAlerts)) {
    let session = session("settled-told");
    let version = stored_head(ports, &session).await;
    let raised = completed(&session, at(-60));
    assert_eq!(ports.raise(&raised).await.unwrap(), Raised::New);
    let never_raised = alerts::AlertId::session_review(&session);
    let mut settled = settled(&session, version);
    settled.alerts.push(AlertChange::resolve(never_raised.clone(), Ending::Settled, at(0), at(0)));
    assert_eq!(ports.settle(&settled).await.unwrap(), Saved::Done);
    assert!(ports.debt(&session).await.unwrap().is_some());
    assert_eq!(ports.alert(&raised.id).await.unwrap(), Some(Alert { version: 1, ..raised }));
    assert_eq!(ports.alert(&never_raised).await.unwrap(), None);
}

/// Catches a health that is dropped or stored otherwise, and one connector that is taken for another.
pub async fn the_end_of_a_session_is_remembered_of_its_connector(ports: &(impl KeepSessions + ReadHealth)) {
    let station = super::values::station("settled-health");
    let keys = [key(1, 1), key(1, 2), key(2, 1), key(1, 11), key(11, 1)];
    for (nth, key) in keys.into_iter().enumerate() {
        let session = session(&format!("settled-health-{nth}"));
        let version = stored_head(ports, &session).await;
        let row = health(&station, key);
        assert_eq!(ports.health(&station, key).await.unwrap(), None, "{key}");
        let settled = Settled { health: Some(row.clone()), ..settled(&session, version) };
        assert_eq!(ports.settle(&settled).await.unwrap(), Saved::Done);
        assert_eq!(ports.health(&station, key).await.unwrap(), Some(HealthRow { version: 1, ..row }));
    }
}

/// Catches a session that ends although another one has been counted since its connector was read: one of the two would be lost.
pub async fn a_stale_health_writes_nothing(
    ports: &(impl KeepSessions + KeepDebts + KeepAlerts + ReadHealth + Observe),
) {
    let (first, second) = (session("settled-counted-1"), session("settled-counted-2"));
    let row = health(&first.station, key(2, 1));
    let end = |session, version, health_version| {
        let health = Some(HealthRow { version: health_version, ..row.clone() });
        Settled { health, ..settled(session, version) }
    };
    let version = stored_head(ports, &first).await;
    assert_eq!(ports.settle(&end(&first, version, 0)).await.unwrap(), Saved::Done);
    let version = stored_head(ports, &second).await;
    let before = ports.head(&second).await.unwrap();
    for stale in [0, 2] {
        assert_eq!(ports.settle(&end(&second, version, stale)).await.unwrap(), Saved::Conflict, "version {stale}");
        nothing_but(ports, &second, before.as_ref()).await;
    }
    assert_eq!(ports.settle(&end(&second, version, 1)).await.unwrap(), Saved::Done);
    assert_eq!(ports.health(&row.station, row.key).await.unwrap(), Some(HealthRow { version: 2, ..row }));
}

/// Stores the head of a session that has ended; returns its version.
async fn stored_head(ports: &impl KeepSessions, session: &SessionId) -> u64 {
    assert_eq!(ports.save_head(&head(session, Some(at(0)))).await.unwrap(), Saved::Done);
    ports.head(session).await.unwrap().unwrap().version
}

async fn nothing_but(
    ports: &(impl KeepSessions + KeepDebts + KeepAlerts + Observe),
    session: &SessionId,
    head: Option<&Head>,
) {
    assert_eq!(ports.head(session).await.unwrap().as_ref(), head);
    assert_eq!(ports.debt(session).await.unwrap(), None);
    assert_eq!(ports.alert(&completed_id(session)).await.unwrap(), None);
    let cdrs = ports.cdrs().await.unwrap();
    assert!(!cdrs.iter().any(|cdr| cdr.session_id == *session));
}
