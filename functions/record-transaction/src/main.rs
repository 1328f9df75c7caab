//! Transaction messages to a session; when complete, the CDR and the debt in one write.
fn main() {}
