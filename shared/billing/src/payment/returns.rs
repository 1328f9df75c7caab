//! What goes back of a payment: refunds that an operator asked for, and disputes that a bank opened.
//!
//! There is one [`Returns`] per payment, so that the sum of its refunds is a matter of one value under one version: of two operators who
//! ask at once the second decides again. [`Returns::next_step`] says what to do, [`Returns::after`] what came of it. A refund is
//! created under `{session}:refund:{n}`; whoever finds one that may have been created looks for it at Stripe before anything else, so
//! that its key is never relied on alone.

mod dispute;
mod refund;
mod step;

use jiff::Timestamp;
use messages::SessionId;
use serde::{Deserialize, Serialize};

use super::{Claim, Payment, payable};
use crate::money::Money;

pub use dispute::{Dispute, DisputeState, ShownDispute};
pub use refund::{Refund, RefundRequest, RefundState, RefundStatus, ShownRefund, WhyNotRefunded};
pub use step::{Learned, ReturnCall, ReturnFact, ReturnStep, UnexpectedFact};

/// The most refunds of one payment.
const MAX_REFUNDS: usize = 100;

/// The longest reason that is kept, characters.
const MAX_REASON: usize = 200;

/// What goes back of one payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Returns {
    /// The session that was paid.
    pub session: SessionId,
    /// Which payment of the session.
    pub payment: u32,
    /// The `PaymentIntent` that took the money, `pi_…`.
    pub intent: String,
    /// What it took; no more goes back by refunds.
    pub captured: Money,
    /// Refunds in the order in which they were asked for.
    pub refunds: Vec<Refund>,
    /// Disputes, the oldest first.
    pub disputes: Vec<Dispute>,
    /// When Stripe is asked for disputes next.
    pub look_at: Option<Timestamp>,
    /// Who is calling Stripe at this moment.
    pub claim: Option<Claim>,
    /// How many claims were made so far.
    pub fence: u64,
    /// How many calls in a row were not answered; widens the pause before the next.
    pub setbacks: u32,
    /// When somebody has to look at it again; none when nothing is left to do.
    pub due_at: Option<Timestamp>,
    /// The version that was read; 0: not stored yet.
    #[serde(default)]
    pub version: u64,
}

/// How much of a payment has gone back by refunds: what follows from the set of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refunded {
    /// Nothing.
    Nothing,
    /// Less than was captured.
    Partially,
    /// All of it.
    Fully,
}

/// A refund that cannot be asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotRefundable {
    /// Nothing is left.
    #[error("all of it is refunded already, asked for, or lost in a dispute")]
    NothingLeft,
    /// More than is left.
    #[error("only {} {} minor units are left to refund", .0.minor, .0.currency)]
    TooMuch(Money),
    /// Nothing or less.
    #[error("a refund is more than nothing")]
    NotPositive,
    /// Stripe cannot give back just so much.
    #[error("it cannot be just so much; {} {} minor units can", .0.minor, .0.currency)]
    NotPayable(Money),
    /// No reason, or one that is too long.
    #[error("a refund has a reason of 1 to {MAX_REASON} characters")]
    Reason,
    /// There are too many.
    #[error("a payment has at most {MAX_REFUNDS} refunds")]
    TooMany,
    /// A dispute is open: the bank decides who gets the money.
    #[error("the payment is disputed; the bank decides who gets the money")]
    Disputed,
}

impl Returns {
    /// Of this payment, nothing so far; not stored yet.
    #[must_use]
    pub fn of(payment: &Payment) -> Self {
        Self {
            session: payment.session.clone(),
            payment: payment.number,
            intent: payment.intent.clone(),
            captured: payment.captured,
            refunds: Vec::new(),
            disputes: Vec::new(),
            look_at: None,
            claim: None,
            fence: 0,
            setbacks: 0,
            due_at: None,
            version: 0,
        }
    }

    /// With one refund more, due at once; `None` for the amount means the rest.
    ///
    /// # Errors
    /// [`NotRefundable`]: the refunds would be more than was captured, or something else speaks against it.
    pub fn asked(&self, amount_minor: Option<i64>, reason: &str, now: Timestamp) -> Result<Self, NotRefundable> {
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > MAX_REASON || reason.contains(char::is_control) {
            return Err(NotRefundable::Reason);
        }
        if self.refunds.len() >= MAX_REFUNDS {
            return Err(NotRefundable::TooMany);
        }
        if self.disputes.iter().any(|dispute| dispute.state == DisputeState::Open) {
            return Err(NotRefundable::Disputed);
        }
        let rest = self.captured.minor.saturating_sub(self.asked_minor()).saturating_sub(self.lost_minor());
        let minor = match amount_minor {
            Some(minor) if minor <= 0 => return Err(NotRefundable::NotPositive),
            _ if rest <= 0 => return Err(NotRefundable::NothingLeft),
            Some(minor) if minor > rest => {
                return Err(NotRefundable::TooMuch(Money { minor: rest, currency: self.captured.currency }));
            }
            Some(minor) => minor,
            None => rest,
        };
        let amount = payable(Money { minor, currency: self.captured.currency });
        if amount.minor != minor {
            return Err(NotRefundable::NotPayable(amount));
        }
        let refund = Refund {
            number: self.refunds.last().map_or(1, |last| last.number.saturating_add(1)),
            amount_minor: minor,
            reason: reason.to_owned(),
            asked_at: now,
            state: RefundState::Asked,
        };
        let mut asked = self.clone();
        asked.refunds.push(refund);
        asked.due_at = Some(asked.due_at.map_or(now, |due_at| due_at.min(now)));
        Ok(asked)
    }

    /// Told that something may have changed at Stripe: disputes and refunds are looked at at once, also those that were made: a bank
    /// may send the money back up to a month later (docs.stripe.com/refunds).
    #[must_use]
    pub fn to_be_looked_at(&self, now: Timestamp) -> Self {
        let refunds = self.refunds.iter().map(|refund| refund.to_be_looked_at(now)).collect();
        let due_at = Some(self.due_at.map_or(now, |due_at| due_at.min(now)));
        Self { refunds, look_at: Some(now), due_at, ..self.clone() }
    }

    /// The sum of all refunds that were asked for and have not failed, minor units.
    #[must_use]
    pub fn asked_minor(&self) -> i64 {
        let counts = |refund: &&Refund| !matches!(refund.state, RefundState::Failed { .. });
        self.refunds.iter().filter(counts).fold(0, |sum, refund| sum.saturating_add(refund.amount_minor))
    }

    /// The sum of all refunds that were made, minor units.
    #[must_use]
    pub fn refunded_minor(&self) -> i64 {
        let is_made = |refund: &&Refund| matches!(refund.state, RefundState::Succeeded { .. });
        self.refunds.iter().filter(is_made).fold(0, |sum, refund| sum.saturating_add(refund.amount_minor))
    }

    /// The sum that is gone by disputes, minor units.
    #[must_use]
    pub fn lost_minor(&self) -> i64 {
        let is_lost = |dispute: &&Dispute| dispute.state == DisputeState::Lost;
        self.disputes.iter().filter(is_lost).fold(0, |sum, dispute| sum.saturating_add(dispute.amount.minor))
    }

    /// How much has gone back by refunds.
    #[must_use]
    pub fn refunded(&self) -> Refunded {
        match self.refunded_minor() {
            0 => Refunded::Nothing,
            minor if minor < self.captured.minor => Refunded::Partially,
            _ => Refunded::Fully,
        }
    }
}

impl Refunded {
    /// As a word, once anything has gone back.
    #[must_use]
    pub fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Nothing => None,
            Self::Partially => Some("partially_refunded"),
            Self::Fully => Some("refunded"),
        }
    }
}
