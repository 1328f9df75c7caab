//! Taking money through Stripe. Every call carries its own idempotency key, or is a read.

use std::future::Future;

pub use billing::payment::{Intent, IntentRequest, IntentStatus};
use jiff::Timestamp;

use crate::BoxError;

/// How a call to Stripe failed, classified by what may be done next.
#[derive(Debug, thiserror::Error)]
pub enum PaymentError {
    /// The bank said no, for good or for now; no money moved.
    #[error("the payment was declined: {}", .0.code)]
    Declined(billing::payment::Decline),
    /// The bank wants the driver.
    #[error("the payment needs the driver")]
    NeedsDriver,
    /// Stripe did not take the request; nothing happened and the same key may be used again.
    #[error("Stripe asks to try again later")]
    Later(#[source] BoxError),
    /// Nobody knows whether it happened: only a read can tell.
    #[error("the outcome of the payment is unknown")]
    Unknown(#[source] BoxError),
    /// Stripe refuses the request as it is; a person must look.
    #[error("Stripe refused the request")]
    Refused(#[source] BoxError),
}

/// Taking payments.
pub trait TakePayments {
    /// Creates an unconfirmed intent under `key`; with the same key and request it returns the same intent.
    fn create_intent(
        &self,
        key: &str,
        request: &IntentRequest,
    ) -> impl Future<Output = Result<Intent, PaymentError>> + Send;
    /// Confirms an intent under `key`, off session.
    fn confirm_intent(
        &self,
        key: &str,
        intent: &str,
        payment_method: &str,
    ) -> impl Future<Output = Result<Intent, PaymentError>> + Send;
    /// Reads an intent: the truth.
    fn read_intent(&self, intent: &str) -> impl Future<Output = Result<Intent, PaymentError>> + Send;
    /// Cancels an intent under `key`, so that nobody can pay it any more.
    fn cancel_intent(&self, key: &str, intent: &str) -> impl Future<Output = Result<Intent, PaymentError>> + Send;
    /// The oldest intent of the request's customer that was created at `since` or later and names the request's session in its
    /// metadata: what a creation of long ago may have left behind.
    fn find_intent(
        &self,
        request: &IntentRequest,
        since: Timestamp,
    ) -> impl Future<Output = Result<Option<Intent>, PaymentError>> + Send;
}
