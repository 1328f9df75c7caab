//! Holding money: what a hold keeps, what a capture takes of it, and what becomes of the rest.
//!
//! Promises use customers and holds of their own; keys begin with the name of the hold, as those of payments do.

use billing::money::Money;
use futures_util::future::join_all;
use jiff::SignedDuration;
use ports::{HeldIntent, HoldRequest, IntentRequest, IntentStatus, PaymentError, TakeHolds, TakePayments};

use super::bank::{Bank, Card, Mishap, word_of};
use super::values::{euros, session};

/// How much the promises hold, minor units.
const HELD_MINOR: i64 = 2_000;

/// Catches a hold that takes money, and one that is shown otherwise when it is read.
pub async fn a_hold_takes_nothing_and_is_read_back(ports: &impl TakeHolds, bank: &impl Bank) {
    let request = request(bank, "hold-begins");
    let created = ports.create_hold("hold-begins:create", &request).await.unwrap();
    assert_eq!(seen(&created), (IntentStatus::RequiresConfirmation, 0));
    assert_eq!(created.capture_before, None);
    assert_eq!(ports.read_hold(&created.intent.id).await.unwrap(), created);

    let id = &created.intent.id;
    let held = ports.confirm_hold("hold-begins:confirm:1", id, &request.payment_method).await.unwrap();
    assert_eq!((held.intent.id.as_str(), seen(&held)), (id.as_str(), (IntentStatus::RequiresCapture, 0)));
    assert!(held.capture_before.is_some_and(|end| end > bank.now()), "{held:?}");
    assert_eq!(ports.read_hold(id).await.unwrap(), held);
}

/// Catches a creation or a confirmation that is carried out again, and a hold that is confirmed under another key.
pub async fn a_hold_is_made_once(ports: &impl TakeHolds, bank: &impl Bank) {
    let request = request(bank, "hold-once");
    let created = ports.create_hold("hold-once:create", &request).await.unwrap();
    bank.pass(SignedDuration::from_hours(20));
    assert_eq!(ports.create_hold("hold-once:create", &request).await.unwrap(), created);
    let confirm = async |key| ports.confirm_hold(key, &created.intent.id, &request.payment_method).await;
    let held = confirm("hold-once:confirm:1").await.unwrap();
    bank.pass(SignedDuration::from_hours(20));
    assert_eq!(confirm("hold-once:confirm:1").await.unwrap(), held);
    assert_eq!(word(confirm("hold-once:confirm:2").await), "refused");
    assert_eq!(ports.read_hold(&created.intent.id).await.unwrap(), held);
}

/// Catches a key under which one thing is asked and another answered.
pub async fn a_key_belongs_to_one_call(ports: &impl TakeHolds, bank: &impl Bank) {
    let (asked, held) = held(ports, bank, "hold-key").await;
    let more = HoldRequest { amount: euro_cents(HELD_MINOR + 1), ..asked.clone() };
    assert_eq!(word(ports.create_hold("hold-key:create", &more).await), "refused");
    assert_eq!(word(ports.capture_hold("hold-key:create", &held, euro_cents(100)).await), "refused");
    assert_eq!(word(ports.release_hold("hold-key:create", &held).await), "refused");
    let capture = async |minor| ports.capture_hold("hold-key:capture", &held, euro_cents(minor)).await;
    capture(700).await.unwrap();
    assert_eq!(word(capture(701).await), "refused");
    assert_eq!(seen(&ports.read_hold(&held).await.unwrap()), (IntentStatus::Succeeded, 700));
}

/// Catches a capture that takes all, that is carried out again, or that leaves something to capture.
pub async fn a_capture_takes_what_it_says_and_ends_the_hold(ports: &impl TakeHolds, bank: &impl Bank) {
    let (_, held) = held(ports, bank, "hold-capture").await;
    let captured = ports.capture_hold("hold-capture:capture", &held, euro_cents(1_234)).await.unwrap();
    assert_eq!((seen(&captured), captured.capture_before), ((IntentStatus::Succeeded, 1_234), None));
    for _ in 0..2 {
        let again = ports.capture_hold("hold-capture:capture", &held, euro_cents(1_234)).await;
        assert_eq!(again.unwrap(), captured);
    }
    assert_eq!(word(ports.capture_hold("hold-capture:more", &held, euro_cents(100)).await), "refused");
    assert_eq!(word(ports.release_hold("hold-capture:cancel", &held).await), "refused");
    bank.pass(SignedDuration::from_hours(25));
    assert_eq!(word(ports.capture_hold("hold-capture:capture", &held, euro_cents(1_234)).await), "refused");
    assert_eq!(ports.read_hold(&held).await.unwrap(), captured);
}

/// Catches a capture of more than is held, or of what is not held yet.
pub async fn no_more_is_captured_than_is_held(ports: &impl TakeHolds, bank: &impl Bank) {
    let request = request(bank, "hold-most");
    let id = ports.create_hold("hold-most:create", &request).await.unwrap().intent.id;
    assert_eq!(word(ports.capture_hold("hold-most:early", &id, euro_cents(100)).await), "refused");
    let held = ports.confirm_hold("hold-most:confirm:1", &id, &request.payment_method).await.unwrap();
    assert_eq!(word(ports.capture_hold("hold-most:above", &id, euro_cents(HELD_MINOR + 1)).await), "refused");
    assert_eq!(ports.read_hold(&id).await.unwrap(), held);
    let all = ports.capture_hold("hold-most:capture", &id, euro_cents(HELD_MINOR)).await.unwrap();
    assert_eq!(seen(&all), (IntentStatus::Succeeded, HELD_MINOR));
}

/// Catches an adapter that looks whether a hold is there and then captures.
pub async fn of_8_that_capture_at_once_one_takes_money(ports: &impl TakeHolds, bank: &impl Bank) {
    let (_, held) = held(ports, bank, "hold-rush").await;
    let keys: Vec<String> = (0..8).map(|n| format!("hold-rush:capture-{n}")).collect();
    let outcomes = join_all(keys.iter().map(|key| ports.capture_hold(key, &held, euro_cents(300)))).await;
    let words: Vec<&str> = outcomes.into_iter().map(word).collect();
    assert_eq!(words.iter().filter(|word| **word == "captured").count(), 1, "{words:?}");
    assert!(words.iter().all(|word| ["captured", "refused", "later"].contains(word)), "{words:?}");
    assert_eq!(seen(&ports.read_hold(&held).await.unwrap()), (IntentStatus::Succeeded, 300));
}

/// Catches money that stays held, or that is taken after it was released.
pub async fn what_is_released_cannot_be_captured(ports: &impl TakeHolds, bank: &impl Bank) {
    let (request, held) = held(ports, bank, "hold-release").await;
    for _ in 0..2 {
        let released = ports.release_hold("hold-release:cancel", &held).await.unwrap();
        assert_eq!((seen(&released), released.capture_before), ((IntentStatus::Canceled, 0), None));
    }
    assert_eq!(word(ports.capture_hold("hold-release:capture", &held, euro_cents(100)).await), "refused");
    let confirmed = ports.confirm_hold("hold-release:confirm:2", &held, &request.payment_method).await;
    assert_eq!(word(confirmed), "refused");
    assert_eq!(seen(&ports.read_hold(&held).await.unwrap()), (IntentStatus::Canceled, 0));
}

/// Catches an adapter that does not know of the end of a hold.
pub async fn a_hold_that_nobody_captures_in_time_is_released(ports: &impl TakeHolds, bank: &impl Bank) {
    let (_, held) = held(ports, bank, "hold-ends").await;
    let end = ports.read_hold(&held).await.unwrap().capture_before.unwrap();
    bank.hold_ends(&held, end);
    let read = ports.read_hold(&held).await.unwrap();
    assert_eq!((seen(&read), read.capture_before), ((IntentStatus::Canceled, 0), None));
    assert_eq!(word(ports.capture_hold("hold-ends:capture", &held, euro_cents(100)).await), "refused");
}

/// Catches a decline that is taken for a hold, and one that no read shows.
pub async fn a_card_that_declines_holds_nothing(ports: &impl TakeHolds, bank: &impl Bank) {
    let request = request(bank, "hold-declined");
    let bad = bank.card("hold-declined", Card::Declines);
    let id = ports.create_hold("hold-declined:create", &request).await.unwrap().intent.id;
    for _ in 0..2 {
        assert_eq!(word(ports.confirm_hold("hold-declined:confirm:1", &id, &bad).await), "declined");
    }
    let read = ports.read_hold(&id).await.unwrap();
    assert_eq!((seen(&read), read.capture_before), ((IntentStatus::RequiresPaymentMethod, 0), None));
    assert!(read.intent.last_decline.is_some());
    assert_eq!(word(ports.capture_hold("hold-declined:capture", &id, euro_cents(100)).await), "refused");
}

/// Catches a bank that wants the driver taken for one that declines: whoever asks for a hold is there.
pub async fn a_driver_who_authenticates_has_money_held(ports: &impl TakeHolds, bank: &impl Bank) {
    let request = request(bank, "hold-driver");
    let strict = bank.card("hold-driver", Card::WantsDriver);
    let id = ports.create_hold("hold-driver:create", &request).await.unwrap().intent.id;
    let waits = ports.confirm_hold("hold-driver:confirm:1", &id, &strict).await.unwrap();
    assert_eq!((seen(&waits), waits.capture_before), ((IntentStatus::RequiresAction, 0), None));
    assert_eq!(word(ports.capture_hold("hold-driver:early", &id, euro_cents(100)).await), "refused");
    bank.driver_acts(&id);
    let held = ports.read_hold(&id).await.unwrap();
    assert_eq!(seen(&held), (IntentStatus::RequiresCapture, 0));
    assert!(held.capture_before.is_some());
    let captured = ports.capture_hold("hold-driver:capture", &id, euro_cents(500)).await.unwrap();
    assert_eq!(seen(&captured), (IntentStatus::Succeeded, 500));
}

/// Catches a failure that is not repeated under its key, and an effect that no read shows.
pub async fn a_failed_capture_is_seen_by_a_read(ports: &impl TakeHolds, bank: &impl Bank) {
    for (name, mishap, status, received_minor) in [
        ("hold-500-a", Mishap::FailedBefore, IntentStatus::RequiresCapture, 0),
        ("hold-500-b", Mishap::FailedAfter, IntentStatus::Succeeded, 400),
        ("hold-500-c", Mishap::ReplyLost, IntentStatus::Succeeded, 400),
    ] {
        let (_, held) = held(ports, bank, name).await;
        let key = format!("{name}:capture");
        bank.next_goes_wrong(mishap);
        assert_eq!(word(ports.capture_hold(&key, &held, euro_cents(400)).await), "unknown", "{mishap:?}");
        assert_eq!(seen(&ports.read_hold(&held).await.unwrap()), (status, received_minor), "{mishap:?}");
        let again = word(ports.capture_hold(&key, &held, euro_cents(400)).await);
        assert_eq!(again, if mishap == Mishap::ReplyLost { "captured" } else { "unknown" }, "{mishap:?}");
        assert_eq!(seen(&ports.read_hold(&held).await.unwrap()), (status, received_minor), "{mishap:?}");
    }
}

/// Catches a key that is used up by a call which never took place.
pub async fn a_call_that_was_not_taken_may_be_made_again(ports: &impl TakeHolds, bank: &impl Bank) {
    let (_, held) = held(ports, bank, "hold-later").await;
    bank.next_goes_wrong(Mishap::NotTaken);
    assert_eq!(word(ports.capture_hold("hold-later:capture", &held, euro_cents(400)).await), "later");
    assert_eq!(word(ports.capture_hold("hold-later:capture", &held, euro_cents(400)).await), "captured");
}

/// Catches a search that finds another hold, another customer's, a payment, or the latest of several.
pub async fn the_oldest_intent_of_a_hold_is_found(ports: &(impl TakeHolds + TakePayments), bank: &impl Bank) {
    let (asked, since) = (request(bank, "hold-find"), bank.now());
    assert_eq!(ports.find_hold(&asked, since).await.unwrap(), None);
    let payment = IntentRequest {
        session: session("hold-find"),
        amount: asked.amount,
        customer: asked.customer.clone(),
        payment_method: asked.payment_method.clone(),
        receipt_email: None,
        description: asked.description.clone(),
    };
    ports.create_intent("hold-find:payment", &payment).await.unwrap();
    let other = HoldRequest { hold: "c-hold-find-2".parse().unwrap(), ..asked.clone() };
    let mut ids = Vec::new();
    for (key, request) in [("a", &other), ("b", &asked), ("c", &asked)] {
        ids.push(ports.create_hold(&format!("hold-find:{key}"), request).await.unwrap().intent.id);
        bank.pass(SignedDuration::from_secs(1));
    }
    let stranger = HoldRequest { hold: asked.hold.clone(), ..request(bank, "hold-find-3") };
    for (request, after_s, expected) in [
        (&asked, 0, Some(1)),
        (&asked, 2, Some(2)),
        (&asked, 3, None),
        (&other, 0, Some(0)),
        (&other, 1, None),
        (&stranger, 0, None),
    ] {
        let since = since.checked_add(SignedDuration::from_secs(after_s)).unwrap();
        let found = ports.find_hold(request, since).await.unwrap().map(|held| held.intent.id);
        assert_eq!(found.as_ref(), expected.map(|nth: usize| &ids[nth]), "{} after {after_s} s", request.hold);
    }
}

/// Catches an adapter that makes something up.
pub async fn a_hold_nobody_made_is_refused(ports: &impl TakeHolds, bank: &impl Bank) {
    let card = bank.card("hold-nobody", Card::Pays);
    assert_eq!(word(ports.read_hold("pi_nobody").await), "refused");
    assert_eq!(word(ports.confirm_hold("hold-nobody:confirm:1", "pi_nobody", &card).await), "refused");
    assert_eq!(word(ports.capture_hold("hold-nobody:capture", "pi_nobody", euro_cents(100)).await), "refused");
    assert_eq!(word(ports.release_hold("hold-nobody:cancel", "pi_nobody").await), "refused");
}

/// A hold of this name whose money is held, and its intent.
async fn held(ports: &impl TakeHolds, bank: &impl Bank, name: &str) -> (HoldRequest, String) {
    let request = request(bank, name);
    let id = ports.create_hold(&format!("{name}:create"), &request).await.unwrap().intent.id;
    let key = format!("{name}:confirm:1");
    let held = ports.confirm_hold(&key, &id, &request.payment_method).await.unwrap();
    assert_eq!(seen(&held), (IntentStatus::RequiresCapture, 0));
    (request, id)
}

/// What is asked of Stripe for the hold of this name, by a customer of this name whose card pays.
fn request(bank: &impl Bank, name: &str) -> HoldRequest {
    HoldRequest {
        hold: format!("c-{name}").parse().unwrap(),
        amount: euro_cents(HELD_MINOR),
        customer: name.to_owned(),
        payment_method: bank.card(name, Card::Pays),
        receipt_email: None,
        description: "Charging at Hafen".to_owned(),
    }
}

fn euro_cents(minor: i64) -> Money {
    Money { minor, currency: euros() }
}

/// Where an intent stands, and what it has taken.
fn seen(held: &HeldIntent) -> (IntentStatus, i64) {
    (held.intent.status, held.intent.received_minor)
}

/// How a call ended, in a word.
fn word(outcome: Result<HeldIntent, PaymentError>) -> &'static str {
    match outcome {
        Ok(held) if held.intent.status == IntentStatus::Succeeded => "captured",
        Ok(_) => "not captured",
        Err(error) => word_of(&error),
    }
}
