//! D4 overtemperature: the hottest temperature that the station knows of a connector.

use super::Family;
use crate::bytes::{Reader, Writer};
use crate::last::Seen;
use crate::report::{Finding, number, report};
use crate::run::Debounce;
use crate::state::BadState;
use crate::watch::{Clearing, Level, Watch};
use crate::{Change, FaultId, ResolvedProfile, Severity, plausible};

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

impl Family for Temperature {
    const TAG: u8 = 3;

    fn take(&mut self, seen: &Seen<'_>, profile: &ResolvedProfile, changes: &mut Vec<Change>) {
        let Some(celsius) = seen.sample.temperature_c.and_then(plausible::temperature_c) else { return };
        let level =
            |severity, limit: f64, debounce| Level { severity, limit, broken: (celsius >= limit).into(), debounce };
        let levels = [
            level(Severity::P3, profile.warn_c, TWO_SAMPLES),
            level(Severity::P1, profile.critical_c, TWO_SAMPLES),
            level(Severity::P1, HARD_C, Debounce::AT_ONCE),
        ];
        let good_limit = profile.warn_c.min(profile.critical_c).min(HARD_C) - GOOD_BELOW_K;
        let good = (celsius <= good_limit).into();
        let verdict = self.over.take(seen.at, &levels, Clearing { good, seconds: GOOD_S });
        report(seen, verdict, changes, || Finding {
            fault: FaultId::Overtemperature,
            unit: "°C",
            value: celsius,
            good_limit,
            broken: format!(
                "{celsius:.1} °C, where {} °C is warm and {} °C dangerous",
                number(profile.warn_c),
                number(profile.critical_c.min(HARD_C))
            ),
            good: format!("{celsius:.1} °C, not above {} °C", number(good_limit)),
        });
    }

    fn write(&self, to: &mut Writer) {
        self.over.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, BadState> {
        Ok(Self { over: Watch::read(from)? })
    }
}
