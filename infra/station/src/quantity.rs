//! Rounding of simulated quantities to what meters and messages carry.

/// The nearest whole number; negative and undefined values become 0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, which is what is documented"
)]
pub(crate) fn whole(value: f64) -> u64 {
    value.round() as u64
}

/// The nearest whole number that fits 32 bits; negative and undefined values become 0.
pub(crate) fn whole_u32(value: f64) -> u32 {
    u32::try_from(whole(value)).unwrap_or(u32::MAX)
}

/// The value as a meter with one decimal shows it.
pub(crate) fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// A whole quantity for calculations that need no exactness beyond 2^53.
#[expect(clippy::cast_precision_loss, reason = "counters here stay far below 2^53")]
pub(crate) fn real(value: u64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_never_turns_nonsense_into_a_large_number() {
        for (value, expected) in [(0.5, 1), (0.49, 0), (-3.0, 0), (f64::NAN, 0), (7359.6, 7360)] {
            assert_eq!(whole(value), expected, "{value}");
        }
        assert_eq!(whole_u32(1e12), u32::MAX);
        assert_eq!(format!("{}", tenths(230.049_999)), "230");
    }
}
