//! Whatever is due and not done.
//!
//! What other promises left on the same store may be due as well, so these look for their own only.

use alerts::Alert;
use billing::payment::Debt;
use billing::session::Head;
use jiff::Timestamp;
use messages::SessionId;
use ports::{Due, FindDue, KeepAlerts, KeepDebts, KeepSessions, Raised, Saved};

use super::values::{at, completed, debt, head, session};

/// More than any store holds here.
const ALL: usize = 10_000;

/// Catches a mark that is not set, one that is not taken away, and kinds that are taken for each other.
pub async fn what_is_due_is_found_and_what_is_done_is_not(
    ports: &(impl FindDue + KeepSessions + KeepDebts + KeepAlerts),
) {
    let session = session("due");
    let (due_at, now) = (Some(at(-30)), at(0));
    let head = head(&session, due_at);
    let debt = debt(&session, due_at);
    let alert = Alert { due_at, ..completed(&session, at(-30)) };
    assert_eq!(ports.save_head(&head).await.unwrap(), Saved::Done);
    assert_eq!(ports.save_debt(&debt, None, &[]).await.unwrap(), Saved::Done);
    assert_eq!(ports.raise(&alert).await.unwrap(), Raised::New);

    let of_session = Due::Session { id: session.clone(), due_at: at(-30) };
    let of_debt = Due::Debt { id: session.clone(), due_at: at(-30) };
    let of_alert = Due::Alert { id: alert.id.clone(), due_at: at(-30) };
    let found = ports.find_due(now, ALL).await.unwrap();
    for expected in [&of_session, &of_debt, &of_alert] {
        assert_eq!(found.iter().filter(|due| *due == expected).count(), 1, "{expected:?}");
    }

    assert_eq!(ports.save_head(&Head { due_at: None, version: 1, ..head }).await.unwrap(), Saved::Done);
    assert_eq!(ports.save_debt(&Debt { due_at: None, version: 1, ..debt }, None, &[]).await.unwrap(), Saved::Done);
    assert_eq!(ports.save_alert(&Alert { due_at: None, version: 1, ..alert }).await.unwrap(), Saved::Done);
    let found = ports.find_due(now, ALL).await.unwrap();
    for done in [&of_session, &of_debt, &of_alert] {
        assert!(!found.contains(done), "{done:?}");
    }
}

/// Catches an adapter that reports everything it has.
pub async fn what_is_due_later_is_not_found(ports: &(impl FindDue + KeepSessions)) {
    let session = session("due-later");
    save(ports, &session, at(5)).await;
    for (before, is_found) in [(at(-1), false), (at(4), false), (at(6), true)] {
        let found = ports.find_due(before, ALL).await.unwrap();
        assert_eq!(found.iter().any(|due| is_of(due, &session)), is_found, "before {before}");
    }
}

/// Catches times that are compared as text of different length, or with fewer digits.
pub async fn a_moment_belongs_to_what_is_due(ports: &(impl FindDue + KeepSessions)) {
    let time = |text: &str| -> Timestamp { text.parse().unwrap() };
    let session = session("due-now");
    save(ports, &session, time("2026-06-01T12:00:00.5Z")).await;
    for (before, is_found) in [
        ("2026-06-01T12:00:00Z", false),
        ("2026-06-01T12:00:00.499999999Z", false),
        ("2026-06-01T12:00:00.5Z", true),
        ("2026-06-01T12:00:00.500000001Z", true),
        ("2026-06-01T12:00:01Z", true),
    ] {
        let found = ports.find_due(time(before), ALL).await.unwrap();
        assert_eq!(found.iter().any(|due| is_of(due, &session)), is_found, "before {before}");
    }
}

/// Catches a partition that is written but never read.
pub async fn everything_due_is_found_wherever_it_is_kept(ports: &(impl FindDue + KeepSessions + KeepAlerts)) {
    let sessions: Vec<_> = (0..60).map(|n| session(&format!("due-spread-{n}"))).collect();
    for session in &sessions {
        save(ports, session, at(0)).await;
        assert_eq!(ports.raise(&completed(session, at(0))).await.unwrap(), Raised::New);
    }
    let found = ports.find_due(at(0), ALL).await.unwrap();
    for session in &sessions {
        assert_eq!(found.iter().filter(|due| is_of(due, session)).count(), 1, "{session}");
        let alert = alerts::AlertId::session_completed(session);
        assert!(found.contains(&Due::Alert { id: alert, due_at: at(0) }), "{session}");
    }
    assert!(found.is_sorted_by_key(Due::due_at));
}

/// Catches a limit by which what has waited longest goes on waiting.
pub async fn the_limit_leaves_the_oldest(ports: &(impl FindDue + KeepSessions)) {
    // Long before anything else is due.
    let ago = |n: i64| at(-1_000_000 + n);
    for n in 0..40 {
        save(ports, &session(&format!("due-limit-{n}")), ago(n)).await;
    }
    for limit in [0, 1, 7] {
        let found: Vec<Timestamp> = ports.find_due(ago(40), limit).await.unwrap().iter().map(Due::due_at).collect();
        let oldest: Vec<Timestamp> = (0..).map(ago).take(limit).collect();
        assert_eq!(found, oldest);
    }
}

async fn save(ports: &impl KeepSessions, session: &SessionId, due_at: Timestamp) {
    assert_eq!(ports.save_head(&head(session, Some(due_at))).await.unwrap(), Saved::Done);
}

fn is_of(due: &Due, session: &SessionId) -> bool {
    match due {
        Due::Session { id, .. } => id == session,
        Due::Debt { .. }
        | Due::Hold { .. }
        | Due::Returns { .. }
        | Due::Card { .. }
        | Due::Alert { .. }
        | Due::Presence { .. }
        | Due::Disturbance { .. } => false,
    }
}
