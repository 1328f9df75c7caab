//! Payment intents that succeed, and requests that are refused.

use serde_json::json;
use stripe_double::Challenge;

use crate::client;
use crate::world::{INTENT, World, text};

#[tokio::test]
async fn a_card_pays_in_two_steps() {
    let world = World::new().await;
    let created = world.intent("&metadata[session]=s1&description=Charging&receipt_email=a@example.com").await;
    assert_eq!(created["status"], "requires_payment_method");
    assert_eq!(created["metadata"], json!({"session": "s1"}));
    assert_eq!(created["livemode"], false);
    let path = format!("/v1/payment_intents/{}", text(&created["id"]));
    let paid = world.post(&format!("{path}/confirm"), "payment_method=pm_card_visa&off_session=true").await.json();
    assert_eq!((&paid["status"], &paid["amount_received"]), (&json!("succeeded"), &json!(2000)));
    assert_eq!(world.get(&path).await.json(), paid);
    let charge = world.get(&format!("/v1/charges/{}", text(&paid["latest_charge"]))).await.json();
    assert_eq!((&charge["captured"], &charge["amount_captured"]), (&json!(true), &json!(2000)));
    assert_eq!(world.told().await, ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]);
}

#[tokio::test]
async fn an_intent_moves_money_at_most_once() {
    let world = World::new().await;
    let id = world.intent_id("&payment_method=pm_card_visa&confirm=true").await;
    for action in ["confirm", "capture", "cancel"] {
        let reply = world.post(&format!("/v1/payment_intents/{id}/{action}"), "").await;
        assert_eq!(reply.status, 400, "{action}");
        assert_eq!(reply.error()["code"], "payment_intent_unexpected_state", "{action}");
        assert_eq!(reply.error()["payment_intent"]["status"], "succeeded", "{action}");
    }
    assert_eq!(world.snapshot(&id).captured_minor, 2000);
    assert_eq!(world.told().await.iter().filter(|kind| *kind == "charge.succeeded").count(), 1);
}

#[tokio::test]
async fn requests_that_cannot_be_understood_are_refused_and_change_nothing() {
    let world = World::new().await;
    for (params, param, code) in [
        ("currency=eur", "amount", Some("parameter_missing")),
        ("amount=2000", "currency", Some("parameter_missing")),
        ("amount=20.00&currency=eur", "amount", Some("parameter_invalid_integer")),
        ("amount=49&currency=eur", "amount", Some("amount_too_small")),
        ("amount=49&currency=jpy", "amount", Some("amount_too_small")),
        ("amount=100000000&currency=eur", "amount", Some("amount_too_large")),
        ("amount=2000&currency=EUR", "currency", None),
        ("amount=2000&currency=eur&amuont=1", "amuont", Some("parameter_unknown")),
        ("amount=2000&currency=eur&customer=cus_none", "customer", Some("resource_missing")),
        ("amount=2000&currency=eur&payment_method=pm_none", "payment_method", Some("resource_missing")),
        (
            "amount=2000&currency=eur&payment_method_types[]=card",
            "payment_method_types",
            Some("payment_method_types_no_longer_supported"),
        ),
        ("amount=2000&currency=eur&off_session=true", "off_session", None),
        ("amount=2000&currency=eur&capture_method=later", "capture_method", None),
        ("amount=2000&currency=eur&allowed_payment_method_types[]=sofort", "allowed_payment_method_types", None),
    ] {
        let reply = world.post("/v1/payment_intents", params).await;
        assert_eq!(reply.status, 400, "{params}");
        let error = reply.error();
        assert_eq!((error["param"].as_str(), error["code"].as_str()), (Some(param), code), "{params}");
        assert_eq!(error["type"], "invalid_request_error", "{params}");
    }
    assert_eq!(world.handle().intents(), []);
    for target in ["/v1/payment_intents/pi_none", "/v1/refunds/re_none", "/v1/charges/pi_none", "/v1/nothing"] {
        assert_eq!(world.get(target).await.status, 404, "{target}");
    }
}

#[tokio::test]
async fn only_a_known_test_key_is_let_in() {
    let open = World::new().await;
    let closed = World::with(|config| config.api_keys = vec!["sk_test_1".to_owned()]).await;
    for (header, in_open, in_closed) in [
        ("Authorization: Bearer sk_test_1\r\n", 200, 200),
        ("Authorization: Bearer sk_test_2\r\n", 200, 401),
        ("Authorization: Bearer sk_live_1\r\n", 401, 401),
        ("Authorization: Basic sk_test_1\r\n", 401, 401),
        ("", 401, 401),
    ] {
        for (world, status) in [(&open, in_open), (&closed, in_closed)] {
            let reply = client::send(world.running.addr, "POST", "/v1/payment_intents", header, INTENT).await.whole();
            assert_eq!(reply.status, status, "{header}");
            assert_eq!(reply.json()["error"].is_object(), status == 401, "{header}");
        }
    }
}

#[tokio::test]
async fn only_the_version_it_speaks_is_answered() {
    let world = World::new().await;
    for (version, status) in [(stripe_double::API_VERSION, 200), ("2025-09-30.clover", 400)] {
        let headers = format!("{}Stripe-Version: {version}\r\n", crate::world::AUTHORIZATION);
        let reply = client::send(world.running.addr, "POST", "/v1/payment_intents", &headers, INTENT).await.whole();
        assert_eq!(reply.status, status, "{version}");
    }
}

#[tokio::test]
async fn methods_that_may_redirect_need_a_place_to_return_to() {
    let world = World::new().await;
    let confirm = "amount=2000&currency=eur&payment_method=pm_card_visa&confirm=true";
    for (more, status) in [
        ("", 400),
        ("&automatic_payment_methods[enabled]=true", 400),
        ("&automatic_payment_methods[enabled]=true&automatic_payment_methods[allow_redirects]=never", 200),
        ("&return_url=https://example.com", 200),
        ("&allowed_payment_method_types[]=card", 200),
    ] {
        assert_eq!(world.post("/v1/payment_intents", &format!("{confirm}{more}")).await.status, status, "{more}");
    }
}

#[tokio::test]
async fn a_present_holder_is_asked_to_authenticate() {
    let world = World::new().await;
    let broke = "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds";
    for (card, challenge, status, received, told) in [
        ("pm_card_authenticationRequired", Challenge::Passed, "succeeded", 2000, "payment_intent.succeeded"),
        (
            "pm_card_authenticationRequired",
            Challenge::Failed,
            "requires_payment_method",
            0,
            "payment_intent.payment_failed",
        ),
        (broke, Challenge::Passed, "requires_payment_method", 0, "payment_intent.payment_failed"),
    ] {
        let asked = world.intent(&format!("&payment_method={card}&confirm=true")).await;
        assert_eq!(asked["status"], "requires_action");
        assert_eq!(asked["next_action"]["type"], "redirect_to_url");
        let id = text(&asked["id"]);
        world.handle().authenticate(&id, challenge).unwrap();
        let snapshot = world.snapshot(&id);
        assert_eq!((snapshot.status.as_str(), snapshot.captured_minor), (status, received));
        assert_eq!(world.told().await.last().map(String::as_str), Some(told));
        assert!(world.handle().authenticate(&id, challenge).is_err());
    }
}

#[tokio::test]
async fn ids_are_expanded_on_request() {
    let world = World::new().await;
    let hold =
        world.intent("&payment_method=pm_card_visa&capture_method=manual&confirm=true&expand[]=latest_charge").await;
    let capture_before = &hold["latest_charge"]["payment_method_details"]["card"]["capture_before"];
    assert_eq!(capture_before.as_i64(), Some(crate::world::start_time().as_second() + 7 * 86_400));
    let listed = world.get("/v1/payment_intents?expand[]=data.latest_charge").await.json();
    assert_eq!(listed["data"][0]["latest_charge"], hold["latest_charge"]);
}
