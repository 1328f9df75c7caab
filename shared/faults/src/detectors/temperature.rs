//! D4 overtemperature: the hottest temperature that the station knows of a connector.

use crate::bytes::{Reader, Writer};
use crate::part::Family;
use crate::report::{Finding, judge, number};
use crate::run::{Debounce, Holds};
use crate::seen::Seen;
use crate::state::BadState;
use crate::watch::{Clearing, Level, Watch};
use crate::{Change, FaultId, Severity, plausible};

/// Dangerous whatever the profile says, °C.
const HARD_C: f64 = 90.0;
/// The fault clears so far below the lowest limit, K.
const GOOD_BELOW_K: f64 = 5.0;
const GOOD_S: i64 = 300;
const TWO_SAMPLES: Debounce = Debounce { ms: 0, samples: 2 };

/// What is remembered of the temperature.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Temperature {
    over: Watch,
}

impl Temperature {
    pub(crate) fn is_open(&self) -> bool {
        self.over.is_open()
    }

    /// `explained`: a loose contact, which is why it is warm, is told already. Danger is told all the same.
    pub(crate) fn take(&mut self, seen: &Seen<'_>, explained: bool, changes: &mut Vec<Change>) {
        let Some(celsius) = seen.sample.temperature_c.and_then(plausible::temperature_c) else {
            return self.over.pass(seen.at);
        };
        let (warn_c, critical_c) = (seen.profile.warn_c, seen.profile.critical_c);
        let level =
            |severity, limit: f64, debounce| Level { severity, limit, broken: (celsius >= limit).into(), debounce };
        let mut levels = [
            level(Severity::P3, warn_c, TWO_SAMPLES),
            level(Severity::P1, critical_c, TWO_SAMPLES),
            level(Severity::P1, HARD_C, Debounce::AT_ONCE),
        ];
        if explained && !self.over.is_open() {
            levels[0].broken = Holds::No;
        }
        let good_limit = warn_c.min(critical_c).min(HARD_C) - GOOD_BELOW_K;
        let clearing = Clearing { good: (celsius <= good_limit).into(), seconds: GOOD_S };
        judge(seen, &mut self.over, levels, clearing, changes, &FaultId::Overtemperature, move || Finding {
            fault: FaultId::Overtemperature,
            unit: "°C",
            value: celsius,
            good_limit,
            broken: format!(
                "{celsius:.1} °C, where {} °C is warm and {} °C dangerous",
                number(warn_c),
                number(critical_c.min(HARD_C))
            ),
            good: format!("{celsius:.1} °C, not above {} °C", number(good_limit)),
        });
    }
}

impl Family for Temperature {
    const TAG: u8 = 3;

    fn outline(&self) -> u16 {
        self.over.outline().into()
    }

    fn write(&self, to: &mut Writer) {
        self.over.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, BadState> {
        Ok(Self { over: Watch::read(from)? })
    }
}

#[cfg(test)]
impl crate::part::Fullest for Temperature {
    fn fullest(at: i64) -> Self {
        Self { over: Watch::fullest(at, true, true) }
    }
}
