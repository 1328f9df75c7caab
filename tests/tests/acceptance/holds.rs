//! Somebody who is not known charges on a hold: what they are asked for, and that nothing is asked twice.

use billing::money::{Currency, Money};
use billing::payment::{Contact, Excess, ExcessPolicy, Hold, HoldOrder, HoldPayer, HoldState, Place};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use messages::{CommandKind, HoldId, IdTokenStatus};
use ports::{HoldRequest, KeepDebts, KeepHolds, OpenHolds, Payable, Record, Saved, TakeHolds, TakePayments};
use serde_json::Value;

use crate::sessions::night_session;
use crate::world::{NOW, World, at};

/// What the session at night costs.
const BILL: i64 = 1_321;

fn id() -> HoldId {
    "7k2m9q4t0p".parse().unwrap()
}

fn due() -> Record<Payable> {
    Record { id: "r-1".to_owned(), body: Payable::Hold(id()) }
}

fn later(hours: i64) -> Timestamp {
    at(NOW).saturating_add(SignedDuration::from_hours(hours)).unwrap()
}

/// A hold of so many cents at the EVSE of the session at night.
fn order(world: &World, minor: i64, card: &str, excess: Excess) -> HoldOrder {
    let currency: Currency = "EUR".parse().unwrap();
    let payment_method = world.stripe.handle.add_customer("cus_ad_hoc", card, "guest@example.com").unwrap();
    HoldOrder {
        id: id(),
        site: "demo".parse().unwrap(),
        station: "station-001".parse().unwrap(),
        connector: messages::ConnectorKey { evse_id: 1, connector_id: 1 },
        amount: Money { minor, currency },
        payer: HoldPayer {
            customer: "cus_ad_hoc".to_owned(),
            payment_method,
            receipt_email: Some("guest@example.com".to_owned()),
            contact: Contact { phone: None, language: "en".to_owned() },
        },
        place: Place {
            name: "Demo Garage".to_owned(),
            time_zone: "Europe/Amsterdam".to_owned(),
            language: "en".to_owned(),
        },
        excess: ExcessPolicy { excess, least_minor: None },
        expires_at: later(1),
    }
}

impl World {
    async fn open(&self, order: HoldOrder) {
        let hold = Hold::asked(order, at(NOW)).unwrap();
        assert_eq!(self.ports.open_hold(&hold).await.unwrap(), Saved::Done);
    }

    /// A hold whose money is held and whose station was asked to start.
    async fn held(&self, minor: i64) {
        self.open(order(self, minor, "pm_card_visa", Excess::Ask)).await;
        self.collect_hold(at(NOW)).await;
    }

    async fn collect_hold(&self, now: Timestamp) {
        assert_eq!(collect_payment::handle(&self.ports, now, vec![due()]).await, []);
    }

    async fn collect_debt(&self, session: &str, now: Timestamp) {
        let record = Record { id: "r-1".to_owned(), body: Payable::Debt(session.parse().unwrap()) };
        assert_eq!(collect_payment::handle(&self.ports, now, vec![record]).await, []);
    }

    async fn hold(&self) -> Hold {
        self.ports.hold(&id()).await.unwrap().unwrap()
    }

    /// What was captured at Stripe, intent by intent.
    fn captures(&self) -> Vec<i64> {
        self.stripe.handle.intents().iter().map(|intent| intent.captured_minor).collect()
    }

    fn commands(&self) -> Vec<(CommandKind, String)> {
        let commands = self.ports.outside.commands.lock().unwrap();
        commands.iter().map(|(_, command)| (command.kind, command.command_id.clone())).collect()
    }
}

fn charged(transaction: &str) -> Vec<Value> {
    night_session(transaction, id().token().as_str())
}

#[tokio::test]
async fn a_session_below_its_hold_is_captured_and_the_rest_is_released() {
    let world = World::new().await;
    world.held(2_000).await;
    let hold = world.hold().await;
    let end = Some(later(7 * 24));
    assert!(matches!(&hold.state, HoldState::Authorized { capture_before, .. } if *capture_before == end), "{hold:?}");
    let started = world.ports.outside.commands.lock().unwrap()[0].clone();
    assert_eq!((started.0.as_str(), started.1.kind), ("station-001", CommandKind::StartTransaction));
    assert_eq!(started.1.id_token, Some(id().token()));
    assert_eq!((world.stripe.handle.intents()[0].capturable_minor, world.captures()), (2_000, vec![0]));

    world.record("station-001", &charged("t-1")).await;
    let ack = world.ports.outside.acks.lock().unwrap()[0].1.clone();
    assert_eq!(ack.id_token_status, Some(IdTokenStatus::Accepted));
    assert_eq!(world.only_cdr().await.due().minor, BILL);
    assert_eq!(world.hold().await.session, Some("station-001:t-1".parse().unwrap()));
    world.collect_hold(at(NOW)).await;

    assert_eq!(world.captures(), [BILL]);
    assert_eq!(world.stripe.handle.intents()[0].capturable_minor, 0);
    let payments = world.ports.tables.all_payments().await.unwrap();
    assert_eq!(payments.iter().map(|paid| (paid.number, paid.captured.minor)).collect::<Vec<_>>(), [(1, BILL)]);
    assert_eq!(world.ports.tables.all_debts().await.unwrap(), []);
    let hold = world.hold().await;
    assert_eq!((hold.state.as_str(), hold.due_at), ("succeeded", None));
}

#[tokio::test]
async fn what_is_above_the_hold_is_asked_for_under_keys_of_its_own_or_written_off() {
    for (excess, least_minor, held, captured) in [
        (Excess::Ask, None, 1_000, vec![1_000, 321]),
        (Excess::Ask, Some(322), 1_000, vec![1_000]),
        (Excess::Ask, None, 1_280, vec![1_280]),
        (Excess::WriteOff, None, 1_000, vec![1_000]),
        (Excess::WriteOff, None, 1_321, vec![1_321]),
    ] {
        let world = World::new().await;
        let order = order(&world, held, "pm_card_visa", excess);
        world.open(HoldOrder { excess: ExcessPolicy { excess, least_minor }, ..order }).await;
        world.collect_hold(at(NOW)).await;
        world.record("station-001", &charged("t-1")).await;
        world.collect_hold(at(NOW)).await;
        world.collect_debt("station-001:t-1", at(NOW)).await;
        assert_eq!(world.captures(), captured, "{excess:?} {least_minor:?} of {held}");
        let mut payments = world.ports.tables.all_payments().await.unwrap();
        payments.sort_by_key(|paid| paid.number);
        let paid: Vec<_> = payments.iter().map(|paid| (paid.number, paid.captured.minor)).collect();
        assert_eq!(paid, (1..).zip(captured).collect::<Vec<_>>());
        let keys: Vec<_> = world.stripe.handle.requests().into_iter().filter_map(|request| request.key).collect();
        let of_hold = ["7k2m9q4t0p:create", "7k2m9q4t0p:confirm:1", "7k2m9q4t0p:capture"];
        let of_rest = ["station-001:t-1:excess:create", "station-001:t-1:excess:confirm:1"];
        let expected: Vec<_> = of_hold.into_iter().chain(of_rest.into_iter().filter(|_| paid.len() == 2)).collect();
        assert_eq!(keys, expected);
    }
}

#[tokio::test]
async fn a_session_that_costs_nothing_releases_its_hold_and_gets_its_receipt() {
    let world = World::new().await;
    world.held(2_000).await;
    let mut messages = charged("t-1");
    messages.retain(|message| message["eventType"] != "Updated");
    for (seq_no, message) in messages.iter_mut().enumerate() {
        message["seqNo"] = seq_no.into();
        message["registerWh"] = 100_000.into();
        message["chargingState"] = "Idle".into();
    }
    world.record("station-001", &messages).await;
    assert_eq!(world.only_cdr().await.due().minor, 0);
    world.collect_hold(at(NOW)).await;
    let hold = world.hold().await;
    assert_eq!((hold.state.as_str(), world.captures()), ("canceled", vec![0]));
    assert_eq!(world.stripe.handle.intents()[0].status, "canceled");
    sweep::handle(&world.ports, at(NOW)).await.unwrap();
    let heads = world.ports.tables.all_sessions().await.unwrap();
    assert!(heads[0].receipt.is_some());
    assert_eq!(world.ports.tables.all_payments().await.unwrap(), []);
}

#[tokio::test]
async fn a_token_pays_once() {
    let world = World::new().await;
    world.held(2_000).await;
    let (first, second) = (charged("t-1"), charged("t-2"));
    world.record("station-001", &first).await;
    world.record("station-001", &second).await;
    let acks = world.ports.outside.acks.lock().unwrap().clone();
    let statuses: Vec<_> = acks.iter().filter_map(|(_, ack)| ack.id_token_status).collect();
    assert_eq!(statuses, [IdTokenStatus::Accepted, IdTokenStatus::Blocked]);
    assert!(world.commands().contains(&(CommandKind::StopTransaction, "hold-t-2".to_owned())));
    world.collect_hold(at(NOW)).await;
    assert_eq!(world.captures(), [BILL]);
    assert_eq!(world.ports.tables.all_debts().await.unwrap(), []);
    let alerts = world.ports.tables.all_alerts().await.unwrap();
    assert_eq!(alerts.iter().filter(|alert| alert.fact.kind() == "no_payer").count(), 1);
}

#[tokio::test]
async fn a_token_is_good_at_its_own_evse_only_and_not_before_the_money_is_held() {
    let world = World::new().await;
    world.open(order(&world, 2_000, "pm_card_visa", Excess::Ask)).await;
    world.record("station-001", &charged("early")[..1]).await;
    world.collect_hold(at(NOW)).await;
    world.record("station-002", &charged("elsewhere")[..1]).await;
    let mut unknown = charged("unknown");
    unknown[0]["idToken"] = "hold-nobody".into();
    world.record("station-001", &unknown[..1]).await;
    let acks = world.ports.outside.acks.lock().unwrap().clone();
    let statuses: Vec<_> = acks.iter().filter_map(|(_, ack)| ack.id_token_status).collect();
    assert_eq!(statuses, [IdTokenStatus::Blocked, IdTokenStatus::Blocked, IdTokenStatus::Unknown]);
    assert_eq!(world.hold().await.session, None);
}

#[tokio::test]
async fn a_session_that_is_billed_takes_no_hold_when_its_beginning_comes_again() {
    let world = World::new().await;
    world.open(order(&world, 2_000, "pm_card_visa", Excess::Ask)).await;
    world.record("station-001", &charged("t-1")).await;
    assert_eq!(world.only_cdr().await.due().minor, BILL);
    world.collect_hold(at(NOW)).await;
    world.record("station-001", &charged("t-1")[..1]).await;
    let hold = world.hold().await;
    assert_eq!((hold.state.as_str(), hold.session), ("authorized", None));
}

#[tokio::test]
async fn a_session_is_stopped_before_its_hold_is_used_up() {
    let world = World::new().await;
    // The second hour ends at 7.54; a quarter of an hour at full power, which is believed at most, would make it 8.57.
    for (minor, stops_after) in [(2_000, None), (900, Some(3)), (850, Some(2)), (400, Some(1))] {
        let world = if minor == 2_000 { &world } else { &World::new().await };
        world.held(minor).await;
        for (number, message) in charged("t-1")[..4].iter().enumerate() {
            world.record("station-001", std::slice::from_ref(message)).await;
            let stopped = world.commands().contains(&(CommandKind::StopTransaction, "hold-t-1".to_owned()));
            let used = world.hold().await.used.map_or(0, |used| used.minor);
            assert_eq!(stopped, stops_after.is_some_and(|after| number >= after), "{minor}: {number}, {used}");
        }
        assert_eq!(world.hold().await.used.map(|used| used.minor), Some(886));
    }
}

#[tokio::test]
async fn a_hold_that_nobody_uses_is_released() {
    let world = World::new().await;
    world.held(2_000).await;
    world.collect_hold(later(1)).await;
    assert_eq!((world.hold().await.state.as_str(), world.captures()), ("canceled", vec![0]));
    world.record("station-001", &charged("t-1")[..1]).await;
    let ack = world.ports.outside.acks.lock().unwrap()[0].1.clone();
    assert_eq!(ack.id_token_status, Some(IdTokenStatus::Blocked));
}

#[tokio::test]
async fn a_hold_that_ends_while_its_session_runs_is_captured_for_what_was_used_and_the_rest_is_owed() {
    let world = World::new().await;
    world.held(2_000).await;
    let messages = charged("t-1");
    world.record("station-001", &messages[..3]).await;
    world.collect_hold(later(5 * 24)).await;
    assert_eq!(world.hold().await.state.as_str(), "authorized");
    let used = world.hold().await.used.unwrap().minor;
    world.collect_hold(later(6 * 24)).await;
    assert_eq!(world.captures(), [used]);
    world.record("station-001", &messages[3..]).await;
    assert!(world.commands().contains(&(CommandKind::StopTransaction, "hold-t-1".to_owned())));
    world.collect_debt("station-001:t-1", later(6 * 24)).await;
    assert_eq!(world.captures(), [used, BILL - used]);
}

#[tokio::test]
async fn a_hold_that_was_lost_leads_to_the_flow_of_known_drivers() {
    let world = World::new().await;
    world.held(2_000).await;
    let messages = charged("t-1");
    world.record("station-001", &messages[..2]).await;
    let intent = world.hold().await.state.intent().unwrap().to_owned();
    world.ports.outside.cancel_intent("somebody", &intent).await.unwrap();
    world.record("station-001", &messages[2..]).await;
    // The capture is refused; a look an hour later learns why.
    for hours in [0, 1] {
        world.collect_hold(later(hours)).await;
    }
    assert_eq!(world.hold().await.state.as_str(), "canceled");
    let debt = world.ports.debt(&"station-001:t-1".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((debt.amount.minor, debt.payer.driver.as_str()), (BILL, "hold-7k2m9q4t0p"));
    world.collect_debt("station-001:t-1", later(2)).await;
    assert_eq!(world.captures(), [0, BILL]);
}

#[tokio::test]
async fn a_card_that_is_declined_starts_nothing() {
    for (card, state) in
        [("pm_card_chargeCustomerFail", "canceled"), ("pm_card_authenticationRequired", "requires_action")]
    {
        let world = World::new().await;
        world.open(order(&world, 2_000, card, Excess::Ask)).await;
        world.collect_hold(at(NOW)).await;
        assert_eq!(world.hold().await.state.as_str(), state, "{card}");
        assert_eq!(world.commands(), [], "{card}");
        // A driver who has not authenticated by then is not waited for.
        world.collect_hold(later(1)).await;
        assert_eq!(world.hold().await.state.as_str(), "canceled", "{card}");
        assert_eq!(world.stripe.handle.intents()[0].status, "canceled", "{card}");
    }
}

#[tokio::test]
async fn fifty_marks_at_once_hold_once_and_capture_once() {
    let world = World::new().await;
    world.open(order(&world, 2_000, "pm_card_visa", Excess::Ask)).await;
    // Whoever lost a race leaves the hold due; a later look finds it.
    let fifty = || join_all((0..50).map(|_| collect_payment::handle(&world.ports, at(NOW), vec![due()])));
    fifty().await;
    world.collect_hold(at(NOW).saturating_add(SignedDuration::from_mins(2)).unwrap()).await;
    world.record("station-001", &charged("t-1")).await;
    fifty().await;
    world.collect_hold(at(NOW).saturating_add(SignedDuration::from_mins(4)).unwrap()).await;
    assert_eq!(world.captures(), [BILL]);
    let started: Vec<_> =
        world.commands().into_iter().filter(|(kind, _)| *kind == CommandKind::StartTransaction).collect();
    assert!(!started.is_empty() && started.iter().all(|(_, id)| id == "start-7k2m9q4t0p"), "{started:?}");
}

#[tokio::test]
async fn what_a_hold_has_taken_and_nobody_wrote_down_is_found_the_next_day() {
    let world = World::new().await;
    world.held(2_000).await;
    world.record("station-001", &charged("t-1")).await;
    world.collect_hold(at(NOW)).await;
    assert_eq!(sweep::handle(&world.ports, at(NOW)).await.unwrap().failed, 0);
    let found = async || reconcile_payments::handle(&world.ports, later(24)).await.unwrap();
    assert_eq!(found().await, []);

    // A second hold takes money at Stripe, and its session is not the one that its payment is written under.
    let hold = world.hold().await;
    let request = HoldRequest { hold: "another".parse().unwrap(), ..hold.request() };
    let stripe = &world.ports.outside;
    let intent = stripe.create_hold("another:create", &request).await.unwrap().intent.id;
    stripe.confirm_hold("another:confirm:1", &intent, &request.payment_method).await.unwrap();
    assert_eq!(found().await, [], "nothing is taken yet");
    stripe.capture_hold("another:capture", &intent, Money { minor: 500, ..hold.amount }).await.unwrap();
    let kinds: Vec<&str> = found().await.iter().map(|found| found.kind.as_str()).collect();
    assert_eq!(kinds, ["payment_not_in_books"]);
}
