//! How much the current has heated a connector, and how warm that usually makes it: the ground on which a loose contact shows.
//!
//! A contact turns I²·R into heat, and the connector follows like a first-order system. Neither its time constant nor its thermal
//! resistance can be known beforehand. Four filters with different time constants follow the square of the current; the rise of the
//! temperature over that of the connector without load is fitted to each, over whole sessions, and the filter that fits best is relied on.
//! The air around the connector changes too: what it is taken for follows the temperature at once without load, and slowly under it.

use crate::bytes::{Reader, Writer};
use crate::part::Family;
use crate::seen::{Seen, narrow};
use crate::state::BadState;

/// The time constants that a connector can have, 350 to 2,400 s; their inverses, 1/ms.
const PER_MS: [f64; FILTERS] = [1.0 / 350_000.0, 1.0 / 700_000.0, 1.0 / 1_300_000.0, 1.0 / 2_400_000.0];
const FILTERS: usize = 4;
/// The filter that is relied on before any is learned.
const MIDDLE: u8 = 1;
/// Below this load a connector is as warm as the air around it, A².
const UNLOADED_A2: f64 = 5.0;
/// Above this its warmth says something of its contacts, A².
pub(crate) const LOADED_A2: f64 = 60.0;
/// The temperature of the unloaded connector is taken over ten minutes, 1/ms.
const REST_PER_MS: f64 = 1.0 / 600_000.0;
/// How fast the air around a loaded connector may be taken to change, K per hour.
const AIR_K_PER_H: f64 = 4.0;
/// The time over which the usual distance from the model is taken, minutes.
const SPREAD_MIN: f64 = 300.0;
/// Nothing is learned where the temperature without load is older than this, ms.
const LEARN_FROM_MS: i64 = 6 * 3_600_000;
/// A session teaches from this time under load on, minutes.
const ENOUGH_MIN: f32 = 5.0;
/// The sessions after which a model is relied on, and those that it remembers.
const SESSIONS: u8 = 5;
const MEMORY: u8 = 20;

/// How much current has heated a connector, and what that usually does.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Heat {
    /// The square of the current, filtered as the connector's warmth is, A².
    pub(crate) load_a2: f64,
    /// What the connector usually does; none before it is learned or where the temperature without load is not known.
    pub(crate) usual: Option<Usual>,
}

/// What a connector usually does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Usual {
    /// The temperature without load, °C.
    pub(crate) rest_c: f64,
    /// The rise per load, K/A².
    pub(crate) rise_per_a2: f64,
    /// How far the temperature usually is from what the load explains (standard deviation), K.
    pub(crate) spread_k: f64,
}

impl Usual {
    /// The temperature that a load explains, °C.
    pub(crate) fn expected_c(&self, load_a2: f64) -> f64 {
        self.rest_c + self.rise_per_a2 * load_a2
    }
}

/// What is learned.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Thermal {
    /// The load that each filter sees, A².
    load_a2: [f32; FILTERS],
    /// The sums of a fit of the rise to it, through the origin: its square, A⁴·min, and it times the rise, A²·K·min.
    loads: [f32; FILTERS],
    rises: [f32; FILTERS],
    /// The sum of the squares of the rise, K²·min, and its weight, min.
    squares: f32,
    weight_min: f32,
    rest: Option<Rest>,
    /// Time under load in this session, minutes.
    session_min: f32,
    sessions: u8,
    /// What the sessions so far say.
    model: Model,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Model {
    filter: u8,
    rise_per_a2: f32,
    spread_k: f32,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Rest {
    celsius: f32,
    at: i64,
}

impl Thermal {
    /// The heat after a sample. `doubtful`: what is measured now is not usual.
    pub(crate) fn take(&mut self, seen: &Seen<'_>, doubtful: bool) -> Heat {
        if let Some(rest) = &mut self.rest {
            // Longer ago is no other.
            rest.at = rest.at.max(seen.at.saturating_sub(LEARN_FROM_MS + 1));
        }
        if !seen.charging() {
            self.end_session();
        }
        if let Some(square) = square(seen) {
            let elapsed_ms = seen.last.map_or(0, |last| seen.at.saturating_sub(last.at));
            for (load_a2, share) in self.load_a2.iter_mut().zip(shares(elapsed_ms)) {
                let load = f64::from(*load_a2);
                *load_a2 = narrow(load + share * (square - load));
            }
            if let Some(celsius) = seen.now.measured.temperature_c {
                self.measure(seen, f64::from(celsius), doubtful);
            }
        }
        Heat { load_a2: self.load(), usual: self.usual() }
    }

    /// The load that the model goes by, A².
    fn load(&self) -> f64 {
        let filter = if self.known() { self.model.filter } else { MIDDLE };
        self.load_a2.get(usize::from(filter)).copied().map_or(0.0, f64::from)
    }

    fn known(&self) -> bool {
        self.sessions >= SESSIONS
    }

    fn measure(&mut self, seen: &Seen<'_>, celsius: f64, doubtful: bool) {
        let minutes = minutes(seen.elapsed_ms().unwrap_or(0));
        let load = self.load();
        if load < UNLOADED_A2 {
            let before = self.rest.filter(|_| seen.before.is_some()).map(|rest| f64::from(rest.celsius));
            let share = follow(ms(seen.elapsed_ms().unwrap_or(0)) * REST_PER_MS);
            let celsius = before.map_or(celsius, |before| before + share * (celsius - before));
            self.rest = Some(Rest { celsius: narrow(celsius), at: seen.at });
            return;
        }
        let Some(rest) = &mut self.rest else { return };
        let rise = celsius - f64::from(rest.celsius);
        if self.sessions >= SESSIONS && !doubtful {
            let unexplained = rise - f64::from(self.model.rise_per_a2) * load;
            let most = AIR_K_PER_H * minutes / 60.0;
            rest.celsius += narrow(unexplained.clamp(-most, most));
            let square = f64::from(self.model.spread_k).powi(2);
            let share = (minutes / SPREAD_MIN).min(1.0);
            self.model.spread_k = narrow((square + share * (unexplained * unexplained - square)).sqrt());
        }
        if doubtful || seen.at.saturating_sub(rest.at) > LEARN_FROM_MS {
            return;
        }
        if seen.charging() && load > LOADED_A2 {
            self.session_min += narrow(minutes);
        }
        self.squares += narrow(minutes * rise * rise);
        self.weight_min += narrow(minutes);
        for ((load_a2, loads), rises) in self.load_a2.iter().zip(&mut self.loads).zip(&mut self.rises) {
            let load = f64::from(*load_a2);
            *loads += narrow(minutes * load * load);
            *rises += narrow(minutes * load * rise);
        }
    }

    /// Ends a session; if it was long enough, it counts.
    fn end_session(&mut self) {
        if std::mem::take(&mut self.session_min) < ENOUGH_MIN {
            return;
        }
        self.sessions = self.sessions.saturating_add(1).min(MEMORY);
        let spread_k = self.model.spread_k;
        self.model = self.fit();
        if self.sessions > SESSIONS {
            self.model.spread_k = spread_k;
        }
        if self.sessions >= MEMORY {
            let keep = 1.0 - 1.0 / f32::from(MEMORY);
            self.squares *= keep;
            self.weight_min *= keep;
            for sum in self.loads.iter_mut().chain(&mut self.rises) {
                *sum *= keep;
            }
        }
    }

    /// The filter that explains most of the rises.
    fn fit(&self) -> Model {
        let mut best = Model { filter: MIDDLE, ..Model::default() };
        let mut explained = 0.0;
        for (place, (loads, rises)) in (0..).zip(self.loads.iter().zip(&self.rises)) {
            let (loads, rises) = (f64::from(*loads), f64::from(*rises));
            if loads > 0.0 && rises > 0.0 && rises * rises / loads > explained {
                explained = rises * rises / loads;
                best = Model { filter: place, rise_per_a2: narrow(rises / loads), spread_k: 0.0 };
            }
        }
        let unexplained = (f64::from(self.squares) - explained).max(0.0) / f64::from(self.weight_min).max(1.0);
        Model { spread_k: narrow(unexplained.sqrt()), ..best }
    }

    fn usual(&self) -> Option<Usual> {
        let rest = self.rest.filter(|_| self.known())?;
        Some(Usual {
            rest_c: rest.celsius.into(),
            rise_per_a2: self.model.rise_per_a2.into(),
            spread_k: self.model.spread_k.into(),
        })
    }
}

impl Family for Thermal {
    const TAG: u8 = 6;

    fn outline(&self) -> u16 {
        u16::from(self.sessions)
    }

    fn write(&self, to: &mut Writer) {
        to.byte(self.model.filter << 1 | u8::from(self.rest.is_some()));
        if let Some(rest) = self.rest {
            to.float(rest.celsius);
            to.past(rest.at);
        }
        to.byte(self.sessions);
        for ((load_a2, loads), rises) in self.load_a2.iter().zip(&self.loads).zip(&self.rises) {
            for value in [load_a2, loads, rises] {
                to.float(*value);
            }
        }
        let model = [self.model.rise_per_a2, self.model.spread_k];
        for value in [self.squares, self.weight_min, self.session_min].into_iter().chain(model) {
            to.float(value);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, BadState> {
        let mask = from.byte()?;
        if usize::from(mask >> 1) >= FILTERS {
            return Err(BadState);
        }
        let rest = if mask & 1 == 0 { None } else { Some(Rest { celsius: from.float()?, at: from.past()? }) };
        let sessions = from.byte()?;
        let (mut load_a2, mut loads, mut rises) = ([0.0; FILTERS], [0.0; FILTERS], [0.0; FILTERS]);
        for filter in 0..FILTERS {
            (load_a2[filter], loads[filter], rises[filter]) = (from.float()?, from.float()?, from.float()?);
        }
        let (squares, weight_min, session_min) = (from.float()?, from.float()?, from.float()?);
        let model = Model { filter: mask >> 1, rise_per_a2: from.float()?, spread_k: from.float()? };
        Ok(Self { load_a2, loads, rises, squares, weight_min, rest, session_min, sessions, model })
    }
}

/// The mean square of the current since the sample before, A²; none when nothing is known of it.
fn square(seen: &Seen<'_>) -> Option<f64> {
    let now = match seen.highest_a() {
        Some(amperes) => amperes * amperes,
        None if seen.charging() => return None,
        None => 0.0,
    };
    match (seen.before, seen.last) {
        (Some(before), _) => {
            let before = before.current_a.highest().map_or(now, |amperes| amperes * amperes);
            Some(f64::midpoint(before, now))
        }
        // After a pause: it goes on as before, or nothing flowed.
        (None, Some(last)) if last.charging && seen.charging() => Some(now),
        (None, Some(_) | None) => Some(0.0),
    }
}

/// How far each filter comes in a time. Only a pause is longer than the shortest time constant.
fn shares(elapsed_ms: i64) -> [f64; FILTERS] {
    let times = PER_MS.map(|per_ms| ms(elapsed_ms) * per_ms);
    if times[0] < 1.0 { times.map(follow_shortly) } else { times.map(follow) }
}

/// How far a first-order system comes in a time, given in time constants: 1 - e^-t.
fn follow(times: f64) -> f64 {
    if times < 1.0 { follow_shortly(times) } else { 1.0 - (-times).exp() }
}

/// The same for less than one time constant, as a fraction that differs by less than 0.1 %.
fn follow_shortly(times: f64) -> f64 {
    times / (1.0 + times / 2.0 + times * times / 12.0)
}

/// Minutes.
pub(crate) fn minutes(elapsed_ms: i64) -> f64 {
    ms(elapsed_ms) / 60_000.0
}

#[expect(clippy::cast_precision_loss, reason = "a year is 35 bits of ms")]
fn ms(elapsed_ms: i64) -> f64 {
    elapsed_ms as f64
}

#[cfg(test)]
impl crate::part::Fullest for Thermal {
    fn fullest(at: i64) -> Self {
        Self {
            load_a2: [1.0; FILTERS],
            loads: [1.0; FILTERS],
            rises: [1.0; FILTERS],
            squares: 1.0,
            weight_min: 1.0,
            rest: Some(Rest { celsius: 1.0, at: at - LEARN_FROM_MS - 1 }),
            session_min: 1.0,
            sessions: MEMORY,
            model: Model { filter: 3, rise_per_a2: 1.0, spread_k: 1.0 },
        }
    }
}
