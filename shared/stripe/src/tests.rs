//! The client against Stripe's double over real HTTP, and the rule that one place sends.

mod cards;
mod failures;
mod holds;
mod payments;
mod refunds;
mod secrets;
mod shop;
mod source;
