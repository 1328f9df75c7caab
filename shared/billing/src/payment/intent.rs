//! A `PaymentIntent`: what is asked for, and what Stripe shows.

use messages::SessionId;

use super::Decline;
use crate::money::Money;

/// What is asked of a `PaymentIntent`; all of it from the stored debt, so that a repeat is the same to the byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntentRequest {
    /// Whose session; kept in the intent's metadata as `session`.
    pub session: SessionId,
    /// How much.
    pub amount: Money,
    /// Stripe customer.
    pub customer: String,
    /// Saved payment method.
    pub payment_method: String,
    /// Where Stripe sends its own receipt.
    pub receipt_email: Option<String>,
    /// What the driver reads on Stripe's receipt.
    pub description: String,
}

/// A `PaymentIntent` as Stripe has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// `pi_…`.
    pub id: String,
    /// Where it stands.
    pub status: IntentStatus,
    /// What was received so far, minor units.
    pub received_minor: i64,
    /// The decline that the last confirmation met, if one did.
    pub last_decline: Option<Decline>,
}

/// The status of a `PaymentIntent` (Stripe's words).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntentStatus {
    /// A payment method is needed: new, or the last confirmation was declined.
    RequiresPaymentMethod,
    /// It waits for confirmation.
    RequiresConfirmation,
    /// The driver must act.
    RequiresAction,
    /// The bank is still working.
    Processing,
    /// An authorised hold waits for capture.
    RequiresCapture,
    /// It will never be paid.
    Canceled,
    /// It is paid.
    Succeeded,
    /// A status this version does not know.
    Unknown,
}
