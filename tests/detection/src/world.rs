//! The physics of one connector: what truly happens from tick to tick.

use std::sync::Arc;

use crate::cause::Cause;
use crate::draw::{Draw, Seed};
use crate::session::{Session, Stage, Wish};
use crate::station::{Kind, Station};
use crate::supply::Mains;
use crate::warmth::Warmth;

/// A contactor that opens ends the current within this time, s.
const OPENING_S: f64 = 3.0;
/// How quickly a connector that was hot for a reason that is gone cools down, s.
const COOLING_S: f64 = 300.0;

/// What is true at one moment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Truth {
    /// Seconds since the beginning.
    pub(crate) now: f64,
    pub(crate) stage: Stage,
    /// Whether the contactor is closed.
    pub(crate) closed: bool,
    /// Per phase; for DC only while the contactor is closed.
    pub(crate) volts: [f64; 3],
    pub(crate) amperes: [f64; 3],
    pub(crate) watts: f64,
    /// What was delivered since the beginning, Wh.
    pub(crate) energy_wh: f64,
    pub(crate) offer_a: f64,
    pub(crate) celsius: f64,
}

/// One connector in its world.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) station: Arc<Station>,
    pub(crate) draw: Draw,
    pub(crate) session: Option<Session>,
    /// Whether sessions follow one another as on any day.
    pub(crate) daily: bool,
    now: f64,
    tick_s: f64,
    mains: Mains,
    warmth: Warmth,
    amperes: f64,
    hot_c: Option<f64>,
    energy_wh: f64,
}

impl World {
    pub(crate) fn new(station: Arc<Station>, seed: Seed, tick_s: f64) -> Self {
        let mut draw = Draw::new(seed);
        let mains = Mains::new(&mut draw, &station.supply, 0.0, tick_s);
        let warmth = Warmth::new(&mut draw, &station.heat, 0.0, tick_s);
        let (session, daily, now, amperes, hot_c, energy_wh) = (None, false, 0.0, 0.0, None, 0.0);
        Self { station, draw, session, daily, now, tick_s, mains, warmth, amperes, hot_c, energy_wh }
    }

    /// Seconds since the beginning.
    pub(crate) fn now(&self) -> f64 {
        self.now
    }

    /// The length of a tick, s.
    pub(crate) fn tick_s(&self) -> f64 {
        self.tick_s
    }

    /// Moves on by one tick.
    pub(crate) fn tick(&mut self, cause: Option<&Cause>) -> Truth {
        self.now += self.tick_s;
        let now = self.now;
        if self.session.as_ref().is_none_or(|session| now >= session.unplugged_at) {
            self.session = self.daily.then(|| self.next_session());
        }
        let station = Arc::clone(&self.station);
        let stage = self.session.as_ref().map_or(Stage::Free, |session| session.stage(now));
        self.mains.tick(&mut self.draw, &station.supply, now);
        let amperes = self.phase_currents(stage, cause);
        let most = amperes.iter().copied().fold(0.0, f64::max);
        let ohm = cause.map_or(0.0, Cause::contact_ohm);
        self.warmth.tick(&mut self.draw, &station.heat, now, most, ohm);
        let closed = self.closed(stage, cause);
        let volts = std::array::from_fn(|phase| self.volts(phase, amperes[phase], closed, cause));
        let watts = self.watts(volts, amperes);
        self.energy_wh += watts * self.tick_s / 3600.0;
        let offer_a = self.session.as_ref().map_or(0.0, |session| session.offer_a(now));
        let celsius = self.celsius(cause);
        Truth { now, stage, closed, volts, amperes, watts, energy_wh: self.energy_wh, offer_a, celsius }
    }

    fn next_session(&mut self) -> Session {
        let free_s = self.draw.wait(self.station.sessions / 86_400.0).max(120.0);
        Session::draw(&mut self.draw, &self.station, self.now + free_s, &Wish::ANY)
    }

    fn closed(&self, stage: Stage, cause: Option<&Cause>) -> bool {
        let holds = || self.session.as_ref().is_some_and(|session| session.car.holds);
        match stage {
            Stage::Charging => true,
            Stage::PausedByCar => holds() || matches!(cause, Some(Cause::Welded(_))),
            Stage::Free | Stage::Preparing | Stage::PausedByStation | Stage::Finishing => {
                matches!(cause, Some(Cause::Welded(_)))
            }
        }
    }

    /// The current of each phase; the common part of it moves no faster than the car can.
    fn phase_currents(&mut self, stage: Stage, cause: Option<&Cause>) -> [f64; 3] {
        let station = &self.station;
        let Some(session) = &self.session else {
            // A contactor that welded carries on when the car has left; nothing is there to draw anything.
            self.amperes = 0.0;
            return [0.0; 3];
        };
        let car = &session.car;
        let (target, change_s) = match (stage, cause) {
            (Stage::Charging, Some(Cause::Draws(of_offer))) => (of_offer * session.offer_a(self.now), car.ramp_s),
            (Stage::Charging, Some(Cause::NoDraw(amperes))) => (*amperes, car.ramp_s),
            (Stage::Charging, _) => (session.wanted_a(self.now), car.ramp_s),
            // What flowed before flows on.
            (_, Some(Cause::Welded(amperes))) => (amperes.min(session.wanted_a(session.charge_until)), OPENING_S),
            (Stage::PausedByCar, _) if car.holds => (car.standby_a, OPENING_S),
            _ => (0.0, OPENING_S),
        };
        // A car gives up what it is no longer offered within the time that it takes to notice.
        let change_s = if target < self.amperes { change_s.min(0.5 * car.follow_s) } else { change_s };
        let most = station.max_a / change_s * self.tick_s;
        self.amperes += (target - self.amperes).clamp(-most, most);
        let noise_a = if self.amperes > 1.0 { car.noise_a } else { 0.0 };
        let mut amperes = [0.0; 3];
        for (phase, amperes) in amperes.iter_mut().enumerate().take(car.phases.min(station.kind.phases())) {
            let noise = if noise_a > 0.0 { noise_a * self.draw.normal() } else { 0.0 };
            *amperes = (self.amperes + noise).max(0.0) * cause.map_or(1.0, |cause| cause.phase_share(phase));
        }
        amperes
    }

    fn volts(&self, phase: usize, amperes: f64, closed: bool, cause: Option<&Cause>) -> f64 {
        let station = &self.station;
        if station.kind == Kind::Dc {
            let Some(session) = self.session.as_ref().filter(|_| closed && phase == 0) else { return 0.0 };
            let (empty, full) = session.car.battery_v;
            return empty + (full - empty) * session.progress(self.now) + 0.02 * amperes;
        }
        let drop = station.supply.ohm * amperes / station.nominal_v;
        let ratio = self.mains.ratio(&station.supply, phase, drop, self.now);
        let ratio = match cause {
            Some(Cause::Supply(of_nominal)) => of_nominal + 0.3 * (ratio - station.supply.mean).clamp(-0.03, 0.03),
            Some(Cause::PhaseLost { phase: lost, voltage, .. }) if *lost == phase => ratio * voltage,
            _ => ratio,
        };
        ratio * station.nominal_v - cause.map_or(0.0, Cause::contact_ohm) * amperes
    }

    fn watts(&self, volts: [f64; 3], amperes: [f64; 3]) -> f64 {
        let Some(session) = &self.session else { return 0.0 };
        let direct = self.station.kind == Kind::Dc;
        let factor = |amperes: f64| if direct { 1.0 } else { session.car.power_factor(amperes) };
        volts.iter().zip(amperes).map(|(volts, amperes)| volts * amperes * factor(amperes)).sum()
    }

    fn celsius(&mut self, cause: Option<&Cause>) -> f64 {
        let felt = self.warmth.sensor_c();
        let towards = |from: f64, to: f64, slow_s: f64| to + (from - to) * (-self.tick_s / slow_s.max(1e-3)).exp();
        self.hot_c = match (cause, self.hot_c) {
            (Some(Cause::Hot { celsius, slow_s }), hot) => Some(towards(hot.unwrap_or(felt), *celsius, *slow_s)),
            (_, Some(hot)) if hot - felt > 0.05 => Some(towards(hot, felt, COOLING_S)),
            (_, _) => None,
        };
        self.hot_c.unwrap_or(felt)
    }
}
