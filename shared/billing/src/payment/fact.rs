//! What came of a call to Stripe.

use super::{Call, Decline, Intent};

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// Stripe showed the intent.
    Shown(Intent),
    /// There is no such intent.
    Missing,
    /// The bank said no to a confirmation; no money moved.
    Declined(Decline),
    /// The bank wants the driver to authenticate.
    NeedsDriver,
    /// Nothing happened and nothing was learned.
    NotTaken,
    /// Nobody knows whether the call had an effect.
    Unknown,
    /// Stripe refuses the request as it is.
    Refused,
}

impl Call {
    /// What follows when nobody knows whether this call arrived: of a read or a cancellation, nothing.
    #[must_use]
    pub fn unanswered(&self) -> Fact {
        match self {
            Self::Create { .. } | Self::Confirm { .. } => Fact::Unknown,
            // Whoever cancels reads first the next time.
            Self::Find { .. } | Self::Read { .. } | Self::Cancel { .. } => Fact::NotTaken,
        }
    }
}

impl Fact {
    /// The fact as a word.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Shown(_) => "shown",
            Self::Missing => "missing",
            Self::Declined(_) => "declined",
            Self::NeedsDriver => "needs_driver",
            Self::NotTaken => "not_taken",
            Self::Unknown => "unknown",
            Self::Refused => "refused",
        }
    }
}
