//! D7 phase loss and imbalance: phases that carried current in this session against each other.

use crate::bytes::{Reader, Writer};
use crate::part::Family;
use crate::phases::Phases as Currents;
use crate::report::{Finding, judge, number};
use crate::run::{Debounce, Holds};
use crate::seen::Seen;
use crate::state::BadState;
use crate::watch::{Clearing, Level, Watch};
use crate::{Change, FaultId, Severity};

/// A vehicle has chosen its phases this long after it began, ms.
const CHOSEN_MS: i64 = 60_000;
/// A phase is in use above this, A, and above this share of the largest.
const IN_USE_A: f64 = 2.0;
const IN_USE: f64 = 0.25;
/// Phases are compared while the largest carries more than this, A.
const COMPARED_A: f64 = 6.0;
/// A phase is lost below this share of the largest.
const LOST: f64 = 0.10;
/// The spread over the mean above which phases are out of balance.
const UNBALANCED: f64 = 0.5;
const DEBOUNCE: Debounce = Debounce::seconds(30);
const GOOD_S: i64 = 60;

/// What is remembered of the phases.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Phases {
    loss: Watch,
    imbalance: Watch,
    /// When this session began to charge, ms since 1970.
    since: Option<i64>,
    /// One bit for each phase that has been in use since the vehicle chose.
    in_use: u8,
}

impl Phases {
    pub(crate) fn take(&mut self, seen: &Seen<'_>, changes: &mut Vec<Change>) {
        let currents = seen.now.current_a;
        if seen.charging() {
            // Longer ago is no other.
            self.since = self.since.map(|since| since.max(seen.at.saturating_sub(CHOSEN_MS)));
        } else {
            (self.since, self.in_use) = (None, 0);
        }
        let largest = seen.highest_a().filter(|largest| seen.charging() && *largest > COMPARED_A);
        let (Some(largest), Some(_)) = (largest, currents.get(1)) else {
            self.loss.pass(seen.at);
            return self.imbalance.pass(seen.at);
        };
        let since = *self.since.get_or_insert(seen.at);
        if seen.at.saturating_sub(since) >= CHOSEN_MS {
            for (phase, _) in present(currents).filter(|(_, amperes)| *amperes > (IN_USE * largest).max(IN_USE_A)) {
                self.in_use |= 1 << phase;
            }
        }
        let lost = self.used(currents).find(|(_, amperes)| *amperes < LOST * largest);
        self.take_loss(seen, largest, lost, changes);
        self.take_imbalance(seen, lost.is_some(), changes);
    }

    fn used(&self, currents: Currents) -> impl Iterator<Item = (usize, f64)> + use<> {
        let in_use = self.in_use;
        present(currents).filter(move |(phase, _)| in_use & 1 << phase != 0)
    }

    fn take_loss(&mut self, seen: &Seen<'_>, largest: f64, lost: Option<(usize, f64)>, changes: &mut Vec<Change>) {
        let limit = LOST * largest;
        let levels = [Level { severity: Severity::P2, limit, broken: lost.is_some().into(), debounce: DEBOUNCE }];
        let clearing = Clearing { good: lost.is_none().into(), seconds: GOOD_S };
        judge(seen, &mut self.loss, levels, clearing, changes, &FaultId::PhaseLoss, move || {
            let (phase, amperes) = lost.unwrap_or((0, largest));
            Finding {
                fault: FaultId::PhaseLoss,
                unit: "A",
                value: amperes,
                good_limit: limit,
                broken: format!(
                    "phase {} carries {amperes:.1} A while another carries {largest:.1} A, and it was in use before",
                    phase + 1
                ),
                good: format!("every phase in use carries more than {} A", number(limit)),
            }
        });
    }

    fn take_imbalance(&mut self, seen: &Seen<'_>, lost: bool, changes: &mut Vec<Change>) {
        let (mut least, mut most, mut sum, mut count) = (f64::INFINITY, 0.0_f64, 0.0, 0.0);
        for (_, amperes) in self.used(seen.now.current_a) {
            (least, most, sum, count) = (least.min(amperes), most.max(amperes), sum + amperes, count + 1.0);
        }
        if lost || count < 2.0 {
            return self.imbalance.pass(seen.at);
        }
        let spread = (most - least) / (sum / count);
        let unbalanced = spread > UNBALANCED;
        let levels =
            [Level { severity: Severity::P4, limit: UNBALANCED, broken: unbalanced.into(), debounce: DEBOUNCE }];
        let clearing = Clearing { good: Holds::from(!unbalanced), seconds: GOOD_S };
        judge(seen, &mut self.imbalance, levels, clearing, changes, &FaultId::PhaseImbalance, move || Finding {
            fault: FaultId::PhaseImbalance,
            unit: "",
            value: spread,
            good_limit: UNBALANCED,
            broken: format!("the phases carry from {least:.1} to {most:.1} A"),
            good: format!("the phases carry from {least:.1} to {most:.1} A"),
        });
    }
}

/// The phases that are measured.
fn present(currents: Currents) -> impl Iterator<Item = (usize, f64)> + use<> {
    currents.present().map(|(phase, amperes)| (phase, f64::from(amperes)))
}

impl Family for Phases {
    const TAG: u8 = 8;

    fn outline(&self) -> u16 {
        u16::from(self.loss.outline()) | u16::from(self.imbalance.outline()) << 8
    }

    fn write(&self, to: &mut Writer) {
        self.loss.pack(to);
        self.imbalance.pack(to);
        to.byte(self.in_use << 1 | u8::from(self.since.is_some()));
        if let Some(since) = self.since {
            to.past(since);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, BadState> {
        let (loss, imbalance, mask) = (Watch::unpack(from)?, Watch::unpack(from)?, from.byte()?);
        if mask > 0b1111 {
            return Err(BadState);
        }
        let since = if mask & 1 == 0 { None } else { Some(from.past()?) };
        Ok(Self { loss, imbalance, since, in_use: mask >> 1 })
    }
}

#[cfg(test)]
impl crate::part::Fullest for Phases {
    fn fullest(at: i64) -> Self {
        let watch = Watch::fullest(at, false, true);
        Self { loss: watch.clone(), imbalance: watch, since: Some(at - CHOSEN_MS - 300_000), in_use: 7 }
    }
}
