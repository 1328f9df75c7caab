//! Conversions between counts, seconds and measures.

use jiff::Timestamp;

/// When every generated series begins: 2026-06-01T00:00:00Z.
pub(crate) const BEGINNING: Timestamp = Timestamp::constant(1_780_272_000, 0);

/// A count as a measure.
#[expect(clippy::cast_precision_loss, reason = "counts here are far below 2^52")]
pub(crate) fn measure(count: usize) -> f64 {
    count as f64
}

/// A measure as a whole number, rounded; zero for what is negative.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates")]
pub(crate) fn whole(measure: f64) -> usize {
    measure.round() as usize
}

/// A measure as a whole number, rounded down.
#[expect(clippy::cast_possible_truncation, reason = "the cast saturates")]
pub(crate) fn floor(measure: f64) -> i64 {
    measure.floor() as i64
}

/// The moment so many seconds after the beginning, in whole milliseconds.
pub(crate) fn moment(seconds: f64) -> Timestamp {
    Timestamp::from_millisecond(BEGINNING.as_millisecond() + floor(seconds * 1000.0 + 0.5)).unwrap_or(BEGINNING)
}

/// The seconds from the beginning to a moment.
pub(crate) fn seconds(moment: Timestamp) -> f64 {
    moment.duration_since(BEGINNING).as_secs_f64()
}

/// A value on the grid of a meter.
pub(crate) fn quantised(value: f64, step: f64) -> f64 {
    // Steps are 1/n: dividing by n gives the number that the decimal text means.
    let per_unit = 1.0 / step;
    if per_unit >= 1.0 { (value * per_unit).round() / per_unit } else { (value / step).round() * step }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_seconds_are_inverse() {
        for s in [0.0, 0.001, 59.5, 86_400.25] {
            assert!((seconds(moment(s)) - s).abs() < 1e-9, "{s}");
        }
        assert_eq!(moment(0.0004), BEGINNING);
    }

    #[test]
    fn meters_count_in_steps() {
        for (value, step, text) in
            [(230.44, 0.1, "230.4"), (230.3, 0.5, "230.5"), (16.004, 0.01, "16"), (7412.0, 10.0, "7410")]
        {
            assert_eq!(quantised(value, step).to_string(), text);
        }
    }
}
