//! D3 overcurrent: what the vehicle draws against what it was offered, on the phase that carries most.

use crate::bytes::{Reader, Writer};
use crate::part::Family;
use crate::report::{Finding, judge, number, on_phase};
use crate::run::Debounce;
use crate::seen::Seen;
use crate::state::BadState;
use crate::watch::{Clearing, Level, Watch};
use crate::{Change, FaultId, Severity, plausible};

const OVER: f64 = 1.10;
/// What a meter may be off, A, before the factor applies.
const MARGIN_A: f64 = 0.5;
const FAR_OVER: f64 = 1.25;
/// The smallest current that can be offered to a vehicle (IEC 61851-1), A. The limit that acts at once never falls below its own.
const SMALLEST_OFFER_A: f64 = 6.0;
const GOOD: f64 = 1.05;
/// So little is no current, whatever was offered, A.
const NO_CURRENT_A: f64 = 0.5;
/// An offer has dropped when it is smaller by more than this, A: what is remembered of the one before is rounded.
const OFFER_STEP_A: f64 = 0.01;
/// Quantisation must not break a limit that is met exactly.
const ROUNDING: f64 = 1e-9;

const DEBOUNCE: Debounce = Debounce::seconds(10);
const GOOD_S: i64 = 60;
/// So long a vehicle may take to follow an offer that dropped, ms.
const GRACE_MS: i64 = 10_000;

/// What is remembered of the current.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Current {
    over: Watch,
    /// When the offer dropped, ms since 1970, until the vehicle must have followed.
    dropped_at: Option<i64>,
}

/// The phase that carries most.
#[derive(Clone, Copy)]
struct Highest {
    index: usize,
    amperes: f64,
}

impl Current {
    pub(crate) fn take(&mut self, seen: &Seen<'_>, changes: &mut Vec<Change>) {
        let grace = self.grace(seen);
        if self.over.is_idle() && !seen.charging() {
            return;
        }
        let Some(highest) = highest(seen) else { return self.over.pass(seen.at) };
        let allowed = seen.sample.offered_a.and_then(plausible::current_a).or(seen.profile.max_a);
        let broken = |limit: f64| (seen.charging() && !grace && highest.amperes > limit + ROUNDING).into();
        let level = |severity, limit: f64, debounce| Level { severity, limit, broken: broken(limit), debounce };
        // Nothing is known to be allowed: no limit can be broken.
        let (over, far_over) = allowed.map_or((f64::INFINITY, f64::INFINITY), limits);
        let levels = [level(Severity::P2, over, DEBOUNCE), level(Severity::P1, far_over, Debounce::AT_ONCE)];
        let good_limit = (GOOD * allowed.unwrap_or(0.0)).max(NO_CURRENT_A);
        let clearing = Clearing { good: (highest.amperes < good_limit - ROUNDING).into(), seconds: GOOD_S };
        judge(seen, &mut self.over, levels, clearing, changes, &FaultId::Overcurrent, move || {
            overcurrent(seen, highest, allowed.unwrap_or(0.0), good_limit)
        });
    }

    /// Whether the vehicle may still be following an offer that dropped.
    fn grace(&mut self, seen: &Seen<'_>) -> bool {
        let offered = |offered: Option<f64>| offered.and_then(plausible::current_a);
        let before = seen.before.and_then(|last| last.offered_a);
        if let (Some(before), Some(now)) = (before, offered(seen.sample.offered_a))
            && now < f64::from(before) - OFFER_STEP_A
        {
            self.dropped_at = Some(seen.at);
        }
        self.dropped_at = self.dropped_at.filter(|dropped| seen.at.saturating_sub(*dropped) < GRACE_MS);
        self.dropped_at.is_some()
    }
}

impl Family for Current {
    const TAG: u8 = 2;

    fn outline(&self) -> u16 {
        u16::from(self.over.outline()) | u16::from(self.dropped_at.is_some()) << 8
    }

    fn write(&self, to: &mut Writer) {
        self.over.write(to);
        to.byte(u8::from(self.dropped_at.is_some()));
        if let Some(at) = self.dropped_at {
            to.past(at);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, BadState> {
        let over = Watch::read(from)?;
        let dropped_at = match from.byte()? {
            0 => None,
            1 => Some(from.past()?),
            _ => return Err(BadState),
        };
        Ok(Self { over, dropped_at })
    }
}

/// The limit with debounce and the one that acts at once, A, for a current that is allowed.
fn limits(allowed_a: f64) -> (f64, f64) {
    ((allowed_a + MARGIN_A) * OVER, allowed_a.max(SMALLEST_OFFER_A) * FAR_OVER)
}

fn highest(seen: &Seen<'_>) -> Option<Highest> {
    let measured = seen.sample.current_a.iter().enumerate();
    let measured = measured
        .filter_map(|(index, amperes)| plausible::current_a(*amperes).map(|amperes| Highest { index, amperes }));
    measured.reduce(|a, b| if b.amperes > a.amperes { b } else { a })
}

fn overcurrent(seen: &Seen<'_>, highest: Highest, allowed_a: f64, good_limit: f64) -> Finding {
    let amperes = highest.amperes;
    let measured = format!("{amperes:.1} A{}", on_phase(highest.index, seen.sample.current_a.len()));
    let more = amperes - allowed_a;
    let word = if seen.sample.offered_a.is_some() { "offered" } else { "that the connector may carry" };
    Finding {
        fault: FaultId::Overcurrent,
        unit: "A",
        value: amperes,
        good_limit,
        broken: format!("{measured}, {more:.1} A more than the {} A {word}", number(allowed_a)),
        good: format!("{measured}, below {} A", number(good_limit)),
    }
}

#[cfg(test)]
impl crate::part::Fullest for Current {
    fn fullest(at: i64) -> Self {
        Self { over: Watch::fullest(at, false, true), dropped_at: Some(at - GRACE_MS) }
    }
}
