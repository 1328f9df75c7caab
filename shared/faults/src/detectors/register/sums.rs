//! What a register counted beside what the power added up to, from one of its movements to another.
//!
//! A register that moves by 100 Wh may be off by as much at any time but one: when it moves. So everything begins and ends with a movement.

use std::ops::RangeInclusive;

use super::whole;
use crate::bytes::{Reader, Writer};
use crate::part::Family;
use crate::seen::narrow;
use crate::state::BadState;

/// So much must be missing, or too much, beyond the tolerance and beyond what both ends may be off, Wh.
const MISSING_WH: f64 = 10.0;
/// Power that changes between two samples: the energy is off by so many deviations.
const BLUR: f64 = 2.0;

/// Energy by power.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Flow {
    /// Wh.
    pub(super) wh: f32,
    /// The square of what adding up samples may have missed of it, Wh².
    blur: f32,
}

/// What was counted and added up since a movement.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Window {
    pub(super) counted_wh: i64,
    flow: Flow,
    /// What its beginning may be off, Wh.
    begin_wh: f32,
}

/// The sums of one register. They can be gathered again.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Sums {
    /// Whether a movement is known, from which on it is known what the register counts.
    anchored: bool,
    /// What flowed since the last movement.
    pub(super) pending: Flow,
    /// What flowed since the last reading, Wh.
    pub(super) interval_wh: f32,
    /// Since a ratio was looked at.
    pub(super) window: Window,
    /// What is missing from the register beyond what is right or, below zero, too much in it, Wh: a sum that ends when it comes to zero.
    missing_wh: f32,
    /// The most that a single movement added to it: a vehicle that rests between two samples leaves as much missing.
    most_wh: f32,
    /// Since the sum began.
    pub(super) sum: Window,
}

impl Flow {
    /// Adds `wh`, of which `missed_wh` may be wrong.
    fn add(&mut self, wh: f64, missed_wh: f64) {
        self.wh += narrow(wh);
        self.blur += narrow(missed_wh * missed_wh);
    }

    /// The least that it may be, Wh.
    pub(super) fn least_wh(self) -> f64 {
        f64::from(self.wh) - BLUR * f64::from(self.blur).sqrt()
    }
}

impl Window {
    fn beginning(begin_wh: f64) -> Self {
        Self { begin_wh: narrow(begin_wh), ..Self::default() }
    }

    fn add(&mut self, counted_wh: i64, flow: Flow) {
        self.counted_wh = self.counted_wh.saturating_add(counted_wh);
        self.flow.wh += flow.wh;
        self.flow.blur += flow.blur;
    }

    /// What the power added up to, Wh.
    pub(super) fn expected_wh(&self) -> f64 {
        f64::from(self.flow.wh)
    }

    /// What its ends and its sum may be off together, Wh, when it ends off by `end_wh`.
    pub(super) fn unsure_wh(&self, end_wh: f64) -> f64 {
        let (begin_wh, blur) = (f64::from(self.begin_wh), f64::from(self.flow.blur));
        (begin_wh * begin_wh + end_wh * end_wh + BLUR * BLUR * blur).sqrt()
    }
}

impl Sums {
    /// Adds what flowed between two samples, Wh, of which `missed_wh` may be wrong.
    pub(super) fn flow(&mut self, wh: f64, missed_wh: f64) {
        self.pending.add(wh, missed_wh);
        self.interval_wh += narrow(wh);
    }

    /// From here on it is not known what the register should have counted, until it moves again.
    pub(super) fn lose_track(&mut self) {
        *self = Self { pending: self.pending, ..Self::default() };
    }

    /// A movement, off by `end_wh`: what flowed since the one before, if that is known.
    pub(super) fn moved(&mut self, end_wh: f64) -> Option<Flow> {
        let flow = std::mem::take(&mut self.pending);
        if self.anchored {
            return Some(flow);
        }
        self.anchored = true;
        self.begin(end_wh);
        None
    }

    /// Begins with a movement that is off by `begin_wh`.
    pub(super) fn begin(&mut self, begin_wh: f64) {
        self.window = Window::beginning(begin_wh);
        self.begin_sum(begin_wh);
    }

    /// Begins to sum at a movement that is off by `begin_wh`.
    fn begin_sum(&mut self, begin_wh: f64) {
        (self.missing_wh, self.most_wh, self.sum) = (0.0, 0.0, Window::beginning(begin_wh));
    }

    /// Counts a movement, off by `end_wh`, which would have been `right` for what flowed, Wh.
    pub(super) fn count(&mut self, counted: i64, flow: Flow, right: RangeInclusive<f64>, end_wh: f64) {
        self.window.add(counted, flow);
        let (less, more) = (right.start() - whole(counted), whole(counted) - right.end());
        let before = f64::from(self.missing_wh);
        let is_less = if before == 0.0 { less > more } else { before > 0.0 };
        let part = if is_less { less } else { more };
        let sum = before.abs() + part;
        if sum <= 0.0 {
            return self.begin_sum(end_wh);
        }
        self.missing_wh = narrow(if is_less { sum } else { -sum });
        self.most_wh = self.most_wh.max(narrow(part));
        self.sum.add(counted, flow);
    }

    /// Whether more is missing, or too much, than the ends of the sum and `late_wh` explain; without its largest part, than half of the ends.
    pub(super) fn shows(&self, end_wh: f64, late_wh: f64) -> bool {
        let (missing, most) = (f64::from(self.missing_wh.abs()), f64::from(self.most_wh));
        let unsure = self.sum.unsure_wh(end_wh);
        missing > MISSING_WH + unsure + late_wh && missing - most > MISSING_WH + unsure / 2.0
    }

    /// Ends the window at a movement that is off by `end_wh`.
    pub(super) fn end_window(&mut self, end_wh: f64) -> Window {
        std::mem::replace(&mut self.window, Window::beginning(end_wh))
    }
}

impl Family for Sums {
    const TAG: u8 = 19;

    fn outline(&self) -> u16 {
        0
    }

    fn write(&self, to: &mut Writer) {
        let Self { anchored, pending, interval_wh, window, missing_wh, most_wh, sum } = self;
        to.byte((*anchored).into());
        for value in [pending.wh, pending.blur, *interval_wh, *missing_wh, *most_wh] {
            to.float(value);
        }
        for window in [window, sum] {
            to.whole(window.counted_wh.unsigned_abs());
            for value in [window.flow.wh, window.flow.blur, window.begin_wh] {
                to.float(value);
            }
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, BadState> {
        let anchored = match from.byte()? {
            0 => false,
            1 => true,
            _ => return Err(BadState),
        };
        let pending = flow(from)?;
        let (interval_wh, missing_wh, most_wh) = (from.float()?, from.float()?, from.float()?);
        let (window, sum) = (window(from)?, window(from)?);
        Ok(Self { anchored, pending, interval_wh, window, missing_wh, most_wh, sum })
    }
}

fn flow(from: &mut Reader<'_>) -> Result<Flow, BadState> {
    Ok(Flow { wh: from.float()?, blur: from.float()? })
}

fn window(from: &mut Reader<'_>) -> Result<Window, BadState> {
    Ok(Window { counted_wh: from.whole()?, flow: flow(from)?, begin_wh: from.float()? })
}

#[cfg(test)]
impl crate::part::Fullest for Sums {
    fn fullest(_: i64) -> Self {
        let flow = Flow { wh: 1e9, blur: 1e9 };
        let window = Window { counted_wh: 10_000_000_000, flow, begin_wh: 1e9 };
        Self { anchored: true, pending: flow, interval_wh: 1e9, window, missing_wh: 1e9, most_wh: 1e9, sum: window }
    }
}
