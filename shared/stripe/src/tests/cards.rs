//! A card is saved on a page: opened once under its key, read until it was filled in.

use ports::{CardOrder, PageState, SaveCards, SavedCard, TakePayments};
use stripe_double::{Fault, PlannedFault};

use crate::tests::shop::{EMAIL, Shop, word};

fn order(customer: Option<&str>) -> CardOrder {
    CardOrder {
        driver: "driver-1".parse().unwrap(),
        customer: customer.map(str::to_owned),
        email: Some(EMAIL.to_owned()),
        language: "de".to_owned(),
        currency: "EUR".parse().unwrap(),
        return_to: "https://charge.example/thanks?a=1&b=2".to_owned(),
    }
}

async fn open(shop: &Shop, order: &CardOrder) -> billing::payment::CardPage {
    match shop.stripe.open_card_page("driver-1:card:1", order).await.unwrap() {
        PageState::Open(page) => page,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_page_is_opened_with_what_was_ordered() {
    let shop = Shop::with_card("pm_card_visa").await;
    let page = open(&shop, &order(None)).await;
    assert!(page.url.ends_with(&format!("/c/pay/{}", page.id)), "{page:?}");
    let sent = shop.handle().requests().remove(0);
    let expected = [
        ("currency", "eur"),
        ("customer_creation", "always"),
        ("customer_email", EMAIL),
        ("expand[0]", "setup_intent"),
        ("locale", "de"),
        ("metadata[driver]", "driver-1"),
        ("mode", "setup"),
        ("success_url", "https://charge.example/thanks?a=1&b=2"),
    ];
    let params: Vec<_> = sent.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(params, expected);
    assert_eq!(sent.key.as_deref(), Some("driver-1:card:1"));
}

#[tokio::test]
async fn a_saved_card_pays_whether_the_customer_was_there_or_is_made() {
    for customer in [None, Some("cus_1")] {
        let shop = Shop::with_card("pm_card_visa").await;
        let page = open(&shop, &order(customer)).await;
        let method = shop.handle().complete_checkout(&page.id, "pm_card_authenticationRequiredOnSetup").unwrap();
        let read = shop.stripe.read_card_page(&page.id).await.unwrap();
        let PageState::Complete(SavedCard { customer: owner, payment_method }) = read else { panic!("{read:?}") };
        assert_eq!(payment_method, method);
        assert!(customer.is_none_or(|customer| owner == customer), "{owner}");
        let request = ports::IntentRequest { customer: owner, payment_method, ..shop.request.clone() };
        let intent = shop.stripe.create_intent("k:create", &request).await.unwrap();
        let paid = shop.stripe.confirm_intent("k:confirm:1", &intent.id, &request.payment_method).await.unwrap();
        assert_eq!(paid.status, ports::IntentStatus::Succeeded);
    }
}

#[tokio::test]
async fn what_goes_wrong_with_a_page_is_sorted() {
    for (fault, means) in
        [(Fault::DropAfter, "unknown"), (Fault::ErrorBefore, "unknown"), (Fault::RateLimited, "later")]
    {
        let shop = Shop::with_card("pm_card_visa").await;
        shop.handle().faults().plan(PlannedFault::new("POST /v1/checkout/sessions", fault));
        let failed = shop.stripe.open_card_page("driver-1:card:1", &order(None)).await.unwrap_err();
        assert_eq!(word(&failed), means, "{fault:?}");
    }
    let shop = Shop::with_card("pm_card_visa").await;
    let refused = shop.stripe.open_card_page("driver-1:card:1", &order(Some("cus_nowhere"))).await.unwrap_err();
    assert_eq!(word(&refused), "refused");
    assert_eq!(word(&shop.stripe.read_card_page("cs_test_nowhere").await.unwrap_err()), "refused");
}
