//! Holds: capture at most once and at most the hold, release, expiry.

use jiff::SignedDuration;

use crate::receiver::Receiver;
use crate::world::{World, text};

const HOLD: &str = "&capture_method=manual&payment_method=pm_card_visa&confirm=true";

#[tokio::test]
async fn at_most_the_hold_is_captured_and_only_once() {
    for (params, status, captured) in [
        ("", 200, 2000),
        ("amount_to_capture=2000", 200, 2000),
        ("amount_to_capture=1500", 200, 1500),
        ("amount_to_capture=2001", 400, 0),
        ("amount_to_capture=0", 400, 0),
        ("amount_to_capture=-1", 400, 0),
    ] {
        let world = World::new().await;
        let hold = world.intent(HOLD).await;
        assert_eq!(
            (hold["status"].as_str(), hold["amount_capturable"].as_i64()),
            (Some("requires_capture"), Some(2000))
        );
        let capture = format!("/v1/payment_intents/{}/capture", text(&hold["id"]));
        assert_eq!(world.post(&capture, params).await.status, status, "{params}");
        let id = text(&hold["id"]);
        assert_eq!(world.snapshot(&id).captured_minor, captured, "{params}");
        assert_eq!(world.snapshot(&id).capturable_minor, if captured > 0 { 0 } else { 2000 }, "{params}");
        if captured > 0 {
            assert_eq!(world.post(&capture, params).await.error()["code"], "payment_intent_unexpected_state");
        }
    }
}

#[tokio::test]
async fn a_cancelled_hold_cannot_be_captured() {
    let world = World::new().await;
    let id = world.intent_id(HOLD).await;
    let cancel = format!("/v1/payment_intents/{id}/cancel");
    assert_eq!(world.post(&cancel, "cancellation_reason=because").await.status, 400);
    let canceled = world.post(&cancel, "cancellation_reason=abandoned").await.json();
    assert_eq!((canceled["status"].as_str(), canceled["amount_capturable"].as_i64()), (Some("canceled"), Some(0)));
    assert_eq!(world.post(&format!("/v1/payment_intents/{id}/capture"), "").await.status, 400);
    assert_eq!(world.post(&cancel, "").await.error()["code"], "payment_intent_unexpected_state");
    assert_eq!(world.snapshot(&id).captured_minor, 0);
    assert_eq!(world.told().await.last().unwrap(), "payment_intent.canceled");
}

#[tokio::test]
async fn a_hold_ends_after_capture_before() {
    for (off_session, hours) in [("false", 7 * 24), ("true", 4 * 24 + 18)] {
        let world = World::new().await;
        let id = world.intent_id(&format!("{HOLD}&off_session={off_session}")).await;
        let path = format!("/v1/payment_intents/{id}");
        world.pass(SignedDuration::from_hours(hours));
        assert_eq!(world.get(&path).await.json()["status"], "requires_capture", "{off_session}");
        world.pass(SignedDuration::from_secs(1));
        assert_eq!(world.post(&format!("{path}/capture"), "").await.status, 400, "{off_session}");
        assert_eq!(world.get(&path).await.json()["status"], "canceled", "{off_session}");
    }
}

#[tokio::test]
async fn the_end_of_a_hold_is_told_by_the_clock_though_nobody_asks() {
    let receiver = Receiver::start().await;
    let world = World::with(|config| config.webhook = Some(receiver.webhook())).await;
    let id = world.intent_id(HOLD).await;
    receiver.wait_for(3).await;
    world.handle().deliver_due().await;
    // Until nothing but the hold keeps the double awake.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    world.pass(SignedDuration::from_secs(7 * 86_400 + 1));
    let delivered = receiver.wait_for(5).await;
    let kinds: Vec<_> = delivered[3..].iter().map(crate::receiver::Delivered::kind).collect();
    assert_eq!(kinds, ["charge.expired", "payment_intent.canceled"]);
    let event = delivered[4].event();
    let object = &event["data"]["object"];
    assert_eq!((object["id"].as_str(), object["cancellation_reason"].as_str()), (Some(id.as_str()), Some("expired")));
    assert!(event["request"]["id"].is_null(), "no request did it");
}

#[tokio::test]
async fn money_is_held_captured_and_refunded_in_the_steps_of_its_currency() {
    for (currency, amount, captured, finer) in [("jpy", 1500, 1001, None), ("kwd", 1230, 1000, Some(1005))] {
        let world = World::new().await;
        let params = format!(
            "amount={amount}&currency={currency}&allowed_payment_method_types[]=card&capture_method=manual\
             &payment_method=pm_card_visa&confirm=true"
        );
        let hold = world.post("/v1/payment_intents", &params).await.json();
        assert_eq!((hold["status"].as_str(), hold["amount"].as_i64()), (Some("requires_capture"), Some(amount)));
        let id = text(&hold["id"]);
        let capture = format!("/v1/payment_intents/{id}/capture");
        if let Some(finer) = finer {
            let refused = world.post(&capture, &format!("amount_to_capture={finer}")).await;
            assert_eq!((refused.status, refused.error()["param"].as_str()), (400, Some("amount_to_capture")));
            assert_eq!(world.post("/v1/payment_intents", &params.replace("1230", "1234")).await.status, 400);
        }
        assert_eq!(world.post(&capture, &format!("amount_to_capture={captured}")).await.status, 200, "{currency}");
        if finer.is_some() {
            let refused = world.post("/v1/refunds", &format!("payment_intent={id}&amount=5")).await;
            assert_eq!((refused.status, refused.error()["param"].as_str()), (400, Some("amount")));
        }
        assert_eq!(
            world.post("/v1/refunds", &format!("payment_intent={id}&amount=10")).await.status,
            200,
            "{currency}"
        );
        assert_eq!((world.snapshot(&id).captured_minor, world.snapshot(&id).refunded_minor), (captured, 10));
    }
}
