//! From the messages of a transaction to its energy and its charging periods.
//!
//! Everything follows from the set of messages: they are ordered by `seqNo`, repetitions are dropped, clocks are corrected, the
//! register is read as a sum of pieces in which it only grew.

mod clock;
mod intervals;
mod limits;
mod measurement;
mod order;
mod register;
mod signed;

pub use intervals::{Interval, IntervalKind};
pub use limits::MeterLimits;
pub use measurement::{Measurement, Unmeasurable, measure};
pub use signed::{Check, Checks, Doubt, Mark, SignedReading, signed_text, signed_texts};
