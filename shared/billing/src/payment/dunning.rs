//! What becomes of a debt that could not be collected: its driver is blocked until it is paid, another way or with another card.
//!
//! Blocked is who has such a debt. There is no flag beside the debts that could say something else: [`Debt::block`] tells whoever stores
//! a debt what stands for it at its driver, and is asked with every write.

use jiff::Timestamp;
use messages::SessionId;
use serde::{Deserialize, Serialize};

use super::{Debt, Decline, PaymentState, SavedCard, WhyUnpaid};
use crate::money::Money;

/// The longest note of an operator, characters.
const MAX_NOTE: usize = 200;

/// The most tries of a debt that does not say how many there were.
const UNCOUNTED_TRIES: u32 = 4;

/// What stands for a debt at its driver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// The driver is blocked for it.
    Stands(Unpaid),
    /// It no longer blocks the driver.
    Lifted,
    /// As before: it never blocked anybody, or still does.
    AsBefore,
}

/// Why a driver is blocked: one debt that could not be collected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Unpaid {
    /// Of which session.
    pub session: SessionId,
    /// How much.
    pub amount: Money,
    /// Why it could not be collected.
    pub why: WhyUnpaid,
    /// When that was clear.
    pub at: Timestamp,
}

/// An order about a debt that cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotUnpaid {
    /// It is not given up.
    #[error("the payment is {0}, not uncollectible")]
    State(&'static str),
    /// There is nothing to pay with.
    #[error("the driver has no card")]
    NoCard,
    /// What is open at Stripe is another customer's.
    #[error("the payment was begun for another Stripe customer; it can only be settled")]
    OtherCustomer,
    /// No note, or one that is too long.
    #[error("a note has 1 to {MAX_NOTE} characters")]
    Note,
}

impl Debt {
    /// What stands for this debt at its driver.
    #[must_use]
    pub fn block(&self) -> Block {
        match &self.state {
            PaymentState::Uncollectible { why, at, .. } => {
                Block::Stands(Unpaid { session: self.session.clone(), amount: self.amount, why: why.clone(), at: *at })
            }
            PaymentState::Settled { .. } => Block::Lifted,
            PaymentState::Succeeded { .. } | PaymentState::NotBillable if self.reopened > 0 => Block::Lifted,
            PaymentState::Computed
            | PaymentState::NotBillable
            | PaymentState::Creating { .. }
            | PaymentState::Created { .. }
            | PaymentState::Confirming { .. }
            | PaymentState::Unknown { .. }
            | PaymentState::Processing { .. }
            | PaymentState::RequiresAction { .. }
            | PaymentState::Declined { .. }
            | PaymentState::Succeeded { .. } => Block::AsBefore,
        }
    }

    /// This debt, paid another way.
    ///
    /// # Errors
    /// [`NotUnpaid`]: it is not given up, so that it could be paid twice; or there is no note.
    pub fn settled(&self, note: &str, now: Timestamp) -> Result<Self, NotUnpaid> {
        let PaymentState::Uncollectible { intent, .. } = &self.state else {
            return Err(NotUnpaid::State(self.state.as_str()));
        };
        let note = note.trim();
        if note.is_empty() || note.chars().count() > MAX_NOTE || note.contains(char::is_control) {
            return Err(NotUnpaid::Note);
        }
        Ok(self.changed_to(PaymentState::Settled { intent: intent.clone(), note: note.to_owned(), at: now }))
    }

    /// This debt, to be collected again, with this card of the driver.
    ///
    /// An intent that may still be paid is tried again, under the next number; one that can never be paid is replaced, under a key of
    /// its own. Either way one intent at most can take money.
    ///
    /// # Errors
    /// [`NotUnpaid`]: it is not given up, or the card cannot pay it.
    pub fn reopened(
        &self,
        customer: Option<&str>,
        payment_method: Option<&str>,
        now: Timestamp,
    ) -> Result<Self, NotUnpaid> {
        let PaymentState::Uncollectible { intent, why, .. } = &self.state else {
            return Err(NotUnpaid::State(self.state.as_str()));
        };
        let (Some(customer), Some(payment_method)) = (customer, payment_method) else { return Err(NotUnpaid::NoCard) };
        let state = match (intent, why) {
            (None, _) | (Some(_), WhyUnpaid::Canceled | WhyUnpaid::DriverStayedAway) => PaymentState::Computed,
            (Some(_), _) if self.payer.customer.as_deref() != Some(customer) => return Err(NotUnpaid::OtherCustomer),
            (Some(intent), WhyUnpaid::Declined(decline)) => {
                let n = if self.tries == 0 { UNCOUNTED_TRIES } else { self.tries };
                PaymentState::Declined { intent: intent.clone(), n, decline: decline.clone(), retry_at: now }
            }
            (Some(intent), WhyUnpaid::NoPaymentMethod) => PaymentState::Declined {
                intent: intent.clone(),
                n: self.tries,
                decline: Decline::unnamed(),
                retry_at: now,
            },
        };
        let mut reopened = self.changed_to(state);
        reopened.payer.customer = Some(customer.to_owned());
        reopened.payer.payment_method = Some(payment_method.to_owned());
        reopened.reopened = self.reopened.saturating_add(1);
        reopened.first_try_at = None;
        reopened.driver_asked = false;
        reopened.setbacks = 0;
        reopened.due_at = Some(now);
        Ok(reopened)
    }

    /// This debt, to be collected with a card that its driver has just saved: taken up again, or, where it was and waits for its next try,
    /// tried now.
    ///
    /// # Errors
    /// [`NotUnpaid`]: it is neither, or the card cannot pay it.
    pub fn with_new_card(&self, card: &SavedCard, now: Timestamp) -> Result<Self, NotUnpaid> {
        match &self.state {
            PaymentState::Declined { .. } if self.payer.customer.as_ref() != Some(&card.customer) => {
                Err(NotUnpaid::OtherCustomer)
            }
            PaymentState::Declined { intent, n, decline, .. } if self.reopened > 0 => {
                let (intent, decline) = (intent.clone(), decline.clone());
                let mut tried = self.changed_to(PaymentState::Declined { intent, n: *n, decline, retry_at: now });
                tried.payer.payment_method = Some(card.payment_method.clone());
                tried.due_at = Some(now);
                Ok(tried)
            }
            _ => self.reopened(Some(&card.customer), Some(&card.payment_method), now),
        }
    }

    /// The last part of the key under which the intent is created: each collection that creates one has a key of its own.
    pub(super) fn creation(&self) -> String {
        match self.reopened {
            0 => "create".to_owned(),
            times => format!("create:{}", times.saturating_add(1)),
        }
    }
}
