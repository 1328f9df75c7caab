//! What goes back of payments: kept beside them, carried out at Stripe.

use std::future::Future;

use alerts::AlertChange;
use billing::payment::Returns;
pub use billing::payment::{RefundRequest, RefundStatus, ShownDispute, ShownRefund};
use jiff::Timestamp;
use messages::SessionId;

use crate::{Payment, PaymentError, PortError, Saved};

/// Payments, by their session and by the intent that took the money.
pub trait ReadPayments {
    /// Every payment of a session by number, as of now.
    fn payments_of(&self, session: &SessionId) -> impl Future<Output = Result<Vec<Payment>, PortError>> + Send;
    /// The payment that an intent made, as of now; none when it is not ours.
    fn payment_by(&self, intent: &str) -> impl Future<Output = Result<Option<Payment>, PortError>> + Send;
}

/// What goes back of payments; one item per payment.
pub trait KeepReturns {
    /// What goes back of each payment of a session, by number, as of now; nothing where nobody has asked yet.
    fn returns(&self, session: &SessionId) -> impl Future<Output = Result<Vec<Returns>, PortError>> + Send;
    /// Writes returns if their version is still the one that was read, and wakes whoever carries them out.
    fn ask_returns(&self, returns: &Returns) -> impl Future<Output = Result<Saved, PortError>> + Send;
    /// Writes returns if their version is still the one that was read, and the alerts that follow. The mark that woke the writer is
    /// cleared; `due_at` stays as the returns say.
    fn save_returns(
        &self,
        returns: &Returns,
        alerts: &[AlertChange],
    ) -> impl Future<Output = Result<Saved, PortError>> + Send;
}

/// Waking whoever carries returns out, without deciding anything.
pub trait MarkReturns {
    /// Makes what goes back of a payment due now, as [`crate::MarkDebts::mark_debt_due`] does it for a debt.
    fn mark_returns_due(
        &self,
        session: &SessionId,
        payment: u32,
        now: Timestamp,
    ) -> impl Future<Output = Result<bool, PortError>> + Send;
}

/// Giving money back through Stripe.
pub trait GiveBack {
    /// Creates the refund under the request's key, and puts that key into its metadata; with the same key it returns the same refund.
    fn create_refund(&self, request: &RefundRequest) -> impl Future<Output = Result<ShownRefund, PaymentError>> + Send;
    /// The oldest refund of the request's intent that names the request's key in its metadata.
    fn find_refund(
        &self,
        request: &RefundRequest,
    ) -> impl Future<Output = Result<Option<ShownRefund>, PaymentError>> + Send;
    /// Reads a refund: the truth.
    fn read_refund(&self, refund: &str) -> impl Future<Output = Result<ShownRefund, PaymentError>> + Send;
    /// Every dispute of an intent, the oldest first.
    fn disputes_of(&self, intent: &str) -> impl Future<Output = Result<Vec<ShownDispute>, PaymentError>> + Send;
}
