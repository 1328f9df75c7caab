//! One fault of one connector: opened after its debounce, cleared with hysteresis, opened anew when it becomes more urgent.

use crate::Severity;
use crate::bytes::{Reader, Writer};
use crate::run::{Debounce, Holds, Run};
use crate::state::BadState;

/// The most levels a fault has.
const LEVELS: usize = 3;

/// The first byte of a packed watch: whether it is open, how urgent it is, and which runs there are.
const OPEN: u8 = 1;
const SEVERITY: u8 = 6;
const RUNS: [u8; LEVELS + 1] = [8, 16, 32, CLEARING];
const CLEARING: u8 = 64;

/// One limit of a fault, and what a sample says of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Level {
    /// How urgent it is to break it.
    pub(crate) severity: Severity,
    /// The limit, in the unit of the fault.
    pub(crate) limit: f64,
    /// Whether the sample breaks it.
    pub(crate) broken: Holds,
    /// For how long it must be broken.
    pub(crate) debounce: Debounce,
}

/// What a sample says of clearing the fault.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clearing {
    /// Whether the sample is good.
    pub(crate) good: Holds,
    /// For how long that must be so, seconds.
    pub(crate) seconds: i64,
}

/// What a sample decides.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Verdict {
    /// Everything stays as it is.
    Same,
    /// The fault opens: `level` was broken for `held_ms`.
    Opened { level: Level, held_ms: i64 },
    /// The fault `was` open and is now more urgent.
    Worsened { was: Open, level: Level, held_ms: i64 },
    /// The fault `was` open and is over: all was good for `held_ms`.
    Cleared { was: Open, held_ms: i64 },
}

/// An episode, as far as deciding needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Open {
    /// When it opened, ms since 1970.
    pub(crate) since: i64,
    /// How urgent it is.
    pub(crate) severity: Severity,
}

/// What is remembered of one fault: nothing, most of the time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Watch(Option<Box<Memory>>);

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Memory {
    open: Option<Open>,
    breaking: [Run; LEVELS],
    clearing: Run,
}

impl Watch {
    /// Takes one sample at `at`. The levels are always given in the same order, at most [`LEVELS`].
    pub(crate) fn take(&mut self, at: i64, levels: &[Level], clearing: Clearing) -> Verdict {
        let verdict = self.0.get_or_insert_default().take(at, levels, clearing);
        self.forget();
        verdict
    }

    /// Lets time pass without a sample that tells anything.
    pub(crate) fn pass(&mut self, at: i64) {
        if let Some(memory) = &mut self.0 {
            memory.breaking.iter_mut().chain([&mut memory.clearing]).for_each(|run| run.expire(at));
            self.forget();
        }
    }

    fn forget(&mut self) {
        if self.0.as_deref() == Some(&Memory::default()) {
            self.0 = None;
        }
    }

    /// Whether nothing is remembered.
    pub(crate) fn is_idle(&self) -> bool {
        self.0.is_none()
    }

    pub(crate) fn is_open(&self) -> bool {
        self.0.as_ref().is_some_and(|memory| memory.open.is_some())
    }

    /// What losing a sample could change: whether the fault is open and which runs have begun.
    pub(crate) fn outline(&self) -> u8 {
        let Some(memory) = &self.0 else { return 0 };
        let runs = memory.runs().iter().enumerate().fold(0, |mask, (nth, run)| mask | u8::from(!run.is_none()) << nth);
        runs << 3 | memory.open.map_or(0, |open| open.severity as u8 + 1)
    }

    /// Which parts there are, then those parts.
    pub(crate) fn write(&self, to: &mut Writer) {
        match &self.0 {
            Some(memory) => memory.write(to),
            None => to.byte(0),
        }
    }

    /// The same in fewer bytes.
    pub(crate) fn pack(&self, to: &mut Writer) {
        match &self.0 {
            Some(memory) => memory.pack(to),
            None => to.byte(0),
        }
    }

    pub(crate) fn unpack(from: &mut Reader<'_>) -> Result<Self, BadState> {
        let mut watch = Self(Some(Box::new(Memory::unpack(from)?)));
        watch.forget();
        Ok(watch)
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Result<Self, BadState> {
        let mut watch = Self(Some(Box::new(Memory::read(from)?)));
        watch.forget();
        Ok(watch)
    }
}

impl Memory {
    fn take(&mut self, at: i64, levels: &[Level], clearing: Clearing) -> Verdict {
        let was = self.open;
        let mut worst: Option<(Level, i64)> = None;
        for (run, level) in self.breaking.iter_mut().zip(levels) {
            if was.is_some_and(|open| open.severity <= level.severity) {
                *run = Run::NONE;
            } else if let Some(held_ms) = run.take(at, level.broken, level.debounce)
                && worst.is_none_or(|(other, _)| level.severity < other.severity)
            {
                worst = Some((*level, held_ms));
            }
        }
        match (was, worst) {
            (None, None) => Verdict::Same,
            (None, Some((level, held_ms))) => {
                self.open(at, level.severity, levels);
                Verdict::Opened { level, held_ms }
            }
            (Some(was), Some((level, held_ms))) => {
                self.open(at, level.severity, levels);
                Verdict::Worsened { was, level, held_ms }
            }
            (Some(was), None) => match self.clearing.take(at, clearing.good, Debounce::seconds(clearing.seconds)) {
                Some(held_ms) => {
                    *self = Self::default();
                    Verdict::Cleared { was, held_ms }
                }
                None => Verdict::Same,
            },
        }
    }

    fn open(&mut self, at: i64, severity: Severity, levels: &[Level]) {
        self.open = Some(Open { since: at, severity });
        self.clearing = Run::NONE;
        for (run, level) in self.breaking.iter_mut().zip(levels) {
            if severity <= level.severity {
                *run = Run::NONE;
            }
        }
    }

    fn write(&self, to: &mut Writer) {
        let runs = self.runs();
        let mask = runs
            .iter()
            .enumerate()
            .fold(u8::from(self.open.is_some()), |mask, (nth, run)| if run.is_none() { mask } else { mask | 2 << nth });
        to.byte(mask);
        if let Some(open) = self.open {
            to.byte(open.severity as u8);
            to.past(open.since);
        }
        for run in runs {
            run.write(to);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, BadState> {
        let mask = from.byte()?;
        if mask >= 2 << (LEVELS + 1) {
            return Err(BadState);
        }
        let mut memory = Self::default();
        if mask & 1 != 0 {
            memory.open = Some(Open { severity: severity(from.byte()?)?, since: from.past()? });
        }
        for (nth, run) in memory.breaking.iter_mut().chain([&mut memory.clearing]).enumerate() {
            if mask & 2 << nth != 0 {
                *run = Run::read(from)?;
            }
        }
        Ok(memory)
    }

    fn pack(&self, to: &mut Writer) {
        let runs = self.runs();
        let open = self.open.map_or(0, |open| OPEN | (open.severity as u8) << 1);
        to.byte(runs.iter().zip(RUNS).fold(open, |mask, (run, bit)| if run.is_none() { mask } else { mask | bit }));
        if let Some(open) = self.open {
            to.past(open.since);
        }
        for (run, bit) in runs.iter().zip(RUNS) {
            run.pack(to, bit != CLEARING);
        }
    }

    fn unpack(from: &mut Reader<'_>) -> Result<Self, BadState> {
        let mask = from.byte()?;
        if mask >= CLEARING << 1 || mask & (OPEN | SEVERITY) != 0 && mask & OPEN == 0 {
            return Err(BadState);
        }
        let mut memory = Self::default();
        if mask & OPEN != 0 {
            memory.open = Some(Open { severity: severity((mask & SEVERITY) >> 1)?, since: from.past()? });
        }
        for (run, bit) in memory.breaking.iter_mut().chain([&mut memory.clearing]).zip(RUNS) {
            if mask & bit != 0 {
                *run = Run::unpack(from, bit != CLEARING)?;
            }
        }
        Ok(memory)
    }

    fn runs(&self) -> [Run; LEVELS + 1] {
        let [first, second, third] = self.breaking;
        [first, second, third, self.clearing]
    }
}

fn severity(number: u8) -> Result<Severity, BadState> {
    let known = [Severity::P1, Severity::P2, Severity::P3, Severity::P4];
    known.into_iter().find(|severity| *severity as u8 == number).ok_or(BadState)
}

#[cfg(test)]
impl Watch {
    /// A watch that is open since the beginning of time, with the run towards a more urgent level, if there is one with a debounce, and
    /// the run towards clearing, if that takes time.
    pub(crate) fn fullest(at: i64, worsens: bool, clears: bool) -> Self {
        let run = |runs| if runs { Run::fullest(at) } else { Run::NONE };
        let open = Some(Open { since: crate::part::EARLIEST, severity: Severity::P4 });
        Self(Some(Box::new(Memory { open, breaking: [Run::NONE, run(worsens), Run::NONE], clearing: run(clears) })))
    }
}
