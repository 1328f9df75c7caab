//! The world behind the ports to Stripe: cards and what their banks say, and whatever goes wrong on the way.

use jiff::{SignedDuration, Timestamp};
use ports::PaymentError;

/// What a bank says to a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Card {
    /// Yes.
    Pays,
    /// No, for now.
    Declines,
    /// Not without the driver.
    WantsDriver,
}

/// What goes wrong with one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    /// It has its effect, and the reply is lost.
    ReplyLost,
    /// Stripe answers 500 and has done nothing.
    FailedBefore,
    /// Stripe has done it and answers 500.
    FailedAfter,
    /// Stripe takes no requests at this moment.
    NotTaken,
}

/// The world behind the port.
pub trait Bank {
    /// Gives a customer a saved card that does this; its payment method, the same one each time.
    fn card(&self, customer: &str, card: Card) -> String;
    /// What goes wrong with the next call.
    fn next_goes_wrong(&self, mishap: Mishap);
    /// The time behind the port.
    fn now(&self) -> Timestamp;
    /// Lets time pass.
    fn pass(&self, time: SignedDuration);
    /// The driver authenticates an intent that waits for them.
    fn driver_acts(&self, intent: &str);
    /// Lets time pass until what an intent holds, until `end`, is released.
    fn hold_ends(&self, intent: &str, end: Timestamp);
    /// A bank disputes what an intent took; the id of the dispute.
    fn dispute(&self, intent: &str) -> String;
    /// The bank decides an open dispute.
    fn dispute_ends(&self, dispute: &str, is_won: bool);
    /// A driver enters a card that pays on a page; the payment method that is saved, or none when the page is not open.
    fn fill_in(&self, page: &str) -> Option<String>;
}

/// How a call failed, in a word.
pub(super) fn word_of(error: &PaymentError) -> &'static str {
    match error {
        PaymentError::Declined(_) => "declined",
        PaymentError::NeedsDriver => "needs driver",
        PaymentError::Later(_) => "later",
        PaymentError::Unknown(_) => "unknown",
        PaymentError::Refused(_) => "refused",
    }
}
