//! Collecting debts over a store and a Stripe that remember, with runs that are killed, repeated and interleaved at every await.
#![cfg(test)]

mod asking;
#[path = "../../../../shared/billing/tests/payment/fixture.rs"]
mod fixture;
#[path = "../../../../shared/billing/tests/holds/stripe.rs"]
mod held;
mod holding;
mod memory;
mod runs;
#[path = "../../../../shared/billing/tests/payment/stripe.rs"]
mod stripe;
mod tasks;

mod alerts;
mod cards;
mod crashes;
mod duplicates;
mod holds;
mod outcomes;
mod returns;
mod samples;
