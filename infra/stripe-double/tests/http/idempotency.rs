//! Idempotency keys over HTTP.

use jiff::SignedDuration;
use stripe_double::{Fault, PlannedFault};

use crate::world::{INTENT, World};

const INTENTS: &str = "/v1/payment_intents";

#[tokio::test]
async fn the_first_answer_is_given_again() {
    let world = World::new().await;
    let first = world.post_keyed(INTENTS, "k1", INTENT).await;
    assert!(!first.headers.contains_key("idempotent-replayed"));
    let again = world.post_keyed(INTENTS, "k1", INTENT).await;
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(again.headers["original-request"], first.headers["request-id"]);
    assert_ne!(again.headers["request-id"], first.headers["request-id"]);
    assert_eq!(world.handle().intents().len(), 1);
    world.post_keyed(INTENTS, "k2", INTENT).await;
    world.post(INTENTS, INTENT).await;
    assert_eq!(world.handle().intents().len(), 3);
}

#[tokio::test]
async fn declines_and_refusals_by_state_are_kept_too() {
    let world = World::new().await;
    let id = world.intent_id("").await;
    let confirm = format!("{INTENTS}/{id}/confirm");
    let declined = world.post_keyed(&confirm, "k1", "payment_method=pm_card_chargeDeclined").await;
    assert_eq!(declined.status, 402);
    let refused = world.post_keyed(&format!("{INTENTS}/{id}/capture"), "k2", "").await;
    assert_eq!(refused.status, 400);
    world.post(&confirm, "payment_method=pm_card_visa").await;
    let again = world.post_keyed(&confirm, "k1", "payment_method=pm_card_chargeDeclined").await;
    assert_eq!((again.status, again.text), (402, declined.text));
    assert_eq!(world.post_keyed(&format!("{INTENTS}/{id}/capture"), "k2", "").await.text, refused.text);
}

#[tokio::test]
async fn a_key_belongs_to_one_request() {
    let world = World::new().await;
    let first = world.post_keyed(INTENTS, "k", INTENT).await;
    for (path, params) in [
        (INTENTS, "amount=2001&currency=eur&allowed_payment_method_types[]=card"),
        (INTENTS, "amount=2000&currency=eur&allowed_payment_method_types[]=card&metadata[a]=b"),
        ("/v1/customers", INTENT),
    ] {
        let reply = world.post_keyed(path, "k", params).await;
        assert_eq!(reply.status, 400, "{path} {params}");
        assert_eq!(reply.error()["type"], "idempotency_error", "{path} {params}");
    }
    let reordered = "allowed_payment_method_types[0]=card&currency=eur&amount=2000";
    assert_eq!(world.post_keyed(INTENTS, "k", reordered).await.text, first.text);
    assert_eq!(world.handle().intents().len(), 1);
}

#[tokio::test]
async fn nothing_is_kept_of_what_did_not_pass_validation() {
    let world = World::new().await;
    assert_eq!(world.post_keyed(INTENTS, "k", "amount=1&currency=eur").await.status, 400);
    let customer = format!("{INTENT}&customer=cus_late");
    assert_eq!(world.post_keyed(INTENTS, "k", &customer).await.status, 400);
    world.handle().add_customer("cus_late", "pm_card_visa", "").unwrap();
    let created = world.post_keyed(INTENTS, "k", &customer).await;
    assert_eq!((created.status, created.headers.contains_key("idempotent-replayed")), (200, false));
    let long = "k".repeat(256);
    assert_eq!(world.post_keyed(INTENTS, &long, INTENT).await.status, 400);
    assert_eq!(world.post_keyed(INTENTS, &long[1..], INTENT).await.status, 200);
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day() {
    let world = World::new().await;
    let first = world.post_keyed(INTENTS, "k", INTENT).await;
    world.pass(SignedDuration::from_secs(24 * 3600 - 1));
    assert_eq!(world.post_keyed(INTENTS, "k", INTENT).await.text, first.text);
    world.pass(SignedDuration::from_secs(1));
    assert_ne!(world.post_keyed(INTENTS, "k", INTENT).await.text, first.text);
    assert_eq!(world.handle().intents().len(), 2);
}

#[tokio::test]
async fn a_second_request_conflicts_while_the_first_one_runs() {
    let world = World::new().await;
    world.handle().faults().plan(PlannedFault::new("POST /v1/payment_intents", Fault::HangBefore));
    let (first, ()) = tokio::join!(world.post_keyed(INTENTS, "k", INTENT), async {
        world.handle().faults().wait_hanging(1).await;
        let second = world.post_keyed(INTENTS, "k", INTENT).await;
        assert_eq!((second.status, second.error()["code"].as_str()), (409, Some("idempotency_key_in_use")));
        let other = world.post_keyed(INTENTS, "k", "amount=2001&currency=eur").await;
        assert_eq!((other.status, other.error()["type"].as_str()), (400, Some("idempotency_error")));
        assert_eq!(world.handle().intents(), []);
        world.handle().faults().release();
    });
    assert_eq!(first.status, 200);
    let third = world.post_keyed(INTENTS, "k", INTENT).await;
    assert_eq!((third.status, third.text), (200, first.text));
    assert_eq!(world.handle().intents().len(), 1);
}

#[tokio::test]
async fn a_key_on_a_get_has_no_effect() {
    let world = World::new().await;
    let id = world.intent_id("").await;
    let path = format!("{INTENTS}/{id}");
    let before = world.send("GET", &path, Some("k"), "").await.whole();
    world.post(&format!("{path}/confirm"), "payment_method=pm_card_visa").await;
    let after = world.send("GET", &path, Some("k"), "").await.whole();
    assert_ne!(before.text, after.text);
}
