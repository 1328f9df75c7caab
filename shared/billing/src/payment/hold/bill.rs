//! The bill of a hold's session: what the hold pays of it, and what becomes of the rest.

use jiff::Timestamp;
use messages::SessionId;
use serde::{Deserialize, Serialize};

use super::{Hold, HoldState};
use crate::money::Money;
use crate::payment::{Debt, is_billable, payable};

/// How the session of a hold ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "end", rename_all = "snake_case")]
pub enum SessionEnd {
    /// With a bill.
    Billed {
        /// What it says, VAT included; may be zero.
        due: Money,
    },
    /// Without one: a person must look.
    NotBilled,
}

/// What becomes of the part of a bill that is above its hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Excess {
    /// The driver is asked for it, with the payment method of the hold.
    #[default]
    Ask,
    /// The site bears it.
    WriteOff,
}

/// The rule of a site for what is above a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExcessPolicy {
    /// What becomes of it.
    pub excess: Excess,
    /// Less than this is written off, minor units; without it, the least amount that Stripe takes.
    pub least_minor: Option<i64>,
}

/// What of a bill its hold has not paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rest {
    /// Nothing.
    Nothing,
    /// The driver owes it: a debt as any other, of which nothing was asked yet. A part above the hold that is not asked for is not in it.
    Owed(Box<Debt>),
    /// Nobody is asked for it.
    WrittenOff(Money),
    /// The hold has paid more than the bill: a person must give it back.
    Overpaid(Money),
}

impl Hold {
    /// The hold with the end of its session: due at once, or, where it is final, as it was.
    #[must_use]
    pub fn ended(&self, end: SessionEnd, now: Timestamp) -> Self {
        let due_at = if self.state.is_final() { None } else { Some(self.due_at.map_or(now, |due_at| due_at.min(now))) };
        Self { end: Some(end), due_at, ..self.clone() }
    }

    /// What the hold is to pay of a bill, minor units: at most what is held, and nothing where the bill is too small to be paid.
    pub(super) fn share_minor(&self, due: Money) -> i64 {
        if is_billable(due) { payable(due).minor.min(self.amount.minor) } else { 0 }
    }

    /// What of the bill the hold has not paid, once both are final.
    ///
    /// What the hold should have paid and did not is owed whatever the site's rule; only what is above the hold may be written off.
    #[must_use]
    pub fn rest(&self, now: Timestamp) -> Option<(Rest, SessionId)> {
        let captured_minor = self.state.captured_minor()?;
        let session = self.session.clone()?;
        let rest = match self.end? {
            SessionEnd::Billed { due } => self.rest_of(due, captured_minor, &session, now),
            SessionEnd::NotBilled => self.overpaid(captured_minor),
        };
        Some((rest, session))
    }

    fn rest_of(&self, due: Money, captured_minor: i64, session: &SessionId, now: Timestamp) -> Rest {
        let due = payable(due);
        let money = |minor| Money { minor, currency: self.amount.currency };
        if captured_minor > due.minor {
            return self.overpaid(captured_minor.saturating_sub(due.minor));
        }
        if !is_billable(due) {
            return Rest::Nothing;
        }
        let missing_minor = self.share_minor(due).saturating_sub(captured_minor).max(0);
        let above = money(due.minor.saturating_sub(captured_minor).saturating_sub(missing_minor));
        let owed = money(missing_minor.saturating_add(if self.excess.asks(above) { above.minor } else { 0 }));
        let unpaid = money(due.minor.saturating_sub(captured_minor));
        if is_billable(owed) {
            Rest::Owed(Box::new(Debt::rest_of(self, session.clone(), owed, now)))
        } else if unpaid.minor > 0 {
            Rest::WrittenOff(unpaid)
        } else {
            Rest::Nothing
        }
    }

    fn overpaid(&self, minor: i64) -> Rest {
        if minor > 0 { Rest::Overpaid(Money { minor, currency: self.amount.currency }) } else { Rest::Nothing }
    }

    /// What was captured, once that is final.
    #[must_use]
    pub fn captured(&self) -> Option<Money> {
        match &self.state {
            HoldState::Succeeded { captured_minor, .. } => {
                Some(Money { minor: *captured_minor, currency: self.amount.currency })
            }
            HoldState::Asked
            | HoldState::Creating { .. }
            | HoldState::Created { .. }
            | HoldState::Confirming { .. }
            | HoldState::RequiresAction { .. }
            | HoldState::Authorized { .. }
            | HoldState::Capturing { .. }
            | HoldState::Canceling { .. }
            | HoldState::Canceled { .. }
            | HoldState::Expired { .. } => None,
        }
    }
}

impl ExcessPolicy {
    /// Whether the driver is asked for this much above a hold.
    fn asks(self, above: Money) -> bool {
        let least_minor = self.least_minor.unwrap_or(0);
        match self.excess {
            Excess::Ask => is_billable(above) && above.minor >= least_minor,
            Excess::WriteOff => false,
        }
    }
}
