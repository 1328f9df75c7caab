//! Every minute: what is due.
fn main() {}
