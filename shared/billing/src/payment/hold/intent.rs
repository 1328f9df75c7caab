//! What is asked of Stripe for a hold, and what comes of it.

use jiff::Timestamp;
use messages::HoldId;

use crate::money::Money;
use crate::payment::{Decline, Intent};

/// What is asked of a `PaymentIntent` that only holds money (`capture_method=manual`,
/// docs.stripe.com/payments/place-a-hold-on-a-payment-method); all of it from the stored hold, so that a repeat is the same to the byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldRequest {
    /// Which hold; kept in the intent's metadata as `hold`.
    pub hold: HoldId,
    /// How much.
    pub amount: Money,
    /// Stripe customer.
    pub customer: String,
    /// The payment method; it is kept for what the hold does not pay.
    pub payment_method: String,
    /// Where Stripe sends its own receipt.
    pub receipt_email: Option<String>,
    /// What the driver reads on Stripe's receipt.
    pub description: String,
}

/// The `PaymentIntent` of a hold as Stripe has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldIntent {
    /// The intent.
    pub intent: Intent,
    /// Until when it can be captured (`capture_before` of its charge); none while nothing is held, or where Stripe says none.
    pub capture_before: Option<Timestamp>,
}

/// One call to Stripe for a hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldCall {
    /// Create the unconfirmed intent.
    Create {
        /// The idempotency key.
        key: String,
        /// What is asked.
        request: HoldRequest,
    },
    /// Look for the intent that a creation may have left behind.
    Find {
        /// What was asked then.
        request: HoldRequest,
        /// Not before this.
        since: Timestamp,
    },
    /// Confirm the intent while the driver is there: from then on the money is held.
    Confirm {
        /// The idempotency key.
        key: String,
        /// `pi_…`.
        intent: String,
        /// `pm_…`.
        payment_method: String,
    },
    /// Read the intent.
    Read {
        /// `pi_…`.
        intent: String,
    },
    /// Take a part of what is held, or all of it; Stripe releases the rest.
    Capture {
        /// The idempotency key.
        key: String,
        /// `pi_…`.
        intent: String,
        /// How much.
        amount: Money,
    },
    /// Cancel the intent: everything is released.
    Cancel {
        /// The idempotency key.
        key: String,
        /// `pi_…`.
        intent: String,
    },
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldFact {
    /// Stripe showed the intent.
    Shown(HeldIntent),
    /// There is no such intent.
    Missing,
    /// The bank said no; nothing is held.
    Declined(Decline),
    /// Nothing happened and nothing was learned.
    NotTaken,
    /// Nobody knows whether the call had an effect.
    Unknown,
    /// Stripe refuses the request as it is.
    Refused,
}

impl HoldCall {
    /// What follows when nobody knows whether this call arrived: of a read, nothing.
    #[must_use]
    pub fn unanswered(&self) -> HoldFact {
        match self {
            Self::Create { .. } | Self::Confirm { .. } | Self::Capture { .. } | Self::Cancel { .. } => {
                HoldFact::Unknown
            }
            Self::Find { .. } | Self::Read { .. } => HoldFact::NotTaken,
        }
    }
}

impl HoldFact {
    /// The fact as a word.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Shown(_) => "shown",
            Self::Missing => "missing",
            Self::Declined(_) => "declined",
            Self::NotTaken => "not_taken",
            Self::Unknown => "unknown",
            Self::Refused => "refused",
        }
    }
}
