//! Signed webhook to due mark.
fn main() {}
