//! D14 impossible and noisy sensors: values that cannot be, and a voltage that trembles more than it used to.

use crate::bytes::{Reader, Writer};
use crate::part::Family;
use crate::phases::Phases;
use crate::profile::Current;
use crate::report::{Finding, judge, number};
use crate::run::{Debounce, Holds};
use crate::seen::{Seen, narrow};
use crate::state::BadState;
use crate::watch::{Clearing, Level, Watch};
use crate::{Change, FaultId, Severity, plausible};

/// A temperature does not jump by more than this, K, in so short a time, ms.
const JUMP_K: f64 = 20.0;
const JUMP_MS: i64 = 15_000;
/// One jump may be a shock; two within this time are a sensor, ms.
const AGAIN_MS: i64 = 300_000;
/// So close to what is warm, a jump is taken for heat: that is told as such, K.
const NEAR_WARM_K: f64 = 5.0;
const GOOD_S: i64 = 300;

/// What is as large as this is told as the limit that it broke.
const READABLE: f64 = 1e12;

/// How fast the mean tremble follows, as a share of a sample, and how fast what is usual does.
const FAST: f64 = 0.1;
const SLOW: f64 = 0.005;
/// A single change counts for no more than this, as a share of the voltage: a step of the supply is no tremble.
const MOST: f64 = 0.03;
/// Samples after which the usual tremble is known.
const KNOWN: u16 = 120;
/// More than usual by this factor, and more than this share of the voltage, is noisy.
const NOISY: f64 = 5.0;
const NOISY_SHARE: f64 = 0.01;
/// Less than usual by this factor is quiet again.
const QUIET: f64 = 2.5;
/// While the current changes by this or more, A, the voltage follows it.
const STEP_A: f64 = 1.5;
const NOISY_DEBOUNCE: Debounce = Debounce { ms: 300_000, samples: 5 };
const QUIET_S: i64 = 60;

/// What is remembered of the sensors.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Sensor {
    implausible: Watch,
    noisy: Watch,
    /// When the temperature last jumped, ms since 1970; for as long as another jump counts with it.
    jumped_at: Option<i64>,
    /// The mean change of the voltage from sample to sample, as a share of it: now and usually.
    tremble: f32,
    usual: f32,
    /// Samples behind what is usual.
    samples: u16,
}

/// A value that cannot be.
#[derive(Clone, Copy)]
struct Impossible {
    what: &'static str,
    value: f64,
    limit: f64,
    unit: &'static str,
}

impl Sensor {
    pub(crate) fn take(&mut self, seen: &Seen<'_>, changes: &mut Vec<Change>) {
        self.take_impossible(seen, changes);
        self.take_noise(seen, changes);
    }

    fn take_impossible(&mut self, seen: &Seen<'_>, changes: &mut Vec<Change>) {
        let impossible = impossible(seen).or_else(|| self.jump(seen));
        let broken: Holds = impossible.is_some().into();
        let limit = impossible.map_or(0.0, |impossible| impossible.limit);
        let levels = [Level { severity: Severity::P3, limit, broken, debounce: Debounce::AT_ONCE }];
        let clearing = Clearing { good: impossible.is_none().into(), seconds: GOOD_S };
        judge(seen, &mut self.implausible, levels, clearing, changes, &FaultId::SensorImplausible, move || {
            let Impossible { what, value, limit, unit } =
                impossible.unwrap_or(Impossible { what: "", value: 0.0, limit: 0.0, unit: "" });
            // JSON has no word for what is no number, and nobody reads hundreds of digits.
            let value = if value.abs() < READABLE { value } else { limit };
            Finding {
                fault: FaultId::SensorImplausible,
                unit,
                value,
                good_limit: limit,
                broken: format!("the {what} reads {} {unit}, which cannot be", number(value)),
                good: "every reading is possible".to_owned(),
            }
        });
    }

    /// The second of two jumps of the temperature that no heat explains.
    fn jump(&mut self, seen: &Seen<'_>) -> Option<Impossible> {
        self.jumped_at = self.jumped_at.filter(|jumped| seen.at.saturating_sub(*jumped) <= AGAIN_MS);
        let before = f64::from(seen.before?.measured.temperature_c?);
        let now = f64::from(seen.now.measured.temperature_c?);
        if (now - before).abs() <= JUMP_K || seen.elapsed_ms()? > JUMP_MS {
            return None;
        }
        let warm = seen.profile.warn_c.min(seen.profile.critical_c) - NEAR_WARM_K;
        if now.max(before) >= warm {
            return None;
        }
        let again = self.jumped_at.replace(seen.at).is_some();
        let limit = before + JUMP_K.copysign(now - before);
        again.then_some(Impossible { what: "temperature jumps again and", value: now, limit, unit: "°C" })
    }

    fn take_noise(&mut self, seen: &Seen<'_>, changes: &mut Vec<Change>) {
        let steady = seen.charging() && seen.current_step_a().is_some_and(|step| step < STEP_A);
        let before = seen.before.filter(|before| before.charging && steady && seen.profile.current == Current::Ac);
        let step = before.and_then(|before| step(&seen.now.measured.voltage_v, &before.measured.voltage_v));
        let Some(step) = step else { return self.noisy.pass(seen.at) };
        let tremble = f64::from(self.tremble) + FAST * (step - f64::from(self.tremble));
        self.tremble = narrow(tremble);
        let usual = f64::from(self.usual);
        let known = self.samples >= KNOWN;
        let noisy = known && tremble > NOISY_SHARE && tremble > NOISY * usual;
        if !self.noisy.is_open() && !noisy {
            let share = (1.0 / f64::from(self.samples.saturating_add(1))).max(SLOW);
            self.usual = narrow(usual + share * (step - usual));
            self.samples = self.samples.saturating_add(1).min(KNOWN);
        }
        let levels = [Level {
            severity: Severity::P3,
            limit: NOISY * usual * 100.0,
            broken: noisy.into(),
            debounce: NOISY_DEBOUNCE,
        }];
        let clearing =
            Clearing { good: (tremble < QUIET * usual || tremble < NOISY_SHARE / 2.0).into(), seconds: QUIET_S };
        judge(seen, &mut self.noisy, levels, clearing, changes, &FaultId::SensorNoisy, move || Finding {
            fault: FaultId::SensorNoisy,
            unit: "%",
            value: tremble * 100.0,
            good_limit: QUIET * usual * 100.0,
            broken: format!(
                "the voltage changes by {:.1} % from sample to sample, where {:.2} % is usual",
                tremble * 100.0,
                usual * 100.0
            ),
            good: format!("the voltage changes by {:.2} % from sample to sample", tremble * 100.0),
        });
    }
}

/// A reading that cannot be, whatever was read before.
fn impossible(seen: &Seen<'_>) -> Option<Impossible> {
    let sample = seen.sample;
    let celsius = sample.temperature_c.filter(|value| plausible::temperature_c(*value).is_none());
    if let Some(value) = celsius {
        return Some(Impossible { what: "temperature", value, limit: plausible::limit_c(value), unit: "°C" });
    }
    let highest_v =
        seen.known.nominal.map_or(f64::INFINITY, |nominal| 2.0 * nominal.high_v).min(plausible::MAX_VOLTAGE_V);
    if let Some(value) = sample.voltage_v.iter().copied().find(|value| !(0.0..=highest_v).contains(value)) {
        return Some(Impossible { what: "voltage", value, limit: highest_v, unit: "V" });
    }
    let current = sample.current_a.iter().copied().find(|value| plausible::current_a(*value).is_none());
    current.map(|value| Impossible { what: "current", value, limit: plausible::MAX_CURRENT_A, unit: "A" })
}

/// The mean change of the phases' voltages, as a share of each.
fn step(now: &Phases, before: &Phases) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for (now, before) in now.beside(before).filter(|(_, before)| *before > 0.0) {
        sum += f64::from((now - before).abs() / before);
        count += 1.0;
    }
    (count > 0.0).then(|| (sum / count).min(MOST))
}

impl Family for Sensor {
    const TAG: u8 = 14;

    fn outline(&self) -> u16 {
        u16::from(self.implausible.outline()) | u16::from(self.noisy.outline()) << 8
    }

    fn write(&self, to: &mut Writer) {
        self.implausible.pack(to);
        self.noisy.pack(to);
        to.maybe_past(self.jumped_at);
        to.whole(self.samples.into());
        to.float(self.tremble);
        to.float(self.usual);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, BadState> {
        let (implausible, noisy, jumped_at) = (Watch::unpack(from)?, Watch::unpack(from)?, from.maybe_past()?);
        let samples = u16::try_from(from.whole()?).map_err(|_| BadState)?;
        Ok(Self { implausible, noisy, jumped_at, samples, tremble: from.float()?, usual: from.float()? })
    }
}

#[cfg(test)]
impl crate::part::Fullest for Sensor {
    fn fullest(at: i64) -> Self {
        let watch = Watch::fullest(at, false, true);
        let (implausible, noisy) = (watch.clone(), watch);
        Self { implausible, noisy, jumped_at: Some(at - AGAIN_MS), tremble: 1.0, usual: 1.0, samples: KNOWN }
    }
}
