//! D1 overvoltage and D2 undervoltage: the supply against its nominal voltage, per phase; AC only.

use crate::baselines::Nominal;
use crate::bytes::{Reader, Writer};
use crate::part::Family;
use crate::report::{Finding, judge, number, on_phase};
use crate::run::{Debounce, Holds};
use crate::seen::Seen;
use crate::state::BadState;
use crate::watch::{Clearing, Level, Watch};
use crate::{Change, FaultId, Severity, plausible};

const OVER: f64 = 1.10;
const FAR_OVER: f64 = 1.20;
const OVER_GOOD: f64 = 1.08;
const UNDER: f64 = 0.90;
const FAR_UNDER: f64 = 0.85;
const UNDER_GOOD: f64 = 0.92;
/// A phase at or below half its nominal voltage is off or not connected, unless it carries current.
const OFF: f64 = 0.5;
/// A phase carries current above this, A.
const CARRIES_A: f64 = 0.5;
/// Quantisation must not break a limit that is met exactly.
const ROUNDING: f64 = 1e-9;

const DEBOUNCE: Debounce = Debounce::seconds(60);
const GOOD_S: i64 = 300;

/// While the current changes by this or more, A, the voltage follows it and says nothing of the supply.
const STEP_A: f64 = 1.5;

/// What is remembered of the supply voltage.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Voltage {
    over: Watch,
    under: Watch,
}

/// One phase that is supplied.
#[derive(Clone, Copy)]
struct Phase {
    index: usize,
    volts: f64,
    /// Over the nominal voltage.
    ratio: f64,
}

impl Voltage {
    pub(crate) fn is_open(&self) -> bool {
        self.over.is_open() || self.under.is_open()
    }

    /// Whether evidence of this voltage fault has begun, or the fault is open.
    pub(crate) fn suspects(&self, fault: &FaultId) -> bool {
        match fault {
            FaultId::Overvoltage => !self.over.is_idle(),
            FaultId::Undervoltage => !self.under.is_idle(),
            _ => false,
        }
    }

    pub(crate) fn take(&mut self, seen: &Seen<'_>, changes: &mut Vec<Change>) {
        let Some(Nominal { low_v, high_v }) = seen.known.nominal else {
            self.over.pass(seen.at);
            return self.under.pass(seen.at);
        };
        match supplied(seen, high_v, false).reduce(|a, b| if b.ratio > a.ratio { b } else { a }) {
            Some(highest) => self.take_highest(seen, high_v, highest, changes),
            None => self.over.pass(seen.at),
        }
        if self.under.is_idle() && !seen.charging() {
            return;
        }
        match supplied(seen, low_v, true).reduce(|a, b| if b.ratio < a.ratio { b } else { a }) {
            Some(lowest) => self.take_lowest(seen, low_v, lowest, changes),
            None => self.under.pass(seen.at),
        }
    }

    fn take_highest(&mut self, seen: &Seen<'_>, nominal_v: f64, phase: Phase, changes: &mut Vec<Change>) {
        let level = |severity, limit: f64, debounce| Level {
            severity,
            limit: limit * nominal_v,
            broken: (phase.ratio > limit + ROUNDING).into(),
            debounce,
        };
        let levels = [level(Severity::P2, OVER, DEBOUNCE), level(Severity::P1, FAR_OVER, Debounce::AT_ONCE)];
        let clearing = Clearing { good: (phase.ratio < OVER_GOOD - ROUNDING).into(), seconds: GOOD_S };
        judge(seen, &mut self.over, levels, clearing, changes, &FaultId::Overvoltage, move || {
            overvoltage(seen, nominal_v, phase)
        });
    }

    fn take_lowest(&mut self, seen: &Seen<'_>, nominal_v: f64, phase: Phase, changes: &mut Vec<Change>) {
        let charging = seen.charging() && seen.before.is_some_and(|before| before.charging);
        let steady = seen.current_step_a().is_some_and(|step| step < STEP_A);
        let level = |severity, limit: f64| {
            let broken = match (charging, steady) {
                (false, _) => Holds::No,
                (true, false) => Holds::Unknown,
                (true, true) => (phase.ratio < limit - ROUNDING).into(),
            };
            Level { severity, limit: limit * nominal_v, broken, debounce: DEBOUNCE }
        };
        let levels = [level(Severity::P3, UNDER), level(Severity::P2, FAR_UNDER)];
        let clearing = Clearing { good: (phase.ratio > UNDER_GOOD + ROUNDING).into(), seconds: GOOD_S };
        judge(seen, &mut self.under, levels, clearing, changes, &FaultId::Undervoltage, move || {
            undervoltage(seen, nominal_v, phase)
        });
    }
}

impl Family for Voltage {
    const TAG: u8 = 1;

    fn outline(&self) -> u16 {
        u16::from(self.over.outline()) | u16::from(self.under.outline()) << 8
    }

    fn write(&self, to: &mut Writer) {
        self.over.write(to);
        self.under.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, BadState> {
        Ok(Self { over: Watch::read(from)?, under: Watch::read(from)? })
    }
}

/// The phases that are supplied: above half the nominal voltage or carrying current. When only those `in_use` count, a phase that
/// is measured and carries none while another does is left out: a phase that is lost is another fault.
fn supplied<'a>(seen: &Seen<'a>, nominal_v: f64, in_use: bool) -> impl Iterator<Item = Phase> + use<'a> {
    let sample = seen.sample;
    let carries = |amperes: f64| amperes > CARRIES_A;
    let used = in_use && seen.highest_a().is_some_and(carries);
    sample.voltage_v.iter().enumerate().filter_map(move |(index, volts)| {
        let ratio = plausible::voltage_ratio(*volts, nominal_v)?;
        let current = sample.current_a.get(index).copied().and_then(plausible::current_a);
        let counts = match current.map(carries) {
            Some(carries) if used => carries,
            Some(true) => ratio > OFF || in_use,
            Some(false) | None => ratio > OFF,
        };
        counts.then_some(Phase { index, volts: *volts, ratio })
    })
}

fn overvoltage(seen: &Seen<'_>, nominal_v: f64, phase: Phase) -> Finding {
    let measured = phase.measured(seen);
    let percent = (phase.ratio - 1.0) * 100.0;
    Finding {
        fault: FaultId::Overvoltage,
        unit: "V",
        value: phase.volts,
        good_limit: OVER_GOOD * nominal_v,
        broken: format!("{measured}, {percent:.1} % above {} V nominal", number(nominal_v)),
        good: format!("{measured}, below {} V", number(OVER_GOOD * nominal_v)),
    }
}

fn undervoltage(seen: &Seen<'_>, nominal_v: f64, phase: Phase) -> Finding {
    let measured = phase.measured(seen);
    let percent = (1.0 - phase.ratio) * 100.0;
    Finding {
        fault: FaultId::Undervoltage,
        unit: "V",
        value: phase.volts,
        good_limit: UNDER_GOOD * nominal_v,
        broken: format!("{measured}, {percent:.1} % below {} V nominal while charging", number(nominal_v)),
        good: format!("{measured}, above {} V", number(UNDER_GOOD * nominal_v)),
    }
}

impl Phase {
    fn measured(self, seen: &Seen<'_>) -> String {
        format!("{:.1} V{}", self.volts, on_phase(self.index, seen.sample.voltage_v.len()))
    }
}

#[cfg(test)]
impl crate::part::Fullest for Voltage {
    fn fullest(at: i64) -> Self {
        Self { over: Watch::fullest(at, false, true), under: Watch::fullest(at, true, true) }
    }
}
