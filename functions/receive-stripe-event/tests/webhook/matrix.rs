//! Who is let in, what is marked, and what a dead run leaves.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use receive_stripe_event::WebhookRequest;
use sha2::Sha256;

use crate::memory::{Memory, run_for};

pub(crate) fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

fn event(kind: &str) -> Vec<u8> {
    let object = r#"{"id":"pi_1","object":"payment_intent","metadata":{"session":"s-1:t-1"}}"#;
    format!(r#"{{"id":"evt_1","object":"event","type":"{kind}","data":{{"object":{object}}}}}"#).into_bytes()
}

fn tag(key: &str, time_s: i64, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(format!("{time_s}.").as_bytes());
    mac.update(body);
    mac.finalize().into_bytes().iter().fold(String::new(), |tag, byte| format!("{tag}{byte:02x}"))
}

pub(crate) fn signed(key: &str, off_s: i64, body: &[u8]) -> WebhookRequest {
    let time_s = now().as_second() + off_s;
    WebhookRequest { signature: Some(format!("t={time_s},v1={}", tag(key, time_s, body))), body: body.to_vec() }
}

pub(crate) fn status(memory: &Memory, request: WebhookRequest) -> u16 {
    run_for(memory, now(), request, 1_000).unwrap()
}

#[test]
fn an_event_of_a_hold_marks_the_hold() {
    let object = r#"{"id":"pi_1","object":"payment_intent","metadata":{"hold":"7k2m"}}"#;
    let body = format!(r#"{{"id":"evt_1","type":"payment_intent.canceled","data":{{"object":{object}}}}}"#);
    let memory = Memory::with_secret("whsec_a");
    for _ in 0..2 {
        assert_eq!(status(&memory, signed("whsec_a", 0, body.as_bytes())), 200);
    }
    assert_eq!(memory.state().marked, ["hold 7k2m", "hold 7k2m"]);
    assert_eq!(memory.state().remembered.len(), 1);
}

#[test]
fn an_event_of_a_page_marks_the_card_of_its_driver() {
    let object = r#"{"id":"cs_1","object":"checkout.session","metadata":{"driver":"d-1"}}"#;
    let body = format!(r#"{{"id":"evt_1","type":"checkout.session.completed","data":{{"object":{object}}}}}"#);
    let memory = Memory::with_secret("whsec_a");
    for _ in 0..2 {
        assert_eq!(status(&memory, signed("whsec_a", 0, body.as_bytes())), 200);
    }
    assert_eq!(status(&memory, signed("whsec_b", 0, body.as_bytes())), 400);
    assert_eq!(memory.state().marked, ["card of d-1", "card of d-1"]);
    assert_eq!(memory.state().remembered.len(), 1);
    memory.state().store_fails = true;
    assert_eq!(status(&memory, signed("whsec_a", 0, body.as_bytes())), 500);
}

#[test]
fn only_what_stripe_has_signed_marks_a_debt() {
    let paid = event("payment_intent.succeeded");
    let with_header = |header: Option<String>| WebhookRequest { signature: header, body: paid.clone() };
    let time_s = now().as_second();
    let good = tag("whsec_a", time_s, &paid);
    let zeros = "0".repeat(64);
    let mut altered = signed("whsec_a", 0, &paid);
    altered.body.push(b' ');
    let other_time = format!("t={},v1={good}", time_s + 1);
    for (what, request, expected) in [
        ("signed", signed("whsec_a", 0, &paid), 200),
        ("signed 300 s ago", signed("whsec_a", -300, &paid), 200),
        ("signed 300 s ahead", signed("whsec_a", 300, &paid), 200),
        ("replayed 301 s later", signed("whsec_a", -301, &paid), 400),
        ("signed 301 s ahead", signed("whsec_a", 301, &paid), 400),
        ("the second of two tags", with_header(Some(format!("t={time_s},v1={zeros},v1={good}"))), 200),
        ("the first of two tags", with_header(Some(format!("t={time_s},v1={good},v1={zeros}"))), 200),
        ("only the scheme of tests", with_header(Some(format!("t={time_s},v0={good}"))), 400),
        ("another time than was signed", with_header(Some(other_time)), 400),
        ("another secret", signed("whsec_b", 0, &paid), 400),
        ("an empty secret", signed("", 0, &paid), 400),
        ("another body", altered, 400),
        ("no time", with_header(Some(format!("v1={good}"))), 400),
        ("no tag", with_header(Some(format!("t={time_s}"))), 400),
        ("junk", with_header(Some("junk".to_owned())), 400),
        ("no header", with_header(None), 400),
        ("not JSON", signed("whsec_a", 0, b"hello"), 400),
        ("as long as allowed", signed("whsec_a", 0, &vec![b' '; 256 * 1024]), 400),
        ("too long", signed("whsec_a", 0, &vec![b' '; 256 * 1024 + 1]), 413),
        ("10 MB", signed("whsec_a", 0, &vec![b'x'; 10_000_000]), 413),
    ] {
        let memory = Memory::with_secret("whsec_a");
        assert_eq!(status(&memory, request), expected, "{what}");
        let marked = memory.state().marked.len();
        assert_eq!(marked, usize::from(expected == 200), "{what}");
        assert_eq!(memory.state().remembered.len(), marked, "{what}");
    }
}

#[test]
fn events_that_concern_nothing_are_taken_and_mark_nothing() {
    for kind in ["payment_intent.created", "charge.updated", "a.type.of.next.year"] {
        let memory = Memory::with_secret("whsec_a");
        assert_eq!(status(&memory, signed("whsec_a", 0, &event(kind))), 200, "{kind}");
        assert_eq!(memory.state().marked, Vec::<String>::new(), "{kind}");
    }
}

#[test]
fn in_whatever_order_events_come_each_only_marks_the_debt() {
    let kinds = ["payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.processing"];
    for shift in 0..kinds.len() {
        let memory = Memory::with_secret("whsec_a");
        for kind in kinds.iter().cycle().skip(shift).take(kinds.len()) {
            assert_eq!(status(&memory, signed("whsec_a", 0, &event(kind))), 200, "{kind}");
        }
        assert_eq!(memory.state().marked, ["s-1:t-1"; 3], "whoever collects asks Stripe where the payment stands");
    }
}

#[test]
fn while_the_secret_changes_both_are_good() {
    let paid = event("payment_intent.succeeded");
    for (secret, key, expected) in [
        ("whsec_new,whsec_old", "whsec_new", 200),
        ("whsec_new,whsec_old", "whsec_old", 200),
        ("whsec_new\nwhsec_old\n", "whsec_old", 200),
        ("whsec_new", "whsec_old", 400),
    ] {
        assert_eq!(status(&Memory::with_secret(secret), signed(key, 0, &paid)), expected, "{secret} {key}");
    }
}

#[test]
fn a_changed_secret_is_read_again_and_nothing_else_makes_it_be_read() {
    let paid = event("payment_intent.succeeded");
    for (request, expected, fresh_reads) in [
        (signed("whsec_a", 0, &paid), 200, 0),
        (signed("whsec_b", 0, &paid), 200, 1),
        (signed("whsec_c", 0, &paid), 400, 1),
        (signed("whsec_b", 301, &paid), 400, 0),
        (WebhookRequest { signature: None, body: paid.clone() }, 400, 0),
    ] {
        let memory = Memory::with_secret("whsec_a");
        memory.state().newer_secret = Some("whsec_b");
        assert_eq!(status(&memory, request), expected);
        assert_eq!(memory.state().fresh_reads, fresh_reads);
    }
}

#[test]
fn until_the_secret_is_set_stripe_is_asked_to_come_back() {
    let paid = event("payment_intent.succeeded");
    for (secret, newer, expected) in
        [(None, None, 503), (Some(" \n"), None, 503), (None, Some("whsec_a"), 200), (Some(""), Some("whsec_b"), 400)]
    {
        let memory = Memory::default();
        memory.state().secret = secret;
        memory.state().newer_secret = newer;
        assert_eq!(status(&memory, signed("whsec_a", 0, &paid)), expected, "{secret:?} {newer:?}");
    }
    let unsigned = WebhookRequest { signature: None, body: paid };
    assert_eq!(status(&Memory::default(), unsigned), 503);
}

#[test]
fn a_store_that_is_down_makes_stripe_come_back() {
    let memory = Memory::with_secret("whsec_a");
    memory.state().store_fails = true;
    assert_eq!(status(&memory, signed("whsec_a", 0, &event("payment_intent.succeeded"))), 500);
    assert_eq!(memory.state().remembered.len(), 0);
}

#[test]
fn a_run_that_dies_anywhere_loses_no_event() {
    let request = || signed("whsec_a", 0, &event("payment_intent.succeeded"));
    for polls in 0..12 {
        let memory = Memory::with_secret("whsec_a");
        let ended = run_for(&memory, now(), request(), polls).is_some();
        {
            let state = memory.state();
            assert!(state.remembered.is_empty() || !state.marked.is_empty(), "remembered before it was marked");
        }
        if !ended {
            // Stripe has no answer, and sends it again.
            assert_eq!(status(&memory, request()), 200);
        }
        assert_eq!(memory.state().marked.last().map(String::as_str), Some("s-1:t-1"));
        assert_eq!(memory.state().remembered.len(), 1);
    }
}

#[test]
fn an_event_that_comes_fifty_times_is_remembered_once() {
    let memory = Memory::with_secret("whsec_a");
    for _ in 0..50 {
        assert_eq!(status(&memory, signed("whsec_a", 0, &event("payment_intent.succeeded"))), 200);
    }
    assert_eq!(memory.state().remembered.len(), 1);
}
