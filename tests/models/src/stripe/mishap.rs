//! What goes wrong between a client and Stripe.

/// What goes wrong with one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mishap {
    /// Nothing.
    #[default]
    None,
    /// It never arrives.
    Lost,
    /// It arrives and has its effect; the reply is lost.
    ReplyLost,
    /// Stripe fails before it does anything, and repeats that under the key.
    FailedBefore,
    /// Stripe fails after it has done it, and repeats that under the key.
    FailedAfter,
    /// Stripe takes no requests at this moment.
    NotTaken,
}
