//! What Stripe sends to the webhook, signed as it signs (`docs.stripe.com/webhooks`).

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use models::{About, StripeEvent};
use ports::Payable;
use receive_stripe_event::WebhookRequest;
use serde_json::json;
use sha2::Sha256;

/// What events are signed with; it must show up nowhere.
pub const WEBHOOK_SECRET: &str = "whsec_this_must_never_be_printed";

pub(super) fn request(event: &StripeEvent, now: Timestamp) -> WebhookRequest {
    let metadata = match &event.of {
        Payable::Debt(session) => json!({ "session": session.to_string() }),
        Payable::Hold(hold) => json!({ "hold": hold.to_string() }),
        Payable::Card(driver) => json!({ "driver": driver.to_string() }),
    };
    let object = match &event.about {
        About::Intent => json!({ "id": event.intent, "object": "payment_intent", "metadata": metadata }),
        About::Refund { id, key } => json!({
            "id": id, "object": "refund", "payment_intent": event.intent, "metadata": { "refund": key },
        }),
        About::Dispute { id } => json!({
            "id": id, "object": "dispute", "payment_intent": event.intent, "metadata": {},
        }),
    };
    let body = json!({
        "id": event.id, "object": "event", "type": event.kind, "created": event.at.as_second(), "data": { "object": object },
    });
    let body = body.to_string();
    let time = now.as_second();
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(WEBHOOK_SECRET.as_bytes()) else {
        unreachable!("a key may have any length")
    };
    mac.update(format!("{time}.{body}").as_bytes());
    let mut signature = format!("t={time},v1=");
    for byte in mac.finalize().into_bytes() {
        // A text takes whatever is written to it.
        let _: std::fmt::Result = write!(signature, "{byte:02x}");
    }
    WebhookRequest { signature: Some(signature), body: body.into_bytes() }
}
