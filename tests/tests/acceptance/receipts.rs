//! A billed session gets a receipt, whose numbers run without gaps.

use std::collections::BTreeSet;

use billing::Flag;
use billing::receipt::Issued;
use billing::session::{Head, SessionState};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use ports::{KeepReceipts, KeepSessions, Saved};
use serde_json::{Value, json};

use crate::sessions::night_session;
use crate::world::{NOW, World, at};

fn after(minutes: i64) -> Timestamp {
    at(NOW).saturating_add(SignedDuration::from_mins(minutes)).unwrap()
}

impl World {
    async fn sweep(&self, minutes: i64) {
        assert_eq!(sweep::handle(&self.ports, after(minutes)).await.unwrap().failed, 0);
    }

    async fn receipts(&self) -> Vec<Issued> {
        self.ports.tables.receipts(&"demo".parse().unwrap()).await.unwrap()
    }

    async fn head(&self, transaction: &str) -> Head {
        self.ports.head(&format!("station-001:{transaction}").parse().unwrap()).await.unwrap().unwrap()
    }
}

/// A session that took nothing and stayed for no time.
fn free_session(transaction: &str) -> Vec<Value> {
    let mut messages = night_session(transaction, "04A1B2C3");
    messages.truncate(2);
    for message in &mut messages {
        message["at"] = json!("2026-06-01T18:30:00Z");
        message["registerWh"] = json!(100_000);
    }
    messages[1]["eventType"] = json!("Ended");
    messages
}

#[tokio::test]
async fn a_billed_session_gets_its_receipt_once_and_not_with_its_bill() {
    let world = World::new().await;
    world.record("station-001", &night_session("t-1", "04A1B2C3")).await;
    let cdr = world.only_cdr().await;
    assert_eq!((world.receipts().await, world.head("t-1").await.due_at), (vec![], Some(at(NOW))));
    world.sweep(1).await;
    let receipts = world.receipts().await;
    let [receipt] = receipts.as_slice() else { panic!("{receipts:?}") };
    assert_eq!((receipt.number.to_string().as_str(), receipt.issued_at), ("demo-000001", after(1)));
    assert_eq!((&receipt.cdr, &receipt.session), (&cdr.id, &cdr.session_id));
    let head = world.head("t-1").await;
    assert_eq!((&head.receipt, head.due_at), (&Some(receipt.number.clone()), None));
    world.sweep(2).await;
    assert_eq!(world.receipts().await, receipts);
    assert_eq!(world.head("t-1").await, head);
}

#[tokio::test]
async fn what_costs_nothing_has_a_receipt_and_what_is_held_has_none() {
    let world = World::new().await;
    world.record("station-001", &free_session("free")).await;
    assert_eq!(world.only_cdr().await.due().minor, 0);
    let mut without_readings = night_session("held", "04A1B2C3");
    for message in &mut without_readings {
        message.as_object_mut().unwrap().remove("registerWh");
    }
    world.record("station-001", &without_readings).await;
    assert_eq!(world.head("held").await.state, SessionState::Review);
    for minutes in [1, 20] {
        world.sweep(minutes).await;
        let receipts = world.receipts().await;
        let sessions: Vec<&str> = receipts.iter().map(|receipt| receipt.session.transaction.as_str()).collect();
        assert_eq!(sessions, ["free"]);
    }
    assert_eq!(world.head("held").await.receipt, None);
}

#[tokio::test]
async fn sweeps_that_run_at_once_leave_no_gap_and_give_no_number_twice() {
    let world = World::new().await;
    for n in 0..12 {
        world.record("station-001", &night_session(&format!("t-{n}"), "04A1B2C3")).await;
    }
    // What lost too many races is left for the next minute.
    let mut minute = 0;
    while world.receipts().await.len() < 12 {
        minute += 1;
        assert!(minute < 12, "nothing moves");
        join_all((0..4).map(|_| sweep::handle(&world.ports, after(minute)))).await;
    }
    let receipts = world.receipts().await;
    let numbers: Vec<u64> = receipts.iter().map(|receipt| receipt.number.number.get()).collect();
    assert_eq!(numbers, (1..=12).collect::<Vec<_>>());
    let billed: BTreeSet<_> = receipts.iter().map(|receipt| receipt.cdr.clone()).collect();
    let cdrs = world.ports.tables.all_cdrs().await.unwrap();
    assert_eq!(billed, cdrs.into_iter().map(|cdr| cdr.id).collect());
}

#[tokio::test]
async fn a_message_after_the_bill_neither_loses_nor_repeats_a_receipt() {
    for has_receipt in [false, true] {
        let world = World::new().await;
        let mut messages = night_session("t-1", "04A1B2C3");
        let late = messages.remove(2);
        world.record("station-001", &messages).await;
        // Billed with its gap, by a sweep that is cut off before the receipt.
        let session = "station-001:t-1".parse().unwrap();
        let _ = record_transaction::settle(&world.ports, after(16), &session).await.unwrap();
        if has_receipt {
            world.sweep(17).await;
        }
        world.record("station-001", std::slice::from_ref(&late)).await;
        assert!(world.head("t-1").await.flags.contains(&Flag::AfterBill));
        for minutes in [18, 19] {
            world.sweep(minutes).await;
            assert_eq!(world.receipts().await.len(), 1, "{has_receipt}");
        }
        let head = world.head("t-1").await;
        assert_eq!((head.receipt, head.due_at), (Some(world.receipts().await[0].number.clone()), None));
        assert!(head.flags.contains(&Flag::AfterBill));
    }
}

#[tokio::test]
async fn a_session_that_the_sweep_bills_has_its_receipt_in_the_same_minute() {
    let world = World::new().await;
    let mut messages = night_session("t-1", "04A1B2C3");
    messages.remove(2);
    world.record("station-001", &messages).await;
    world.sweep(14).await;
    assert_eq!(world.receipts().await, []);
    world.sweep(16).await;
    assert_eq!(world.receipts().await.len(), 1);
}

#[tokio::test]
async fn a_session_that_was_billed_before_there_were_receipts_stays_as_it_is() {
    let world = World::new().await;
    world.record("station-001", &night_session("t-1", "04A1B2C3")).await;
    let old = Head { due_at: None, ..world.head("t-1").await };
    assert_eq!(world.ports.save_head(&old).await.unwrap(), Saved::Done);
    world.sweep(1).await;
    assert_eq!(world.receipts().await, []);
    assert_eq!(world.head("t-1").await, Head { version: old.version + 1, ..old });
}
