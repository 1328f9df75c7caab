//! From an operator's order to money that goes back, once; and from a bank's dispute to a person.

use billing::payment::{Refunded, Returns};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use messages::SessionId;
use ports::{Due, FindDue, KeepReturns, Payable, Record};
use serde_json::{Value, json};
use stripe_double::Verdict;
use wattwarden::exit::Failure;
use wattwarden::orders::{Order, carry_out};

use crate::sessions::night_session;
use crate::world::{NOW, World, at};

fn after(minutes: i64) -> Timestamp {
    at(NOW).saturating_add(SignedDuration::from_mins(minutes)).unwrap()
}

fn session() -> SessionId {
    "station-001:t-1".parse().unwrap()
}

impl World {
    /// A world in which one session is paid.
    async fn paid() -> Self {
        let world = Self::new().await;
        world.record("station-001", &night_session("t-1", "04A1B2C3")).await;
        world.collect(0).await;
        assert_eq!(world.captured(), world.only_cdr().await.due().minor);
        world
    }

    async fn collect(&self, minutes: i64) {
        let record = Record { id: format!("r-{minutes}"), body: Payable::Debt(session()) };
        assert_eq!(collect_payment::handle(&self.ports, after(minutes), vec![record]).await, []);
    }

    fn captured(&self) -> i64 {
        self.stripe.handle.intents().iter().map(|intent| intent.captured_minor).sum()
    }

    fn refunded(&self) -> i64 {
        self.stripe.handle.intents().iter().map(|intent| intent.refunded_minor).sum()
    }

    async fn refund(&self, amount: Option<&str>) -> Result<Value, Failure> {
        let (amount, reason) = (amount.map(str::to_owned), "the cable was broken".to_owned());
        carry_out(&self.ports.tables, at(NOW), &Order::Refund { session: session(), payment: None, amount, reason })
            .await
    }

    async fn returns(&self) -> Returns {
        self.ports.tables.returns(&session()).await.unwrap().remove(0)
    }

    async fn alerts(&self, kind: &str) -> Vec<alerts::Alert> {
        let all = self.ports.tables.all_alerts().await.unwrap();
        all.into_iter().filter(|alert| alert.fact.kind() == kind).collect()
    }
}

#[tokio::test]
async fn a_part_and_then_the_rest_go_back() {
    let world = World::paid().await;
    let line = world.refund(Some("3.10")).await.unwrap();
    assert_eq!((&line["refund"], &line["amountMinor"], &line["state"]), (&json!(1), &json!(310), &json!("asked")));
    let due = Due::Returns { id: session(), payment: 1, due_at: at(NOW) };
    assert!(world.ports.tables.find_due(at(NOW), 100).await.unwrap().contains(&due));
    world.collect(0).await;
    assert_eq!(world.refunded(), 310);
    assert_eq!(world.returns().await.refunded(), Refunded::Partially);
    assert_eq!(world.refund(None).await.unwrap()["amountMinor"], world.captured() - 310);
    world.collect(0).await;
    assert_eq!(world.refunded(), world.captured());
    assert_eq!((world.returns().await.refunded(), world.returns().await.due_at), (Refunded::Fully, None));
    assert!(matches!(world.refund(Some("0.01")).await, Err(Failure::Unusable(_))));
    assert_eq!(world.alerts("refund_failed").await, []);
}

#[tokio::test]
async fn operators_who_ask_at_once_never_give_back_more_than_was_captured() {
    let world = World::paid().await;
    // 13.21 were captured: there is room for two of these.
    let asked = join_all((0..8).map(|_| world.refund(Some("6.00")))).await;
    assert_eq!(asked.iter().filter(|asked| asked.is_ok()).count(), 2, "{asked:?}");
    join_all((0..8).map(|_| world.collect(0))).await;
    world.collect(2).await;
    assert_eq!((world.refunded(), world.returns().await.refunded_minor()), (1_200, 1_200));
}

#[tokio::test]
async fn a_refund_whose_answer_was_lost_is_found_and_not_made_again() {
    for fault in [stripe_double::Fault::DropAfter, stripe_double::Fault::ErrorAfter, stripe_double::Fault::DropBefore] {
        let world = World::paid().await;
        world.stripe.handle.faults().plan(stripe_double::PlannedFault::new("POST /v1/refunds", fault));
        let _ = world.refund(Some("3.10")).await.unwrap();
        for minutes in [0, 2, 4, 8] {
            world.collect(minutes).await;
        }
        let made = world
            .stripe
            .handle
            .requests()
            .into_iter()
            .filter(|request| request.key.as_deref().is_some_and(|key| key.ends_with(":refund:1")));
        assert_eq!(made.count(), if fault == stripe_double::Fault::DropBefore { 2 } else { 1 }, "{fault:?}");
        assert_eq!((world.refunded(), world.returns().await.refunded_minor()), (310, 310), "{fault:?}");
    }
}

#[tokio::test]
async fn a_refund_that_stripe_refuses_is_told_to_the_operators() {
    let world = World::paid().await;
    // Somebody gives all of it back at Stripe's own pages.
    let intent = world.stripe.handle.intents().remove(0).id;
    world.stripe.handle.open_dispute(&intent, "fraudulent").unwrap();
    let _ = world.refund(Some("3.10")).await.unwrap();
    world.collect(0).await;
    assert_eq!((world.refunded(), world.returns().await.asked_minor()), (0, 0));
    assert_eq!(world.alerts("refund_failed").await.len(), 1);
}

#[tokio::test]
async fn nothing_is_asked_back_of_a_session_that_nobody_paid() {
    let world = World::new().await;
    assert!(matches!(world.refund(None).await, Err(Failure::Unusable(text)) if text.contains("nothing was paid")));
    let paid = World::paid().await;
    for amount in ["0", "-1", "x", "1.234", "13.22"] {
        assert!(matches!(paid.refund(Some(amount)).await, Err(Failure::Unusable(_))), "{amount}");
    }
}

#[tokio::test]
async fn a_dispute_is_told_when_it_opens_and_when_the_bank_decides() {
    for (verdict, word) in [(Verdict::Won, "won"), (Verdict::Lost, "lost")] {
        let world = World::paid().await;
        let intent = world.stripe.handle.intents().remove(0).id;
        let dispute = world.stripe.handle.open_dispute(&intent, "fraudulent").unwrap();
        world.look_again().await;
        let opened = world.alerts("payment_disputed").await;
        assert_eq!((opened.len(), opened[0].state().as_str()), (1, "open"));
        assert_eq!(world.returns().await.disputes[0].state.as_str(), "disputed");
        assert!(matches!(world.refund(Some("1")).await, Err(Failure::Unusable(text)) if text.contains("disputed")));
        world.stripe.handle.close_dispute(&dispute, verdict).unwrap();
        world.look_again().await;
        let closed = world.alerts("payment_disputed").await;
        assert_eq!((closed.len(), closed[0].state().as_str()), (1, "resolved"));
        assert_eq!(world.returns().await.disputes[0].state.as_str(), word);
        assert_eq!(world.returns().await.due_at, None);
    }
}

impl World {
    /// Stripe has told that something happened to the payment.
    async fn look_again(&self) {
        let known = self.ports.tables.returns(&session()).await.unwrap().into_iter().next();
        let payment = self.ports.tables.all_payments().await.unwrap().remove(0);
        let marked = known.unwrap_or_else(|| Returns::of(&payment)).to_be_looked_at(at(NOW));
        assert_eq!(self.ports.tables.ask_returns(&marked).await.unwrap(), ports::Saved::Done);
        self.collect(0).await;
    }
}
