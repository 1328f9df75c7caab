//! What customers and issuers do at a running double: a checkout is completed, a dispute opened, answered and closed.

use thiserror::Error;

use crate::cards;
use crate::charges::Charge;
use crate::checkout_sessions::{self, CheckoutSession, Status};
use crate::disputes::{self, Dispute, Verdict};
use crate::errors::Refusal;
use crate::handle::Handle;
use crate::ledger::Resource as _;
use crate::payment_intents::PaymentIntent;
use crate::setup_intents::SetupIntent;

/// A checkout session cannot be completed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CheckoutError {
    /// No open session has that id: it never was, is complete or has expired.
    #[error("{0} is no open checkout session")]
    NotOpen(String),
    /// The payment method is no test card of Stripe's the double knows.
    #[error("{0:?} is no known test payment method")]
    Card(String),
    /// The issuer declines to save the card; the session stays open.
    #[error("the card was declined: {0}")]
    Declined(String),
    /// The double failed.
    #[error("the double could not complete {0}")]
    Failed(String),
}

/// A dispute cannot be opened or go on.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum DisputeError {
    /// No payment intent of that id was captured, or all of it has been refunded or disputed already.
    #[error("{0} has no payment that can be disputed")]
    NothingToDispute(String),
    /// No dispute of that id is open, or it has been answered already.
    #[error("{0} is no dispute that can go on like this")]
    NotOpen(String),
    /// The double failed.
    #[error("the double could not change {0}")]
    Failed(String),
}

impl Handle {
    /// The customer completes a checkout session with a test card such as `pm_card_visa`, authenticating where asked.
    /// Answers the id of the payment method that was saved.
    ///
    /// # Errors
    /// [`CheckoutError`]; nothing has changed then.
    pub fn complete_checkout(&self, session: &str, card: &str) -> Result<String, CheckoutError> {
        let known = cards::find(card).ok_or_else(|| CheckoutError::Card(card.to_owned()))?;
        let failed = |_: Refusal| CheckoutError::Failed(session.to_owned());
        let completed = self.double.change(|work| {
            let found: Option<CheckoutSession> = work.find(session).map_err(failed)?;
            let open = found.filter(|found| found.status == Status::Open);
            let open = open.ok_or_else(|| CheckoutError::NotOpen(session.to_owned()))?;
            let document = checkout_sessions::complete(work, open, known).map_err(declined)?;
            let setup = document["setup_intent"].as_str().unwrap_or_default();
            let setup: Option<SetupIntent> = work.find(setup).map_err(failed)?;
            Ok(setup.and_then(|setup| setup.payment_method).unwrap_or_default())
        });
        completed.unwrap_or_else(|refusal| Err(failed(refusal)))
    }

    /// The holder of the card disputes what a payment intent took, for one of Stripe's reasons such as `fraudulent`
    /// (`docs.stripe.com/disputes/categories`). Answers the id of the dispute, which then needs a response.
    ///
    /// # Errors
    /// [`DisputeError`]; nothing has changed then.
    pub fn open_dispute(&self, intent: &str, reason: &str) -> Result<String, DisputeError> {
        let failed = |_: Refusal| DisputeError::Failed(intent.to_owned());
        let opened = self.double.change(|work| {
            let found: Option<PaymentIntent> = work.find(intent).map_err(failed)?;
            let charge = found.and_then(|intent| intent.latest_charge).unwrap_or_default();
            let charge: Option<Charge> = work.find(&charge).map_err(failed)?;
            let charge = charge.filter(|charge| {
                charge.captured && !charge.disputed && charge.amount_captured > charge.amount_refunded
            });
            let charge = charge.ok_or_else(|| DisputeError::NothingToDispute(intent.to_owned()))?;
            Ok(disputes::open(work, charge, reason).map_err(failed)?.id)
        });
        opened.unwrap_or_else(|refusal| Err(failed(refusal)))
    }

    /// The account answers a dispute that needs a response: it is under review then.
    ///
    /// # Errors
    /// [`DisputeError`]; nothing has changed then.
    pub fn answer_dispute(&self, dispute: &str) -> Result<(), DisputeError> {
        self.go_on(dispute, |work, open| match open.status {
            disputes::Status::NeedsResponse => disputes::answer(work, open).map(|_| true),
            disputes::Status::UnderReview | disputes::Status::Won | disputes::Status::Lost => Ok(false),
        })
    }

    /// The issuer closes an open dispute. One that is won without having been answered is answered first.
    ///
    /// # Errors
    /// [`DisputeError`]; nothing has changed then.
    pub fn close_dispute(&self, dispute: &str, verdict: Verdict) -> Result<(), DisputeError> {
        self.go_on(dispute, |work, open| disputes::close(work, open, verdict).map(|()| true))
    }

    /// Ids of all disputes, oldest first; [`Handle::object`] shows one.
    #[must_use]
    pub fn disputes(&self) -> Vec<String> {
        let all = self.double.documents(Dispute::OBJECT);
        all.iter().filter_map(|dispute| dispute["id"].as_str().map(str::to_owned)).collect()
    }

    fn go_on(
        &self,
        dispute: &str,
        step: impl FnOnce(&mut crate::work::Work<'_>, Dispute) -> Result<bool, Refusal>,
    ) -> Result<(), DisputeError> {
        let failed = |_: Refusal| DisputeError::Failed(dispute.to_owned());
        let gone = self.double.change(|work| {
            let open = work.find::<Dispute>(dispute).map_err(failed)?.filter(Dispute::is_open);
            let open = open.ok_or_else(|| DisputeError::NotOpen(dispute.to_owned()))?;
            let taken = step(work, open).map_err(failed)?;
            if taken { Ok(()) } else { Err(DisputeError::NotOpen(dispute.to_owned())) }
        });
        gone.unwrap_or_else(|refusal| Err(failed(refusal)))
    }
}

fn declined(refusal: Refusal) -> CheckoutError {
    let reason = refusal.error.decline_code.or(refusal.error.code);
    CheckoutError::Declined(reason.map_or(refusal.error.message, str::to_owned))
}
