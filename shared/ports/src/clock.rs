//! The time of day as something that is asked for.

use jiff::Timestamp;

/// One clock drives handlers, schedules, delays, stations and payments, so that a demonstration can run faster than life.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
}
