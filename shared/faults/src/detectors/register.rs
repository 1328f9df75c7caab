//! D10 energy register: it never goes back, and it counts what the power adds up to.

use crate::baselines::minutes;
use crate::bytes::{Reader, Writer};
use crate::part::Family;
use crate::report::{Finding, judge};
use crate::run::{Debounce, Holds};
use crate::seen::{Seen, narrow};
use crate::state::BadState;
use crate::watch::{Clearing, Level, Watch};
use crate::{Change, FaultId, Severity};

/// Below this a meter is not exact enough to be compared, W.
const COMPARED_W: f64 = 200.0;
/// The energy after which register and power are compared, Wh, and in steps of the register.
const WINDOW_WH: f64 = 300.0;
const WINDOW_STEPS: f64 = 12.0;
/// Fewer intervals than this are not compared: times are not exact, by so many s at either end.
const WINDOW_SAMPLES: u8 = 5;
const EDGE_S: f64 = 2.0;
/// The same before the register was seen to move, when its step may be a whole kWh.
const UNKNOWN_WINDOW_WH: f64 = 1_100.0;
/// By how much two meters differ from 1, and from what is usual between them once that is known.
const TOLERANCE: f64 = 0.07;
const USUAL_TOLERANCE: f64 = 0.04;
/// A register that counts in steps is off by less than one at either end of a window; twice in a row, by this share of one.
const STEP: f64 = 0.6;
/// An open fault clears within this share of it.
const GOOD: f64 = 0.5;
/// What can be usual between two meters, and after how many windows it is.
const USUAL: (f64, f64) = (0.94, 1.06);
const KNOWN_WINDOWS: u8 = 4;
const MEMORY: u8 = 10;
/// So many windows in a row decide.
const WINDOWS: u8 = 2;
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
    watch: Watch,
    kind: Kind,
    /// The last reading, Wh.
    last_wh: Option<i64>,
    /// The power added up since then, Wh.
    pending_wh: f32,
    window: Window,
    /// The greatest common divisor of all movements, Wh; 0 before the first.
    step_wh: u32,
    /// What the register usually counts of the power added up, and over how many windows.
    usual: f32,
    windows: u8,
    /// Windows in a row: that disagree, without movement, that agree.
    differing: u8,
    still: u8,
    good: u8,
}

/// What was counted and added up since the last comparison.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Window {
    counted_wh: i64,
    expected_wh: f32,
    /// The square of what adding up samples may have missed, Wh².
    blur: f32,
    samples: u8,
}

impl Register {
    pub(crate) fn take(&mut self, seen: &Seen<'_>, changes: &mut Vec<Change>) {
        let reading = seen.sample.register_wh;
        if let (Some(last), Some(now)) = (self.last_wh, reading)
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
                self.judge(seen, Kind::Rollback, whole(last), changes, finding);
            }
            return;
        }
        let Some(elapsed_ms) = seen.elapsed_ms() else { return self.restart(reading) };
        self.add_up(seen, elapsed_ms);
        let Some(now) = reading else { return };
        let moved = self.last_wh.replace(now).map_or(0, |last| now.saturating_sub(last));
        if self.pending_wh <= 0.0 {
            return;
        }
        self.step_wh = divisor(self.step_wh, moved);
        self.window.counted_wh = self.window.counted_wh.saturating_add(moved);
        self.window.expected_wh += std::mem::take(&mut self.pending_wh);
        self.window.samples = self.window.samples.saturating_add(1).min(WINDOW_SAMPLES);
        let step = self.step(seen);
        let size = step.map_or(UNKNOWN_WINDOW_WH, |step| (WINDOW_STEPS * step).max(WINDOW_WH));
        if f64::from(self.window.expected_wh) >= size && self.window.samples >= WINDOW_SAMPLES {
            let edge_wh = seen.power_w().unwrap_or(0.0) * EDGE_S / 3_600.0;
            self.compare(seen, STEP * step.unwrap_or(0.0) + edge_wh, changes);
        }
    }

    /// Adds the power up between two samples.
    fn add_up(&mut self, seen: &Seen<'_>, elapsed_ms: i64) {
        let before = seen.before.and_then(|before| before.measured.power_w).map(f64::from);
        let Some(now) = seen.power_w() else { return };
        let before = before.unwrap_or(now);
        let hours = minutes(elapsed_ms) / 60.0;
        let middle = f64::midpoint(before, now);
        if middle > COMPARED_W {
            let missed = (now - before).abs() / 2.0 * hours;
            self.pending_wh += narrow(middle * hours);
            self.window.blur += narrow(missed * missed);
        } else {
            // What the register counts meanwhile belongs to nothing that is compared.
            if self.pending_wh > 0.0 {
                let step = self.step(seen).unwrap_or(0.0);
                self.window.blur += narrow(step * step);
                self.pending_wh = 0.0;
            }
            self.last_wh = seen.sample.register_wh.or(self.last_wh);
        }
    }

    fn step(&self, seen: &Seen<'_>) -> Option<f64> {
        let seen_step = (self.step_wh > 0).then(|| f64::from(self.step_wh));
        match (seen.profile.register_step_wh, seen_step) {
            (Some(known), Some(seen)) => Some(known.min(seen)),
            (known, seen) => known.or(seen),
        }
    }

    /// Begins anew at a reading.
    fn restart(&mut self, reading: Option<i64>) {
        self.last_wh = reading;
        self.pending_wh = 0.0;
        self.window = Window::default();
    }

    /// `ends_wh`: what the ends of the window may be off.
    fn compare(&mut self, seen: &Seen<'_>, ends_wh: f64, changes: &mut Vec<Change>) {
        let Window { counted_wh, expected_wh, blur, .. } = std::mem::take(&mut self.window);
        let (counted, expected) = (whole(counted_wh), f64::from(expected_wh));
        let ratio = counted / expected;
        let (usual, tolerance) =
            if self.windows < KNOWN_WINDOWS { (1.0, TOLERANCE) } else { (f64::from(self.usual), USUAL_TOLERANCE) };
        let unsure = (ends_wh + f64::from(blur).sqrt()) / expected;
        let off = ((ratio - usual).abs() - unsure).max(0.0);
        let agrees = off <= tolerance;
        let more = |count: u8, is: bool| if is { count.saturating_add(1).min(WINDOWS) } else { 0 };
        self.good = more(self.good, off <= GOOD * tolerance);
        self.still = more(self.still, !agrees && counted_wh == 0);
        self.differing = more(self.differing, !agrees && counted_wh != 0);
        if agrees {
            self.learn(ratio);
        }
        let kind = if self.still > 0 { Kind::Stuck } else { Kind::Mismatch };
        let finding = || {
            let text =
                format!("the energy register counted {counted:.0} Wh while the power added up to {expected:.0} Wh");
            Finding {
                fault: kind.fault(),
                unit: "Wh",
                value: counted,
                good_limit: expected,
                broken: text.clone(),
                good: text,
            }
        };
        self.judge(seen, kind, expected, changes, finding);
    }

    fn learn(&mut self, ratio: f64) {
        let usual = if self.windows == 0 { 1.0 } else { f64::from(self.usual) };
        let share = 1.0 / f64::from(self.windows.saturating_add(1).min(MEMORY));
        self.usual = narrow((usual + share * (ratio - usual)).clamp(USUAL.0, USUAL.1));
        self.windows = self.windows.saturating_add(1).min(MEMORY);
    }

    fn judge(
        &mut self,
        seen: &Seen<'_>,
        kind: Kind,
        limit: f64,
        changes: &mut Vec<Change>,
        finding: impl FnOnce() -> Finding,
    ) {
        let broken = match kind {
            Kind::Rollback => {
                (self.differing, self.still, self.good) = (0, 0, 0);
                true
            }
            Kind::Mismatch => self.differing >= WINDOWS,
            Kind::Stuck => self.still >= WINDOWS,
        };
        if !self.watch.is_open() && broken {
            self.kind = kind;
        }
        let fault = self.kind.fault();
        let levels = [Level { severity: Severity::P2, limit, broken: broken.into(), debounce: Debounce::AT_ONCE }];
        let clearing = Clearing { good: Holds::from(self.good >= WINDOWS), seconds: 0 };
        judge(seen, &mut self.watch, levels, clearing, changes, &fault.clone(), move || Finding { fault, ..finding() });
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

impl Family for Register {
    const TAG: u8 = 12;

    fn outline(&self) -> u16 {
        u16::from(self.watch.outline()) | u16::from(self.differing) << 8 | u16::from(self.still) << 10
    }

    fn write(&self, to: &mut Writer) {
        self.watch.pack(to);
        to.byte(self.kind as u8 | self.differing << 2 | self.still << 4 | self.good << 6);
        to.maybe_whole(self.last_wh);
        to.whole(self.window.counted_wh.unsigned_abs());
        to.whole(self.step_wh.into());
        to.byte(self.windows << 4 | self.window.samples);
        for value in [self.pending_wh, self.window.expected_wh, self.window.blur, self.usual] {
            to.float(value);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, BadState> {
        let (watch, mask) = (Watch::unpack(from)?, from.byte()?);
        let kind = match mask & 3 {
            0 => Kind::Rollback,
            1 => Kind::Mismatch,
            2 => Kind::Stuck,
            _ => return Err(BadState),
        };
        let last_wh = from.maybe_whole()?;
        let counted_wh = from.whole()?;
        let step_wh = u32::try_from(from.whole()?).map_err(|_| BadState)?;
        let counts = from.byte()?;
        let (windows, samples) = (counts >> 4, counts & 15);
        let pending_wh = from.float()?;
        let window = Window { counted_wh, expected_wh: from.float()?, blur: from.float()?, samples };
        let (differing, still, good) = (mask >> 2 & 3, mask >> 4 & 3, mask >> 6);
        Ok(Self {
            watch,
            kind,
            last_wh,
            pending_wh,
            window,
            step_wh,
            usual: from.float()?,
            windows,
            differing,
            still,
            good,
        })
    }
}

#[cfg(test)]
impl crate::part::Fullest for Register {
    fn fullest(at: i64) -> Self {
        let most = 10_000_000_000;
        Self {
            watch: Watch::fullest(at, false, false),
            kind: Kind::Stuck,
            last_wh: Some(most),
            pending_wh: 1e9,
            window: Window { counted_wh: most, expected_wh: 1e9, blur: 1e9, samples: WINDOW_SAMPLES },
            step_wh: u32::MAX,
            usual: 1.06,
            windows: MEMORY,
            differing: WINDOWS,
            still: WINDOWS,
            good: WINDOWS,
        }
    }
}
