//! How far a hold has come.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::payment::Decline;

/// How far a hold has come. Until it is authorized nothing is held; it is captured or canceled once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum HoldState {
    /// It was asked for, nothing was asked of Stripe.
    Asked,
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
        /// When the key of the confirmation was first used.
        since: Timestamp,
    },
    /// The driver must authenticate.
    RequiresAction {
        /// `pi_…`.
        intent: String,
    },
    /// The money is held.
    Authorized {
        /// `pi_…`.
        intent: String,
        /// When we learned of it.
        at: Timestamp,
        /// Until when it can be captured; none where Stripe says none.
        capture_before: Option<Timestamp>,
    },
    /// What the session has cost is being captured.
    Capturing {
        /// `pi_…`.
        intent: String,
        /// How much is captured, minor units; decided once.
        amount_minor: i64,
        /// When the key of the capture was first used.
        since: Timestamp,
        /// Until when it can be captured.
        capture_before: Option<Timestamp>,
    },
    /// It is being released.
    Canceling {
        /// `pi_…`.
        intent: String,
        /// Why.
        why: WhyCanceled,
        /// When the key of the cancellation was first used.
        since: Timestamp,
    },
    /// Final: captured, the rest released.
    Succeeded {
        /// `pi_…`.
        intent: String,
        /// What was captured, minor units.
        captured_minor: i64,
        /// When we learned of it.
        at: Timestamp,
    },
    /// Final: released, or never held.
    Canceled {
        /// `pi_…`, if there is one.
        intent: Option<String>,
        /// Why.
        why: WhyCanceled,
        /// When we learned of it.
        at: Timestamp,
    },
    /// Final: it was not captured in time, and the bank has released it.
    Expired {
        /// `pi_…`.
        intent: String,
        /// When we learned of it.
        at: Timestamp,
    },
}

/// Why a hold is released.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum WhyCanceled {
    /// The session cost nothing, or less than the least amount of the currency.
    NothingToPay,
    /// No session began on it in time.
    NotUsed,
    /// A person must look at its session, which has no bill.
    NotBilled,
    /// The bank said no: nothing was ever held.
    Declined(Decline),
    /// The driver did not authenticate in time.
    DriverStayedAway,
    /// Somebody canceled the intent at Stripe.
    AtStripe,
}

impl HoldState {
    /// Whether nothing can change it any more.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self {
            Self::Succeeded { .. } | Self::Canceled { .. } | Self::Expired { .. } => true,
            Self::Asked
            | Self::Creating { .. }
            | Self::Created { .. }
            | Self::Confirming { .. }
            | Self::RequiresAction { .. }
            | Self::Authorized { .. }
            | Self::Capturing { .. }
            | Self::Canceling { .. } => false,
        }
    }

    /// The state as one word, as it is stored and shown.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Creating { .. } => "creating",
            Self::Created { .. } => "created",
            Self::Confirming { .. } => "confirming",
            Self::RequiresAction { .. } => "requires_action",
            Self::Authorized { .. } => "authorized",
            Self::Capturing { .. } => "capturing",
            Self::Canceling { .. } => "canceling",
            Self::Succeeded { .. } => "succeeded",
            Self::Canceled { .. } => "canceled",
            Self::Expired { .. } => "expired",
        }
    }

    /// The `PaymentIntent`, once one is known.
    #[must_use]
    pub fn intent(&self) -> Option<&str> {
        match self {
            Self::Asked | Self::Creating { .. } => None,
            Self::Created { intent }
            | Self::Confirming { intent, .. }
            | Self::RequiresAction { intent }
            | Self::Authorized { intent, .. }
            | Self::Capturing { intent, .. }
            | Self::Canceling { intent, .. }
            | Self::Succeeded { intent, .. }
            | Self::Expired { intent, .. } => Some(intent),
            Self::Canceled { intent, .. } => intent.as_deref(),
        }
    }

    /// What was captured, once it is final; minor units.
    #[must_use]
    pub fn captured_minor(&self) -> Option<i64> {
        match self {
            Self::Succeeded { captured_minor, .. } => Some(*captured_minor),
            Self::Canceled { .. } | Self::Expired { .. } => Some(0),
            Self::Asked
            | Self::Creating { .. }
            | Self::Created { .. }
            | Self::Confirming { .. }
            | Self::RequiresAction { .. }
            | Self::Authorized { .. }
            | Self::Capturing { .. }
            | Self::Canceling { .. } => None,
        }
    }
}
