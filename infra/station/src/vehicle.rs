//! Vehicles and the power they ask for.

use crate::quantity;

/// The kind of current a connector gives or a vehicle takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Current {
    /// Alternating current on one phase.
    AcSinglePhase,
    /// Alternating current on three phases.
    AcThreePhase,
    /// Direct current.
    Dc,
}

impl Current {
    /// How many phases are measured; direct current counts as one.
    #[must_use]
    pub fn phases(self) -> u8 {
        match self {
            Self::AcSinglePhase | Self::Dc => 1,
            Self::AcThreePhase => 3,
        }
    }

    /// Whether a vehicle of one kind can be charged at a connector of the other.
    #[must_use]
    pub fn fits(self, other: Self) -> bool {
        (self == Self::Dc) == (other == Self::Dc)
    }
}

/// A vehicle as the station sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Vehicle {
    /// The current it takes.
    pub current: Current,
    /// Usable capacity of the battery, Wh.
    pub battery_wh: u32,
    /// State of charge at arrival, 0 to 1.
    pub start_soc: f64,
    /// The most it takes, W.
    pub max_power_w: u32,
    /// State of charge from which it asks for less, 0 to 1.
    pub taper_from_soc: f64,
}

/// What an AC vehicle still asks for just before it is full, as a part of its greatest power.
const AC_LAST_POWER: f64 = 0.15;
/// The same for direct current.
const DC_LAST_POWER: f64 = 0.05;
/// Battery voltage at an empty battery, as a part of the voltage at which the taper begins.
const DC_EMPTY_VOLTAGE: f64 = 0.92;
/// State of charge over which the direct current falls to 1/e in the constant-voltage part.
const DC_DECAY_SOC: f64 = 0.12;

impl Vehicle {
    /// A vehicle with a single-phase on-board charger.
    #[must_use]
    pub fn ac_single_phase(battery_wh: u32, start_soc: f64, max_power_w: u32) -> Self {
        Self { current: Current::AcSinglePhase, battery_wh, start_soc, max_power_w, taper_from_soc: 0.96 }
    }

    /// A vehicle with a three-phase on-board charger.
    #[must_use]
    pub fn ac_three_phase(battery_wh: u32, start_soc: f64, max_power_w: u32) -> Self {
        Self { current: Current::AcThreePhase, battery_wh, start_soc, max_power_w, taper_from_soc: 0.96 }
    }

    /// A vehicle at a fast charger.
    #[must_use]
    pub fn dc(battery_wh: u32, start_soc: f64, max_power_w: u32) -> Self {
        Self { current: Current::Dc, battery_wh, start_soc, max_power_w, taper_from_soc: 0.7 }
    }

    /// The energy that still fits at arrival, Wh.
    #[must_use]
    pub fn room_wh(&self) -> u32 {
        quantity::whole_u32((f64::from(self.battery_wh) * (1.0 - self.start_soc)).floor())
    }

    /// State of charge after `joules` have been taken, at most 1.
    #[must_use]
    pub fn soc_after(&self, joules: u64) -> f64 {
        let battery_j = f64::from(self.battery_wh.max(1)) * 3600.0;
        (self.start_soc + quantity::real(joules) / battery_j).clamp(0.0, 1.0)
    }

    /// The power it asks for at a state of charge, W.
    ///
    /// Alternating current: constant, then falling in a line. Direct current: constant current under a rising voltage, then constant
    /// voltage under a decaying current.
    #[must_use]
    pub fn power_w(&self, soc: f64) -> f64 {
        let beyond = soc - self.taper_from_soc;
        let part = match self.current {
            Current::AcSinglePhase | Current::AcThreePhase if beyond <= 0.0 => 1.0,
            Current::AcSinglePhase | Current::AcThreePhase => {
                (1.0 - (1.0 - AC_LAST_POWER) * beyond / (1.0 - self.taper_from_soc)).max(AC_LAST_POWER)
            }
            Current::Dc if beyond <= 0.0 => {
                DC_EMPTY_VOLTAGE + (1.0 - DC_EMPTY_VOLTAGE) * soc / self.taper_from_soc.max(f64::EPSILON)
            }
            Current::Dc => (-beyond / DC_DECAY_SOC).exp().max(DC_LAST_POWER),
        };
        f64::from(self.max_power_w) * part
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ac_vehicle_takes_constant_power_and_then_tapers() {
        let vehicle = Vehicle::ac_three_phase(60_000, 0.2, 11_000);
        for (soc, power_w) in [(0.0, 11_000), (0.5, 11_000), (0.96, 11_000), (0.98, 6325), (1.0, 1650)] {
            assert_eq!(quantity::whole(vehicle.power_w(soc)), power_w, "at {soc}");
        }
    }

    #[test]
    fn a_dc_vehicle_rises_to_the_knee_and_decays_after_it() {
        let vehicle = Vehicle::dc(60_000, 0.1, 100_000);
        for (soc, power_w) in [(0.0, 92_000), (0.35, 96_000), (0.7, 100_000), (0.82, 36_788), (1.0, 8208)] {
            assert_eq!(quantity::whole(vehicle.power_w(soc)), power_w, "at {soc}");
        }
    }

    #[test]
    fn a_battery_never_holds_more_than_it_can() {
        let vehicle = Vehicle::dc(50_000, 0.8, 50_000);
        assert_eq!(vehicle.room_wh(), 9_999); // 1 − 0.8 lies just under 0.2
        assert!((vehicle.soc_after(5_000 * 3600) - 0.9).abs() < 1e-9);
        assert!((vehicle.soc_after(50_000 * 3600) - 1.0).abs() < 1e-9);
    }
}
