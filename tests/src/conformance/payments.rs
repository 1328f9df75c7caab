//! Taking payments: what an idempotency key is worth, what a bank is asked, and what a read tells after an answer that did not come.
//!
//! Promises use customers of their own, but keys are of one account: theirs begin with the name of the customer.

use billing::money::Money;
use futures_util::future::join_all;
use jiff::SignedDuration;
use ports::{Intent, IntentRequest, IntentStatus, PaymentError, TakePayments};

use super::bank::{Bank, Card, Mishap, word_of};
use super::values::{euros, session};

/// Catches an intent that takes money when it is created, and one that is shown otherwise when it is read.
pub async fn an_intent_begins_unpaid_and_is_read_back(ports: &impl TakePayments, bank: &impl Bank) {
    let request = request(bank, "pay-begins");
    let created = ports.create_intent("pay-begins:create", &request).await.unwrap();
    let expected = (IntentStatus::RequiresConfirmation, 0, None);
    assert_eq!((created.status, created.received_minor, created.last_decline.clone()), expected);
    assert_eq!(ports.read_intent(&created.id).await.unwrap(), created);
}

/// Catches a creation that is not recognised when it is repeated, and keys that are taken for each other.
pub async fn a_key_creates_one_intent(ports: &impl TakePayments, bank: &impl Bank) {
    let request = request(bank, "pay-once");
    let first = ports.create_intent("pay-once:create", &request).await.unwrap();
    bank.pass(SignedDuration::from_secs(24 * 3600 - 1));
    assert_eq!(ports.create_intent("pay-once:create", &request).await.unwrap(), first);
    let second = ports.create_intent("pay-once:create-2", &request).await.unwrap();
    assert_ne!(second.id, first.id);
}

/// Catches an adapter that asks whether a key was used and then creates.
pub async fn of_8_that_create_at_once_all_mean_one_intent(ports: &impl TakePayments, bank: &impl Bank) {
    let request = request(bank, "pay-race");
    let outcomes = join_all((0..8).map(|_| ports.create_intent("pay-race:create", &request))).await;
    for outcome in &outcomes {
        assert!(matches!(outcome, Ok(_) | Err(PaymentError::Later(_))), "{outcome:?}");
    }
    let created: Vec<Intent> = outcomes.into_iter().filter_map(Result::ok).collect();
    assert!(!created.is_empty());
    assert!(created.iter().all(|intent| *intent == created[0]), "{created:?}");
}

/// Catches a key under which one thing is asked and another answered.
pub async fn a_key_belongs_to_one_request(ports: &impl TakePayments, bank: &impl Bank) {
    let asked = request(bank, "pay-key");
    let more = Money { minor: asked.amount.minor + 1, ..asked.amount };
    let another = IntentRequest { session: session("pay-key-2"), ..asked.clone() };
    let intent = ports.create_intent("pay-key:create", &asked).await.unwrap();
    for other in [IntentRequest { amount: more, ..asked.clone() }, another.clone()] {
        assert_eq!(word(ports.create_intent("pay-key:create", &other).await), "refused", "{other:?}");
    }
    let confirmed = ports.confirm_intent("pay-key:create", &intent.id, &asked.payment_method).await;
    assert_eq!(word(confirmed), "refused");
    assert_eq!(ports.read_intent(&intent.id).await.unwrap(), intent);
    assert_eq!(ports.find_intent(&another, bank.now()).await.unwrap(), None);
}

/// Catches a key that is believed for ever, and one that is forgotten early or late.
pub async fn a_key_is_forgotten_after_a_day(ports: &impl TakePayments, bank: &impl Bank) {
    let (request, since) = (request(bank, "pay-day"), bank.now());
    let first = ports.create_intent("pay-day:create", &request).await.unwrap();
    bank.pass(SignedDuration::from_hours(24));
    let second = ports.create_intent("pay-day:create", &request).await.unwrap();
    assert_ne!(second.id, first.id);
    assert_eq!(ports.create_intent("pay-day:create", &request).await.unwrap(), second);
    assert_eq!(ports.find_intent(&request, since).await.unwrap(), Some(first));
}

/// Catches a search that finds the wrong session or customer, or the latest of several.
pub async fn the_oldest_intent_of_a_session_is_found(ports: &impl TakePayments, bank: &impl Bank) {
    let asked = request(bank, "pay-find");
    let since = bank.now();
    assert_eq!(ports.find_intent(&asked, since).await.unwrap(), None);
    let other = IntentRequest { session: session("pay-find-2"), ..asked.clone() };
    let mut ids = Vec::new();
    for (key, request) in [("a", &other), ("b", &asked), ("c", &asked), ("d", &other)] {
        ids.push(ports.create_intent(&format!("pay-find:{key}"), request).await.unwrap().id);
        bank.pass(SignedDuration::from_secs(1));
    }
    let stranger = IntentRequest { session: asked.session.clone(), ..request(bank, "pay-find-3") };
    for (request, after_s, expected) in [
        (&asked, 0, Some(1)),
        (&asked, 1, Some(1)),
        (&asked, 2, Some(2)),
        (&asked, 3, None),
        (&other, 0, Some(0)),
        (&other, 1, Some(3)),
        (&stranger, 0, None),
    ] {
        let since = since.checked_add(SignedDuration::from_secs(after_s)).unwrap();
        let found = ports.find_intent(request, since).await.unwrap().map(|intent| intent.id);
        assert_eq!(found.as_ref(), expected.map(|nth: usize| &ids[nth]), "{} after {after_s} s", request.session);
    }
}

/// Catches a confirmation that is carried out again, or that takes another amount.
pub async fn a_confirmation_is_carried_out_once(ports: &impl TakePayments, bank: &impl Bank) {
    let request = request(bank, "pay-confirm");
    let intent = ports.create_intent("pay-confirm:create", &request).await.unwrap().id;
    let paid = ports.confirm_intent("pay-confirm:1", &intent, &request.payment_method).await.unwrap();
    let expected = (intent.as_str(), IntentStatus::Succeeded, request.amount.minor);
    assert_eq!((paid.id.as_str(), paid.status, paid.received_minor), expected);
    for _ in 0..2 {
        let again = ports.confirm_intent("pay-confirm:1", &intent, &request.payment_method).await.unwrap();
        assert_eq!(again, paid);
        assert_eq!(ports.read_intent(&intent).await.unwrap(), paid);
    }
}

/// Catches an intent that is paid twice because another key asks for it, or because its key was forgotten.
pub async fn an_intent_is_paid_once(ports: &impl TakePayments, bank: &impl Bank) {
    let request = request(bank, "pay-twice");
    let intent = ports.create_intent("pay-twice:create", &request).await.unwrap().id;
    let paid = ports.confirm_intent("pay-twice:1", &intent, &request.payment_method).await.unwrap();
    assert_eq!(word(ports.confirm_intent("pay-twice:2", &intent, &request.payment_method).await), "refused");
    bank.pass(SignedDuration::from_hours(25));
    assert_eq!(word(ports.confirm_intent("pay-twice:1", &intent, &request.payment_method).await), "refused");
    assert_eq!(ports.read_intent(&intent).await.unwrap(), paid);
}

/// Catches an adapter that looks whether an intent is paid and then pays.
pub async fn of_8_that_confirm_at_once_one_pays(ports: &impl TakePayments, bank: &impl Bank) {
    let request = request(bank, "pay-rush");
    let intent = ports.create_intent("pay-rush:create", &request).await.unwrap().id;
    let keys: Vec<String> = (0..8).map(|n| format!("pay-rush:{n}")).collect();
    let confirm = |key| ports.confirm_intent(key, &intent, &request.payment_method);
    let outcomes = join_all(keys.iter().map(|key| confirm(key))).await;
    let words: Vec<&str> = outcomes.into_iter().map(word).collect();
    assert_eq!(words.iter().filter(|word| **word == "paid").count(), 1, "{words:?}");
    assert!(words.iter().all(|word| ["paid", "refused", "later"].contains(word)), "{words:?}");
    assert_eq!(ports.read_intent(&intent).await.unwrap().received_minor, request.amount.minor);
}

/// Catches a decline that is forgotten or repeated under another key, and one that outlives the payment.
pub async fn a_decline_is_repeated_under_its_key_only(ports: &impl TakePayments, bank: &impl Bank) {
    let good = request(bank, "pay-declined");
    let bad = bank.card("pay-declined", Card::Declines);
    let intent = ports.create_intent("pay-declined:create", &good).await.unwrap().id;
    let Err(PaymentError::Declined(first)) = ports.confirm_intent("pay-declined:1", &intent, &bad).await else {
        unreachable!("the card declines");
    };
    let read = ports.read_intent(&intent).await.unwrap();
    let expected = (IntentStatus::RequiresPaymentMethod, 0, Some(&first));
    assert_eq!((read.status, read.received_minor, read.last_decline.as_ref()), expected);

    assert_eq!(word(ports.confirm_intent("pay-declined:2", &intent, &bad).await), "declined");
    let paid = ports.confirm_intent("pay-declined:3", &intent, &good.payment_method).await.unwrap();
    let expected = (IntentStatus::Succeeded, good.amount.minor, None);
    assert_eq!((paid.status, paid.received_minor, paid.last_decline.clone()), expected);
    // The bank would have nothing to decline any more.
    let again = ports.confirm_intent("pay-declined:1", &intent, &bad).await;
    assert!(matches!(&again, Err(PaymentError::Declined(decline)) if *decline == first), "{again:?}");
    assert_eq!(ports.read_intent(&intent).await.unwrap(), paid);
}

/// Catches a payment that waits for a driver who is not there, and one that cannot be tried with another card.
pub async fn a_bank_that_wants_the_driver_takes_nothing(ports: &impl TakePayments, bank: &impl Bank) {
    let good = request(bank, "pay-driver");
    let strict = bank.card("pay-driver", Card::WantsDriver);
    let intent = ports.create_intent("pay-driver:create", &good).await.unwrap().id;
    for _ in 0..2 {
        let refused = ports.confirm_intent("pay-driver:1", &intent, &strict).await;
        assert_eq!(word(refused), "needs driver");
    }
    let read = ports.read_intent(&intent).await.unwrap();
    assert_eq!((read.status, read.received_minor), (IntentStatus::RequiresPaymentMethod, 0));
    assert_eq!(word(ports.confirm_intent("pay-driver:2", &intent, &good.payment_method).await), "paid");
}

/// Catches an intent that is paid after it was given up, and one that is given up after it was paid.
pub async fn a_canceled_intent_cannot_be_paid(ports: &impl TakePayments, bank: &impl Bank) {
    let request = request(bank, "pay-cancel");
    let intent = ports.create_intent("pay-cancel:create", &request).await.unwrap().id;
    for _ in 0..2 {
        let canceled = ports.cancel_intent("pay-cancel:cancel", &intent).await.unwrap();
        assert_eq!((canceled.status, canceled.received_minor), (IntentStatus::Canceled, 0));
    }
    assert_eq!(word(ports.confirm_intent("pay-cancel:1", &intent, &request.payment_method).await), "refused");
    assert_eq!(ports.read_intent(&intent).await.unwrap().status, IntentStatus::Canceled);

    let other = ports.create_intent("pay-cancel:create-2", &request).await.unwrap().id;
    let paid = ports.confirm_intent("pay-cancel:2", &other, &request.payment_method).await.unwrap();
    assert_eq!(word(ports.cancel_intent("pay-cancel:cancel-2", &other).await), "refused");
    assert_eq!(ports.read_intent(&other).await.unwrap(), paid);
}

/// Catches a failure that is not repeated: whoever asks again under its key would learn nothing by reading, or pay twice.
pub async fn a_failure_is_repeated_under_its_key(ports: &impl TakePayments, bank: &impl Bank) {
    let (request, since) = (request(bank, "pay-500"), bank.now());
    bank.next_goes_wrong(Mishap::FailedBefore);
    for _ in 0..2 {
        assert_eq!(word(ports.create_intent("pay-500:create", &request).await), "unknown");
    }
    assert_eq!(ports.find_intent(&request, since).await.unwrap(), None);
    let intent = ports.create_intent("pay-500:create-2", &request).await.unwrap();
    assert_eq!(ports.find_intent(&request, since).await.unwrap().as_ref(), Some(&intent));

    for (key, mishap, status) in [
        ("pay-500:1", Mishap::FailedBefore, IntentStatus::RequiresConfirmation),
        ("pay-500:2", Mishap::FailedAfter, IntentStatus::Succeeded),
    ] {
        bank.next_goes_wrong(mishap);
        for _ in 0..2 {
            let confirmed = ports.confirm_intent(key, &intent.id, &request.payment_method).await;
            assert_eq!(word(confirmed), "unknown", "{mishap:?}");
        }
        assert_eq!(ports.read_intent(&intent.id).await.unwrap().status, status, "{mishap:?}");
    }
}

/// Catches a reply that is lost together with its effect, or whose effect no read shows.
pub async fn what_a_lost_reply_said_is_seen_by_a_read(ports: &impl TakePayments, bank: &impl Bank) {
    let (request, since) = (request(bank, "pay-lost"), bank.now());
    bank.next_goes_wrong(Mishap::ReplyLost);
    assert_eq!(word(ports.create_intent("pay-lost:create", &request).await), "unknown");
    let found = ports.find_intent(&request, since).await.unwrap().unwrap();
    assert_eq!(ports.create_intent("pay-lost:create", &request).await.unwrap(), found);

    bank.next_goes_wrong(Mishap::ReplyLost);
    assert_eq!(word(ports.confirm_intent("pay-lost:1", &found.id, &request.payment_method).await), "unknown");
    let paid = ports.read_intent(&found.id).await.unwrap();
    assert_eq!((paid.status, paid.received_minor), (IntentStatus::Succeeded, request.amount.minor));
    assert_eq!(ports.confirm_intent("pay-lost:1", &found.id, &request.payment_method).await.unwrap(), paid);
}

/// Catches a key that is used up by a call which never took place.
pub async fn a_call_that_was_not_taken_may_be_made_again(ports: &impl TakePayments, bank: &impl Bank) {
    let (request, since) = (request(bank, "pay-later"), bank.now());
    bank.next_goes_wrong(Mishap::NotTaken);
    assert_eq!(word(ports.create_intent("pay-later:create", &request).await), "later");
    assert_eq!(ports.find_intent(&request, since).await.unwrap(), None);
    let intent = ports.create_intent("pay-later:create", &request).await.unwrap();

    bank.next_goes_wrong(Mishap::NotTaken);
    assert_eq!(word(ports.confirm_intent("pay-later:1", &intent.id, &request.payment_method).await), "later");
    assert_eq!(ports.read_intent(&intent.id).await.unwrap(), intent);
    assert_eq!(word(ports.confirm_intent("pay-later:1", &intent.id, &request.payment_method).await), "paid");
}

/// Catches an adapter that makes something up.
pub async fn an_intent_nobody_created_is_refused(ports: &impl TakePayments, bank: &impl Bank) {
    let card = bank.card("pay-nobody", Card::Pays);
    assert_eq!(word(ports.read_intent("pi_nobody").await), "refused");
    assert_eq!(word(ports.confirm_intent("pay-nobody:1", "pi_nobody", &card).await), "refused");
    assert_eq!(word(ports.cancel_intent("pay-nobody:cancel", "pi_nobody").await), "refused");
}

/// What is asked of Stripe for the session of this name, by a customer of this name whose card pays.
fn request(bank: &impl Bank, name: &str) -> IntentRequest {
    IntentRequest {
        session: session(name),
        amount: Money { minor: 1_234, currency: euros() },
        customer: name.to_owned(),
        payment_method: bank.card(name, Card::Pays),
        receipt_email: Some("driver@example.com".to_owned()),
        description: "Charging at Hafen".to_owned(),
    }
}

/// How a call ended, in a word.
fn word(outcome: Result<Intent, PaymentError>) -> &'static str {
    match outcome {
        Ok(intent) if intent.status == IntentStatus::Succeeded => "paid",
        Ok(_) => "not paid",
        Err(error) => word_of(&error),
    }
}
