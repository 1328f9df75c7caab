//! Holds are created, confirmed, read, captured, released and found; amounts keep their worth in every kind of currency.

use billing::money::Money;
use billing::payment::payable;
use jiff::SignedDuration;
use ports::{HeldIntent, HoldRequest, IntentStatus, TakeHolds, TakePayments};
use stripe_double::{Fault, PlannedFault};

use crate::tests::shop::{EMAIL, Shop, opened_at, word};

fn euros(minor: i64) -> Money {
    Money { minor, currency: "EUR".parse().unwrap() }
}

fn request(shop: &Shop, amount: Money) -> HoldRequest {
    HoldRequest {
        hold: "7k2m".parse().unwrap(),
        amount,
        customer: shop.request.customer.clone(),
        payment_method: shop.request.payment_method.clone(),
        receipt_email: Some(EMAIL.to_owned()),
        description: "Charging at North car park".to_owned(),
    }
}

async fn held(shop: &Shop, amount: Money) -> HeldIntent {
    let request = request(shop, amount);
    let id = shop.stripe.create_hold("h:create", &request).await.unwrap().intent.id;
    shop.stripe.confirm_hold("h:confirm:1", &id, &request.payment_method).await.unwrap()
}

#[tokio::test]
async fn a_hold_says_until_when_it_can_be_captured_and_moves_no_money() {
    let shop = Shop::with_card("pm_card_visa").await;
    let confirmed = held(&shop, euros(2_000)).await;
    assert_eq!((confirmed.intent.status, confirmed.intent.received_minor), (IntentStatus::RequiresCapture, 0));
    assert_eq!(confirmed.capture_before, Some(opened_at() + SignedDuration::from_hours(7 * 24)));
    assert_eq!(shop.stripe.read_hold(&confirmed.intent.id).await.unwrap(), confirmed);
    let kept = shop.handle().intents().remove(0);
    assert_eq!((kept.capturable_minor, kept.captured_minor), (2_000, 0));
    let sent = shop.handle().requests();
    for (name, value) in [
        ("capture_method", "manual"),
        ("metadata[hold]", "7k2m"),
        ("setup_future_usage", "off_session"),
        ("amount", "2000"),
    ] {
        assert_eq!(sent[0].params.get(name).map(String::as_str), Some(value), "{:?}", sent[0].params);
    }
    assert_eq!(sent[1].params.get("off_session"), None, "the driver is there");
}

#[tokio::test]
async fn amounts_are_held_and_captured_as_stripe_counts_them() {
    for (code, held_minor, used_minor, sent, captured_minor) in [
        ("EUR", 2_000, 1_500, ("2000", "1500"), 1_500),
        ("JPY", 1_500, 1_499, ("1500", "1499"), 1_499),
        ("KWD", 5_000, 1_230, ("5000", "1230"), 1_230),
        ("KWD", 5_000, 1_234, ("5000", "1230"), 1_230),
        ("KWD", 5_000, 1_235, ("5000", "1240"), 1_240),
        ("ISK", 3_000, 2_500, ("300000", "250000"), 2_500),
    ] {
        let shop = Shop::with_card("pm_card_visa").await;
        let money = |minor| Money { minor, currency: code.parse().unwrap() };
        let id = held(&shop, money(held_minor)).await.intent.id;
        let captured = shop.stripe.capture_hold("h:capture", &id, payable(money(used_minor))).await.unwrap();
        assert_eq!((captured.intent.status, captured.intent.received_minor), (IntentStatus::Succeeded, captured_minor));
        let requests = shop.handle().requests();
        let param = |place: usize, name: &str| requests[place].params.get(name).cloned();
        assert_eq!((param(0, "amount"), param(2, "amount_to_capture")), (Some(sent.0.into()), Some(sent.1.into())));
        assert_eq!(param(0, "currency"), Some(code.to_lowercase()));
    }
    // What Stripe does not take is not sent.
    let shop = Shop::with_card("pm_card_visa").await;
    let odd = Money { minor: 1_234, currency: "KWD".parse().unwrap() };
    let refused = shop.stripe.create_hold("h:create", &request(&shop, odd)).await.unwrap_err();
    assert_eq!((word(&refused), shop.handle().requests().len()), ("refused".to_owned(), 0));
}

#[tokio::test]
async fn a_capture_happens_once_at_most_for_the_hold_and_the_rest_is_released() {
    let shop = Shop::with_card("pm_card_visa").await;
    let id = held(&shop, euros(2_000)).await.intent.id;
    let more = shop.stripe.capture_hold("h:more", &id, euros(2_001)).await;
    assert_eq!(word(&more.unwrap_err()), "refused");
    let once = shop.stripe.capture_hold("h:capture", &id, euros(1_500)).await.unwrap();
    assert_eq!(shop.stripe.capture_hold("h:capture", &id, euros(1_500)).await.unwrap(), once);
    for again in ["h:capture:2", "h:capture:3"] {
        assert_eq!(word(&shop.stripe.capture_hold(again, &id, euros(500)).await.unwrap_err()), "refused");
    }
    assert_eq!(word(&shop.stripe.release_hold("h:cancel", &id).await.unwrap_err()), "refused");
    let kept = shop.handle().intents().remove(0);
    assert_eq!((kept.captured_minor, kept.capturable_minor), (1_500, 0));
}

#[tokio::test]
async fn a_released_hold_cannot_be_captured() {
    let shop = Shop::with_card("pm_card_visa").await;
    let id = held(&shop, euros(2_000)).await.intent.id;
    let released = shop.stripe.release_hold("h:cancel", &id).await.unwrap();
    assert_eq!(released.intent.status, IntentStatus::Canceled);
    assert_eq!(word(&shop.stripe.capture_hold("h:capture", &id, euros(5)).await.unwrap_err()), "refused");
}

#[tokio::test]
async fn a_driver_who_is_there_may_authenticate() {
    let shop = Shop::with_card("pm_card_authenticationRequired").await;
    let waiting = held(&shop, euros(2_000)).await;
    assert_eq!((waiting.intent.status, waiting.capture_before), (IntentStatus::RequiresAction, None));
}

#[tokio::test]
async fn the_card_of_a_hold_pays_what_is_above_it() {
    let shop = Shop::with_card("pm_card_visa").await;
    held(&shop, euros(2_000)).await;
    let id = shop.stripe.create_intent("s:excess:create", &shop.request).await.unwrap().id;
    let paid = shop.stripe.confirm_intent("s:excess:confirm:1", &id, &shop.request.payment_method).await.unwrap();
    assert_eq!((paid.status, paid.received_minor), (IntentStatus::Succeeded, 1_234));
}

#[tokio::test]
async fn what_a_lost_creation_has_left_is_found_by_its_hold_and_by_nothing_else() {
    let shop = Shop::with_card("pm_card_visa").await;
    let request = request(&shop, euros(2_000));
    assert_eq!(shop.stripe.find_hold(&request, opened_at()).await.unwrap(), None);
    shop.stripe.create_intent("other", &shop.request).await.unwrap();
    shop.handle().faults().plan(PlannedFault::new("POST /v1/payment_intents", Fault::DropAfter));
    assert_eq!(word(&shop.stripe.create_hold("h:create", &request).await.unwrap_err()), "unknown");
    let found = shop.stripe.find_hold(&request, opened_at()).await.unwrap().unwrap();
    assert_eq!(shop.stripe.create_hold("h:create", &request).await.unwrap(), found);
    let other = HoldRequest { hold: "another".parse().unwrap(), ..request };
    assert_eq!(shop.stripe.find_hold(&other, opened_at()).await.unwrap(), None);
}
