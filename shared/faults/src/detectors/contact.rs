//! D5 loose connection: a contact that gets warmer than the current through it usually makes it.

use crate::baselines::{LOADED_A2, minutes};
use crate::bytes::{Reader, Writer};
use crate::part::Family;
use crate::report::{Finding, judge, number};
use crate::run::Debounce;
use crate::run::Holds;
use crate::seen::{Seen, narrow};
use crate::state::BadState;
use crate::watch::{Clearing, Level, Watch};
use crate::{Change, FaultId, Severity};

/// What a sensor may be off, K.
const MARGIN_K: f64 = 1.2;
/// So many deviations of the usual are usual.
const DEVIATIONS: f64 = 2.5;
/// A plug that fits another vehicle may warm up by this share more.
const SPREAD: f64 = 0.06;
/// No minute counts for more than this.
const LARGEST: f64 = 4.0;
/// What is expected of a healthy connector, and taken off each minute.
const EXPECTED: f64 = 1.0;
/// The evidence at which the fault opens, and the most that is kept of it, minutes.
const ENOUGH: f64 = 2.0;
const MOST: f64 = 10.0;
/// An excess of this share of what is tolerated is not learned from.
const DOUBTFUL: f32 = 0.6;
/// Above this the contact is hot enough to stop when it is found, °C.
const HOT_C: f64 = 60.0;
/// The fault clears below this.
const GOOD: f64 = 0.5;
const GOOD_S: i64 = 600;

/// What is remembered of the warmth of the contacts.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Contact {
    watch: Watch,
    /// The evidence so far, minutes.
    evidence: f32,
    /// Whether the last temperature was so far above the usual that nothing should be learned from it.
    doubtful: bool,
}

impl Contact {
    pub(crate) fn is_open(&self) -> bool {
        self.watch.is_open()
    }

    /// Whether the connector is warmer than usual, so that nothing should be learned of it.
    pub(crate) fn is_suspicious(&self) -> bool {
        self.doubtful || self.evidence > 0.0 && !self.is_open()
    }

    /// `hot`: the temperature itself is told as a fault already.
    pub(crate) fn take(&mut self, seen: &Seen<'_>, hot: bool, changes: &mut Vec<Change>) {
        let load = seen.known.heat.load_a2;
        let (Some(celsius), Some(usual)) = (seen.now.measured.temperature_c.map(f64::from), seen.known.heat.usual)
        else {
            return self.watch.pass(seen.at);
        };
        if load <= LOADED_A2 || !seen.charging() {
            (self.evidence, self.doubtful) = (0.0, false);
            return self.watch.pass(seen.at);
        }
        let expected = usual.expected_c(load);
        let tolerance = MARGIN_K + DEVIATIONS * usual.spread_k + SPREAD * usual.rise_per_a2 * load;
        let excess = (celsius - expected) / tolerance;
        // Within what is tolerated, a fault that is open must not keep the air from being followed: it would never clear.
        self.doubtful = narrow(excess) > if self.is_open() { 1.0 } else { DOUBTFUL };
        if hot {
            self.evidence = 0.0;
        }
        let more = (excess.min(LARGEST) - EXPECTED) * minutes(seen.elapsed_ms().unwrap_or(0));
        self.evidence = narrow((f64::from(self.evidence) + more).clamp(0.0, MOST));
        let broken: Holds = (!hot && f64::from(self.evidence) > ENOUGH).into();
        let limit = expected + tolerance;
        let level = |severity, broken| Level { severity, limit, broken, debounce: Debounce::AT_ONCE };
        // Told once it is urgent only when it is as warm as any warm connector.
        let hot_c = if self.is_open() { seen.profile.warn_c } else { HOT_C };
        let stop = if celsius > hot_c { broken } else { Holds::No };
        let levels = [level(Severity::P3, broken), level(Severity::P2, stop)];
        let clearing = Clearing { good: (excess < GOOD).into(), seconds: GOOD_S };
        judge(seen, &mut self.watch, levels, clearing, changes, &FaultId::LooseConnection, move || {
            let amperes = number(seen.highest_a().unwrap_or(0.0));
            Finding {
                fault: FaultId::LooseConnection,
                unit: "°C",
                value: celsius,
                good_limit: expected + GOOD * tolerance,
                broken: format!(
                    "{celsius:.1} °C at {amperes} A, {:.1} K warmer than this connector usually gets ({expected:.1} °C)",
                    celsius - expected
                ),
                good: format!("{celsius:.1} °C at {amperes} A, about the usual {expected:.1} °C"),
            }
        });
    }
}

impl Family for Contact {
    const TAG: u8 = 7;

    fn outline(&self) -> u16 {
        u16::from(self.watch.outline()) | u16::from(self.evidence > 1.0) << 8
    }

    fn write(&self, to: &mut Writer) {
        self.watch.pack(to);
        to.float(self.evidence);
        to.byte(self.doubtful.into());
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, BadState> {
        let (watch, evidence) = (Watch::unpack(from)?, from.float()?);
        match from.byte()? {
            doubtful @ 0..=1 => Ok(Self { watch, evidence, doubtful: doubtful == 1 }),
            _ => Err(BadState),
        }
    }
}

#[cfg(test)]
impl crate::part::Fullest for Contact {
    fn fullest(at: i64) -> Self {
        Self { watch: Watch::fullest(at, false, true), evidence: 9.9, doubtful: true }
    }
}
