//! Sessions whose messages do not all come.

use billing::Flag;
use billing::session::SessionState;
use jiff::SignedDuration;

use crate::sessions::night_session;
use crate::world::{NOW, World, at, record};

#[tokio::test]
async fn a_session_with_a_gap_is_billed_fifteen_minutes_after_its_end_and_says_so() {
    let world = World::new().await;
    let mut messages = night_session("t-1", "04A1B2C3");
    messages.remove(2);
    world.record("station-001", &messages).await;
    for (minutes, bills) in [(0, 0), (14, 0), (16, 1), (17, 1)] {
        let now = at(NOW).saturating_add(SignedDuration::from_mins(minutes)).unwrap();
        let swept = sweep::handle(&world.ports, now).await.unwrap();
        assert_eq!(swept.failed, 0);
        assert_eq!(world.ports.tables.all_cdrs().await.unwrap().len(), bills, "after {minutes} min");
    }
    assert!(world.only_cdr().await.flags.contains(&Flag::Incomplete));
}

#[tokio::test]
async fn a_backlog_that_waited_long_in_a_queue_is_not_billed_in_pieces() {
    let world = World::new().await;
    let later = at(NOW).saturating_add(SignedDuration::from_hours(2)).unwrap();
    let records = night_session("t-1", "04A1B2C3")
        .iter()
        .rev()
        .map(|message| record("r", "station-001", "transaction", message.to_string().into_bytes(), at(NOW)))
        .collect();
    assert_eq!(record_transaction::handle(&world.ports, later, records).await, []);
    assert!(world.only_cdr().await.flags.is_empty());
}

#[tokio::test]
async fn what_comes_after_the_bill_is_kept_acknowledged_and_flagged() {
    let world = World::new().await;
    let mut messages = night_session("t-1", "04A1B2C3");
    let late = messages.remove(2);
    world.record("station-001", &messages).await;
    let after = at(NOW).saturating_add(SignedDuration::from_mins(20)).unwrap();
    let _ = sweep::handle(&world.ports, after).await.unwrap();
    let bill = world.only_cdr().await;
    world.record("station-001", &[late]).await;
    assert!(world.acks().iter().all(|ack| ack.ends_with("Stored")));
    assert_eq!(world.only_cdr().await, bill);
    let head = world.ports.tables.all_sessions().await.unwrap().remove(0);
    assert!(head.flags.contains(&Flag::AfterBill));
}

#[tokio::test]
async fn a_session_without_an_end_is_asked_about_after_a_day_and_reviewed_after_two() {
    let world = World::new().await;
    let messages = night_session("t-1", "04A1B2C3");
    world.record("station-001", &messages[..3]).await;
    for (hours, commands, state) in [
        (23, 0, SessionState::Open),
        (25, 1, SessionState::Open),
        (30, 1, SessionState::Open),
        (49, 1, SessionState::Review),
        (50, 1, SessionState::Review),
    ] {
        let now = at(NOW).saturating_add(SignedDuration::from_hours(hours)).unwrap();
        let _ = sweep::handle(&world.ports, now).await.unwrap();
        assert_eq!(world.ports.outside.commands.lock().unwrap().len(), commands, "after {hours} h");
        assert_eq!(world.ports.tables.all_sessions().await.unwrap()[0].state, state, "after {hours} h");
    }
    assert!(world.ports.tables.all_cdrs().await.unwrap().is_empty());
    assert_eq!(world.ports.tables.all_alerts().await.unwrap()[0].fact.kind(), "session_review");
}

#[tokio::test]
async fn a_session_whose_beginning_comes_after_all_is_billed_and_no_longer_waits_for_a_person() {
    let world = World::new().await;
    let mut messages = night_session("t-1", "04A1B2C3");
    let started = messages.remove(0);
    world.record("station-001", &messages).await;
    let after = at(NOW).saturating_add(SignedDuration::from_mins(20)).unwrap();
    let _ = sweep::handle(&world.ports, after).await.unwrap();
    assert_eq!(world.ports.tables.all_sessions().await.unwrap()[0].state, SessionState::Review);
    for _ in 0..2 {
        world.record("station-001", std::slice::from_ref(&started)).await;
        assert!(world.only_cdr().await.flags.is_empty());
    }
    let alerts = world.ports.tables.all_alerts().await.unwrap();
    let review = alerts.iter().find(|alert| alert.fact.kind() == "session_review").unwrap();
    assert!(review.resolution.is_some(), "whoever was asked to look need not");
}
