//! From a fact to one message to the right person.
//!
//! An [`Alert`] is what must be told: its id is its cause, so a cause raises at most one. [`next`] says what to do about it now;
//! every publication is claimed first, so that copies of a message are never more than one and the publications whose result was
//! not recorded. [`Publication`] is what people read, per channel; [`stock`] knows when spare parts run low.
//!
//! Pure: no I/O, no clock, no environment, no randomness.

mod alert;
mod change;
mod delivery;
mod fact;
mod fit;
mod hold;
mod id;
mod place;
mod plan;
pub mod publication;
#[cfg(test)]
mod samples;
mod settled;
pub mod stock;
mod texts;

pub use alert::{Alert, Claim, Ending, Resolution, State};
pub use change::{AlertChange, fold};
pub use delivery::{Delivery, Stage, Target, Telling};
pub use fact::{
    AfterFailure, BooksFact, CertificateClaimFact, DisputeFact, Fact, FaultFact, IdentityFact, NoPayerFact,
    PaymentFact, RefundFact, ReviewFact, ReviewReason, SessionFact, SiteFaultFact, StockFact, UnregisteredFact,
};
pub use hold::{hold_overpaid, hold_refused};
pub use id::{AlertId, BadAlertId};
pub use messages::Language;
pub use place::{Contact, Place};
pub use plan::{Next, Outcome, Publishing, next};
pub use publication::Publication;
pub use settled::after_settlement;
