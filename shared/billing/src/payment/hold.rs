//! A hold: money that is kept for one session of somebody who is not known, captured for what the session costs, and released.
//!
//! It has a state machine of its own, under the same discipline as a debt: [`next_hold_step`] says what to do, [`apply_hold`] what a fact
//! changes, [`Hold::rest`] what of the bill the hold has not paid. That part becomes a debt as any other, in the write that ends the hold.

mod bill;
mod intent;
mod outcome;
mod state;
mod step;
mod transition;
mod usage;
mod used;

use jiff::Timestamp;
use messages::{ConnectorKey, HoldId, SessionId, SiteId, StationId};
use serde::{Deserialize, Serialize};

use super::{Claim, Contact, Payer, Place, is_billable, payable};
use crate::money::Money;

pub use bill::{Excess, ExcessPolicy, Rest, SessionEnd};
pub use intent::{HeldIntent, HoldCall, HoldFact, HoldRequest};
pub use state::{HoldState, WhyCanceled};
pub use step::{HoldStep, next_hold_step};
pub use transition::{AppliedHold, IllegalHoldTransition, apply_hold};
pub use usage::{Supply, Usage, usage};
pub use used::{Bound, TurnedAway};

/// A hold, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hold {
    /// Its id; the one-time token is made of it.
    pub id: HoldId,
    /// Where it was asked for.
    pub site: SiteId,
    /// The station that it pays at.
    pub station: StationId,
    /// The connector that it was asked for; it pays at this EVSE only.
    pub connector: ConnectorKey,
    /// How much is held, the most that can be captured; never changes.
    pub amount: Money,
    /// Who pays, and with what; never changes.
    pub payer: HoldPayer,
    /// The place as texts name it; never changes.
    pub place: Place,
    /// What becomes of a bill above the hold, by the rule of the site when it was asked for.
    pub excess: ExcessPolicy,
    /// When it was asked for.
    pub opened_at: Timestamp,
    /// A hold that no session has begun on by then is released.
    pub expires_at: Timestamp,
    /// How far it has come.
    pub state: HoldState,
    /// When the station was asked to start.
    pub start_asked_at: Option<Timestamp>,
    /// The one session that it pays for, once one has begun on its token.
    pub session: Option<SessionId>,
    /// What this session has cost by its latest message; a live figure, never a bill.
    pub used: Option<Money>,
    /// How this session ended.
    pub end: Option<SessionEnd>,
    /// Whether the last call had no answer: only a read can tell what came of it.
    pub unanswered: bool,
    /// Who is calling Stripe for it at this moment.
    pub claim: Option<Claim>,
    /// How many claims were made so far: the fence of the latest.
    pub fence: u64,
    /// How many calls in a row were not answered; widens the pause before the next.
    pub setbacks: u32,
    /// When somebody has to look at it again; none once it is final.
    pub due_at: Option<Timestamp>,
    /// The version that was read; 0: not stored yet.
    #[serde(default)]
    pub version: u64,
}

/// Who pays with a hold, and with what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HoldPayer {
    /// The Stripe customer that their page made, `cus_…`.
    pub customer: String,
    /// The payment method that they gave there, `pm_…`.
    pub payment_method: String,
    /// Where Stripe sends its own receipt.
    pub receipt_email: Option<String>,
    /// Where texts about the session go.
    pub contact: Contact,
}

/// What somebody asks a hold for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldOrder {
    /// Its id; whoever asks draws it, so that asking twice is one hold.
    pub id: HoldId,
    /// The site of the station.
    pub site: SiteId,
    /// The station.
    pub station: StationId,
    /// The connector they stand at.
    pub connector: ConnectorKey,
    /// How much.
    pub amount: Money,
    /// Who pays, and with what.
    pub payer: HoldPayer,
    /// The place as texts name it.
    pub place: Place,
    /// What becomes of a bill above the hold.
    pub excess: ExcessPolicy,
    /// Until when a session may begin on it.
    pub expires_at: Timestamp,
}

/// A hold that cannot be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnusableHold {
    /// Stripe takes no payment as small.
    #[error("{0} is less than Stripe takes")]
    TooSmall(Money),
    /// It would end before it begins.
    #[error("it would end before it begins")]
    Over,
}

impl Hold {
    /// A hold as it begins: asked for, due at once, not stored yet.
    ///
    /// # Errors
    /// [`UnusableHold`]: less than the least amount of the currency, or over already.
    pub fn asked(order: HoldOrder, now: Timestamp) -> Result<Self, UnusableHold> {
        if !is_billable(order.amount) {
            return Err(UnusableHold::TooSmall(order.amount));
        }
        if order.expires_at <= now {
            return Err(UnusableHold::Over);
        }
        let HoldOrder { id, site, station, connector, amount, payer, place, excess, expires_at } = order;
        Ok(Self {
            id,
            site,
            station,
            connector,
            amount: payable(amount),
            payer,
            place,
            excess,
            opened_at: now,
            expires_at,
            state: HoldState::Asked,
            start_asked_at: None,
            session: None,
            used: None,
            end: None,
            unanswered: false,
            claim: None,
            fence: 0,
            setbacks: 0,
            due_at: Some(now),
            version: 0,
        })
    }

    /// What is asked of Stripe for this hold: the same at every repeat.
    #[must_use]
    pub fn request(&self) -> HoldRequest {
        HoldRequest {
            hold: self.id.clone(),
            amount: self.amount,
            customer: self.payer.customer.clone(),
            payment_method: self.payer.payment_method.clone(),
            receipt_email: self.payer.receipt_email.clone(),
            description: format!("Charging at {}", self.place.name),
        }
    }

    /// Who owes what the hold does not pay. The driver has no name here but that of the hold.
    #[must_use]
    pub fn payer(&self) -> Payer {
        Payer {
            driver: self.id.driver(),
            customer: Some(self.payer.customer.clone()),
            payment_method: Some(self.payer.payment_method.clone()),
            receipt_email: self.payer.receipt_email.clone(),
            contact: self.payer.contact.clone(),
        }
    }
}
