//! Samples to connector state and fault episodes.
fn main() {}
