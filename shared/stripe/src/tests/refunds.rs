//! Refunds are created, found and read; disputes and books are seen as Stripe has them.

use billing::money::Money;
use billing::payment::DisputeState;
use jiff::SignedDuration;
use ports::{GiveBack, ReadStripeBooks, RefundRequest, RefundStatus, TakePayments};
use stripe_double::{Fault, PlannedFault, Verdict};

use crate::tests::shop::{Shop, opened_at, word};

fn euros(minor: i64) -> Money {
    Money { minor, currency: "EUR".parse().unwrap() }
}

/// A shop with a paid intent, and a refund of a part of it.
async fn paid() -> (Shop, RefundRequest) {
    let shop = Shop::with_card("pm_card_visa").await;
    let intent = shop.stripe.create_intent("k:create", &shop.request).await.unwrap().id;
    shop.stripe.confirm_intent("k:confirm:1", &intent, &shop.request.payment_method).await.unwrap();
    let request = RefundRequest { key: "s-1:t-1:refund:1".to_owned(), intent, amount: euros(310) };
    (shop, request)
}

#[tokio::test]
async fn a_refund_is_made_once_under_its_key_and_found_by_it() {
    let (shop, request) = paid().await;
    assert_eq!(shop.stripe.find_refund(&request).await.unwrap(), None);
    let made = shop.stripe.create_refund(&request).await.unwrap();
    assert_eq!(made.status, RefundStatus::Succeeded);
    assert_eq!(shop.stripe.create_refund(&request).await.unwrap(), made);
    assert_eq!(shop.stripe.find_refund(&request).await.unwrap().as_ref(), Some(&made));
    assert_eq!(shop.stripe.read_refund(&made.id).await.unwrap(), made);
    assert_eq!(shop.handle().intents()[0].refunded_minor, 310);
    let other = RefundRequest { key: "s-1:t-1:refund:2".to_owned(), ..request.clone() };
    assert_eq!(shop.stripe.find_refund(&other).await.unwrap(), None);
    let sent = shop.handle().requests().into_iter().find(|sent| sent.key.as_deref() == Some(&request.key)).unwrap();
    for (name, value) in [("amount", "310"), ("metadata[refund]", "s-1:t-1:refund:1")] {
        assert_eq!(sent.params.get(name).map(String::as_str), Some(value), "{:?}", sent.params);
    }
}

#[tokio::test]
async fn a_refund_is_found_however_many_came_after() {
    let (shop, request) = paid().await;
    let first = shop.stripe.create_refund(&RefundRequest { amount: euros(1), ..request.clone() }).await.unwrap();
    for n in 2..=130 {
        let other = RefundRequest { key: format!("s-1:t-1:refund:{n}"), amount: euros(1), ..request.clone() };
        shop.stripe.create_refund(&other).await.unwrap();
    }
    assert_eq!(shop.stripe.find_refund(&request).await.unwrap(), Some(first));
}

#[tokio::test]
async fn what_goes_wrong_with_a_refund_is_sorted() {
    for (fault, means) in
        [(Fault::DropAfter, "unknown"), (Fault::ErrorBefore, "unknown"), (Fault::RateLimited, "later")]
    {
        let (shop, request) = paid().await;
        shop.handle().faults().plan(PlannedFault::new("POST /v1/refunds", fault));
        assert_eq!(word(&shop.stripe.create_refund(&request).await.unwrap_err()), means, "{fault:?}");
    }
    let (shop, request) = paid().await;
    for refused in [
        RefundRequest { amount: euros(1_235), ..request.clone() },
        RefundRequest { intent: "pi_nowhere".to_owned(), key: "k:3".to_owned(), ..request.clone() },
    ] {
        assert_eq!(word(&shop.stripe.create_refund(&refused).await.unwrap_err()), "refused", "{refused:?}");
    }
    assert_eq!(word(&shop.stripe.read_refund("re_nowhere").await.unwrap_err()), "refused");
}

#[tokio::test]
async fn disputes_are_seen_from_their_opening_to_their_end() {
    for (verdict, end) in [(Verdict::Won, DisputeState::Won), (Verdict::Lost, DisputeState::Lost)] {
        let (shop, request) = paid().await;
        assert_eq!(shop.stripe.disputes_of(&request.intent).await.unwrap(), []);
        let id = shop.handle().open_dispute(&request.intent, "fraudulent").unwrap();
        let shown = shop.stripe.disputes_of(&request.intent).await.unwrap().remove(0);
        assert_eq!((&shown.id, shown.amount, shown.reason.as_str()), (&id, euros(1_234), "fraudulent"));
        assert_eq!(shown.state, DisputeState::Open);
        shop.handle().close_dispute(&id, verdict).unwrap();
        assert_eq!(shop.stripe.disputes_of(&request.intent).await.unwrap()[0].state, end);
    }
}

#[tokio::test]
async fn the_books_hold_what_was_taken_and_given_back() {
    let (shop, request) = paid().await;
    let refund = shop.stripe.create_refund(&request).await.unwrap();
    let books = shop.stripe.stripe_books(opened_at()).await.unwrap();
    let [intent] = books.intents.as_slice() else { panic!("{books:?}") };
    assert_eq!((&intent.id, intent.captured), (&request.intent, euros(1_234)));
    assert_eq!(intent.session.as_ref().map(ToString::to_string).as_deref(), Some("s-1:t-1"));
    assert_eq!((&books.refunds[0].id, books.refunds[0].amount), (&refund.id, euros(310)));
    assert_eq!(books.refunds[0].intent.as_ref(), Some(&request.intent));
    let mut moved: Vec<_> = books.movements.iter().map(|moved| (moved.source.clone(), moved.amount)).collect();
    moved.sort_by_key(|(_, amount)| amount.minor);
    assert_eq!(moved, [(refund.id, euros(-310)), (intent.charge.clone().unwrap(), euros(1_234))]);
    let later = opened_at() + SignedDuration::from_secs(1);
    assert_eq!(shop.stripe.stripe_books(later).await.unwrap(), ports::StripeBooks::default());
}
