//! Spares on hand.
fn main() {}
