//! The only crate that knows the Stripe SDK.
//!
//! [`StripeClient`] carries out [`ports::TakePayments`], [`ports::TakeHolds`], [`ports::GiveBack`], [`ports::SaveCards`] and
//! [`ports::ReadStripeBooks`]. Every
//! call goes through one wrapper that sends it exactly once: writes under the caller's idempotency key, reads without one. The SDK's own
//! retries are never used, for they send random keys or none.

mod amount;
mod books;
mod cards;
mod client;
mod failure;
mod holds;
mod intents;
mod keyed;
mod refunds;

pub use client::{BadClient, StripeClient};
pub use keyed::KeyedStripe;

#[cfg(test)]
mod tests;
