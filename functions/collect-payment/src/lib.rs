//! Debts to Stripe.
