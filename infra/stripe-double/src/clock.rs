//! Where the double takes its time from.

use jiff::Timestamp;

/// Tells the time to the double: `created` of objects, the age of idempotency keys, the end of holds, signatures.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

impl<F: Fn() -> Timestamp + Send + Sync> Clock for F {
    fn now(&self) -> Timestamp {
        self()
    }
}
