//! How far a payment has come.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Decline;

/// How far a payment has come. What goes back afterwards is in `Returns`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum PaymentState {
    /// The bill is known, nothing was asked of Stripe.
    Computed,
    /// Final: zero, or less than the least amount of the currency; Stripe was not asked.
    NotBillable,
    /// Stripe is being asked for an intent.
    Creating {
        /// When the key of the creation was first used.
        since: Timestamp,
    },
    /// The unconfirmed intent is known.
    Created {
        /// `pi_…`.
        intent: String,
    },
    /// The intent is being confirmed.
    Confirming {
        /// `pi_…`.
        intent: String,
        /// Which try, from 1.
        n: u32,
        /// When the key of this try was first used.
        since: Timestamp,
    },
    /// A confirmation had no answer; only a read can tell what came of it.
    Unknown {
        /// `pi_…`.
        intent: String,
        /// Which try.
        n: u32,
        /// When the key of this try was first used.
        since: Timestamp,
    },
    /// The bank is working on it.
    Processing {
        /// `pi_…`.
        intent: String,
        /// Which try.
        n: u32,
        /// When the key of this try was first used.
        since: Timestamp,
    },
    /// The driver must come back and act.
    RequiresAction {
        /// `pi_…`.
        intent: String,
        /// Which try.
        n: u32,
        /// When the key of this try was first used.
        since: Timestamp,
    },
    /// The bank said no to this try, for now.
    Declined {
        /// `pi_…`.
        intent: String,
        /// Which try.
        n: u32,
        /// What the bank said.
        decline: Decline,
        /// When the next try is made.
        retry_at: Timestamp,
    },
    /// Final: it is paid.
    Succeeded {
        /// `pi_…`.
        intent: String,
        /// What was captured, minor units.
        captured_minor: i64,
        /// When we learned of it.
        at: Timestamp,
    },
    /// Final: somebody said that it was paid another way.
    Settled {
        /// `pi_…` that was given up, if there is one.
        intent: Option<String>,
        /// What they wrote.
        note: String,
        /// When.
        at: Timestamp,
    },
    /// Final, unless it is taken up again: it will not be paid this way.
    Uncollectible {
        /// `pi_…`, if there is one.
        intent: Option<String>,
        /// Why.
        why: WhyUnpaid,
        /// When that was clear.
        at: Timestamp,
    },
}

/// Why a debt is uncollectible.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum WhyUnpaid {
    /// The driver has saved no card.
    NoPaymentMethod,
    /// The bank said no, for good or once too often.
    Declined(Decline),
    /// The driver did not come back to act.
    DriverStayedAway,
    /// Somebody canceled the intent at Stripe.
    Canceled,
}

impl PaymentState {
    /// Whether nothing can change it any more.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self {
            Self::NotBillable | Self::Succeeded { .. } | Self::Settled { .. } | Self::Uncollectible { .. } => true,
            Self::Computed
            | Self::Creating { .. }
            | Self::Created { .. }
            | Self::Confirming { .. }
            | Self::Unknown { .. }
            | Self::Processing { .. }
            | Self::RequiresAction { .. }
            | Self::Declined { .. } => false,
        }
    }

    /// The state as one word, as it is stored and shown.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Computed => "computed",
            Self::NotBillable => "not_billable",
            Self::Creating { .. } => "creating",
            Self::Created { .. } => "created",
            Self::Confirming { .. } => "confirming",
            Self::Unknown { .. } => "unknown",
            Self::Processing { .. } => "processing",
            Self::RequiresAction { .. } => "requires_action",
            Self::Declined { .. } => "declined",
            Self::Succeeded { .. } => "succeeded",
            Self::Settled { .. } => "settled",
            Self::Uncollectible { .. } => "uncollectible",
        }
    }

    /// The `PaymentIntent`, once one is known.
    #[must_use]
    pub fn intent(&self) -> Option<&str> {
        match self {
            Self::Computed | Self::NotBillable | Self::Creating { .. } => None,
            Self::Created { intent }
            | Self::Confirming { intent, .. }
            | Self::Unknown { intent, .. }
            | Self::Processing { intent, .. }
            | Self::RequiresAction { intent, .. }
            | Self::Declined { intent, .. }
            | Self::Succeeded { intent, .. } => Some(intent),
            Self::Settled { intent, .. } | Self::Uncollectible { intent, .. } => intent.as_deref(),
        }
    }

    /// When the next try is made, between two tries.
    #[must_use]
    pub fn retry_at(&self) -> Option<Timestamp> {
        match self {
            Self::Declined { retry_at, .. } => Some(*retry_at),
            Self::Computed
            | Self::NotBillable
            | Self::Creating { .. }
            | Self::Created { .. }
            | Self::Confirming { .. }
            | Self::Unknown { .. }
            | Self::Processing { .. }
            | Self::RequiresAction { .. }
            | Self::Succeeded { .. }
            | Self::Settled { .. }
            | Self::Uncollectible { .. } => None,
        }
    }
}
