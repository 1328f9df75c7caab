//! D11 power mismatch: the measured power against voltage times current.

use crate::bytes::{Reader, Writer};
use crate::part::Family;
use crate::profile::Current;
use crate::report::{Finding, judge};
use crate::run::{Debounce, Holds};
use crate::seen::Seen;
use crate::state::BadState;
use crate::watch::{Clearing, Level, Watch};
use crate::{Change, FaultId, Severity};

/// What power may be of voltage times current: a vehicle's charger has a power factor, a battery has none.
const AC: (f64, f64) = (0.92, 1.03);
const DC: (f64, f64) = (0.97, 1.03);
/// Below this the power factor of a vehicle says nothing, A.
const SMALLEST_A: f64 = 3.0;
/// While the current changes by this or more, A, power and current are not of the same moment.
const STEP_A: f64 = 1.5;
const DEBOUNCE: Debounce = Debounce { ms: 120_000, samples: 3 };
const GOOD_S: i64 = 300;

/// What is remembered of power against current.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Power {
    watch: Watch,
}

impl Power {
    /// `suspect`: the current reading itself may be wrong.
    pub(crate) fn take(&mut self, seen: &Seen<'_>, suspect: bool, changes: &mut Vec<Change>) {
        let steady = seen.current_step_a().is_some_and(|step| step < STEP_A);
        let loaded = seen.highest_a().is_some_and(|amperes| amperes > SMALLEST_A);
        if !(seen.charging() && steady && loaded && !suspect) {
            return self.watch.pass(seen.at);
        }
        let apparent = seen.apparent_va().filter(|apparent| *apparent > 0.0);
        let (Some(watts), Some(apparent)) = (seen.now.measured.power_w.map(f64::from), apparent) else {
            return self.watch.pass(seen.at);
        };
        let (least, most) = match seen.profile.current {
            Current::Ac => AC,
            Current::Dc => DC,
        };
        let ratio = watts / apparent;
        let good = (least..=most).contains(&ratio);
        let limit = if ratio < least { least } else { most } * apparent;
        let levels = [Level { severity: Severity::P3, limit, broken: Holds::from(!good), debounce: DEBOUNCE }];
        let clearing = Clearing { good: good.into(), seconds: GOOD_S };
        judge(seen, &mut self.watch, levels, clearing, changes, &FaultId::PowerMismatch, move || {
            let measured =
                format!("{watts:.0} W measured, {:.0} % of voltage times current ({apparent:.0} VA)", ratio * 100.0);
            Finding {
                fault: FaultId::PowerMismatch,
                unit: "W",
                value: watts,
                good_limit: limit,
                broken: measured.clone(),
                good: measured,
            }
        });
    }
}

impl Family for Power {
    const TAG: u8 = 11;

    fn outline(&self) -> u16 {
        self.watch.outline().into()
    }

    fn write(&self, to: &mut Writer) {
        self.watch.pack(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, BadState> {
        Ok(Self { watch: Watch::unpack(from)? })
    }
}

#[cfg(test)]
impl crate::part::Fullest for Power {
    fn fullest(at: i64) -> Self {
        Self { watch: Watch::fullest(at, false, true) }
    }
}
