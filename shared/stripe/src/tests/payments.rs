//! Intents are created, confirmed, read, canceled and found.

use billing::payment::Decline;
use ports::{IntentRequest, IntentStatus, TakePayments};

use crate::tests::shop::{EMAIL, Shop, opened_at, word};

#[tokio::test]
async fn a_created_intent_says_what_was_asked_and_moves_no_money() {
    let shop = Shop::with_card("pm_card_visa").await;
    let intent = shop.stripe.create_intent("k:create", &shop.request).await.unwrap();
    assert_eq!((intent.status, intent.received_minor), (IntentStatus::RequiresConfirmation, 0));
    let kept = shop.handle().intents().remove(0);
    assert_eq!((kept.id, kept.amount_minor, kept.captured_minor), (intent.id, 1_234, 0));
    assert_eq!((kept.currency.as_str(), kept.customer.as_deref()), ("eur", Some("cus_1")));
    let sent = shop.handle().requests().remove(0).params;
    for (name, value) in [
        ("metadata[session]", "s-1:t-1"),
        ("receipt_email", EMAIL),
        ("description", "Charging at North car park"),
        ("automatic_payment_methods[allow_redirects]", "never"),
    ] {
        assert_eq!(sent.get(name).map(String::as_str), Some(value), "{sent:?}");
    }
}

#[tokio::test]
async fn the_same_key_means_the_same_intent() {
    let shop = Shop::with_card("pm_card_visa").await;
    let first = shop.stripe.create_intent("k:create", &shop.request).await.unwrap();
    let second = shop.stripe.create_intent("k:create", &shop.request).await.unwrap();
    assert_eq!(first, second);
    let other = IntentRequest { description: "Charging elsewhere".to_owned(), ..shop.request.clone() };
    assert_eq!(word(&shop.stripe.create_intent("k:create", &other).await.unwrap_err()), "refused");
    assert_eq!(shop.handle().intents().len(), 1);
}

#[tokio::test]
async fn a_confirmed_intent_is_paid_and_reads_so() {
    let shop = Shop::with_card("pm_card_visa").await;
    let (stripe, method) = (&shop.stripe, &shop.request.payment_method);
    let id = stripe.create_intent("k:create", &shop.request).await.unwrap().id;
    let paid = stripe.confirm_intent("k:confirm:1", &id, method).await.unwrap();
    assert_eq!((paid.status, paid.received_minor), (IntentStatus::Succeeded, 1_234));
    assert_eq!(stripe.confirm_intent("k:confirm:1", &id, method).await.unwrap(), paid);
    assert_eq!(stripe.read_intent(&id).await.unwrap(), paid);
    assert_eq!(word(&stripe.confirm_intent("k:confirm:2", &id, method).await.unwrap_err()), "refused");
    let keys: Vec<_> = shop.handle().requests().into_iter().map(|request| request.key).collect();
    let under = |key: &str| Some(key.to_owned());
    assert_eq!(keys, [under("k:create"), under("k:confirm:1"), under("k:confirm:1"), None, under("k:confirm:2")]);
    assert_eq!(shop.handle().requests()[1].params.get("off_session").map(String::as_str), Some("true"));
}

#[tokio::test]
async fn every_no_of_the_bank_is_told_apart() {
    let codes = |code: &str, decline_code: &str, advice_code: &str| Decline {
        code: code.to_owned(),
        decline_code: Some(decline_code.to_owned()),
        advice_code: Some(advice_code.to_owned()),
    };
    for (card, means, shown) in [
        (
            "pm_card_chargeDeclinedInsufficientFunds",
            "declined: insufficient_funds",
            Some(codes("card_declined", "insufficient_funds", "try_again_later")),
        ),
        (
            "pm_card_visa_chargeDeclinedLostCard",
            "declined: lost_card",
            Some(codes("card_declined", "lost_card", "do_not_try_again")),
        ),
        (
            "pm_card_chargeDeclinedExpiredCard",
            "declined: expired_card",
            Some(codes("expired_card", "expired_card", "confirm_card_data")),
        ),
        ("pm_card_authenticationRequired", "needs driver", None),
    ] {
        let shop = Shop::with_card(card).await;
        let id = shop.stripe.create_intent("k:create", &shop.request).await.unwrap().id;
        let no = shop.stripe.confirm_intent("k:confirm:1", &id, &shop.request.payment_method).await.unwrap_err();
        assert_eq!(word(&no), means, "{card}");
        let read = shop.stripe.read_intent(&id).await.unwrap();
        assert_eq!((read.status, read.received_minor), (IntentStatus::RequiresPaymentMethod, 0), "{card}");
        let Some(decline) = read.last_decline else { panic!("{card}: the intent shows no decline") };
        assert!(shown.is_none_or(|shown| shown == decline), "{card}: {decline:?}");
    }
}

#[tokio::test]
async fn a_canceled_intent_can_never_be_paid() {
    let shop = Shop::with_card("pm_card_visa").await;
    let id = shop.stripe.create_intent("k:create", &shop.request).await.unwrap().id;
    let canceled = shop.stripe.cancel_intent("k:cancel", &id).await.unwrap();
    assert_eq!(canceled.status, IntentStatus::Canceled);
    let again = shop.stripe.confirm_intent("k:confirm:1", &id, &shop.request.payment_method).await;
    assert_eq!(word(&again.unwrap_err()), "refused");
}

#[tokio::test]
async fn what_was_created_for_a_session_is_found_however_much_came_after() {
    let shop = Shop::with_card("pm_card_visa").await;
    assert_eq!(shop.stripe.find_intent(&shop.request, opened_at()).await.unwrap(), None);
    let ours = shop.stripe.create_intent("k:create", &shop.request).await.unwrap();
    // A key that Stripe has forgotten makes another one: the first counts, on the same page and pages before.
    shop.stripe.create_intent("k:create:forgotten", &shop.request).await.unwrap();
    for n in 0..120 {
        let session = format!("s-1:other-{n}").parse().unwrap();
        let other = IntentRequest { session, ..shop.request.clone() };
        shop.stripe.create_intent(&format!("other-{n}"), &other).await.unwrap();
    }
    shop.stripe.create_intent("k:create:forgotten again", &shop.request).await.unwrap();
    assert_eq!(shop.stripe.find_intent(&shop.request, opened_at()).await.unwrap(), Some(ours));
    let later = opened_at() + jiff::SignedDuration::from_secs(1);
    assert_eq!(shop.stripe.find_intent(&shop.request, later).await.unwrap(), None);
}
