//! The only crate that knows the Stripe SDK.
