//! Our books beside Stripe's and beside the registers of the stations: every disagreement, also one of a single unit.
//!
//! [`disagreements`] compares what was read of all three, and reads nothing itself. What is still being worked on disagrees with nothing.

mod energy;
mod money;

use std::fmt;

use jiff::Timestamp;
use messages::{HoldId, SessionId, StationId};
use serde::{Deserialize, Serialize};

use super::{Debt, Hold, Payment, RefundStatus, Returns};
use crate::money::Money;

/// What our books say of one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Which session.
    pub session: SessionId,
    /// What was owed, if anything.
    pub debt: Option<Debt>,
    /// The holds that pay for it and have taken money at Stripe.
    pub holds: Vec<Hold>,
    /// What was paid.
    pub payments: Vec<Payment>,
    /// What went back.
    pub returns: Vec<Returns>,
}

/// A time for which books are complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// From then on.
    pub since: Timestamp,
    /// Before then.
    pub until: Timestamp,
}

/// What Stripe's books say of some time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StripeBooks {
    /// Intents that were created then.
    pub intents: Vec<BookedIntent>,
    /// Refunds that were created then.
    pub refunds: Vec<BookedRefund>,
    /// What the balance did then.
    pub movements: Vec<Movement>,
}

/// An intent in Stripe's books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookedIntent {
    /// `pi_…`.
    pub id: String,
    /// The session in its metadata.
    pub session: Option<SessionId>,
    /// The hold in its metadata; an intent with neither is not ours.
    pub hold: Option<HoldId>,
    /// The charge that took the money, `ch_…`.
    pub charge: Option<String>,
    /// What it took.
    pub captured: Money,
}

impl BookedIntent {
    /// Whether it is one of ours: others may use the account too.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.session.is_some() || self.hold.is_some()
    }
}

/// A refund in Stripe's books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookedRefund {
    /// `re_…`.
    pub id: String,
    /// Of which intent.
    pub intent: Option<String>,
    /// How much.
    pub amount: Money,
    /// Where it stands.
    pub status: RefundStatus,
}

/// A balance transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// `txn_…`.
    pub id: String,
    /// The charge or refund that it is about.
    pub source: String,
    /// What came, or went when it is negative; in the currency of the account.
    pub amount: Money,
}

/// The energy of one billed session, and the register readings that it was billed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metered {
    /// Which session.
    pub session: SessionId,
    /// At which EVSE of its station.
    pub evse_id: u16,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// The register when it began, Wh.
    pub from_wh: i64,
    /// The register when it ended, Wh.
    pub to_wh: i64,
    /// What was billed, Wh.
    pub billed_wh: i64,
    /// Whether the register went straight on during the session: no rollover, no reset, no reading replaced.
    pub is_continuous: bool,
}

/// Two books that say different things of one matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Disagreement {
    /// What disagrees.
    pub kind: DisagreementKind,
    /// About which session, where it is one.
    pub session: Option<SessionId>,
    /// Stripe's id of what it is about, or `station:evse`.
    pub id: String,
    /// What our books say.
    pub ours: i64,
    /// What the others say.
    pub theirs: i64,
    /// The currency whose minor units are meant, or `Wh`.
    pub unit: String,
}

/// What disagrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisagreementKind {
    /// More or less was paid than was owed.
    OwedAndPaid,
    /// A debt is paid, and no payment is written down.
    PaymentNotWritten,
    /// A payment is written down that Stripe does not have.
    PaymentNotAtStripe,
    /// Stripe has taken something else than is written down.
    PaymentAmount,
    /// Stripe has taken money that is written down nowhere.
    PaymentNotInBooks,
    /// A refund is written down that Stripe does not have.
    RefundNotAtStripe,
    /// Stripe has given back something else than is written down, or has taken it back again.
    RefundAmount,
    /// Stripe has given back money that is written down nowhere.
    RefundNotInBooks,
    /// The balance moved by something else than was taken or given back, or not at all.
    Balance,
    /// Something else was billed than the register counted.
    Energy,
    /// The register counted between two sessions.
    EnergyBetweenSessions,
}

impl DisagreementKind {
    /// The kind as a word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OwedAndPaid => "owed_and_paid",
            Self::PaymentNotWritten => "payment_not_written",
            Self::PaymentNotAtStripe => "payment_not_at_stripe",
            Self::PaymentAmount => "payment_amount",
            Self::PaymentNotInBooks => "payment_not_in_books",
            Self::RefundNotAtStripe => "refund_not_at_stripe",
            Self::RefundAmount => "refund_amount",
            Self::RefundNotInBooks => "refund_not_in_books",
            Self::Balance => "balance",
            Self::Energy => "energy",
            Self::EnergyBetweenSessions => "energy_between_sessions",
        }
    }
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.as_str(), self.id)?;
        if let Some(session) = &self.session {
            write!(f, " of {session}")?;
        }
        write!(f, ": {} here, {} there ({})", self.ours, self.theirs, self.unit)
    }
}

/// Everything on which the books disagree, in the order of entries, intents, refunds and EVSEs.
///
/// Stripe's books are complete for this span; what happened before or afterwards is compared only where they show it.
#[must_use]
pub fn disagreements(entries: &[Entry], stripe: &StripeBooks, metered: &[Metered], span: Span) -> Vec<Disagreement> {
    let mut found = money::compare(entries, stripe, span);
    found.extend(energy::compare(metered));
    found
}

/// `station:evse`.
fn evse_name(station: &StationId, evse_id: u16) -> String {
    format!("{station}:{evse_id}")
}
