//! Requests outside of Stripe's published API are refused, change nothing, and are written down.

use stripe_double::{Fault, PlannedFault};

use crate::world::{INTENT, World};

const UNKNOWN: Option<&str> = Some("parameter_unknown");
const MISSING: Option<&str> = Some("parameter_missing");
const INTEGER: Option<&str> = Some("parameter_invalid_integer");
const EXCLUSIVE: Option<&str> = Some("parameters_exclusive");
const NO_TYPES: Option<&str> = Some("payment_method_types_no_longer_supported");

/// Method, path, parameters; the parameter to blame and the code.
const VIOLATIONS: &[(&str, &str, &str, &str, Option<&str>)] = &[
    ("POST", "/v1/customers", "emial=a@example.com", "emial", UNKNOWN),
    ("POST", "/v1/customers", "invoice_settings[default_method]=pm_1", "invoice_settings[default_method]", UNKNOWN),
    ("POST", "/v1/customers", "phone=012345678901234567890", "phone", None),
    ("POST", "/v1/customers/cus_1", "payment_method=pm_card_visa", "payment_method", UNKNOWN),
    ("GET", "/v1/customers/cus_1", "email=a@example.com", "email", UNKNOWN),
    ("GET", "/v1/customers/cus_1/payment_methods", "limit=0", "limit", INTEGER),
    ("GET", "/v1/customers/cus_1/payment_methods", "created=1", "created", UNKNOWN),
    ("GET", "/v1/payment_methods/pm_1", "customer=cus_1", "customer", UNKNOWN),
    ("POST", "/v1/payment_methods/pm_1/attach", "", "customer", MISSING),
    ("POST", "/v1/checkout/sessions", "mode=save", "mode", None),
    ("POST", "/v1/checkout/sessions", "mode=setup&payment_method_types[]=card", "payment_method_types", UNKNOWN),
    ("POST", "/v1/checkout/sessions", "mode=setup&locale=tlh", "locale", None),
    ("POST", "/v1/checkout/sessions", "setup_intent_data[usage]=off_session", "setup_intent_data[usage]", UNKNOWN),
    ("POST", "/v1/checkout/sessions", "line_items[0][quantity]=1", "line_items[0][quantity]", UNKNOWN),
    ("GET", "/v1/checkout/sessions/cs_1", "mode=setup", "mode", UNKNOWN),
    ("POST", "/v1/checkout/sessions/cs_1/expire", "at=1", "at", UNKNOWN),
    ("POST", "/v1/setup_intents", "payment_method_types[]=card", "payment_method_types", NO_TYPES),
    ("POST", "/v1/setup_intents", "usage=sometimes", "usage", None),
    ("POST", "/v1/setup_intents/seti_1/confirm", "payment_methd=pm_1", "payment_methd", UNKNOWN),
    ("GET", "/v1/setup_intents/seti_1", "client_secrets=a", "client_secrets", UNKNOWN),
    ("POST", "/v1/payment_intents", "amount=20.00&currency=eur", "amount", INTEGER),
    ("POST", "/v1/payment_intents", "amount=2000&currency=euro", "currency", None),
    ("POST", "/v1/payment_intents", "amount=2000", "currency", MISSING),
    ("POST", "/v1/payment_intents", "amount=2000&currency=eur&confirm=yes", "confirm", None),
    ("POST", "/v1/payment_intents", "amount=2000&currency=eur&transfer_group=a", "transfer_group", UNKNOWN),
    ("POST", "/v1/payment_intents", "amount=2000&currency=eur&capture_method=later", "capture_method", None),
    (
        "POST",
        "/v1/payment_intents",
        "amount=2000&currency=eur&automatic_payment_methods[enabled]=true&allowed_payment_method_types[]=card",
        "allowed_payment_method_types",
        EXCLUSIVE,
    ),
    ("POST", "/v1/payment_intents/pi_1/confirm", "amount=1", "amount", UNKNOWN),
    ("POST", "/v1/payment_intents/pi_1/confirm", "off_session=maybe", "off_session", None),
    ("POST", "/v1/payment_intents/pi_1/confirm", "payment_method_types[]=card", "payment_method_types", NO_TYPES),
    ("POST", "/v1/payment_intents/pi_1/capture", "amount_to_capture=0", "amount_to_capture", INTEGER),
    ("POST", "/v1/payment_intents/pi_1/cancel", "cancellation_reason=expired", "cancellation_reason", None),
    ("GET", "/v1/payment_intents/pi_1", "customer=cus_1", "customer", UNKNOWN),
    ("GET", "/v1/payment_intents", "metadata[session]=s1", "metadata[session]", UNKNOWN),
    ("GET", "/v1/payment_intents/search", "limit=3", "query", MISSING),
    ("GET", "/v1/charges/ch_1", "refunded=true", "refunded", UNKNOWN),
    ("POST", "/v1/refunds", "payment_intent=pi_1&amount=-5", "amount", INTEGER),
    ("POST", "/v1/refunds", "payment_intent=pi_1&charge=ch_1", "charge", EXCLUSIVE),
    ("POST", "/v1/refunds", "payment_intent=pi_1&reason=regret", "reason", None),
    ("GET", "/v1/refunds", "reason=duplicate", "reason", UNKNOWN),
    ("GET", "/v1/refunds/re_1", "charge=ch_1", "charge", UNKNOWN),
    ("GET", "/v1/disputes", "status=lost", "status", UNKNOWN),
    ("GET", "/v1/disputes/du_1", "charge=ch_1", "charge", UNKNOWN),
    ("GET", "/v1/events", "type=a&types[]=b", "types", EXCLUSIVE),
    ("GET", "/v1/events/evt_1", "type=a", "type", UNKNOWN),
    ("GET", "/v1/balance_transactions", "source=ch_1&status=available", "status", UNKNOWN),
];

#[tokio::test]
async fn a_violation_is_answered_as_stripe_does_and_written_down() {
    let world = World::new().await;
    for (number, (method, path, params, param, code)) in VIOLATIONS.iter().enumerate() {
        let (target, body) =
            if *method == "GET" { (format!("{path}?{params}"), "") } else { ((*path).to_owned(), *params) };
        let reply = world.send(method, &target, None, body).await.whole();
        let error = reply.error();
        let place = format!("{method} {path} {params}");
        assert_eq!((reply.status, error["type"].as_str()), (400, Some("invalid_request_error")), "{place}");
        assert_eq!((error["param"].as_str(), error["code"].as_str()), (Some(*param), *code), "{place}");
        let seen = world.handle().violations();
        assert_eq!(seen.len(), number + 1, "{place}");
        let last = seen.last().unwrap();
        assert_eq!((last.method.as_str(), last.path.as_str(), last.param.as_deref()), (*method, *path, Some(*param)));
        assert!(last.page.is_some_and(|page| page.starts_with("docs.stripe.com/api/")), "{place}");
    }
    assert!(world.told().await.is_empty() && world.handle().intents().is_empty());
}

#[tokio::test]
async fn another_method_or_path_or_unreadable_parameters_are_violations_too() {
    let world = World::new().await;
    for (method, target, body, status) in [
        ("GET", "/v1/nothing", "", 404),
        ("DELETE", "/v1/customers/cus_1", "", 404),
        ("POST", "/v1/payment_intents/pi_1", "amount=1", 404),
        ("POST", "/v1/payment_intents", "amount[=1", 400),
    ] {
        let before = world.handle().violations().len();
        assert_eq!(world.send(method, target, None, body).await.whole().status, status, "{method} {target}");
        assert_eq!(world.handle().violations().len(), before + 1, "{method} {target}");
    }
}

#[tokio::test]
async fn what_the_published_api_allows_is_no_violation_whatever_becomes_of_it() {
    let world = World::new().await;
    world.handle().faults().plan(PlannedFault::new("POST /v1/refunds", Fault::DropBefore));
    for (method, target, body) in [
        ("POST", "/v1/payment_intents", INTENT),
        ("POST", "/v1/payment_intents", "amount=1&currency=eur"),
        ("POST", "/v1/payment_intents/pi_none/confirm", "payment_method=pm_card_visa&off_session=true"),
        ("GET", "/v1/payment_intents/pi_none?expand[]=latest_charge", ""),
        ("POST", "/v1/refunds", "payment_intent=pi_none"),
        ("GET", "/v1/balance_transactions?type=charge&created[gte]=1&limit=100", ""),
    ] {
        world.send(method, target, None, body).await;
    }
    assert_eq!(world.handle().violations(), []);
}

#[tokio::test]
async fn a_violation_leaves_its_key_free_but_not_one_that_is_taken() {
    let world = World::new().await;
    let wrong = "amount=2000&currency=eur&amuont=1";
    assert_eq!(world.post_keyed("/v1/payment_intents", "k", wrong).await.error()["code"], "parameter_unknown");
    assert_eq!(world.post_keyed("/v1/payment_intents", "k", INTENT).await.status, 200);
    assert_eq!(world.post_keyed("/v1/payment_intents", "k", wrong).await.error()["type"], "idempotency_error");
    assert_eq!(world.handle().violations().len(), 2);
}
