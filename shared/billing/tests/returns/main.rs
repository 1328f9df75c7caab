//! What goes back of a payment: rows for what may be asked, and the laws that hold over whole histories.
#![cfg(test)]

mod asking;
mod disputes;
mod laws;
mod stripe;
mod world;
