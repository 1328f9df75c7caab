//! Whatever goes wrong between us and Stripe: it is sorted rightly, and no request is sent twice.

use billing::money::Money;
use ports::{IntentRequest, PaymentError, TakePayments};
use stripe_double::{Fault, PlannedFault};

use crate::tests::shop::{KEY, Shop, client, word};

#[tokio::test]
async fn every_fault_is_sorted_and_nothing_is_sent_twice() {
    for (fault, means, paid) in [
        (Fault::DropBefore, "unknown", false),
        (Fault::DropAfter, "unknown", true),
        (Fault::ErrorBefore, "unknown", false),
        (Fault::ErrorAfter, "unknown", true),
        (Fault::HangBefore, "unknown", false),
        (Fault::HangAfter, "unknown", true),
        (Fault::Truncated, "unknown", true),
        (Fault::RateLimited, "later", false),
    ] {
        let shop = Shop::with_card("pm_card_visa").await;
        let id = shop.stripe.create_intent("k:create", &shop.request).await.unwrap().id;
        shop.handle().faults().plan(PlannedFault::new("POST /v1/payment_intents/*/confirm", fault));
        let hangs = matches!(fault, Fault::HangBefore | Fault::HangAfter);
        let client = if hangs { shop.hasty() } else { shop.stripe.clone() };
        let confirmed = client.confirm_intent("k:confirm:1", &id, &shop.request.payment_method).await;
        assert_eq!(word(&confirmed.unwrap_err()), means, "{fault:?}");
        assert_eq!(shop.handle().requests().len(), 2, "{fault:?}");
        assert_eq!(shop.handle().intents()[0].captured_minor == 1_234, paid, "{fault:?}");
    }
}

#[tokio::test]
async fn a_key_in_use_means_later() {
    let shop = Shop::with_card("pm_card_visa").await;
    shop.handle().faults().plan(PlannedFault::new("POST /v1/payment_intents", Fault::HangBefore));
    let first = shop.hasty().create_intent("k:create", &shop.request).await;
    assert_eq!(word(&first.unwrap_err()), "unknown");
    let second = shop.stripe.create_intent("k:create", &shop.request).await;
    assert_eq!(word(&second.unwrap_err()), "later");
}

#[tokio::test]
async fn without_a_connection_nothing_happened() {
    // Taken by a socket that does not listen: nobody else can come to listen there.
    let taken = tokio::net::TcpSocket::new_v4().unwrap();
    taken.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let base = format!("http://{}", taken.local_addr().unwrap());
    assert_eq!(word(&client(&base, KEY).read_intent("pi_1").await.unwrap_err()), "later");
}

#[tokio::test]
async fn what_stripe_refuses_is_refused() {
    let shop = Shop::with_card("pm_card_visa").await;
    let small = Money { minor: 49, ..shop.request.amount };
    let nobody = IntentRequest { customer: "cus_nobody".to_owned(), ..shop.request.clone() };
    let refusals = [
        shop.stripe.read_intent("pi_nowhere").await.map(|_| ()),
        shop.stripe.create_intent("k:1", &nobody).await.map(|_| ()),
        shop.stripe.create_intent("k:2", &IntentRequest { amount: small, ..shop.request.clone() }).await.map(|_| ()),
        shop.stripe.create_intent(&"k".repeat(256), &shop.request).await.map(|_| ()),
        client(&shop.base(), "sk_test_another").read_intent("pi_1").await.map(|_| ()),
    ];
    let words = refusals.map(|refusal: Result<(), PaymentError>| word(&refusal.unwrap_err()));
    assert_eq!(words, ["refused"; 5]);
}
