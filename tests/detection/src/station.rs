//! A station as it was built: what stays the same from day to day, drawn from wide ranges.

use faults::{Current, MeterSide, Profile};

use crate::draw::Draw;

/// What kind of connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Alternating current on one phase.
    Ac1,
    /// Alternating current on three phases.
    Ac3,
    /// Direct current: the vehicle's battery sets the voltage.
    Dc,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Ac1, Self::Ac3, Self::Dc];

    /// Phases of the connector.
    pub(crate) fn phases(self) -> usize {
        match self {
            Self::Ac1 | Self::Dc => 1,
            Self::Ac3 => 3,
        }
    }
}

/// The supply of a site.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Supply {
    /// The usual voltage over the nominal one.
    pub(crate) mean: f64,
    /// How far it wanders, over the nominal one (standard deviation).
    pub(crate) wander: f64,
    /// How slowly it wanders, s.
    pub(crate) wander_s: f64,
    /// Steps a second, each up to 2.1 % of the nominal voltage.
    pub(crate) steps: f64,
    /// Brown-outs a second.
    pub(crate) brownouts: f64,
    /// The impedance up to the meter, ohm.
    pub(crate) ohm: f64,
    /// How much each phase differs, over the nominal voltage.
    pub(crate) phases: [f64; 3],
}

/// How the connector heats up, and the air around it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Heat {
    /// Kelvin per square ampere, healthy.
    pub(crate) theta: f64,
    /// Time constant of the contact, s.
    pub(crate) slow_s: f64,
    /// Time constant of the sensor, s.
    pub(crate) lag_s: f64,
    /// Kelvin per watt at the contact.
    pub(crate) k_per_w: f64,
    /// Mean of the air, °C.
    pub(crate) ambient_c: f64,
    /// Half of what it swings in a day, K.
    pub(crate) daily_k: f64,
    /// How far the weather takes it (standard deviation, never more than two), K.
    pub(crate) weather_k: f64,
    /// How slowly the weather changes, s.
    pub(crate) weather_s: f64,
}

/// The meter: gains over what is true, noise and steps.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Meter {
    pub(crate) volt_gain: f64,
    pub(crate) ampere_gain: f64,
    pub(crate) watt_gain: f64,
    pub(crate) register_gain: f64,
    pub(crate) volt_noise: f64,
    pub(crate) ampere_noise: f64,
    pub(crate) kelvin_noise: f64,
    pub(crate) volt_step: f64,
    pub(crate) ampere_step: f64,
    pub(crate) watt_step: f64,
    pub(crate) kelvin_step: f64,
    pub(crate) register_step_wh: f64,
    pub(crate) side: MeterSide,
    /// Whether there is a temperature sensor.
    pub(crate) thermometer: bool,
    /// Whether the station says what it offers.
    pub(crate) tells_offer: bool,
    /// Whether the station says `NoError` when there is none.
    pub(crate) tells_no_error: bool,
    /// How much later than the truth the status is told, s.
    pub(crate) status_lag_s: f64,
}

/// One station with one connector.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Station {
    pub(crate) kind: Kind,
    /// Between phase and neutral, V; for DC the most the connector gives.
    pub(crate) nominal_v: f64,
    /// The most the connector carries per phase, A.
    pub(crate) max_a: f64,
    pub(crate) supply: Supply,
    pub(crate) heat: Heat,
    pub(crate) meter: Meter,
    /// What detection is told of it.
    pub(crate) profile: Profile,
    /// Sessions in a day.
    pub(crate) sessions: f64,
}

impl Station {
    /// Whether it is one of North America between two lines.
    pub(crate) fn split(&self) -> bool {
        split(self.nominal_v)
    }

    /// Draws a station; detection is told everything of it, or next to nothing.
    pub(crate) fn draw(draw: &mut Draw, kind: Kind, told: bool) -> Self {
        let nominal_v = match kind {
            Kind::Ac1 => draw.pick(&[120.0, 208.0, 230.0, 240.0, 277.0]),
            Kind::Ac3 => draw.pick(&[230.0, 230.0, 230.0, 277.0]),
            Kind::Dc => draw.pick(&[500.0, 920.0, 1000.0]),
        };
        let max_a = match kind {
            Kind::Ac1 if split(nominal_v) => draw.pick(&[16.0, 32.0, 32.0, 40.0, 48.0]),
            Kind::Ac1 | Kind::Ac3 => draw.pick(&[16.0, 32.0, 32.0, 32.0]),
            Kind::Dc => draw.scaled(50.0, 350.0).round(),
        };
        let supply = Supply::draw(draw, nominal_v, max_a);
        let heat = Heat::draw(draw, kind, max_a);
        let meter = Meter::draw(draw, kind, told);
        let current = match kind {
            Kind::Ac1 | Kind::Ac3 => Current::Ac,
            Kind::Dc => Current::Dc,
        };
        let full = Profile {
            nominal_v: Some(nominal_v),
            phases: Some(if kind == Kind::Ac3 { 3 } else { 1 }),
            max_a: Some(max_a),
            current: Some(current),
            meter_side: Some(meter.side),
            register_step_wh: Some(meter.register_step_wh),
            ..Profile::default()
        };
        let bare = Profile { current: (kind == Kind::Dc).then_some(current), ..Profile::default() };
        let profile = if told { full } else { bare };
        Self { kind, nominal_v, max_a, supply, heat, meter, profile, sessions: draw.within(0.5, 3.5) }
    }
}

/// Whether this is a voltage between two lines in North America, V, where connectors carry up to 48 A.
fn split(nominal_v: f64) -> bool {
    [208.0, 240.0].iter().any(|volts: &f64| (volts - nominal_v).abs() < 1.0)
}

impl Supply {
    /// The lowest and the highest that a healthy site goes, over the nominal voltage, before what the meter adds.
    pub(crate) const RANGE: (f64, f64) = (0.928, 1.072);

    fn draw(draw: &mut Draw, nominal_v: f64, max_a: f64) -> Self {
        let mean = draw.within(0.95, 1.04);
        // A site that dropped more than this would not have passed its acceptance.
        let drop_max = (mean - Self::RANGE.0 - 0.005).min(0.05);
        Self {
            mean,
            wander: draw.within(0.003, 0.01),
            wander_s: draw.within(300.0, 2400.0),
            steps: draw.within(1.0, 6.0) / 86_400.0,
            brownouts: draw.within(0.0, 0.5) / 86_400.0,
            ohm: draw.scaled(0.05, 0.5).min(drop_max * nominal_v / max_a),
            phases: std::array::from_fn(|_| draw.within(-0.004, 0.004)),
        }
    }
}

impl Heat {
    /// The hottest that a healthy connector gets, °C: one that got warmer would not have passed its type test.
    pub(crate) const HEALTHY_MAX_C: f64 = 66.0;

    fn draw(draw: &mut Draw, kind: Kind, max_a: f64) -> Self {
        let ambient_c = draw.within(-5.0, 35.0);
        let daily_k = draw.within(2.0, 12.0).min(46.0 - ambient_c);
        let weather_k = draw.within(0.5, 2.5);
        let coldest_limit = Self::HEALTHY_MAX_C - ambient_c - daily_k - 2.0 * weather_k;
        let rise_k = match kind {
            Kind::Ac1 | Kind::Ac3 => draw.within(8.0, 40.0),
            Kind::Dc => draw.within(10.0, 35.0),
        };
        Self {
            theta: rise_k.min(coldest_limit) / (max_a * max_a),
            slow_s: draw.scaled(300.0, 2400.0),
            lag_s: draw.scaled(5.0, 180.0),
            k_per_w: draw.within(1.0, 4.0),
            ambient_c,
            daily_k,
            weather_k,
            weather_s: draw.within(6.0, 24.0) * 3600.0,
        }
    }
}

impl Meter {
    fn draw(draw: &mut Draw, kind: Kind, told: bool) -> Self {
        let noiseless = draw.chance(0.3);
        let dc = kind == Kind::Dc;
        Self {
            volt_gain: draw.within(0.993, 1.007),
            ampere_gain: draw.within(0.993, 1.007),
            watt_gain: draw.within(0.985, 1.015),
            register_gain: draw.within(0.99, 1.01),
            volt_noise: draw.within(0.0, 0.3),
            ampere_noise: if noiseless { 0.0 } else { draw.within(0.005, 0.08) },
            kelvin_noise: draw.within(0.05, 0.3),
            volt_step: draw.pick(&[0.1, 0.5, 1.0]),
            ampere_step: draw.pick(&[0.01, 0.1]),
            watt_step: draw.pick(&[1.0, 10.0]),
            kelvin_step: draw.pick(&[0.1, 0.5, 1.0]),
            register_step_wh: if told { draw.pick(&[1.0, 10.0, 100.0]) } else { draw.pick(&[1.0, 10.0]) },
            side: if dc || draw.chance(0.3) { MeterSide::Vehicle } else { MeterSide::Station },
            thermometer: draw.chance(0.85),
            tells_offer: !dc || draw.chance(0.7),
            tells_no_error: draw.chance(0.5),
            status_lag_s: draw.within(0.0, 5.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::{Half, Seed};

    #[test]
    fn stations_stay_within_what_is_healthy() {
        for kind in Kind::ALL {
            for number in 0..500 {
                let mut draw = Draw::new(Seed::root(Half::Tune, number));
                let station = Station::draw(&mut draw, kind, number % 2 == 0);
                let (supply, heat) = (&station.supply, &station.heat);
                let drop = supply.ohm * station.max_a / station.nominal_v;
                assert!(supply.ohm > 0.0 && supply.mean - drop > Supply::RANGE.0, "{number} {supply:?}");
                let hottest =
                    heat.ambient_c + heat.daily_k + 2.0 * heat.weather_k + heat.theta * station.max_a * station.max_a;
                assert!(heat.theta > 0.0 && hottest <= Heat::HEALTHY_MAX_C + 1e-6, "{number} {heat:?}");
            }
        }
    }
}
