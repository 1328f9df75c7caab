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
    /// What the metadata of the intent names.
    pub of: Payable,
    /// What it tells of.
    pub about: About,
    /// When it happened.
    pub at: Timestamp,
}

/// What an event tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// The intent.
    Intent,
    /// A refund of what the intent took.
    Refund {
        /// `re_…`.
        id: String,
        /// The key that its metadata names.
        key: String,
    },
    /// A dispute of what the intent took; its metadata is empty.
    Dispute {
        /// `du_…`.
        id: String,
    },
}
