//! Debts to Stripe.
fn main() {}
