//! The voltage of a site from second to second.

use crate::draw::Draw;
use crate::station::Supply;

/// Where the supply is.
#[derive(Debug, Clone)]
pub(crate) struct Mains {
    wander: f64,
    step: f64,
    next_step: f64,
    brownout: Brownout,
    decay: f64,
    kick: f64,
}

#[derive(Debug, Clone)]
struct Brownout {
    from: f64,
    until: f64,
    ratio: f64,
}

/// Half the largest step of a supply, over the nominal voltage: steps go from one level to another.
const HALF_STEP: f64 = 0.0105;

impl Mains {
    pub(crate) fn new(draw: &mut Draw, supply: &Supply, now: f64, tick_s: f64) -> Self {
        let decay = (-tick_s / supply.wander_s).exp();
        let mut mains = Self {
            wander: supply.wander * draw.normal(),
            step: draw.within(-HALF_STEP, HALF_STEP),
            next_step: now + draw.wait(supply.steps),
            brownout: Brownout { from: 0.0, until: 0.0, ratio: 1.0 },
            decay,
            kick: supply.wander * (1.0 - decay * decay).sqrt(),
        };
        mains.plan_brownout(draw, supply, now);
        mains
    }

    /// Moves on by one tick.
    pub(crate) fn tick(&mut self, draw: &mut Draw, supply: &Supply, now: f64) {
        self.wander = self.wander * self.decay + self.kick * draw.normal();
        if now >= self.next_step {
            self.step = draw.within(-HALF_STEP, HALF_STEP);
            self.next_step = now + draw.wait(supply.steps);
        }
        if now >= self.brownout.until {
            self.plan_brownout(draw, supply, now);
        }
    }

    /// The voltage of a phase over the nominal one, with so much drop.
    pub(crate) fn ratio(&self, supply: &Supply, phase: usize, drop: f64, now: f64) -> f64 {
        let healthy = reflected(supply.mean + self.wander + self.step + supply.phases[phase] - drop, Supply::RANGE);
        if now >= self.brownout.from && now < self.brownout.until { healthy.min(self.brownout.ratio) } else { healthy }
    }

    fn plan_brownout(&mut self, draw: &mut Draw, supply: &Supply, now: f64) {
        let from = now + draw.wait(supply.brownouts.max(1e-9));
        self.brownout = Brownout { from, until: from + draw.scaled(0.2, 30.0), ratio: draw.within(0.7, 0.88) };
    }
}

/// A value that goes beyond a range comes back by as much: it never rests at the edge.
fn reflected(value: f64, (low, high): (f64, f64)) -> f64 {
    let back = if value < low {
        2.0 * low - value
    } else if value > high {
        2.0 * high - value
    } else {
        value
    };
    back.clamp(low, high)
}
