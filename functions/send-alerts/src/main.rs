//! Alert items to SNS.
fn main() {}
