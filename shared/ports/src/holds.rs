//! Holds: money that is kept for one session of somebody who is not known.

use std::future::Future;

use alerts::AlertChange;
use billing::money::Money;
use billing::payment::{Debt, Hold};
pub use billing::payment::{HeldIntent, HoldRequest};
use jiff::Timestamp;
use messages::{DriverId, HoldId, SessionId};

use crate::{Payment, PaymentError, PortError, Saved};

/// Something that wants to be collected.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Payable {
    /// The debt of a session.
    Debt(SessionId),
    /// A hold.
    Hold(HoldId),
    /// The card that a driver is asked for.
    Card(DriverId),
}

impl From<SessionId> for Payable {
    fn from(session: SessionId) -> Self {
        Self::Debt(session)
    }
}

impl From<HoldId> for Payable {
    fn from(hold: HoldId) -> Self {
        Self::Hold(hold)
    }
}

/// What is written with a hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WithHold {
    /// The money that was captured, conditional on there being no such payment.
    pub payment: Option<Payment>,
    /// What of the bill the hold has not paid, conditional on there being no debt of its session; its collector is woken.
    pub debt: Option<Debt>,
    /// Who must be told.
    pub alerts: Vec<AlertChange>,
}

/// Asking for holds.
pub trait OpenHolds {
    /// Stores a hold, whose version is 0, if there is none of its id, and wakes its collector. [`Saved::Conflict`]: there is one, and it
    /// stays as it is.
    fn open_hold(&self, hold: &Hold) -> impl Future<Output = Result<Saved, PortError>> + Send;
}

/// Holds, each with its state.
pub trait KeepHolds {
    /// The hold, as of now.
    fn hold(&self, id: &HoldId) -> impl Future<Output = Result<Option<Hold>, PortError>> + Send;
    /// Writes a hold if its version is still the one that was read, with everything that follows, or nothing. Nobody is woken for the hold,
    /// and a mark that woke the writer is cleared; its `due_at` stays as the hold says.
    fn save_hold(&self, hold: &Hold, with: &WithHold) -> impl Future<Output = Result<Saved, PortError>> + Send;
}

/// Waking whoever collects a hold, without deciding anything.
pub trait MarkHolds {
    /// Makes a hold due now and wakes its collector; false when there is no such hold. One that has been due for longer stays so, and one
    /// that is not due at all is done with: nothing happens. The version grows, so that no writer who read the hold before loses the mark.
    fn mark_hold_due(&self, id: &HoldId, now: Timestamp) -> impl Future<Output = Result<bool, PortError>> + Send;
}

/// Holding money through Stripe. Every call carries its own idempotency key, or is a read.
pub trait TakeHolds {
    /// Creates an unconfirmed intent that only holds money, under `key`; with the same key and request it returns the same intent.
    fn create_hold(
        &self,
        key: &str,
        request: &HoldRequest,
    ) -> impl Future<Output = Result<HeldIntent, PaymentError>> + Send;
    /// Confirms such an intent under `key` while the driver is there, who may have to authenticate.
    fn confirm_hold(
        &self,
        key: &str,
        intent: &str,
        payment_method: &str,
    ) -> impl Future<Output = Result<HeldIntent, PaymentError>> + Send;
    /// Reads such an intent: the truth.
    fn read_hold(&self, intent: &str) -> impl Future<Output = Result<HeldIntent, PaymentError>> + Send;
    /// Captures `amount` of what is held, under `key`; the rest is released, and nothing can be captured afterwards.
    fn capture_hold(
        &self,
        key: &str,
        intent: &str,
        amount: Money,
    ) -> impl Future<Output = Result<HeldIntent, PaymentError>> + Send;
    /// Releases everything that is held, under `key`.
    fn release_hold(&self, key: &str, intent: &str) -> impl Future<Output = Result<HeldIntent, PaymentError>> + Send;
    /// The oldest intent of the request's customer that was created at `since` or later and names the request's hold in its metadata.
    fn find_hold(
        &self,
        request: &HoldRequest,
        since: Timestamp,
    ) -> impl Future<Output = Result<Option<HeldIntent>, PaymentError>> + Send;
}
