//! The temperature of a contact and of its sensor from second to second.

use crate::draw::Draw;
use crate::station::Heat;

const DAY_S: f64 = 86_400.0;

/// Where the warmth is.
#[derive(Debug, Clone)]
pub(crate) struct Warmth {
    /// Filtered square of the current, A².
    squares: f64,
    /// What a bad contact adds, K.
    contact_k: f64,
    weather: f64,
    sensor_c: f64,
    noon: f64,
    decays: Decays,
}

#[derive(Debug, Clone)]
struct Decays {
    slow: f64,
    lag: f64,
    weather: f64,
}

impl Warmth {
    pub(crate) fn new(draw: &mut Draw, heat: &Heat, now: f64, tick_s: f64) -> Self {
        let decay = |s: f64| (-tick_s / s).exp();
        let decays = Decays { slow: decay(heat.slow_s), lag: decay(heat.lag_s), weather: decay(heat.weather_s) };
        let mut warmth = Self {
            squares: 0.0,
            contact_k: 0.0,
            weather: draw.normal().clamp(-2.0, 2.0),
            sensor_c: 0.0,
            noon: draw.within(0.0, DAY_S),
            decays,
        };
        warmth.sensor_c = warmth.ambient_c(heat, now);
        warmth
    }

    /// Moves on by one tick with so much current, A, and so much more resistance at the contact, ohm.
    pub(crate) fn tick(&mut self, draw: &mut Draw, heat: &Heat, now: f64, amperes: f64, ohm: f64) {
        let Decays { slow, lag, weather } = self.decays;
        let square = amperes * amperes;
        self.squares = square + (self.squares - square) * slow;
        let contact_k = ohm * square * heat.k_per_w;
        self.contact_k = contact_k + (self.contact_k - contact_k) * slow;
        let kick = (1.0 - weather * weather).sqrt() * draw.normal();
        self.weather = (self.weather * weather + kick).clamp(-2.0, 2.0);
        let contact_c = self.ambient_c(heat, now) + heat.theta * self.squares + self.contact_k;
        self.sensor_c = contact_c + (self.sensor_c - contact_c) * lag;
    }

    /// What the sensor feels, °C.
    pub(crate) fn sensor_c(&self) -> f64 {
        self.sensor_c
    }

    fn ambient_c(&self, heat: &Heat, now: f64) -> f64 {
        let daily = (std::f64::consts::TAU * (now - self.noon) / DAY_S).cos();
        heat.ambient_c + heat.daily_k * daily + heat.weather_k * self.weather
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::{Half, Seed};
    use crate::station::{Kind, Station};

    #[test]
    fn a_bad_contact_adds_its_watts_times_the_thermal_resistance() {
        let mut draw = Draw::new(Seed::root(Half::Tune, 3));
        let mut heat = Station::draw(&mut draw, Kind::Ac1, true).heat;
        (heat.daily_k, heat.weather_k, heat.k_per_w) = (0.0, 0.0, 2.0);
        let rise = |ohm: f64, draw: &mut Draw| {
            let mut warmth = Warmth::new(draw, &heat, 0.0, 10.0);
            for tick in 0..3000 {
                warmth.tick(draw, &heat, f64::from(tick) * 10.0, 32.0, ohm);
            }
            warmth.sensor_c() - heat.ambient_c
        };
        let healthy = rise(0.0, &mut draw);
        assert!((healthy - heat.theta * 1024.0).abs() < 0.01, "{healthy}");
        let more = rise(0.01, &mut draw) - healthy;
        assert!((more - 0.01 * 1024.0 * 2.0).abs() < 0.01, "{more}");
    }
}
