//! D10 energy register: it never goes back, and it counts what the power adds up to.

mod sums;

use crate::baselines::minutes;
use crate::bytes::{Reader, Writer};
use crate::part::Family;
use crate::report::{Finding, judge};
use crate::run::{Debounce, Holds};
use crate::seen::{Seen, narrow};
use crate::state::BadState;
use crate::watch::{Clearing, Level, Watch};
use crate::{Change, FaultId, Severity};

use sums::Flow;
pub(crate) use sums::Sums;

/// Below this a meter is not exact enough to be compared, W.
const COMPARED_W: f64 = 200.0;
/// By how much two meters differ from 1, and from what is usual between them once that is known.
const TOLERANCE: f64 = 0.07;
const USUAL_TOLERANCE: f64 = 0.03;
/// A register has moved somewhere between two samples: by this share of a step or of what flowed, whichever is less.
const END: f64 = 0.6;
/// Times are not exact, by so many s and by this share of the interval.
const EDGE_S: f64 = 1.5;
const JITTER: f64 = 0.05;
/// A register that is not read whenever it is shown moves unevenly: by so much less or more than what flowed, and some steps. For as many
/// good windows afterwards it may be late.
const UNEVEN: f64 = 0.25;
const UNEVEN_STEPS: f64 = 2.0;
const UNEVEN_WINDOWS: u8 = 7;
/// A register that stands still while so much flows, Wh and in steps of it, is stuck.
const STILL_WH: f64 = 500.0;
const STILL_STEPS: f64 = 12.0;
/// The same before the register was seen to move, when its step may be a whole kWh.
const STILL_UNKNOWN_WH: f64 = 2_200.0;
/// Nor is one that is renewed now and then before as many readings, and s, have shown the same.
const STILL_READINGS: f64 = 2.0;
const STILL_S: f64 = 120.0;
/// The energy after which a ratio is learned or found good, Wh, where the ends are off by no more than this share of it.
const WINDOW_WH: f64 = 300.0;
const ENDS: f64 = 0.05;
/// An open fault clears within this share of the tolerance, in so many windows in a row.
const GOOD: f64 = 0.5;
const WINDOWS: u8 = 2;
/// What can be usual between two meters, and after how many windows it is.
const USUAL: (f64, f64) = (0.94, 1.06);
const KNOWN_WINDOWS: u8 = 4;
const MEMORY: u8 = 10;
/// A register that begins again after its last digit has gone through less than this, Wh.
const ROLLOVER_WH: i64 = 100_000;

/// What is wrong with a register. One thing at a time: its cause is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Kind {
    #[default]
    Rollback,
    Mismatch,
    Stuck,
}

/// What is remembered of the register.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Register {
    pub(super) meter: Meter,
    pub(super) sums: Sums,
}

/// What is known of the register, and told of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Meter {
    watch: Watch,
    kind: Kind,
    /// The last reading, Wh.
    last_wh: Option<i64>,
    /// The greatest common divisor of all movements, Wh; 0 before the first.
    step_wh: u32,
    /// What the register usually counts of the power added up, and over how many windows.
    usual: f32,
    windows: u8,
    /// Windows in a row that differ by no more than half of what they may.
    good: u8,
    /// For how many such windows it is remembered that the register moved unevenly.
    uneven: u8,
}

impl Register {
    pub(crate) fn take(&mut self, seen: &Seen<'_>, changes: &mut Vec<Change>) {
        let reading = seen.sample.register_wh;
        if let (Some(last), Some(now)) = (self.meter.last_wh, reading)
            && now < last
        {
            self.restart(reading);
            if !rolls_over(last, now) {
                let finding = || Finding {
                    fault: FaultId::RegisterRollback,
                    unit: "Wh",
                    value: whole(now),
                    good_limit: whole(last),
                    broken: format!("the energy register went back from {last} to {now} Wh"),
                    good: String::new(),
                };
                self.judge(seen, Some(Kind::Rollback), whole(last), changes, finding);
            }
            return;
        }
        let Some(elapsed_ms) = seen.elapsed_ms() else { return self.restart(reading) };
        self.add_up(seen, elapsed_ms);
        let Some(now) = reading else { return };
        let Some(last) = self.meter.last_wh.replace(now) else { return self.restart(reading) };
        let counted = now.saturating_sub(last);
        let interval_wh = f64::from(std::mem::take(&mut self.sums.interval_wh));
        if counted == 0 {
            return self.stand_still(seen, interval_wh, changes);
        }
        self.meter.step_wh = divisor(self.meter.step_wh, counted);
        if interval_wh <= 0.0 {
            // What is counted without power that can be compared belongs to nothing.
            return self.sums = Sums::default();
        }
        let edge_s = EDGE_S + JITTER * minutes(elapsed_ms) * 60.0;
        let edge_wh = seen.power_w().unwrap_or(0.0) * edge_s / 3_600.0;
        let step_wh = self.step(seen).map_or(interval_wh, |step| step.min(interval_wh));
        let end_wh = END * step_wh + edge_wh;
        if let Some(flow) = self.sums.moved(end_wh) {
            self.compare(seen, counted, flow, (interval_wh, end_wh), changes);
        }
    }

    /// Adds the power up between two samples.
    fn add_up(&mut self, seen: &Seen<'_>, elapsed_ms: i64) {
        let before = seen.before.and_then(|before| before.measured.power_w).map(f64::from);
        let Some((before, now)) =
            before.zip(seen.power_w()).or_else(|| before.or(seen.power_w()).map(|one| (one, one)))
        else {
            return self.sums.lose_track();
        };
        let hours = minutes(elapsed_ms) / 60.0;
        let middle = f64::midpoint(before, now);
        if middle > COMPARED_W {
            self.sums.flow(middle * hours, (now - before).abs() / 2.0 * hours);
        } else {
            self.sums.lose_track();
        }
    }

    fn step(&self, seen: &Seen<'_>) -> Option<f64> {
        let seen_step = (self.meter.step_wh > 0).then(|| f64::from(self.meter.step_wh));
        match (seen.profile.register_step_wh, seen_step) {
            (Some(known), Some(seen)) => Some(known.min(seen)),
            (known, seen) => known.or(seen),
        }
    }

    /// Begins anew at a reading.
    fn restart(&mut self, reading: Option<i64>) {
        self.meter.last_wh = reading;
        self.sums = Sums::default();
    }

    /// What is usual, and by how much it may differ.
    fn expected(&self) -> (f64, f64) {
        if self.meter.windows < KNOWN_WINDOWS {
            (1.0, TOLERANCE)
        } else {
            (f64::from(self.meter.usual), USUAL_TOLERANCE)
        }
    }

    /// `interval_wh` have flowed since the last reading, which was the same.
    fn stand_still(&mut self, seen: &Seen<'_>, interval_wh: f64, changes: &mut Vec<Change>) {
        let limit = self.step(seen).map_or(STILL_UNKNOWN_WH, |step| (STILL_STEPS * step).max(STILL_WH));
        let renewed_wh = seen.power_w().unwrap_or(0.0) * STILL_S / 3_600.0;
        let limit = limit.max(STILL_READINGS * interval_wh).max(renewed_wh);
        if self.sums.pending.least_wh() < limit {
            return;
        }
        let expected = f64::from(self.sums.pending.wh);
        self.judge(seen, Some(Kind::Stuck), expected, changes, || mismatch(0, expected));
    }

    /// The register has moved by `counted` Wh while `flow` was added up; the end of it may be off by `end_wh`. In its last
    /// interval `interval_wh` have flowed.
    fn compare(
        &mut self,
        seen: &Seen<'_>,
        counted: i64,
        flow: Flow,
        (interval_wh, end_wh): (f64, f64),
        changes: &mut Vec<Change>,
    ) {
        let (usual, tolerance) = self.expected();
        let flowed = f64::from(flow.wh);
        // Between 1 and what is usual nothing is wrong: a register that is read late teaches a part of its beat only.
        let right = (usual.min(1.0) - tolerance) * flowed..=(usual.max(1.0) + tolerance) * flowed;
        self.sums.count(counted, flow, right, end_wh);
        if (usual * flowed - whole(counted)).abs() > UNEVEN * flowed + UNEVEN_STEPS * self.step(seen).unwrap_or(0.0) {
            self.meter.uneven = UNEVEN_WINDOWS;
        }
        // Nor is it known at first how evenly it moves. What is wrong already is not in doubt.
        let late = !self.meter.watch.is_open() && (self.meter.uneven > 0 || self.meter.windows < KNOWN_WINDOWS);
        if self.sums.shows(end_wh, if late { interval_wh } else { 0.0 }) {
            let sum = self.sums.sum;
            self.sums.begin(end_wh);
            let expected = sum.expected_wh();
            return self.judge(seen, Some(Kind::Mismatch), expected, changes, || mismatch(sum.counted_wh, expected));
        }
        let (expected, unsure_wh) = (self.sums.window.expected_wh(), self.sums.window.unsure_wh(end_wh));
        if expected < WINDOW_WH || unsure_wh > ENDS * expected {
            return;
        }
        let counted = self.sums.end_window(end_wh).counted_wh;
        let ratio = whole(counted) / expected;
        let off = (ratio - usual).abs();
        if off <= tolerance {
            self.learn(ratio);
        }
        let good = off - unsure_wh / expected <= GOOD * tolerance;
        if good {
            self.meter.uneven = self.meter.uneven.saturating_sub(1);
        }
        self.meter.good = if good { self.meter.good.saturating_add(1).min(WINDOWS) } else { 0 };
        self.judge(seen, None, expected, changes, || mismatch(counted, expected));
    }

    fn learn(&mut self, ratio: f64) {
        let usual = if self.meter.windows == 0 { 1.0 } else { f64::from(self.meter.usual) };
        let share = 1.0 / f64::from(self.meter.windows.saturating_add(1).min(MEMORY));
        self.meter.usual = narrow((usual + share * (ratio - usual)).clamp(USUAL.0, USUAL.1));
        self.meter.windows = self.meter.windows.saturating_add(1).min(MEMORY);
    }

    fn judge(
        &mut self,
        seen: &Seen<'_>,
        broken: Option<Kind>,
        limit: f64,
        changes: &mut Vec<Change>,
        finding: impl FnOnce() -> Finding,
    ) {
        if let Some(kind) = broken {
            self.meter.good = 0;
            if !self.meter.watch.is_open() {
                self.meter.kind = kind;
            }
        }
        let fault = self.meter.kind.fault();
        let broken = broken.is_some().into();
        let levels = [Level { severity: Severity::P2, limit, broken, debounce: Debounce::AT_ONCE }];
        let clearing = Clearing { good: Holds::from(self.meter.good >= WINDOWS), seconds: 0 };
        judge(seen, &mut self.meter.watch, levels, clearing, changes, &fault.clone(), move || Finding {
            fault,
            ..finding()
        });
    }
}

/// What a register counted beside what the power added up to, Wh.
fn mismatch(counted_wh: i64, expected_wh: f64) -> Finding {
    let text = format!("the energy register counted {counted_wh} Wh while the power added up to {expected_wh:.0} Wh");
    Finding {
        fault: FaultId::RegisterMismatch,
        unit: "Wh",
        value: whole(counted_wh),
        good_limit: expected_wh,
        broken: text.clone(),
        good: text,
    }
}

impl Kind {
    fn fault(self) -> FaultId {
        match self {
            Self::Rollback => FaultId::RegisterRollback,
            Self::Mismatch => FaultId::RegisterMismatch,
            Self::Stuck => FaultId::RegisterStuck,
        }
    }
}

/// Whether a register has gone through all its digits.
fn rolls_over(last: i64, now: i64) -> bool {
    (6..=10)
        .map(|digits| 10_i64.pow(digits))
        .any(|modulus| last < modulus && last > modulus - ROLLOVER_WH && now < ROLLOVER_WH)
}

/// The greatest common divisor of a step so far and one more movement.
fn divisor(step: u32, moved: i64) -> u32 {
    let (mut a, mut b) = (step, u32::try_from(moved).unwrap_or(0));
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[expect(clippy::cast_precision_loss, reason = "a register ends at 10^10 Wh")]
fn whole(wh: i64) -> f64 {
    wh as f64
}

impl Family for Meter {
    const TAG: u8 = 18;

    fn outline(&self) -> u16 {
        self.watch.outline().into()
    }

    fn write(&self, to: &mut Writer) {
        self.watch.pack(to);
        to.byte(self.kind as u8 | self.good << 2 | self.windows << 4);
        to.byte(self.uneven);
        to.maybe_whole(self.last_wh);
        to.whole(self.step_wh.into());
        to.float(self.usual);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, BadState> {
        let (watch, mask) = (Watch::unpack(from)?, from.byte()?);
        let kind = match mask & 3 {
            0 => Kind::Rollback,
            1 => Kind::Mismatch,
            2 => Kind::Stuck,
            _ => return Err(BadState),
        };
        let (good, windows, uneven) = (mask >> 2 & 3, mask >> 4, from.byte()?);
        let last_wh = from.maybe_whole()?;
        let step_wh = u32::try_from(from.whole()?).map_err(|_| BadState)?;
        let usual = from.float()?;
        Ok(Self { watch, kind, last_wh, step_wh, usual, windows, good, uneven })
    }
}

#[cfg(test)]
impl crate::part::Fullest for Meter {
    fn fullest(at: i64) -> Self {
        Self {
            watch: Watch::fullest(at, false, false),
            kind: Kind::Stuck,
            last_wh: Some(10_000_000_000),
            step_wh: u32::MAX,
            usual: 1.06,
            windows: MEMORY,
            good: WINDOWS,
            uneven: UNEVEN_WINDOWS,
        }
    }
}
