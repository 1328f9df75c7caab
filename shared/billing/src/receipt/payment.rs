//! How a receipt says that it is paid.

use jiff::Timestamp;

use crate::cdr::Cdr;
use crate::flags::Flag;
use crate::payment::{PaymentState, is_billable};

/// What a receipt says of its payment; of a credit note's, in the other direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentShown {
    /// The total is zero.
    NothingDue,
    /// The total is less than a card can be charged with, and is let go.
    TooSmall,
    /// It is taken from the driver's card.
    DueByCard,
    /// It was taken from the driver's card.
    PaidByCard {
        /// When that was known.
        at: Timestamp,
    },
    /// It was not taken.
    NotCollected,
}

impl PaymentShown {
    /// What is known when the CDR is all there is.
    #[must_use]
    pub fn at_first(cdr: &Cdr) -> Self {
        let due = cdr.due();
        if due.minor == 0 {
            Self::NothingDue
        } else if cdr.flags.contains(&Flag::NoPayer) {
            Self::NotCollected
        } else if cdr.credit || is_billable(due) {
            Self::DueByCard
        } else {
            Self::TooSmall
        }
    }

    /// What is known from the state of its payment.
    #[must_use]
    pub fn of(cdr: &Cdr, state: &PaymentState) -> Self {
        match state {
            PaymentState::NotBillable if cdr.due().minor == 0 => Self::NothingDue,
            PaymentState::NotBillable => Self::TooSmall,
            PaymentState::Succeeded { intent: _, captured_minor: _, at } => Self::PaidByCard { at: *at },
            // Who paid another way reads what was due: the receipt knows of cards only.
            PaymentState::Settled { .. } | PaymentState::Uncollectible { .. } => Self::NotCollected,
            PaymentState::Computed
            | PaymentState::Creating { .. }
            | PaymentState::Created { .. }
            | PaymentState::Confirming { .. }
            | PaymentState::Unknown { .. }
            | PaymentState::Processing { .. }
            | PaymentState::RequiresAction { .. }
            | PaymentState::Declined { .. } => Self::DueByCard,
        }
    }
}
