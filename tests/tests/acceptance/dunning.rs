//! A driver whose debt could not be collected may not charge until it is paid.

use billing::payment::{Debt, PaymentState};
use jiff::{SignedDuration, Timestamp};
use messages::SessionId;
use ports::{Driver, KeepAssets, Payable, Record};
use serde_json::Value;
use wattwarden::exit::Failure;
use wattwarden::orders::{Order, carry_out};

use crate::sessions::night_session;
use crate::world::{NOW, World, at};

const TOKEN: &str = "04A1B2C3";

fn after(days: i64) -> Timestamp {
    at(NOW).saturating_add(SignedDuration::from_hours(24 * days)).unwrap()
}

fn session(transaction: &str) -> SessionId {
    format!("station-001:{transaction}").parse().unwrap()
}

impl World {
    /// Gives the driver another card, as loading a seed file does.
    async fn give_card(&self, card: &str) -> Driver {
        let drivers = self.ports.tables.drivers().await.unwrap();
        let driver =
            drivers.into_iter().find(|driver| driver.tokens.iter().any(|token| token.as_str() == TOKEN)).unwrap();
        let customer = driver.stripe_customer.clone().unwrap();
        let method = self.stripe.handle.add_customer(&customer, card, "driver@example.com").unwrap();
        let driver = Driver { payment_method: Some(method), ..driver };
        self.ports.tables.put_driver(&driver).await.unwrap();
        driver
    }

    async fn collect_on(&self, transaction: &str, days: i64) {
        let record = Record { id: format!("r-{transaction}-{days}"), body: Payable::Debt(session(transaction)) };
        assert_eq!(collect_payment::handle(&self.ports, after(days), vec![record]).await, []);
    }

    async fn owed(&self, transaction: &str) -> Debt {
        let debts = self.ports.tables.all_debts().await.unwrap();
        debts.into_iter().find(|debt| debt.session == session(transaction)).unwrap()
    }

    /// What a station hears of the driver's token when a session begins, and whether it is told to stop it.
    async fn begins(&self, transaction: &str) -> (String, bool) {
        let started = &night_session(transaction, TOKEN)[..1];
        let commands = self.ports.outside.commands.lock().unwrap().len();
        self.record("station-002", started).await;
        let status = self.ports.outside.acks.lock().unwrap().last().unwrap().1.id_token_status;
        let stopped = self.ports.outside.commands.lock().unwrap().len() > commands;
        (format!("{:?}", status.unwrap()), stopped)
    }

    async fn order(&self, order: Order) -> Result<Value, Failure> {
        self.order_on(20, order).await
    }

    async fn order_on(&self, days: i64, order: Order) -> Result<Value, Failure> {
        carry_out(&self.ports.tables, after(days), &order).await
    }

    /// A session of the driver whose card the bank declines for good.
    async fn unpaid(&self, transaction: &str) {
        self.record("station-001", &night_session(transaction, TOKEN)).await;
        self.collect_on(transaction, 0).await;
        assert_eq!(self.owed(transaction).await.state.as_str(), "uncollectible");
    }
}

#[tokio::test]
async fn two_unpaid_debts_block_the_driver_until_both_are_paid() {
    let world = World::new().await;
    world.give_card("pm_card_visa_chargeDeclinedLostCard").await;
    assert_eq!(world.begins("before").await, ("Accepted".to_owned(), false));
    world.unpaid("t-1").await;
    world.unpaid("t-2").await;
    assert_eq!(world.begins("while").await, ("Blocked".to_owned(), true));

    let settled =
        world.order(Order::Settle { session: session("t-1"), note: "paid in cash".to_owned() }).await.unwrap();
    assert_eq!(settled["state"], "settled");
    assert_eq!(world.begins("one-left").await, ("Blocked".to_owned(), true));

    world.give_card("pm_card_visa").await;
    let reopened = world.order(Order::Collect { session: session("t-2") }).await.unwrap();
    assert_eq!(reopened["state"], "declined");
    assert_eq!(world.begins("promised").await, ("Blocked".to_owned(), true));
    world.collect_on("t-2", 20).await;
    assert!(matches!(world.owed("t-2").await.state, PaymentState::Succeeded { .. }));
    assert_eq!(world.begins("after").await, ("Accepted".to_owned(), false));

    // One intent for each session, and one capture in all.
    let intents = world.stripe.handle.intents();
    assert_eq!(intents.len(), 2);
    let owed = world.owed("t-2").await.amount.minor;
    assert_eq!(intents.iter().map(|intent| intent.captured_minor).sum::<i64>(), owed);
    let open = world.ports.tables.all_alerts().await.unwrap();
    let given_up = open.iter().filter(|alert| alert.fact.kind() == "payment_failed");
    assert_eq!(given_up.map(|alert| alert.state().as_str()).collect::<Vec<_>>(), ["resolved"; 2]);
}

#[tokio::test]
async fn a_debt_is_taken_up_again_as_often_as_it_takes_and_paid_once() {
    let world = World::new().await;
    world.give_card("pm_card_visa_chargeDeclinedLostCard").await;
    world.unpaid("t-1").await;
    let again = |days| world.order_on(days, Order::Collect { session: session("t-1") });
    world.give_card("pm_card_chargeDeclinedInsufficientFunds").await;
    again(20).await.unwrap();
    for (day, state) in [(20, "declined"), (23, "declined"), (30, "uncollectible")] {
        world.collect_on("t-1", day).await;
        assert_eq!(world.owed("t-1").await.state.as_str(), state, "day {day}");
    }
    world.give_card("pm_card_visa").await;
    again(40).await.unwrap();
    world.collect_on("t-1", 40).await;
    let paid = world.owed("t-1").await;
    assert_eq!((paid.state.as_str(), paid.tries, paid.reopened), ("succeeded", 5, 2));
    let intents = world.stripe.handle.intents();
    assert_eq!((intents.len(), intents[0].captured_minor), (1, paid.amount.minor));
    assert!(matches!(again(41).await, Err(Failure::Unusable(_))));
}

#[tokio::test]
async fn only_what_is_given_up_can_be_settled() {
    let world = World::new().await;
    world.record("station-001", &night_session("t-1", TOKEN)).await;
    let settle = || world.order(Order::Settle { session: session("t-1"), note: "cash".to_owned() });
    assert!(matches!(settle().await, Err(Failure::Unusable(why)) if why.contains("computed")));
    world.collect_on("t-1", 0).await;
    assert!(matches!(settle().await, Err(Failure::Unusable(why)) if why.contains("succeeded")));
    let nobody = world.order(Order::Settle { session: session("t-9"), note: "cash".to_owned() }).await;
    assert!(matches!(nobody, Err(Failure::Unusable(_))));
}
