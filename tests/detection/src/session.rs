//! One session from plugging in to unplugging, planned ahead.

use crate::car::Car;
use crate::draw::Draw;
use crate::station::{Kind, Station};

/// What a connector is used for at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Nobody is there.
    Free,
    /// Plugged in, not yet allowed.
    Preparing,
    /// Energy flows.
    Charging,
    /// The vehicle wants nothing.
    PausedByCar,
    /// The station offers nothing.
    PausedByStation,
    /// Over, still plugged in.
    Finishing,
}

/// How the current moves during a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Activity {
    /// Whatever comes.
    Any,
    /// The same for hours.
    Constant,
    /// Falling towards a full battery.
    Tapering,
    /// Following an offer that changes up to six times an hour.
    Modulated,
}

/// What a session has to be like.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wish {
    pub(crate) activity: Activity,
    /// Charging lasts at least so long, s.
    pub(crate) charging_s: Option<f64>,
    /// The current per phase, A.
    pub(crate) current_a: Option<f64>,
    /// The least current per phase, A.
    pub(crate) at_least_a: f64,
    /// All phases are used.
    pub(crate) all_phases: bool,
    /// Whether pauses, waiting and aborted attempts are allowed.
    pub(crate) pauses: bool,
}

impl Wish {
    /// Whatever comes.
    pub(crate) const ANY: Self = Self {
        activity: Activity::Any,
        charging_s: None,
        current_a: None,
        at_least_a: 0.0,
        all_phases: false,
        pauses: true,
    };
}

/// One pause of charging.
#[derive(Debug, Clone, PartialEq)]
struct Pause {
    from: f64,
    until: f64,
    by: Stage,
}

/// A planned session. Times are seconds since the beginning.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Session {
    pub(crate) car: Car,
    pub(crate) plugged_at: f64,
    /// How it waits until charging starts.
    waits: Stage,
    pub(crate) charge_from: f64,
    /// From here on the current falls.
    taper_from: f64,
    taper_s: f64,
    /// What the taper ends at, A.
    trickle_a: f64,
    pub(crate) charge_until: f64,
    pub(crate) paused_until: f64,
    pub(crate) unplugged_at: f64,
    /// From when on what is offered, A per phase.
    offers: Vec<(f64, f64)>,
    pauses: Vec<Pause>,
}

impl Session {
    /// Draws a session that begins then.
    pub(crate) fn draw(draw: &mut Draw, station: &Station, plugged_at: f64, wish: &Wish) -> Self {
        let mut car = Car::draw(draw, station);
        if wish.all_phases {
            car.phases = station.kind.phases();
        }
        let at_least_a = wish.at_least_a.min(station.max_a);
        car.max_a = car.max_a.max(at_least_a / car.share * 1.02);
        let mut offer_a = Self::draw_offer(draw, station, at_least_a / car.share * 1.01);
        if let Some(current_a) = wish.current_a {
            let current_a = current_a.min(station.max_a);
            (car.max_a, car.share) = (current_a, 1.0);
            offer_a = draw.within(current_a, station.max_a.max(current_a));
        }
        let aborted = wish.pauses && draw.chance(0.05);
        let scheduled = wish.pauses && draw.chance(0.1);
        let charge_from =
            plugged_at + draw.within(5.0, 90.0) + if scheduled { draw.within(600.0, 14_400.0) } else { 0.0 };
        let drawn_s = match station.kind {
            _ if aborted => draw.within(10.0, 240.0),
            Kind::Dc => draw.scaled(900.0, 5400.0),
            Kind::Ac1 | Kind::Ac3 => draw.scaled(900.0, 36_000.0),
        };
        let charging_s = wish.charging_s.unwrap_or(drawn_s);
        let charge_until = charge_from + charging_s;
        let tapers = match wish.activity {
            Activity::Any => wish.charging_s.is_none() && draw.chance(0.5),
            Activity::Tapering => true,
            Activity::Constant | Activity::Modulated => false,
        };
        let taper_from = match wish.activity {
            Activity::Tapering => charge_from + draw.within(0.02, 0.1) * charging_s,
            _ if tapers => charge_from + draw.within(0.5, 0.95) * charging_s,
            _ => f64::INFINITY,
        };
        let modulated = match wish.activity {
            Activity::Any => draw.chance(0.25),
            Activity::Modulated => true,
            Activity::Constant | Activity::Tapering => false,
        };
        let mut session = Self {
            taper_from,
            taper_s: if wish.activity == Activity::Tapering { charging_s * 0.4 } else { draw.within(300.0, 2400.0) },
            trickle_a: if station.kind == Kind::Dc { draw.within(5.0, 20.0) } else { draw.within(1.0, 3.0) },
            waits: if scheduled { draw.pick(&[Stage::PausedByCar, Stage::PausedByStation]) } else { Stage::Preparing },
            charge_from,
            charge_until,
            paused_until: charge_until + if draw.chance(0.4) { draw.within(10.0, 7200.0) } else { 0.0 },
            unplugged_at: 0.0,
            offers: vec![(plugged_at, offer_a)],
            pauses: Vec::new(),
            car,
            plugged_at,
        };
        session.unplugged_at = session.paused_until + draw.scaled(10.0, 3600.0);
        if modulated {
            session.modulate(draw, station, offer_a, at_least_a.max(6.0));
        }
        if wish.pauses && draw.chance(0.25) {
            session.pause(draw);
        }
        session
    }

    fn draw_offer(draw: &mut Draw, station: &Station, at_least_a: f64) -> f64 {
        let low = at_least_a.max(if station.kind == Kind::Dc { 20.0 } else { 6.0 });
        if draw.chance(0.5) { station.max_a } else { draw.within(low.min(station.max_a), station.max_a).round() }
    }

    /// Changes the offer up to six times an hour.
    fn modulate(&mut self, draw: &mut Draw, station: &Station, first_a: f64, least_a: f64) {
        let per_second = draw.within(2.0, 6.0) / 3600.0;
        let low = least_a.min(station.max_a);
        let mut at = self.charge_from + 60.0 + draw.wait(per_second);
        let mut offer_a = first_a;
        while at < self.charge_until {
            let next = draw.within(low, station.max_a);
            offer_a = if draw.chance(0.3) { 0.5 * (offer_a + next) } else { next };
            self.offers.push((at, offer_a.max(low)));
            at += draw.wait(per_second).max(60.0);
        }
    }

    fn pause(&mut self, draw: &mut Draw) {
        let mut from = self.charge_from + draw.within(120.0, 7200.0);
        let by = draw.pick(&[Stage::PausedByCar, Stage::PausedByCar, Stage::PausedByStation]);
        while from < self.charge_until {
            let until = from + draw.scaled(30.0, 3600.0);
            self.pauses.push(Pause { from, until, by });
            from = until + draw.within(600.0, 7200.0);
        }
    }

    /// What the connector is used for at a time.
    pub(crate) fn stage(&self, at: f64) -> Stage {
        if at < self.plugged_at || at >= self.unplugged_at {
            Stage::Free
        } else if at < self.charge_from {
            self.waits
        } else if at < self.charge_until {
            self.pauses.iter().find(|pause| (pause.from..pause.until).contains(&at)).map_or(Stage::Charging, |p| p.by)
        } else if at < self.paused_until {
            Stage::PausedByCar
        } else {
            Stage::Finishing
        }
    }

    /// What is offered per phase at a time, A.
    pub(crate) fn offer_a(&self, at: f64) -> f64 {
        match self.stage(at) {
            Stage::PausedByStation | Stage::Free => 0.0,
            Stage::Preparing | Stage::Charging | Stage::PausedByCar | Stage::Finishing => self.offered_at(at),
        }
    }

    fn offered_at(&self, at: f64) -> f64 {
        self.offers.iter().rev().find(|(from, _)| *from <= at).map_or(0.0, |(_, amperes)| *amperes)
    }

    /// What the car wants to draw per phase at a time while it charges, A.
    pub(crate) fn wanted_a(&self, at: f64) -> f64 {
        let noticed = self.offered_at((at - 0.5 * self.car.follow_s).max(self.plugged_at));
        let full = self.car.max_a.min(noticed) * self.car.share;
        if at <= self.taper_from {
            return full;
        }
        let falling = full * (-(at - self.taper_from) / self.taper_s).exp();
        falling.max(self.trickle_a.min(full))
    }

    /// How far the battery is, 0 to 1.
    pub(crate) fn progress(&self, at: f64) -> f64 {
        let end = self.taper_from.min(self.charge_until);
        ((at - self.charge_from) / (end - self.charge_from)).clamp(0.0, 1.0)
    }
}
