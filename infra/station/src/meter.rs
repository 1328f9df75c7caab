//! The energy register and the temperature of a connector.

use std::f64::consts::PI;

/// Joules in a watt-hour.
const WH_J: u64 = 3600;

/// The cumulative energy meter of an EVSE.
///
/// It counts joules, which is what a whole number of watts gives in a whole number of seconds, so nothing is lost between sessions;
/// it shows whole watt-hours, as a real one does.
#[derive(Debug, Clone)]
pub(crate) struct Register {
    joules: u64,
}

impl Register {
    pub(crate) fn starting_at(wh: u64) -> Self {
        Self { joules: wh.saturating_mul(WH_J) }
    }

    pub(crate) fn count(&mut self, joules: u64) {
        self.joules = self.joules.saturating_add(joules);
    }

    pub(crate) fn wh(&self) -> u64 {
        self.joules / WH_J
    }
}

/// Time in which a contact follows its load to 63 %, s.
const CONTACT_LAG_S: f64 = 900.0;
/// The same while something is wrong with it, s.
const FAULT_LAG_S: f64 = 60.0;
/// Heating at the rated current, K.
const RATED_RISE_K: f64 = 25.0;
/// Mean temperature around the station, °C.
const AMBIENT_C: f64 = 18.0;
/// How far day and night are from it, K.
const AMBIENT_SWING_K: f64 = 2.0;
const DAY_S: i64 = 86_400;

/// The temperature of a contact: surroundings, heating by the current with a first-order lag, and what a scripted fault adds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Thermal {
    load_k: f64,
    fault_k: f64,
}

impl Thermal {
    /// One second with this part of the rated current, and with a fault that tends to a temperature.
    pub(crate) fn pass_second(&mut self, current_part: f64, fault_c: Option<f64>, second: i64) {
        approach(&mut self.load_k, RATED_RISE_K * current_part.powi(2), CONTACT_LAG_S);
        let without_fault_c = ambient_c(second) + self.load_k;
        approach(&mut self.fault_k, fault_c.map_or(0.0, |fault_c| (fault_c - without_fault_c).max(0.0)), FAULT_LAG_S);
    }

    pub(crate) fn celsius(&self, second: i64) -> f64 {
        ambient_c(second) + self.load_k + self.fault_k
    }
}

fn approach(value: &mut f64, target: f64, lag_s: f64) {
    *value += (target - *value) * (1.0 - (-1.0 / lag_s).exp());
}

/// Warmest in the afternoon.
fn ambient_c(second: i64) -> f64 {
    let of_day = i32::try_from(second.rem_euclid(DAY_S)).map_or(0.0, f64::from);
    AMBIENT_C + AMBIENT_SWING_K * (2.0 * PI * (of_day / 86_400.0 - 0.4)).sin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_register_loses_nothing_between_readings() {
        let mut register = Register::starting_at(1_284_533);
        (0..7200).for_each(|_| register.count(1801)); // 3602 Wh
        assert_eq!(register.wh(), 1_284_533 + 3602);
    }

    #[test]
    fn a_contact_follows_its_load_with_a_lag() {
        let mut thermal = Thermal::default();
        let before_c = thermal.celsius(0);
        (0..900).for_each(|_| thermal.pass_second(1.0, None, 0));
        let after_lag_k = thermal.celsius(0) - before_c;
        assert!((after_lag_k - 0.632 * RATED_RISE_K).abs() < 0.1, "{after_lag_k}");
    }

    #[test]
    fn a_hot_fault_is_a_ramp_and_ends() {
        let mut thermal = Thermal::default();
        let before_c = thermal.celsius(0);
        (0..10).for_each(|_| thermal.pass_second(0.0, Some(110.0), 0));
        let after_ten_seconds_k = thermal.celsius(0) - before_c;
        assert!((5.0..20.0).contains(&after_ten_seconds_k), "{after_ten_seconds_k}");
        (0..300).for_each(|_| thermal.pass_second(0.0, Some(110.0), 0));
        assert!(thermal.celsius(0) > 108.0);
        (0..600).for_each(|_| thermal.pass_second(0.0, None, 0));
        assert!((thermal.celsius(0) - before_c).abs() < 0.1);
    }
}
