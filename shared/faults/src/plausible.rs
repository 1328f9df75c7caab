//! What a measured value can be. A value that cannot be is a broken sensor, and says nothing about anything else.

/// More than any connector carries (the largest standard, MCS, ends at 3,000 A).
pub(crate) const MAX_CURRENT_A: f64 = 4_000.0;
/// More than any connector has between two conductors (MCS ends at 1,250 V).
pub(crate) const MAX_VOLTAGE_V: f64 = 2_000.0;
/// More than any connector delivers (MCS ends at 3.75 MW).
const MAX_POWER_W: f64 = 5_000_000.0;
/// The range of a temperature sensor in a connector, °C.
const TEMPERATURE_C: std::ops::RangeInclusive<f64> = -40.0..=150.0;

/// A current that can be, A; negative when a vehicle feeds back.
pub(crate) fn current_a(value: f64) -> Option<f64> {
    (value.abs() <= MAX_CURRENT_A).then_some(value)
}

/// A voltage that can be, V.
pub(crate) fn voltage_v(value: f64) -> Option<f64> {
    (0.0..=MAX_VOLTAGE_V).contains(&value).then_some(value)
}

/// A power that can be, W; negative when a vehicle feeds back.
pub(crate) fn power_w(value: f64) -> Option<f64> {
    (value.abs() <= MAX_POWER_W).then_some(value)
}

/// A temperature that can be, °C.
pub(crate) fn temperature_c(value: f64) -> Option<f64> {
    TEMPERATURE_C.contains(&value).then_some(value)
}

/// The end of the range of temperatures that is nearer, °C.
pub(crate) fn limit_c(value: f64) -> f64 {
    if value < *TEMPERATURE_C.start() { *TEMPERATURE_C.start() } else { *TEMPERATURE_C.end() }
}

/// A voltage over its nominal voltage, when it can be: above zero and at most twice the nominal.
pub(crate) fn voltage_ratio(volts: f64, nominal_v: f64) -> Option<f64> {
    let ratio = volts / nominal_v;
    (ratio > 0.0 && ratio <= 2.0).then_some(ratio)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_is_absent() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN, 4_000.1, -4_000.1] {
            assert_eq!(current_a(bad), None, "{bad} A");
            assert_eq!(temperature_c(bad), None, "{bad} °C");
            assert_eq!(voltage_ratio(bad, 230.0), None, "{bad} V");
            assert_eq!((voltage_v(bad), power_w(bad * 2_000.0)), (None, None), "{bad}");
        }
        for (celsius, good) in [(-40.1, false), (-40.0, true), (150.0, true), (150.1, false)] {
            assert_eq!(temperature_c(celsius).is_some(), good, "{celsius} °C");
        }
        for (volts, good) in [(-1.0, false), (0.0, false), (0.1, true), (460.0, true), (460.1, false)] {
            assert_eq!(voltage_ratio(volts, 230.0).is_some(), good, "{volts} V");
        }
        assert_eq!(current_a(-32.0), Some(-32.0));
    }
}
