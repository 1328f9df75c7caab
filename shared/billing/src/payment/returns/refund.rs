//! One refund: what an operator asked for, and how far that has come.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Returns;
use crate::money::Money;

/// One refund of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refund {
    /// Which refund of the payment, from 1.
    pub number: u32,
    /// How much, in minor units of the payment's currency; never changes.
    pub amount_minor: i64,
    /// Why, in the operator's words.
    pub reason: String,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// How far it has come.
    pub state: RefundState,
}

/// How far a refund has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum RefundState {
    /// Nobody has asked Stripe for it yet.
    Asked,
    /// Stripe is being asked for it; only a look can tell whether there is one.
    Refunding {
        /// When it was asked last.
        since: Timestamp,
    },
    /// Stripe has it, and the bank works on it.
    Pending {
        /// `re_…`.
        refund: String,
        /// When it is looked at again.
        look_at: Timestamp,
    },
    /// The money has gone back. Nothing is left to do, but it may fail yet: a bank may send it back.
    Succeeded {
        /// `re_…`.
        refund: String,
        /// When we learned of it.
        at: Timestamp,
        /// When it is looked at again: Stripe has told of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        look_at: Option<Timestamp>,
    },
    /// Final: the money stays, and may be asked back again.
    Failed {
        /// `re_…`, if there is one.
        refund: Option<String>,
        /// Why.
        why: WhyNotRefunded,
        /// When we learned of it.
        at: Timestamp,
    },
}

/// Why a refund did not come about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", content = "detail", rename_all = "snake_case")]
pub enum WhyNotRefunded {
    /// Stripe refused the request; nothing was moved.
    Refused,
    /// The bank did not take the money, in Stripe's words, e.g. `lost_or_stolen_card`.
    Failed(String),
    /// Somebody canceled it at Stripe.
    Canceled,
}

/// What is asked of Stripe; all of it from what is stored, so that a repeat is the same to the byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundRequest {
    /// `{session}:refund:{n}`: the idempotency key, kept in the refund's metadata as `refund` too, by which it is found again.
    pub key: String,
    /// Of which intent, `pi_…`.
    pub intent: String,
    /// How much.
    pub amount: Money,
}

/// A refund as Stripe has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownRefund {
    /// `re_…`.
    pub id: String,
    /// Where it stands.
    pub status: RefundStatus,
}

/// The status of a refund (docs.stripe.com/api/refunds/object).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundStatus {
    /// The bank works on it, or waits for somebody to act.
    Pending,
    /// It is on its way to the card.
    Succeeded,
    /// The bank did not take it, in Stripe's words.
    Failed(String),
    /// It was canceled.
    Canceled,
}

impl Refund {
    /// Whether it has ended: the money has gone back, or will not.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self.state {
            RefundState::Succeeded { .. } | RefundState::Failed { .. } => true,
            RefundState::Asked | RefundState::Refunding { .. } | RefundState::Pending { .. } => false,
        }
    }

    pub(super) fn to_be_looked_at(&self, now: Timestamp) -> Self {
        match &self.state {
            RefundState::Pending { refund, .. } => {
                Self { state: RefundState::Pending { refund: refund.clone(), look_at: now }, ..self.clone() }
            }
            RefundState::Succeeded { refund, at, .. } => {
                let state = RefundState::Succeeded { refund: refund.clone(), at: *at, look_at: Some(now) };
                Self { state, ..self.clone() }
            }
            RefundState::Asked | RefundState::Refunding { .. } | RefundState::Failed { .. } => self.clone(),
        }
    }

    /// In another state, where that is one that may come next: what has failed stays so, and what was made only fails.
    pub(super) fn moved_to(&self, state: &RefundState) -> Self {
        let state = match (&self.state, state) {
            (RefundState::Succeeded { refund, at, .. }, RefundState::Succeeded { refund: seen, look_at, .. })
                if refund == seen =>
            {
                RefundState::Succeeded { refund: refund.clone(), at: *at, look_at: *look_at }
            }
            (RefundState::Succeeded { refund, .. }, RefundState::Failed { refund: Some(failed), .. })
                if refund == failed =>
            {
                state.clone()
            }
            (RefundState::Succeeded { .. } | RefundState::Failed { .. }, _) => return self.clone(),
            (RefundState::Asked | RefundState::Refunding { .. } | RefundState::Pending { .. }, _) => state.clone(),
        };
        Self { state, ..self.clone() }
    }
}

impl RefundState {
    /// The state as one word, as it is stored and shown.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Refunding { .. } => "refunding",
            Self::Pending { .. } => "pending",
            Self::Succeeded { .. } => "succeeded",
            Self::Failed { .. } => "failed",
        }
    }
}

impl WhyNotRefunded {
    /// The reason as a word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Refused => "refused",
            Self::Failed(reason) => reason,
            Self::Canceled => "canceled",
        }
    }
}

impl Returns {
    /// What is asked of Stripe for a refund of this payment.
    #[must_use]
    pub fn request(&self, refund: &Refund) -> RefundRequest {
        // The first payment of a session is the only one of nearly all.
        let of = if self.payment == 1 { String::new() } else { format!(":pay:{}", self.payment) };
        RefundRequest {
            key: format!("{}{of}:refund:{}", self.session, refund.number),
            intent: self.intent.clone(),
            amount: Money { minor: refund.amount_minor, currency: self.captured.currency },
        }
    }
}
