//! D8 welded contactor: current, power or voltage where the contactor has to be open.

use crate::bytes::{Reader, Writer};
use crate::part::Family;
use crate::profile::{Current, MeterSide};
use crate::report::{Finding, judge};
use crate::run::{Debounce, Holds};
use crate::seen::{Activity, Seen};
use crate::state::BadState;
use crate::watch::{Clearing, Level, Watch};
use crate::{Change, FaultId, Severity};

/// Current flows above this, A.
const FLOWS_A: f64 = 0.5;
/// A vehicle that asks for no energy may still feed its own electronics through the closed contactor, A.
const PAUSED_A: f64 = 3.0;
/// Power flows above this, W.
const FLOWS_W: f64 = 100.0;
/// Behind an open contactor there is less than this share of the nominal voltage; without one, less than so many V.
const VOLTAGE: f64 = 0.5;
const VOLTAGE_V: f64 = 60.0;
/// So long a contactor may take, ms.
const OPENS_MS: i64 = 10_000;
/// Nothing flows below this, A.
const NOTHING_A: f64 = 0.2;
const DEBOUNCE: Debounce = Debounce::seconds(30);
const GOOD_S: i64 = 60;

/// What is remembered of the contactor.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Contactor {
    watch: Watch,
    /// Since when it has to be open, ms since 1970; only until it has had its time.
    edge: Option<i64>,
}

/// What shows that a contactor is closed.
#[derive(Clone, Copy)]
struct Sign {
    value: f64,
    limit: f64,
    unit: &'static str,
}

impl Contactor {
    pub(crate) fn take(&mut self, seen: &Seen<'_>, changes: &mut Vec<Change>) {
        if !matches!(seen.activity, Activity::Idle | Activity::Paused) {
            self.edge = None;
            return self.watch.pass(seen.at);
        }
        if seen.before.is_some_and(|before| before.charging) {
            self.edge = Some(seen.at);
        }
        self.edge = self.edge.filter(|edge| seen.at.saturating_sub(*edge) < OPENS_MS);
        let measured = seen.highest_a().is_some() || seen.now.measured.power_w.is_some() || behind(seen);
        if !measured {
            return self.watch.pass(seen.at);
        }
        let sign = sign(seen);
        let broken: Holds = (self.edge.is_none() && sign.is_some()).into();
        let limit = sign.map_or(FLOWS_A, |sign| sign.limit);
        let levels = [Level { severity: Severity::P1, limit, broken, debounce: DEBOUNCE }];
        let quiet = seen.highest_a().is_none_or(|amperes| amperes < NOTHING_A);
        let clearing = Clearing { good: (quiet && sign.is_none()).into(), seconds: GOOD_S };
        judge(seen, &mut self.watch, levels, clearing, changes, &FaultId::WeldedContactor, move || {
            let Sign { value, limit, unit } = sign.unwrap_or(Sign { value: 0.0, limit: NOTHING_A, unit: "A" });
            let status = seen.sample.status.as_str();
            Finding {
                fault: FaultId::WeldedContactor,
                unit,
                value,
                good_limit: limit,
                broken: format!("{value:.1} {unit} behind the contactor while the connector is {status}"),
                good: format!("{value:.1} {unit} while the connector is {status}"),
            }
        });
    }
}

/// Whether the station measures voltage behind the contactor. A battery has a voltage of its own.
fn behind(seen: &Seen<'_>) -> bool {
    seen.profile.meter_side == MeterSide::Vehicle
        && seen.profile.current == Current::Ac
        && seen.now.measured.voltage_v.get(0).is_some()
}

fn sign(seen: &Seen<'_>) -> Option<Sign> {
    let amperes = seen.highest_a().unwrap_or(0.0);
    if seen.activity == Activity::Paused {
        return (amperes > PAUSED_A).then_some(Sign { value: amperes, limit: PAUSED_A, unit: "A" });
    }
    if amperes > FLOWS_A {
        return Some(Sign { value: amperes, limit: FLOWS_A, unit: "A" });
    }
    let watts = seen.now.measured.power_w.map_or(0.0, f64::from);
    if watts > FLOWS_W {
        return Some(Sign { value: watts, limit: FLOWS_W, unit: "W" });
    }
    if !behind(seen) {
        return None;
    }
    let volts = seen.now.measured.voltage_v.highest()?;
    let closed_v = seen.known.nominal.map_or(VOLTAGE_V, |nominal| VOLTAGE * nominal.low_v);
    (volts > closed_v).then_some(Sign { value: volts, limit: closed_v, unit: "V" })
}

impl Family for Contactor {
    const TAG: u8 = 9;

    fn outline(&self) -> u16 {
        self.watch.outline().into()
    }

    fn write(&self, to: &mut Writer) {
        self.watch.pack(to);
        to.maybe_past(self.edge);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, BadState> {
        Ok(Self { watch: Watch::unpack(from)?, edge: from.maybe_past()? })
    }
}

#[cfg(test)]
impl crate::part::Fullest for Contactor {
    fn fullest(at: i64) -> Self {
        Self { watch: Watch::fullest(at, false, true), edge: Some(at - OPENS_MS) }
    }
}
