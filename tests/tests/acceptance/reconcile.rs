//! Our books beside those of Stripe's double.

use billing::money::Money;
use billing::payment::{Debt, PaymentState};
use jiff::SignedDuration;
use ports::{KeepDebts, KeepReturns, Payable, Record, Saved};
use wattwarden::orders::{Order, carry_out};

use crate::sessions::night_session;
use crate::world::{NOW, World, at};

impl World {
    /// A world in which one session is paid, a part of it is given back, and the receipt is issued.
    async fn balanced() -> Self {
        let world = Self::new().await;
        world.record("station-001", &night_session("t-1", "04A1B2C3")).await;
        world.work().await;
        let (session, reason) = ("station-001:t-1".parse().unwrap(), "cable".to_owned());
        let order = Order::Refund { session, payment: None, amount: Some("3.10".to_owned()), reason };
        carry_out(&world.ports.tables, at(NOW), &order).await.unwrap();
        world.work().await;
        assert_eq!(sweep::handle(&world.ports, at(NOW)).await.unwrap().failed, 0);
        world
    }

    async fn work(&self) {
        let record = Record { id: "r".to_owned(), body: Payable::Debt("station-001:t-1".parse().unwrap()) };
        assert_eq!(collect_payment::handle(&self.ports, at(NOW), vec![record]).await, []);
    }

    /// What the next day's comparison finds, by kind.
    async fn disagreements(&self) -> Vec<&'static str> {
        let tomorrow = at(NOW).saturating_add(SignedDuration::from_hours(24)).unwrap();
        let found = reconcile_payments::handle(&self.ports, tomorrow).await.unwrap();
        found.iter().map(|found| found.kind.as_str()).collect()
    }

    async fn told_of_books(&self) -> usize {
        let alerts = self.ports.tables.all_alerts().await.unwrap();
        alerts.iter().filter(|alert| alert.fact.kind() == "books_disagree").count()
    }

    async fn debt(&self) -> Debt {
        self.ports.tables.all_debts().await.unwrap().remove(0)
    }
}

#[tokio::test]
async fn books_agree_to_the_cent_and_nobody_is_told() {
    let world = World::balanced().await;
    assert_eq!(world.disagreements().await, [""; 0]);
    assert_eq!(world.told_of_books().await, 0);
}

#[tokio::test]
async fn one_cent_is_told_once_a_day() {
    let world = World::balanced().await;
    let debt = world.debt().await;
    let amount = Money { minor: debt.amount.minor + 1, ..debt.amount };
    assert_eq!(world.ports.tables.save_debt(&Debt { amount, ..debt }, None, &[]).await.unwrap(), Saved::Done);
    for _ in 0..2 {
        assert_eq!(world.disagreements().await, ["owed_and_paid"]);
        assert_eq!(world.told_of_books().await, 1);
    }
}

#[tokio::test]
async fn money_that_only_one_side_knows_of_is_found() {
    let world = World::balanced().await;
    // Given back at Stripe, and unknown here.
    let mut returns = world.ports.tables.returns(&"station-001:t-1".parse().unwrap()).await.unwrap().remove(0);
    returns.refunds.clear();
    assert_eq!(world.ports.tables.save_returns(&returns, &[]).await.unwrap(), Saved::Done);
    assert_eq!(world.disagreements().await, ["refund_not_in_books"]);

    // Paid here, and unknown at Stripe: its books are another account's.
    let world = World::balanced().await;
    let debt = world.debt().await;
    let state = PaymentState::Succeeded { intent: "pi_nowhere".to_owned(), captured_minor: 1, at: at(NOW) };
    assert_eq!(world.ports.tables.save_debt(&Debt { state, ..debt }, None, &[]).await.unwrap(), Saved::Done);
    assert_eq!(world.disagreements().await, ["payment_not_written"]);
}
