//! Saving a card on a page of Stripe's.

use jiff::SignedDuration;
use stripe_double::CheckoutError;

use crate::client;
use crate::world::{World, start_time, text};

const SESSIONS: &str = "/v1/checkout/sessions";
const SETUP: &str = "mode=setup&currency=eur&success_url=https://example.com/done?s={CHECKOUT_SESSION_ID}";

#[tokio::test]
async fn a_card_saved_at_checkout_pays_off_session() {
    for card in ["pm_card_visa", "pm_card_authenticationRequiredOnSetup"] {
        let world = World::new().await;
        let customer = text(&world.post("/v1/customers", "").await.json()["id"]);
        let params = format!("{SETUP}&customer={customer}&metadata[driver]=d1&setup_intent_data[metadata][driver]=d1");
        let open = world.post(SESSIONS, &params).await.json();
        let id = text(&open["id"]);
        assert!(id.starts_with("cs_test_"), "{id}");
        assert_eq!(
            (open["status"].as_str(), open["payment_status"].as_str()),
            (Some("open"), Some("no_payment_required"))
        );
        assert!(text(&open["url"]).ends_with(&format!("/c/pay/{id}")));
        let method = world.handle().complete_checkout(&id, card).unwrap();

        let path = format!("{SESSIONS}/{id}");
        let done = world.get(&format!("{path}?expand[]=setup_intent")).await.json();
        assert_eq!((done["status"].as_str(), done["url"].as_str()), (Some("complete"), None), "{card}");
        let setup = &done["setup_intent"];
        assert_eq!(
            (setup["status"].as_str(), setup["customer"].as_str()),
            (Some("succeeded"), Some(customer.as_str()))
        );
        assert_eq!((setup["payment_method"].as_str(), &setup["metadata"]), (Some(method.as_str()), &done["metadata"]));
        assert_eq!(
            world.told().await[1..],
            ["setup_intent.created", "payment_method.attached", "setup_intent.succeeded", "checkout.session.completed"]
        );
        let listed = world.get(&format!("/v1/customers/{customer}/payment_methods?type=card")).await.json();
        assert_eq!(listed["data"][0]["id"], method.as_str());
        let pay = format!("&customer={customer}&payment_method={method}&confirm=true&off_session=true");
        assert_eq!(world.intent(&pay).await["status"], "succeeded", "{card}");

        assert_eq!(world.handle().complete_checkout(&id, card), Err(CheckoutError::NotOpen(id.clone())));
        assert_eq!(world.post(&format!("{path}/expire"), "").await.status, 400, "{card}: only open ones expire");
    }
}

#[tokio::test]
async fn a_declined_card_leaves_the_page_open_for_another() {
    let world = World::new().await;
    let id = text(
        &world.post(SESSIONS, &format!("{SETUP}&customer_creation=always&customer_email=a@example.com")).await.json()["id"],
    );
    let declined = world.handle().complete_checkout(&id, "pm_card_chargeDeclinedExpiredCard");
    assert_eq!(declined, Err(CheckoutError::Declined("expired_card".to_owned())));
    assert_eq!(
        world.handle().complete_checkout(&id, "pm_card_unheard_of"),
        Err(CheckoutError::Card("pm_card_unheard_of".to_owned()))
    );
    assert!(world.told().await.is_empty());
    world.handle().complete_checkout(&id, "pm_card_visa").unwrap();
    let done = world.get(&format!("{SESSIONS}/{id}?expand[]=customer")).await.json();
    assert_eq!(
        (done["status"].as_str(), done["customer"]["email"].as_str()),
        (Some("complete"), Some("a@example.com"))
    );
}

#[tokio::test]
async fn a_session_ends_after_a_day_or_when_told() {
    let world = World::new().await;
    let until = start_time().as_second() + 1800;
    for (more, seconds) in [(String::new(), 24 * 3600), (format!("&expires_at={until}"), 1800)] {
        let world = World::new().await;
        let id = text(&world.post(SESSIONS, &format!("{SETUP}{more}")).await.json()["id"]);
        world.pass(SignedDuration::from_secs(seconds - 1));
        assert_eq!(world.get(&format!("{SESSIONS}/{id}")).await.json()["status"], "open");
        world.pass(SignedDuration::from_secs(1));
        assert_eq!(world.get(&format!("{SESSIONS}/{id}")).await.json()["status"], "expired");
        assert_eq!(world.handle().complete_checkout(&id, "pm_card_visa"), Err(CheckoutError::NotOpen(id)));
    }
    let id = text(&world.post(SESSIONS, SETUP).await.json()["id"]);
    assert_eq!(world.post(&format!("{SESSIONS}/{id}/expire"), "").await.json()["status"], "expired");
    assert_eq!(world.told().await, ["checkout.session.expired"]);
    assert_eq!(world.get(&format!("{SESSIONS}/cs_test_none")).await.status, 404);
}

#[tokio::test]
async fn a_session_that_cannot_be_understood_is_refused() {
    let world = World::new().await;
    let late = start_time().as_second() + 24 * 3600 + 1;
    for (params, param, code) in [
        ("currency=eur&success_url=https://a.example".to_owned(), "mode", Some("parameter_missing")),
        ("mode=setup&success_url=https://a.example".to_owned(), "currency", Some("parameter_missing")),
        ("mode=setup&currency=eur".to_owned(), "success_url", Some("parameter_missing")),
        ("mode=setup&currency=eur&success_url=a.example".to_owned(), "success_url", Some("url_invalid")),
        (format!("{SETUP}&cancel_url=javascript:1"), "cancel_url", Some("url_invalid")),
        (format!("{SETUP}&customer=cus_none"), "customer", Some("resource_missing")),
        (format!("{SETUP}&expires_at={late}"), "expires_at", None),
        ("mode=payment&currency=eur&success_url=https://a.example".to_owned(), "mode", None),
    ] {
        let reply = world.post(SESSIONS, &params).await;
        let error = reply.error();
        assert_eq!(
            (reply.status, error["param"].as_str(), error["code"].as_str()),
            (400, Some(param), code),
            "{params}"
        );
    }
}

#[tokio::test]
async fn the_page_saves_the_card_that_is_chosen() {
    let world = World::new().await;
    let params = format!("{SETUP}&cancel_url=https://example.com/back?a=1%26b=2");
    let id = text(&world.post(SESSIONS, &params).await.json()["id"]);
    let page = format!("/c/pay/{id}");
    let ask = async |method: &str, body: &str| client::send(world.running.addr, method, &page, "", body).await.whole();
    let shown = ask("GET", "").await;
    assert_eq!(shown.status, 200);
    assert!(shown.text.contains("href=\"https://example.com/back?a=1&amp;b=2\""), "{}", shown.text);
    let declined = ask("POST", "card=pm_card_chargeDeclined").await;
    assert!(declined.status == 200 && declined.text.contains("generic_decline"), "{}", declined.text);
    let saved = ask("POST", "card=pm_card_visa").await;
    assert_eq!((saved.status, &saved.headers["location"]), (303, &format!("https://example.com/done?s={id}")));
    assert_eq!(ask("GET", "").await.status, 404);
    assert_eq!(world.handle().requests().len(), 1, "the page is no part of the API");
}
