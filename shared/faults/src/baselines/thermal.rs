//! How much the current has heated a connector, and how warm that usually makes it: the ground on which a loose contact shows.
//!
//! A contact turns I²·R into heat, and the connector follows like a first-order system. What cannot be known is its thermal resistance: it
//! is learned as the temperature above that of the unloaded connector, per square ampere, over whole sessions.

use crate::bytes::{Reader, Writer};
use crate::part::Family;
use crate::seen::{Last, Seen, highest, narrow};
use crate::state::BadState;

/// The time constant of a connector, ms.
const TAU_MS: f64 = 900_000.0;
/// Below this a connector is as warm as the air around it, A².
const UNLOADED_A2: f64 = 5.0;
/// Above this its warmth says something of its contacts, A².
pub(crate) const LOADED_A2: f64 = 60.0;
/// The time over which the temperature of the unloaded connector is taken, ms.
const REST_MS: f64 = 600_000.0;
/// What is learned from counts once the current has been this steady.
const SETTLED: f64 = 0.25;
/// So old may the temperature of the unloaded connector be to learn from, ms.
const LEARN_FROM_MS: i64 = 6 * 3_600_000;
/// A session teaches from this weight on, minutes.
const ENOUGH_MIN: f32 = 5.0;
/// The sessions after which a model is relied on.
const SESSIONS: u8 = 5;
/// The sessions that a model remembers.
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
    /// How old that temperature is, ms.
    pub(crate) rest_age_ms: i64,
    /// The rise per load, K/A².
    pub(crate) rise_per_a2: f64,
    /// How far sessions differ in it, as a share of it.
    pub(crate) spread: f64,
}

/// What is learned.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Thermal {
    load_a2: f32,
    rest: Option<Rest>,
    session: Session,
    sessions: u8,
    mean: f32,
    squares: f32,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Rest {
    celsius: f32,
    at: i64,
}

/// What this session says so far.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Session {
    weight_min: f32,
    sum: f32,
    spoiled: bool,
}

impl Thermal {
    /// The heat after a sample. `last` is the one before, however long ago.
    pub(crate) fn take(&mut self, seen: &Seen<'_>, last: Option<Last>) -> Heat {
        if !seen.charging() {
            self.learn();
        }
        let elapsed_ms = last.map_or(0, |last| seen.at.saturating_sub(last.at));
        if let Some(square) = square(seen, last) {
            let load = f64::from(self.load_a2);
            self.load_a2 = narrow(load + follow(elapsed_ms, TAU_MS) * (square - load));
            if let Some(celsius) = seen.now.measured.temperature_c {
                self.measure(seen, f64::from(celsius), square);
            }
        }
        Heat { load_a2: f64::from(self.load_a2), usual: self.usual(seen.at) }
    }

    /// What this session says is not usual.
    pub(crate) fn spoil(&mut self) {
        self.session.spoiled = true;
    }

    fn measure(&mut self, seen: &Seen<'_>, celsius: f64, square: f64) {
        let load = f64::from(self.load_a2);
        if load < UNLOADED_A2 {
            let before = self.rest.filter(|_| seen.before.is_some()).map(|rest| f64::from(rest.celsius));
            let share = follow(seen.elapsed_ms().unwrap_or(0), REST_MS);
            let celsius = before.map_or(celsius, |before| before + share * (celsius - before));
            self.rest = Some(Rest { celsius: narrow(celsius), at: seen.at });
            return;
        }
        let Some(rest) = self.rest.filter(|rest| seen.at.saturating_sub(rest.at) < LEARN_FROM_MS) else { return };
        if seen.charging() && load > LOADED_A2 && (square - load).abs() < SETTLED * square {
            let weight = minutes(seen.elapsed_ms().unwrap_or(0));
            self.session.weight_min += narrow(weight);
            self.session.sum += narrow(weight * (celsius - f64::from(rest.celsius)) / load);
        }
    }

    /// Ends a session; what it says is kept if it was long enough and nothing was wrong.
    fn learn(&mut self) {
        let Session { weight_min, sum, spoiled } = std::mem::take(&mut self.session);
        if weight_min < ENOUGH_MIN || spoiled {
            return;
        }
        let rise = sum / weight_min;
        let known = f32::from(self.sessions.min(MEMORY - 1));
        let away = rise - self.mean;
        self.mean += away / (known + 1.0);
        if self.sessions >= MEMORY {
            self.squares *= 1.0 - 1.0 / f32::from(MEMORY);
        }
        self.squares += away * (rise - self.mean);
        self.sessions = self.sessions.saturating_add(1).min(MEMORY);
    }

    fn usual(&self, at: i64) -> Option<Usual> {
        let rest = self.rest.filter(|_| self.sessions >= SESSIONS)?;
        let rise = f64::from(self.mean).max(0.0);
        let deviation = (f64::from(self.squares.max(0.0)) / f64::from(self.sessions - 1)).sqrt();
        Some(Usual {
            rest_c: f64::from(rest.celsius),
            rest_age_ms: at.saturating_sub(rest.at),
            rise_per_a2: rise,
            spread: if rise > 0.0 { deviation / rise } else { 0.0 },
        })
    }
}

impl Family for Thermal {
    const TAG: u8 = 6;

    fn outline(&self) -> u16 {
        u16::from(self.sessions)
    }

    fn write(&self, to: &mut Writer) {
        to.byte(u8::from(self.rest.is_some()) | u8::from(self.session.spoiled) << 1);
        if let Some(rest) = self.rest {
            to.float(rest.celsius);
            to.past(rest.at);
        }
        to.byte(self.sessions);
        for value in [self.load_a2, self.session.weight_min, self.session.sum, self.mean, self.squares] {
            to.float(value);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, BadState> {
        let mask = from.byte()?;
        if mask > 3 {
            return Err(BadState);
        }
        let rest = if mask & 1 == 0 { None } else { Some(Rest { celsius: from.float()?, at: from.past()? }) };
        let sessions = from.byte()?;
        let load_a2 = from.float()?;
        let session = Session { weight_min: from.float()?, sum: from.float()?, spoiled: mask & 2 != 0 };
        Ok(Self { load_a2, rest, session, sessions, mean: from.float()?, squares: from.float()? })
    }
}

/// The mean square of the current since the sample before, A²; none when nothing is known of it.
fn square(seen: &Seen<'_>, last: Option<Last>) -> Option<f64> {
    let now = match seen.highest_a() {
        Some(amperes) => amperes * amperes,
        None if seen.charging() => return None,
        None => 0.0,
    };
    match (seen.before, last) {
        (Some(before), _) => {
            let before = highest(&before.current_a).map_or(now, |amperes| amperes * amperes);
            Some(f64::midpoint(before, now))
        }
        // After a pause: it goes on as before, or nothing flowed.
        (None, Some(last)) if last.charging && seen.charging() => Some(now),
        (None, Some(_)) => Some(0.0),
        (None, None) => Some(0.0),
    }
}

/// How far a first-order system comes in a time.
fn follow(elapsed_ms: i64, tau_ms: f64) -> f64 {
    1.0 - (-ms(elapsed_ms) / tau_ms).exp()
}

/// Minutes.
pub(crate) fn minutes(elapsed_ms: i64) -> f64 {
    ms(elapsed_ms) / 60_000.0
}

#[expect(clippy::cast_precision_loss, reason = "a year is 35 bits of ms")]
fn ms(elapsed_ms: i64) -> f64 {
    elapsed_ms as f64
}
