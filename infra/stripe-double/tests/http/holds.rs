//! Holds: capture at most once and at most the hold, release, expiry.

use jiff::SignedDuration;

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
