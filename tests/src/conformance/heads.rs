//! The heads of sessions.

use billing::session::Head;
use futures_util::future::join_all;
use ports::{KeepSessions, Saved};

use super::values::{at, head, session};

/// Catches fields that are dropped or rounded on their way.
pub async fn a_head_is_read_back_whole(ports: &impl KeepSessions) {
    for (name, due_at) in [("head-due", Some("2026-06-01T12:15:00.123456789Z".parse().unwrap())), ("head-done", None)] {
        let head = head(&session(name), due_at);
        assert_eq!(ports.save_head(&head).await.unwrap(), Saved::Done);
        assert_eq!(ports.head(&head.session).await.unwrap(), Some(Head { version: 1, ..head }));
    }
}

/// Catches a missing or wrong version condition, and a version that does not grow.
pub async fn a_head_is_written_by_whoever_read_it_last(ports: &impl KeepSessions) {
    let session = session("head-versions");
    let first = head(&session, Some(at(0)));
    assert_eq!(ports.save_head(&Head { version: 1, ..first.clone() }).await.unwrap(), Saved::Conflict);
    assert_eq!(ports.head(&session).await.unwrap(), None);
    assert_eq!(ports.save_head(&first).await.unwrap(), Saved::Done);

    let read = ports.head(&session).await.unwrap().unwrap();
    let next = Head { due_at: Some(at(60)), ..read };
    assert_eq!(ports.save_head(&next).await.unwrap(), Saved::Done);
    for version in [0, 1, 3] {
        let stale = Head { version, due_at: None, ..next.clone() };
        assert_eq!(ports.save_head(&stale).await.unwrap(), Saved::Conflict, "version {version}");
    }
    assert_eq!(ports.head(&session).await.unwrap(), Some(Head { version: 2, ..next }));
}

/// Catches an adapter that compares versions before it writes instead of while it writes.
pub async fn of_16_that_write_at_once_one_wins(ports: &impl KeepSessions) {
    let session = session("head-race");
    let heads: Vec<_> = (0..16).map(|n| head(&session, Some(at(n)))).collect();
    let outcomes = join_all(heads.iter().map(|head| ports.save_head(head))).await;
    let won: Vec<_> = outcomes.into_iter().zip(heads).filter(|(saved, _)| matches!(saved, Ok(Saved::Done))).collect();
    assert_eq!(won.len(), 1);
    assert_eq!(ports.head(&session).await.unwrap().unwrap().due_at, won[0].1.due_at);
}

/// Catches an adapter that makes something up.
pub async fn a_session_nobody_heard_of_has_no_head(ports: &impl KeepSessions) {
    assert_eq!(ports.head(&session("unheard-of")).await.unwrap(), None);
}
