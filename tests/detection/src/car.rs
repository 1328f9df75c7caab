//! A car: what it draws of what it is offered.

use crate::draw::Draw;
use crate::station::{Kind, Station};

/// One vehicle.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Car {
    /// The most it draws per phase, A.
    pub(crate) max_a: f64,
    /// The phases that it uses.
    pub(crate) phases: usize,
    /// From nothing to full current, s.
    pub(crate) ramp_s: f64,
    /// How long it takes to notice a lower offer and to give up the rest, s.
    pub(crate) follow_s: f64,
    /// How much it draws of what it may.
    pub(crate) share: f64,
    /// Noise of its current (standard deviation), A.
    pub(crate) noise_a: f64,
    /// Power factor at 6 A and more.
    pub(crate) factor: f64,
    /// Power factor at 3 A.
    pub(crate) factor_3a: f64,
    /// What it draws while it pauses, A; nothing of it is active power.
    pub(crate) standby_a: f64,
    /// Whether it keeps the contactor closed while it pauses.
    pub(crate) holds: bool,
    /// Voltage of the battery when empty and when full, V (DC).
    pub(crate) battery_v: (f64, f64),
}

impl Car {
    pub(crate) fn draw(draw: &mut Draw, station: &Station) -> Self {
        let max_a = match station.kind {
            Kind::Ac1 if station.split() => draw.pick(&[12.0, 16.0, 24.0, 30.0, 32.0, 40.0, 48.0]),
            Kind::Ac1 | Kind::Ac3 => draw.pick(&[6.0, 8.0, 10.0, 13.0, 16.0, 16.0, 20.0, 24.0, 32.0, 32.0]),
            Kind::Dc => draw.within(50.0, 350.0),
        };
        let phases = if station.kind == Kind::Ac3 { draw.pick(&[1, 2, 3, 3, 3]) } else { 1 };
        let empty_v = draw.within(200.0, 740.0);
        let factor = if station.kind == Kind::Dc { 1.0 } else { draw.within(0.95, 1.0) };
        Self {
            max_a,
            phases,
            ramp_s: draw.within(2.0, 20.0),
            follow_s: draw.within(1.0, 8.0),
            share: draw.within(0.93, 1.0),
            noise_a: if draw.chance(0.4) { 0.0 } else { draw.within(0.01, 0.12) },
            factor,
            factor_3a: draw.within(0.93_f64.min(factor), factor),
            standby_a: draw.within(0.0, 0.7),
            holds: draw.chance(0.4),
            battery_v: (empty_v, empty_v * draw.within(1.03, 1.08)),
        }
    }

    /// The power factor at a current.
    pub(crate) fn power_factor(&self, amperes: f64) -> f64 {
        if self.battery_v.0 > 0.0 && self.factor >= 1.0 && self.factor_3a >= 1.0 {
            return 1.0;
        }
        if amperes >= 6.0 {
            self.factor
        } else if amperes >= 3.0 {
            self.factor_3a + (self.factor - self.factor_3a) * (amperes - 3.0) / 3.0
        } else if amperes >= 1.0 {
            self.factor_3a * (0.55 + 0.225 * (amperes - 1.0))
        } else {
            // What a car draws while it pauses is hardly active power.
            (self.factor_3a * 0.55 * (5.0 * amperes - 4.0)).max(0.05)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::{Half, Seed};

    #[test]
    fn the_power_factor_rises_with_the_current() {
        for number in 0..200 {
            let mut draw = Draw::new(Seed::root(Half::Tune, number));
            let station = Station::draw(&mut draw, Kind::Ac1, true);
            let car = Car::draw(&mut draw, &station);
            let factors: Vec<f64> = (0..320).map(|a| car.power_factor(f64::from(a) / 10.0)).collect();
            assert!(factors.windows(2).all(|pair| pair[0] <= pair[1] + 1e-9), "{car:?}");
            assert!(factors[30] >= 0.929 && factors[60] >= 0.95, "{car:?}");
        }
    }
}
