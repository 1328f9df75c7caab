//! The state machine of payments: every state with every fact, and the laws that hold over whole histories.
#![cfg(test)]

mod dunning;
mod fixture;
mod laws;
mod reconcile;
mod stripe;
mod table;
mod world;
