//! What the system does with whole sessions: the functions' own handlers over the embedded database and the Stripe double.

#![expect(missing_docs, reason = "a test")]

mod payments;
mod refusals;
mod sessions;
mod waiting;
mod world;
