//! A driver saves a card on a page of Stripe's, and pays with it.

use billing::payment::{CardRequest, CardState};
use jiff::{SignedDuration, Timestamp};
use messages::DriverId;
use ports::{Driver, KeepAssets, KeepCards, KeepDebts, MarkCards, Payable, ReadDrivers, Record};
use serde_json::Value;
use stripe_double::{Fault, PlannedFault};
use wattwarden::orders::{Order, carry_out};

use crate::sessions::night_session;
use crate::world::{NOW, World, at};

const TOKEN: &str = "7E57";

fn after(minutes: i64) -> Timestamp {
    at(NOW).saturating_add(SignedDuration::from_mins(minutes)).unwrap()
}

fn id() -> DriverId {
    "newcomer".parse().unwrap()
}

impl World {
    /// A world with a driver who has no card.
    async fn with_newcomer() -> Self {
        let world = Self::new().await;
        let known = world.ports.tables.drivers().await.unwrap().remove(0);
        let newcomer = Driver {
            id: id(),
            tokens: vec![TOKEN.parse().unwrap()],
            stripe_customer: None,
            payment_method: None,
            ..known
        };
        world.ports.tables.put_driver(&newcomer).await.unwrap();
        world
    }

    async fn ask_for_card(&self, minutes: i64) -> Value {
        let order = Order::SaveCard { driver: id(), return_to: "https://charge.example/".to_owned() };
        carry_out(&self.ports.tables, after(minutes), &order).await.unwrap()
    }

    async fn carry_out_cards(&self, minutes: i64) {
        let record = Record { id: format!("r-{minutes}"), body: Payable::Card(id()) };
        assert_eq!(collect_payment::handle(&self.ports, after(minutes), vec![record]).await, []);
    }

    async fn asked_card(&self) -> CardRequest {
        self.ports.tables.card_request(&id()).await.unwrap().unwrap()
    }

    async fn open_page(&self) -> String {
        self.asked_card().await.state.page().unwrap().id.clone()
    }

    async fn newcomer(&self) -> Driver {
        self.ports.tables.driver_of(&TOKEN.parse().unwrap()).await.unwrap().unwrap()
    }

    /// The state of the debt of the newcomer's session, after whoever collects it was there.
    async fn collected(&self, transaction: &str, minutes: i64) -> String {
        let session = format!("station-001:{transaction}");
        let record = Record { id: format!("d-{minutes}"), body: Payable::Debt(session.parse().unwrap()) };
        assert_eq!(collect_payment::handle(&self.ports, after(minutes), vec![record]).await, []);
        self.card_owed().await
    }

    /// The state of the newcomer's only debt.
    async fn card_owed(&self) -> String {
        let debt = self.ports.tables.debt(&"station-001:t-1".parse().unwrap()).await.unwrap().unwrap();
        debt.state.as_str().to_owned()
    }

    fn pages_opened(&self) -> usize {
        let opened = |request: &stripe_double::ReceivedRequest| {
            request.key.as_deref().is_some_and(|key| key.starts_with("newcomer:card:"))
        };
        self.stripe.handle.requests().iter().filter(|request| opened(request)).count()
    }
}

#[tokio::test]
async fn a_session_is_paid_with_the_card_that_was_saved() {
    let world = World::with_newcomer().await;
    assert_eq!(world.ask_for_card(0).await["state"], "asked");
    world.carry_out_cards(0).await;
    let page = world.open_page().await;
    let again = world.ask_for_card(1).await;
    assert!(again["url"].as_str().unwrap().ends_with(&page), "{again}");

    let method = world.stripe.handle.complete_checkout(&page, "pm_card_visa").unwrap();
    assert_eq!(world.newcomer().await.payment_method, None);
    assert!(world.ports.tables.mark_card_due(&id(), after(2)).await.unwrap());
    world.carry_out_cards(2).await;
    let newcomer = world.newcomer().await;
    assert_eq!(newcomer.payment_method.as_deref(), Some(method.as_str()));
    assert!(newcomer.stripe_customer.is_some());

    // Told again, it is nothing new.
    let saved = world.asked_card().await;
    assert!(world.ports.tables.mark_card_due(&id(), after(3)).await.unwrap());
    world.carry_out_cards(3).await;
    assert_eq!((world.newcomer().await, world.asked_card().await, world.pages_opened()), (newcomer, saved, 1));

    world.record("station-001", &night_session("t-1", TOKEN)).await;
    assert_eq!(world.collected("t-1", 4).await, "succeeded");
    let intents = world.stripe.handle.intents();
    assert_eq!((intents.len(), intents[0].captured_minor), (1, world.only_cdr().await.due().minor));
}

#[tokio::test]
async fn a_card_of_which_nobody_told_is_found_by_the_sweep() {
    let world = World::with_newcomer().await;
    world.ask_for_card(0).await;
    world.carry_out_cards(0).await;
    let method = world.stripe.handle.complete_checkout(&world.open_page().await, "pm_card_visa").unwrap();
    let before = world.asked_card().await.version;
    for (minutes, marks) in [(4, 0), (5, 1)] {
        assert_eq!(sweep::handle(&world.ports, after(minutes)).await.unwrap().failed, 0);
        assert_eq!(world.asked_card().await.version - before, marks, "after {minutes} minutes");
    }
    world.carry_out_cards(5).await;
    assert_eq!(world.newcomer().await.payment_method, Some(method));
}

#[tokio::test]
async fn what_was_given_up_for_want_of_a_card_is_paid_with_the_new_one() {
    let world = World::with_newcomer().await;
    world.record("station-001", &night_session("t-1", TOKEN)).await;
    assert_eq!(world.collected("t-1", 0).await, "uncollectible");
    assert!(world.newcomer().await.blocked);

    world.ask_for_card(10).await;
    world.carry_out_cards(10).await;
    assert!(world.newcomer().await.blocked, "a page is no payment");
    // A card that cannot pay unblocks nobody.
    world.stripe.handle.complete_checkout(&world.open_page().await, "pm_card_chargeCustomerFail").unwrap();
    world.ask_for_card(11).await;
    world.carry_out_cards(11).await;
    assert!(matches!(world.asked_card().await.state, CardState::Saved { .. }));
    assert_eq!(world.card_owed().await, "declined");
    assert!(world.newcomer().await.blocked);

    world.ask_for_card(20).await;
    world.carry_out_cards(20).await;
    world.stripe.handle.complete_checkout(&world.open_page().await, "pm_card_visa").unwrap();
    world.ask_for_card(21).await;
    world.carry_out_cards(21).await;
    assert_eq!(world.card_owed().await, "succeeded");
    assert!(!world.newcomer().await.blocked);
    let intents = world.stripe.handle.intents();
    assert_eq!((intents.len(), intents[0].captured_minor), (1, world.only_cdr().await.due().minor));
}

#[tokio::test]
async fn a_page_whose_answer_was_lost_is_the_one() {
    for fault in [Fault::DropAfter, Fault::DropBefore, Fault::RateLimited, Fault::ErrorAfter] {
        let world = World::with_newcomer().await;
        world.stripe.handle.faults().plan(PlannedFault::new("POST /v1/checkout/sessions", fault));
        world.ask_for_card(0).await;
        for minutes in [0, 1, 3, 6, 10] {
            world.carry_out_cards(minutes).await;
        }
        let page = world.open_page().await;
        let method = world.stripe.handle.complete_checkout(&page, "pm_card_visa").unwrap();
        world.ask_for_card(20).await;
        world.carry_out_cards(20).await;
        assert_eq!(world.newcomer().await.payment_method, Some(method), "{fault:?}");
    }
}
