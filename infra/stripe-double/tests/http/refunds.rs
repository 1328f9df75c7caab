//! Refunds: of captured money only, in sum at most what was captured.

use crate::world::{World, text};

#[tokio::test]
async fn refunds_never_exceed_what_was_captured() {
    let world = World::new().await;
    let id = world.intent_id("&capture_method=manual&payment_method=pm_card_visa&confirm=true").await;
    let uncaptured = world.post("/v1/refunds", &format!("payment_intent={id}")).await;
    assert_eq!((uncaptured.status, uncaptured.error()["code"].as_str()), (400, None));
    world.post(&format!("/v1/payment_intents/{id}/capture"), "amount_to_capture=1500").await;
    for (amount, status, code, refunded) in [
        ("&amount=1501", 400, None, 0),
        ("&amount=0", 400, Some("parameter_invalid_integer"), 0),
        ("&amount=600", 200, None, 600),
        ("&amount=901", 400, None, 600),
        ("", 200, None, 1500),
        ("&amount=1", 400, Some("charge_already_refunded"), 1500),
        ("", 400, Some("charge_already_refunded"), 1500),
    ] {
        let reply = world.post("/v1/refunds", &format!("payment_intent={id}{amount}")).await;
        assert_eq!(reply.status, status, "{amount}");
        assert_eq!(reply.json()["error"]["code"].as_str(), code, "{amount}");
        assert_eq!(world.snapshot(&id).refunded_minor, refunded, "{amount}");
    }
}

#[tokio::test]
async fn a_refund_is_found_from_every_side_and_booked() {
    let world = World::new().await;
    let intent = world.intent("&payment_method=pm_card_visa&confirm=true").await;
    let (id, charge) = (text(&intent["id"]), text(&intent["latest_charge"]));
    let other = world.intent_id("&payment_method=pm_card_visa&confirm=true").await;
    let made = world.post("/v1/refunds", &format!("charge={charge}&amount=500&reason=duplicate&metadata[why]=x")).await;
    let refund = made.json();
    assert_eq!((refund["status"].as_str(), refund["payment_intent"].as_str()), (Some("succeeded"), Some(id.as_str())));
    assert_eq!(world.get(&format!("/v1/refunds/{}", text(&refund["id"]))).await.json(), refund);
    for (query, count) in [
        (format!("payment_intent={id}"), 1),
        (format!("payment_intent={other}"), 0),
        (format!("charge={charge}"), 1),
        (String::new(), 1),
    ] {
        let listed = world.get(&format!("/v1/refunds?{query}")).await.json();
        assert_eq!(listed["data"].as_array().unwrap().len(), count, "{query}");
    }
    let booked = world.get(&format!("/v1/balance_transactions?source={}", text(&refund["id"]))).await.json();
    assert_eq!((booked["data"][0]["amount"].as_i64(), booked["data"][0]["net"].as_i64()), (Some(-500), Some(-500)));
    let booked = world.get("/v1/balance_transactions?type=charge").await.json();
    for transaction in booked["data"].as_array().unwrap() {
        let [amount, fee, net] = ["amount", "fee", "net"].map(|name| transaction[name].as_i64().unwrap());
        assert_eq!((amount, fee, net), (2000, 55, 1945));
    }
    assert_eq!(world.told().await[6..], ["refund.created", "charge.refunded"].map(str::to_owned));
}

#[tokio::test]
async fn what_did_not_succeed_has_nothing_to_refund() {
    let world = World::new().await;
    let id = world.intent_id("").await;
    for params in ["", "payment_intent=pi_none", "charge=ch_none", &format!("payment_intent={id}")] {
        assert_eq!(world.post("/v1/refunds", params).await.status, 400, "{params}");
    }
    world.post(&format!("/v1/payment_intents/{id}/confirm"), "payment_method=pm_card_chargeDeclined").await;
    assert_eq!(world.post("/v1/refunds", &format!("payment_intent={id}")).await.status, 400);
}
