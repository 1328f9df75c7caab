//! What is owed and what was paid.

use std::future::Future;

use alerts::AlertChange;
use billing::payment::Debt;
pub use billing::payment::Payment;
use jiff::Timestamp;
use messages::SessionId;

use crate::{PortError, Saved};

/// Debts, each with its state of payment.
pub trait KeepDebts {
    /// The debt of a session, as of now.
    fn debt(&self, session: &SessionId) -> impl Future<Output = Result<Option<Debt>, PortError>> + Send;
    /// Writes the debt if its version is still the one that was read; with it the payment (put if absent; an intent makes one payment)
    /// and the alerts that follow. The mark that woke the writer is cleared; the debt's `due_at` stays as the debt says. What the debt means for its driver
    /// ([`Debt::block`]) is written, too: [`crate::ReadDrivers`] shows them blocked as long as any debt of theirs stands.
    fn save_debt(
        &self,
        debt: &Debt,
        payment: Option<&Payment>,
        alerts: &[AlertChange],
    ) -> impl Future<Output = Result<Saved, PortError>> + Send;
}

/// Waking whoever collects a debt, without deciding anything.
pub trait MarkDebts {
    /// Makes the debt of a session due now; false when there is no such debt. One that has been due for longer stays so, and one that
    /// is not due at all is done with: nothing happens.
    fn mark_debt_due(
        &self,
        session: &SessionId,
        now: Timestamp,
    ) -> impl Future<Output = Result<bool, PortError>> + Send;
}

/// Whether something was seen before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Remembered {
    /// It is new, and remembered from now on.
    First,
    /// It was seen before.
    Again,
}

/// Ids of webhook events, which have no natural state of their own.
pub trait RememberEvents {
    /// Remembers an event id.
    fn remember_event(&self, id: &str, now: Timestamp) -> impl Future<Output = Result<Remembered, PortError>> + Send;
}
