//! Disputes: a bank asks for the money back on behalf of a driver (docs.stripe.com/disputes/how-disputes-work).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::money::Money;

/// A dispute of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Dispute {
    /// `dp_…` or `du_…`.
    pub id: String,
    /// What is disputed.
    pub amount: Money,
    /// The bank's reason, in Stripe's words, e.g. `fraudulent`.
    pub reason: String,
    /// When we learned of it.
    pub opened_at: Timestamp,
    /// Where it stands.
    pub state: DisputeState,
    /// When we learned how it ended.
    pub closed_at: Option<Timestamp>,
}

/// Where a dispute stands; it only moves from open to one of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeState {
    /// Nobody has decided yet.
    Open,
    /// The money stays here, or came back; also an inquiry that ended without a dispute.
    Won,
    /// The money is gone.
    Lost,
}

/// A dispute as Stripe has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownDispute {
    /// `dp_…` or `du_…`.
    pub id: String,
    /// What is disputed.
    pub amount: Money,
    /// The bank's reason, in Stripe's words.
    pub reason: String,
    /// Where it stands.
    pub state: DisputeState,
}

impl DisputeState {
    /// The state as one word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "disputed",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }
}

impl Dispute {
    pub(super) fn first_seen(shown: &ShownDispute, now: Timestamp) -> Self {
        let opened = Self {
            id: shown.id.clone(),
            amount: shown.amount,
            reason: shown.reason.clone(),
            opened_at: now,
            state: DisputeState::Open,
            closed_at: None,
        };
        opened.with(shown, now)
    }

    /// With what Stripe shows now. What has ended stays so, whatever is shown afterwards.
    pub(super) fn with(&self, shown: &ShownDispute, now: Timestamp) -> Self {
        match (self.state, shown.state) {
            (DisputeState::Open, DisputeState::Won | DisputeState::Lost) => {
                Self { state: shown.state, closed_at: Some(now), ..self.clone() }
            }
            (DisputeState::Open, DisputeState::Open) | (DisputeState::Won | DisputeState::Lost, _) => self.clone(),
        }
    }
}
