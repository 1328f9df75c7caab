//! The last sample, as far as the next one needs it.

use messages::{Sample, Status};

use crate::bytes::{Reader, Writer};
use crate::plausible;
use crate::run::GAP_MS;
use crate::state::BadState;

const CHARGING: u8 = 1;
const OFFERED: u8 = 2;
/// The bit of the first phase; the others follow.
const PHASE: u8 = 4;
const ALL: u8 = CHARGING | OFFERED | PHASE | PHASE << 1 | PHASE << 2;

/// What is remembered of the last sample of a connector. What was not measured, or cannot be, is absent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Last {
    /// When it was measured, ms since 1970.
    pub(crate) at: i64,
    /// Whether energy was flowing, as the station said.
    pub(crate) charging: bool,
    /// The current offered per phase, A; kept from earlier samples where a sample names none.
    pub(crate) offered_a: Option<f32>,
    /// The current per phase, A.
    pub(crate) current_a: [Option<f32>; 3],
}

/// A sample beside the one before it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    /// The time of the sample, ms since 1970.
    pub(crate) at: i64,
    /// The sample.
    pub(crate) sample: &'a Sample,
    /// The one before it, unless it was so long ago that it tells nothing.
    pub(crate) before: Option<Last>,
}

impl<'a> Seen<'a> {
    pub(crate) fn new(at: i64, sample: &'a Sample, before: Option<Last>) -> Self {
        Self { at, sample, before: before.filter(|last| at.saturating_sub(last.at) <= GAP_MS) }
    }

    /// Whether energy flows, as the station says.
    pub(crate) fn charging(&self) -> bool {
        self.sample.status == Status::Charging
    }

    /// The largest change of a phase's current since the sample before, A; none when that is not known.
    pub(crate) fn current_step_a(&self) -> Option<f64> {
        let before = self.before?.current_a;
        let step = |(now, before): (Option<f32>, Option<f32>)| Some(f64::from(now? - before?).abs());
        self.remember().current_a.into_iter().zip(before).filter_map(step).reduce(f64::max)
    }

    /// What the next sample needs of this one.
    pub(crate) fn remember(&self) -> Last {
        let mut current_a = [None; 3];
        for (kept, measured) in current_a.iter_mut().zip(&self.sample.current_a) {
            *kept = plausible::current_a(*measured).map(narrow);
        }
        let offered = self.sample.offered_a.and_then(plausible::current_a).map(narrow);
        Last {
            at: self.at,
            charging: self.charging(),
            offered_a: offered.or(self.before.and_then(|last| last.offered_a)),
            current_a,
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "plausible currents fit, and seven digits are more than a meter has"
)]
fn narrow(value: f64) -> f32 {
    value as f32
}

impl Last {
    /// Writes everything but the time.
    pub(crate) fn write(&self, to: &mut Writer) {
        let mut mask = if self.charging { CHARGING } else { 0 };
        if self.offered_a.is_some() {
            mask |= OFFERED;
        }
        for (phase, _) in self.current_a.iter().enumerate().filter(|(_, current)| current.is_some()) {
            mask |= PHASE << phase;
        }
        to.byte(mask);
        for value in self.offered_a.into_iter().chain(self.current_a.into_iter().flatten()) {
            to.float(value);
        }
    }

    pub(crate) fn read(at: i64, from: &mut Reader<'_>) -> Result<Self, BadState> {
        let mask = from.byte()?;
        if mask & !ALL != 0 {
            return Err(BadState);
        }
        let mut float = |bit: u8| if mask & bit == 0 { Ok(None) } else { from.float().map(Some) };
        let offered_a = float(OFFERED)?;
        let current_a = [float(PHASE)?, float(PHASE << 1)?, float(PHASE << 2)?];
        Ok(Self { at, charging: mask & CHARGING != 0, offered_a, current_a })
    }
}
