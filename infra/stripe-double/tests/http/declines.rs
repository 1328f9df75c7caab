//! Payments that fail: 402, the error and the intent say the same, and another card can still pay.

use crate::world::{INTENT, World, text};

#[tokio::test]
async fn a_decline_is_told_with_its_codes_and_leaves_the_intent_open() {
    for (card, code, decline_code, advice_code) in [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline", Some("try_again_later")),
        (
            "pm_card_visa_chargeDeclinedInsufficientFunds",
            "card_declined",
            "insufficient_funds",
            Some("try_again_later"),
        ),
        ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card", Some("do_not_try_again")),
        ("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card", Some("do_not_try_again")),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card", Some("confirm_card_data")),
        ("pm_card_radarBlock", "card_declined", "fraudulent", None),
        ("pm_card_authenticationRequired", "authentication_required", "authentication_required", None),
    ] {
        let world = World::new().await;
        let id = world.intent_id("").await;
        let confirm = format!("/v1/payment_intents/{id}/confirm");
        let reply = world.post(&confirm, &format!("payment_method={card}&off_session=true")).await;
        assert_eq!(reply.status, 402, "{card}");
        let error = reply.error();
        assert_eq!(error["type"], "card_error", "{card}");
        assert_eq!(
            (error["code"].as_str(), error["decline_code"].as_str(), error["advice_code"].as_str()),
            (Some(code), Some(decline_code), advice_code),
            "{card}"
        );
        let intent = world.get(&format!("/v1/payment_intents/{id}")).await.json();
        assert_eq!(error["payment_intent"], intent, "{card}");
        assert_eq!(intent["status"], "requires_payment_method", "{card}");
        assert_eq!(intent["payment_method"].as_str(), None, "{card}");
        assert_eq!(intent["last_payment_error"]["decline_code"], decline_code, "{card}");
        assert_eq!(intent["last_payment_error"]["payment_method"]["object"], "payment_method", "{card}");
        let charge = world.get(&format!("/v1/charges/{}", text(&error["charge"]))).await.json();
        assert_eq!((charge["status"].as_str(), charge["paid"].as_bool()), (Some("failed"), Some(false)), "{card}");
        let told = world.told().await;
        assert_eq!(told[1..], ["charge.failed", "payment_intent.payment_failed"], "{card}");

        let again = world.post(&confirm, "").await;
        assert_eq!(again.error()["code"], "payment_intent_unexpected_state", "{card}: the card must be named again");
        let paid = world.post(&confirm, "payment_method=pm_card_visa&off_session=true").await.json();
        assert_eq!(paid["status"], "succeeded", "{card}");
        assert!(paid["last_payment_error"].is_null(), "{card}");
    }
}

#[tokio::test]
async fn a_confirming_create_that_is_declined_still_makes_the_intent() {
    let world = World::new().await;
    let reply = world
        .post("/v1/payment_intents", &format!("{INTENT}&payment_method=pm_card_chargeDeclined&confirm=true"))
        .await;
    assert_eq!(reply.status, 402);
    let intents = world.handle().intents();
    assert_eq!(intents.len(), 1);
    assert_eq!(reply.error()["payment_intent"]["id"], intents[0].id);
}

#[tokio::test]
async fn an_error_can_be_asked_for_instead_of_an_authentication() {
    let world = World::new().await;
    let id = world.intent_id("").await;
    let params = "payment_method=pm_card_authenticationRequired&error_on_requires_action=true";
    let reply = world.post(&format!("/v1/payment_intents/{id}/confirm"), params).await;
    assert_eq!(reply.status, 402);
    assert_eq!(reply.error()["code"], "authentication_required");
    assert_eq!(world.snapshot(&id).status, "requires_payment_method");
}
