//! The state machine of holds: every state with every fact, and the laws that hold over whole histories.
#![cfg(test)]

mod bills;
mod fixture;
mod laws;
mod running;
mod stripe;
mod table;
mod world;
