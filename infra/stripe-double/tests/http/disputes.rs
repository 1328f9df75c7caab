//! Payments that a holder takes back.

use serde_json::Value;
use stripe_double::{DisputeError, Verdict};

use crate::world::{World, text};

const PAID: &str = "&payment_method=pm_card_visa&confirm=true";

/// Amount, net and category of what a dispute did to the balance.
fn booked(dispute: &Value) -> Vec<(i64, i64, String)> {
    let transactions = dispute["balance_transactions"].as_array().unwrap().iter();
    let shown = transactions.map(|booked| {
        assert_eq!((&booked["source"], booked["type"].as_str()), (&dispute["id"], Some("adjustment")));
        (booked["amount"].as_i64().unwrap(), booked["net"].as_i64().unwrap(), text(&booked["reporting_category"]))
    });
    shown.collect()
}

#[tokio::test]
async fn a_dispute_takes_the_money_and_brings_it_back_only_when_it_is_won() {
    let gone = (-2000, -4000, "dispute".to_owned());
    let back = (2000, 2000, "dispute_reversal".to_owned());
    for (answered, verdict, status, transactions, told) in [
        (false, Verdict::Lost, "lost", vec![gone.clone()], vec!["closed"]),
        (true, Verdict::Lost, "lost", vec![gone.clone()], vec!["updated", "closed"]),
        (true, Verdict::Won, "won", vec![gone.clone(), back.clone()], vec!["updated", "funds_reinstated", "closed"]),
        (false, Verdict::Won, "won", vec![gone.clone(), back.clone()], vec!["updated", "funds_reinstated", "closed"]),
    ] {
        let world = World::new().await;
        let intent = world.intent_id(PAID).await;
        let id = world.handle().open_dispute(&intent, "fraudulent").unwrap();
        let path = format!("/v1/disputes/{id}");
        let open = world.get(&path).await.json();
        assert_eq!((open["status"].as_str(), open["amount"].as_i64()), (Some("needs_response"), Some(2000)));
        assert_eq!(
            (open["reason"].as_str(), open["payment_intent"].as_str()),
            (Some("fraudulent"), Some(intent.as_str()))
        );
        assert_eq!(booked(&open), std::slice::from_ref(&gone));
        let charge = world.get(&format!("/v1/charges/{}", text(&open["charge"]))).await.json();
        assert_eq!(charge["disputed"], true);
        if answered {
            world.handle().answer_dispute(&id).unwrap();
            assert_eq!(world.get(&path).await.json()["status"], "under_review");
            assert_eq!(world.handle().answer_dispute(&id), Err(DisputeError::NotOpen(id.clone())));
        }
        world.handle().close_dispute(&id, verdict).unwrap();
        let closed = world.get(&path).await.json();
        assert_eq!(closed["status"], status);
        assert_eq!(booked(&closed), transactions, "{status}");
        let kinds: Vec<_> = ["created", "funds_withdrawn"]
            .into_iter()
            .chain(told)
            .map(|kind| format!("charge.dispute.{kind}"))
            .collect();
        assert_eq!(world.told().await[3..], kinds);
        assert_eq!(world.handle().close_dispute(&id, verdict), Err(DisputeError::NotOpen(id.clone())));
        let refunded = world.post("/v1/refunds", &format!("payment_intent={intent}")).await;
        let expected = if verdict == Verdict::Won { (200, None) } else { (400, Some("charge_disputed")) };
        assert_eq!((refunded.status, refunded.json()["error"]["code"].as_str()), expected);
    }
}

#[tokio::test]
async fn only_what_is_left_of_a_payment_is_disputed_and_only_once() {
    let world = World::new().await;
    let paid = world.intent_id(PAID).await;
    world.post("/v1/refunds", &format!("payment_intent={paid}&amount=500")).await;
    let refunded = world.intent_id(PAID).await;
    world.post("/v1/refunds", &format!("payment_intent={refunded}")).await;
    let held = world.intent_id(&format!("{PAID}&capture_method=manual")).await;
    let open = world.intent_id("").await;
    let id = world.handle().open_dispute(&paid, "product_not_received").unwrap();
    assert_eq!(world.get(&format!("/v1/disputes/{id}")).await.json()["amount"], 1500);
    for intent in [&paid, &refunded, &held, &open, &"pi_none".to_owned()] {
        let again = world.handle().open_dispute(intent, "fraudulent");
        assert_eq!(again, Err(DisputeError::NothingToDispute(intent.clone())));
    }
    assert_eq!(world.handle().disputes(), [id.as_str()]);
    for (query, expected) in [
        (format!("payment_intent={paid}"), vec![id.as_str()]),
        (format!("payment_intent={refunded}"), vec![]),
        (String::new(), vec![id.as_str()]),
    ] {
        let listed = world.get(&format!("/v1/disputes?{query}")).await.json();
        let ids: Vec<_> = listed["data"].as_array().unwrap().iter().map(|dispute| text(&dispute["id"])).collect();
        assert_eq!(ids, expected, "{query}");
    }
    assert_eq!(world.get("/v1/disputes/du_none").await.status, 404);
}

#[tokio::test]
async fn some_test_cards_are_disputed_as_soon_as_they_have_paid() {
    for (card, reason) in
        [("pm_card_createDispute", "fraudulent"), ("pm_card_createDisputeProductNotReceived", "product_not_received")]
    {
        for method in ["automatic_async", "manual"] {
            let world = World::new().await;
            let id = world.intent_id(&format!("&payment_method={card}&confirm=true&capture_method={method}")).await;
            if method == "manual" {
                assert!(world.handle().disputes().is_empty(), "a hold is no payment");
                world.post(&format!("/v1/payment_intents/{id}/capture"), "amount_to_capture=700").await;
            }
            let listed = world.get(&format!("/v1/disputes?payment_intent={id}")).await.json();
            let dispute = &listed["data"][0];
            assert_eq!(
                (dispute["reason"].as_str(), dispute["status"].as_str()),
                (Some(reason), Some("needs_response"))
            );
            assert_eq!(dispute["amount"], if method == "manual" { 700 } else { 2000 }, "{card} {method}");
        }
    }
}
