//! A server that behaves as Stripe documents its API, for the endpoints Wattwarden uses.
