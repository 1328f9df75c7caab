//! What Stripe tells of what happened (`docs.stripe.com/api/events/types`).

use jiff::Timestamp;
use ports::Payable;

/// An event, as the webhook tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StripeEvent {
    /// `evt_…`.
    pub id: String,
    /// E.g. `payment_intent.succeeded`.
    pub kind: &'static str,
    /// Of which intent.
    pub intent: String,
    /// What its metadata names.
    pub of: Payable,
    /// When it happened.
    pub at: Timestamp,
}
