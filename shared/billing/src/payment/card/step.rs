//! What to do next about a request for a card, and what came of it.

use jiff::{SignedDuration, Timestamp};

use super::{CardOrder, CardPage, CardRequest, CardState, PageState, SavedCard};
use crate::payment::pace::{REFUSED_LOOK, after, backoff};

/// An open page is looked at after half of the time it has been open, within these bounds, unless Stripe tells of it before: who
/// fills it in does so mostly at once.
const LOOK_FIRST: SignedDuration = SignedDuration::from_mins(5);
const LOOK_LAST: SignedDuration = SignedDuration::from_hours(1);

/// How many calls in a row may stay unanswered under one key.
const CALLS_PER_KEY: u32 = 3;

/// How long it is tried to open a page: whoever asked no longer waits.
const ASKED_FOR: SignedDuration = SignedDuration::from_hours(24);

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardStep {
    /// Make the call; save what it brings.
    Call(CardCall),
    /// Have what the driver has not paid tried again with the card; then save the request as it is then.
    TakeUpUnpaid {
        /// The card.
        card: SavedCard,
        /// To be saved afterwards.
        then: Box<CardRequest>,
    },
    /// Save it; there is nothing else to do.
    Settle(Box<CardRequest>),
    /// Nothing now.
    Wait,
}

/// One call to Stripe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardCall {
    /// Open the page, under a key.
    Open {
        /// The key.
        key: String,
        /// What it is opened with.
        order: Box<CardOrder>,
    },
    /// Read the page.
    Read {
        /// `cs_…`.
        page: String,
    },
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardFact {
    /// Stripe showed the page.
    Shown(PageState),
    /// Nothing happened, or nobody knows whether anything did.
    Unanswered,
    /// Stripe refuses the request as it is.
    Refused,
}

impl CardRequest {
    /// Says what to do next.
    #[must_use]
    pub fn next_step(&self, now: Timestamp) -> CardStep {
        if self.due_at.is_none_or(|due_at| due_at > now) {
            return CardStep::Wait;
        }
        match &self.state {
            CardState::Asked if after(self.asked_at, ASKED_FOR) <= now => {
                CardStep::Settle(Box::new(self.over(CardState::Expired { at: now })))
            }
            CardState::Asked => CardStep::Call(CardCall::Open {
                key: format!("{}:card:{}", self.order.driver, self.number),
                order: Box::new(self.order.clone()),
            }),
            CardState::Open(page) => CardStep::Call(CardCall::Read { page: page.id.clone() }),
            CardState::Saved { card, .. } => {
                CardStep::TakeUpUnpaid { card: card.clone(), then: Box::new(self.over(self.state.clone())) }
            }
            CardState::Expired { .. } | CardState::Refused { .. } => {
                CardStep::Settle(Box::new(self.over(self.state.clone())))
            }
        }
    }

    /// This request after a call.
    #[must_use]
    pub fn after(&self, fact: CardFact, now: Timestamp) -> Self {
        match (&self.state, fact) {
            // What is decided stays so: a call that was under way meanwhile changes nothing.
            (CardState::Saved { .. } | CardState::Expired { .. } | CardState::Refused { .. }, _) => self.clone(),
            (CardState::Asked | CardState::Open(_), CardFact::Shown(PageState::Open(page))) => {
                let due_at = Some(self.look_at(&page, now));
                Self { state: CardState::Open(page), setbacks: 0, due_at, ..self.clone() }
            }
            (CardState::Asked | CardState::Open(_), CardFact::Shown(PageState::Complete(card))) => {
                Self { state: CardState::Saved { card, at: now }, setbacks: 0, due_at: Some(now), ..self.clone() }
            }
            (CardState::Asked | CardState::Open(_), CardFact::Shown(PageState::Expired)) => {
                self.over(CardState::Expired { at: now })
            }
            (CardState::Asked | CardState::Open(_), CardFact::Unanswered) => {
                let setbacks = self.setbacks.saturating_add(1);
                let is_used_up = self.state == CardState::Asked && setbacks.is_multiple_of(CALLS_PER_KEY);
                let number = self.number.saturating_add(u32::from(is_used_up));
                Self { number, setbacks, due_at: Some(after(now, backoff(setbacks))), ..self.clone() }
            }
            (CardState::Asked, CardFact::Refused) => self.over(CardState::Refused { at: now }),
            // A key of the account that is not valid for a while must not lose a card.
            (CardState::Open(page), CardFact::Refused) if now < page.expires_at => {
                Self { due_at: Some(after(now, REFUSED_LOOK)), ..self.clone() }
            }
            (CardState::Open(_), CardFact::Refused) => self.over(CardState::Expired { at: now }),
        }
    }

    fn over(&self, state: CardState) -> Self {
        Self { state, setbacks: 0, due_at: None, ..self.clone() }
    }

    /// When an open page is looked at again; its end is not missed.
    fn look_at(&self, page: &CardPage, now: Timestamp) -> Timestamp {
        let half = now.duration_since(self.asked_at) / 2;
        let next = after(now, half.clamp(LOOK_FIRST, LOOK_LAST));
        if now < page.expires_at { next.min(page.expires_at) } else { after(now, LOOK_FIRST) }
    }
}
