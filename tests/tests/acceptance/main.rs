//! What the system does with whole sessions: the functions' own handlers over the embedded database and the Stripe double.

#![expect(clippy::unwrap_used, reason = "a test says by panicking what broke")]

mod cards;
mod disturbances;
mod dunning;
mod health;
mod holds;
mod offline;
mod onboarding;
mod payments;
mod presence;
mod receipts;
mod reconcile;
mod refunds;
mod refusals;
mod samples;
mod sessions;
mod signatures;
mod silence;
mod waiting;
mod world;
