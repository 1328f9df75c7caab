//! Whether a meter has signed what a station sent in its name.

pub use billing::readings::{Check, Doubt, Mark, SignedReading};

/// Checking signed readings. It reaches nothing and cannot fail: it is a port so that one crate alone knows the formats and the curves.
pub trait VerifyReadings {
    /// What a signed text is, under the public key of the meter (as [`crate::StationConnector::meter_public_key`] has it). Any text of any
    /// length may be given; the same two texts always give the same answer.
    fn verify_reading(&self, signed: &str, meter_key: Option<&str>) -> Check;
}
