//! Our books and Stripe's, read to be compared.

use std::future::Future;

use billing::cdr::Cdr;
pub use billing::payment::reconcile::StripeBooks;
use jiff::Timestamp;

use crate::{PaymentError, PortError};

/// What was billed.
pub trait ReadBills {
    /// The CDR of every session whose receipt was issued at `since` or later, at any site; a session that has no receipt yet is left out.
    fn bills_since(&self, since: Timestamp) -> impl Future<Output = Result<Vec<Cdr>, PortError>> + Send;
}

/// What Stripe has written down.
pub trait ReadStripeBooks {
    /// Every intent, refund and balance transaction that Stripe has created at `since` or later.
    fn stripe_books(&self, since: Timestamp) -> impl Future<Output = Result<StripeBooks, PaymentError>> + Send;
}
