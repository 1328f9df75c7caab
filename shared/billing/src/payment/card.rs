//! A driver is asked for a card: a page of Stripe's on which they enter it, from the request to the card that is saved.
//!
//! No money moves here, so nobody claims anything. A page is opened under a key, by which any number of callers mean the same page, and
//! from then on the truth is a read. A page whose address was never heard can be filled in by nobody, so that after some calls without
//! an answer, which Stripe may repeat under their key for a day, another key is used.

mod state;
mod step;

use jiff::Timestamp;
use messages::DriverId;
use serde::{Deserialize, Serialize};

use crate::money::Currency;

pub use state::{CardPage, CardState, PageState, SavedCard};
pub use step::{CardCall, CardFact, CardStep};

/// What a page is opened with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CardOrder {
    /// Who is asked.
    pub driver: DriverId,
    /// Their Stripe customer, `cus_…`; none: Stripe makes one when the page is filled in.
    pub customer: Option<String>,
    /// Where Stripe writes to, for a customer that it makes.
    pub email: Option<String>,
    /// The language of the page, e.g. `de`.
    pub language: String,
    /// The currency they will pay in.
    pub currency: Currency,
    /// Where the driver goes afterwards, an address on the web.
    pub return_to: String,
}

/// A driver is asked for a card, and how far that has come. There is one for each driver: as long as it is due, asking again means it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CardRequest {
    /// What the page is opened with; never changes.
    pub order: CardOrder,
    /// The number of the key of its page among all of this driver, from 1.
    pub number: u32,
    /// How far it has come.
    pub state: CardState,
    /// How many calls in a row were not answered; widens the pause before the next.
    pub setbacks: u32,
    /// When somebody has to look at it again; none once it is over.
    pub due_at: Option<Timestamp>,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// The version that was read; 0: not stored yet.
    #[serde(default)]
    pub version: u64,
}

impl CardRequest {
    /// The driver is asked for a card. While an earlier request goes on it is that one, due now; its page stays the only one.
    #[must_use]
    pub fn asked(known: Option<Self>, order: CardOrder, now: Timestamp) -> Self {
        let Some(known) = known else { return Self::first(order, now) };
        match known.due_at {
            Some(due_at) => Self { due_at: Some(due_at.min(now)), ..known },
            None => Self { number: known.number.saturating_add(1), version: known.version, ..Self::first(order, now) },
        }
    }

    fn first(order: CardOrder, now: Timestamp) -> Self {
        let (state, due_at) = (CardState::Asked, Some(now));
        Self { order, number: 1, state, setbacks: 0, due_at, asked_at: now, version: 0 }
    }

    /// The card that this request has brought since it was `before`; it is the driver's from now on.
    #[must_use]
    pub fn newly_saved(&self, before: &Self) -> Option<SavedCard> {
        let CardState::Saved { card, .. } = &self.state else { return None };
        (!matches!(before.state, CardState::Saved { .. })).then(|| card.clone())
    }
}
