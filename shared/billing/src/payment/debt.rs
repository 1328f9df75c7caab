//! What a driver owes for one session.

use jiff::Timestamp;
use messages::{DriverId, HoldId, SessionId, SiteId};
use serde::{Deserialize, Serialize};

use super::{Hold, IntentRequest, PaymentState, payable};
use crate::money::Money;

/// What a driver owes for one session, and how far its payment has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Debt {
    /// The session that is billed; there is one debt per session.
    pub session: SessionId,
    /// Where it took place.
    pub site: SiteId,
    /// How much; never changes.
    pub amount: Money,
    /// Who pays, and with what; changes only when a debt that was given up is taken up again, and while it is not paid then.
    pub payer: Payer,
    /// The place as texts name it; never changes.
    pub place: Place,
    /// The hold that has paid the rest of the bill, or should have; none: this is all of it. Never changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<HoldId>,
    /// How far the payment has come.
    pub state: PaymentState,
    /// Who is calling Stripe for it at this moment.
    pub claim: Option<Claim>,
    /// How many claims were made so far: the fence of the latest.
    pub fence: u64,
    /// How many calls in a row were not answered; widens the pause before the next.
    pub setbacks: u32,
    /// The number of the latest try to confirm; 0: none, or not counted.
    #[serde(default)]
    pub tries: u32,
    /// How often it was given up and taken up again.
    #[serde(default)]
    pub reopened: u32,
    /// When it was confirmed for the first time since then.
    pub first_try_at: Option<Timestamp>,
    /// Whether the driver was asked to act.
    pub driver_asked: bool,
    /// When somebody has to look at it again; none once it is final.
    pub due_at: Option<Timestamp>,
    /// When the session was billed.
    pub created_at: Timestamp,
    /// The version that was read; 0: not stored yet.
    #[serde(default)]
    pub version: u64,
}

/// Who pays, and with what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payer {
    /// The driver.
    pub driver: DriverId,
    /// Their Stripe customer, `cus_…`; none: they have not saved a card.
    pub customer: Option<String>,
    /// Their saved payment method, `pm_…`; none: they have not saved a card.
    pub payment_method: Option<String>,
    /// Where Stripe sends its own receipt.
    pub receipt_email: Option<String>,
    /// Where texts about the session go.
    pub contact: Contact,
}

/// Where texts for a driver go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// Phone number, E.164.
    pub phone: Option<String>,
    /// The language they read, e.g. `de`.
    pub language: String,
}

/// A place as texts name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The name of the site.
    pub name: String,
    /// IANA name of its time zone, e.g. `Europe/Amsterdam`.
    pub time_zone: String,
    /// The language of those who look after it, e.g. `de`.
    pub language: String,
}

/// The right to call Stripe for a debt, for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claim {
    /// Which claim of this debt, from 1; no two claims share it.
    pub fence: u64,
    /// From then on others may claim the debt.
    pub until: Timestamp,
}

impl Debt {
    /// A debt as it begins: computed, due at once, not stored yet. What is owed is rounded to what can be paid.
    #[must_use]
    pub fn computed(
        session: SessionId,
        site: SiteId,
        amount: Money,
        payer: Payer,
        place: Place,
        created_at: Timestamp,
    ) -> Self {
        Self {
            session,
            site,
            amount: payable(amount),
            payer,
            place,
            hold: None,
            state: PaymentState::Computed,
            claim: None,
            fence: 0,
            setbacks: 0,
            tries: 0,
            reopened: 0,
            first_try_at: None,
            driver_asked: false,
            due_at: Some(created_at),
            created_at,
            version: 0,
        }
    }

    /// What a hold has not paid of the bill of its session.
    pub(super) fn rest_of(hold: &Hold, session: SessionId, owed: Money, now: Timestamp) -> Self {
        let debt = Self::computed(session, hold.site.clone(), owed, hold.payer(), hold.place.clone(), now);
        Self { hold: Some(hold.id.clone()), ..debt }
    }

    /// An idempotency key of this debt.
    pub(super) fn key(&self, call: &str) -> String {
        match self.hold {
            None => format!("{}:{call}", self.session),
            Some(_) => format!("{}:excess:{call}", self.session),
        }
    }

    /// What is asked of Stripe for this debt, when its driver has saved a card: the same at every repeat.
    #[must_use]
    pub fn request(&self) -> Option<IntentRequest> {
        Some(IntentRequest {
            session: self.session.clone(),
            amount: self.amount,
            customer: self.payer.customer.clone()?,
            payment_method: self.payer.payment_method.clone()?,
            receipt_email: self.payer.receipt_email.clone(),
            description: format!("Charging at {}", self.place.name),
        })
    }
}
