//! The ports kept in memory. A model promises what the real adapter promises: both pass the same conformance suite.
//!
//! A call to a model has its effect at once and gives way to nobody. Whoever wants delays, faults and kills wraps them around it.

mod stripe;
mod tables;

pub use stripe::{About, Asked, Bank, BankSays, Charged, Disputed, GivenBack, Mishap, Stripe, StripeEvent};
pub use tables::{Tables, Woken};
