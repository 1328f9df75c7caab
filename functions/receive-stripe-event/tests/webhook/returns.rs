//! Events of disputes and refunds name no session: they lead to the payment of their intent.

use billing::money::Money;
use billing::payment::{Payment, Returns};
use jiff::SignedDuration;

use crate::matrix::{now, signed, status};
use crate::memory::{Memory, run_for};

/// A dispute of `pi_1` that was opened so many minutes ago.
fn dispute(kind: &str, minutes: i64) -> Vec<u8> {
    let created = (now() - SignedDuration::from_mins(minutes)).as_second();
    let object = r#"{"id":"du_1","object":"dispute","payment_intent":"pi_1","metadata":{}}"#;
    format!(
        r#"{{"id":"evt_{kind}","object":"event","type":"{kind}","created":{created},"data":{{"object":{object}}}}}"#
    )
    .replace("evt_charge.dispute.", "evt_")
    .replace("evt_refund.", "evt_")
    .into_bytes()
}

fn paid() -> Memory {
    let memory = Memory::with_secret("whsec_a");
    let captured = Money { minor: 1_234, currency: "EUR".parse().unwrap() };
    let session = "s-1:t-1".parse().unwrap();
    memory.state().payment = Some(Payment { session, number: 1, intent: "pi_1".to_owned(), captured, at: now() });
    memory
}

#[test]
fn a_dispute_has_somebody_look_at_the_payment_of_its_intent() {
    let memory = paid();
    assert_eq!(status(&memory, signed("whsec_a", 0, &dispute("charge.dispute.created", 0))), 200);
    let returns = memory.state().returns.clone().unwrap();
    assert_eq!((returns.due_at, returns.look_at, returns.version), (Some(now()), Some(now()), 1));
    // Later ones find what is there.
    let done = Returns { due_at: None, look_at: None, ..returns };
    memory.state().returns = Some(done);
    assert_eq!(status(&memory, signed("whsec_a", 0, &dispute("charge.dispute.closed", 0))), 200);
    let again = memory.state().returns.clone().unwrap();
    assert_eq!((again.due_at, again.version), (Some(now()), 2));
    assert_eq!(memory.state().remembered.len(), 2);
}

#[test]
fn a_dispute_of_a_payment_that_is_not_stored_yet_comes_again_and_one_of_somebody_else_does_not() {
    // Stripe may have been gone for a day.
    for (kind, minutes, expected, remembered) in [
        ("charge.dispute.created", 0, 409, 0),
        ("charge.dispute.created", 47 * 60, 409, 0),
        ("charge.dispute.closed", 47 * 60, 409, 0),
        ("charge.dispute.created", 49 * 60, 200, 1),
        ("refund.failed", 0, 200, 1),
    ] {
        let memory = Memory::with_secret("whsec_a");
        let request = signed("whsec_a", 0, &dispute(kind, minutes));
        assert_eq!(status(&memory, request), expected, "{kind} {minutes} min");
        assert_eq!(memory.state().remembered.len(), remembered);
        assert_eq!(memory.state().returns, None);
    }
}

#[test]
fn a_run_that_dies_anywhere_loses_no_dispute() {
    let request = || signed("whsec_a", 0, &dispute("charge.dispute.created", 0));
    for polls in 0..16 {
        let memory = paid();
        if run_for(&memory, now(), request(), polls).is_none() {
            assert_eq!(status(&memory, request()), 200);
        }
        let returns = memory.state().returns.clone().unwrap();
        assert_eq!((returns.look_at, memory.state().remembered.len()), (Some(now()), 1));
    }
}
