//! D9 no draw: a vehicle that is offered current and has taken none since it was plugged in. One that has charged may rest: it is full.

use messages::Status;

use crate::bytes::{Reader, Writer};
use crate::part::Family;
use crate::report::{Finding, judge, number};
use crate::run::Debounce;
use crate::seen::Seen;
use crate::state::BadState;
use crate::watch::{Clearing, Level, Watch};
use crate::{Change, FaultId, Severity};

/// The smallest current that can be offered to a vehicle (IEC 61851-1), A.
const SMALLEST_OFFER_A: f64 = 6.0;
/// A vehicle takes nothing below this, A.
const NOTHING_A: f64 = 0.5;
/// It takes something above this, A.
const SOMETHING_A: f64 = 1.0;
const DEBOUNCE: Debounce = Debounce { ms: 180_000, samples: 3 };

/// What is remembered of what the vehicle draws.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Draw {
    watch: Watch,
    /// Whether the vehicle has drawn anything.
    drew: bool,
}

impl Draw {
    pub(crate) fn take(&mut self, seen: &Seen<'_>, changes: &mut Vec<Change>) {
        let gone = seen.sample.status == Status::Available;
        if matches!(seen.sample.status, Status::Available | Status::Preparing) {
            self.drew = false;
        }
        let Some(amperes) = seen.highest_a().or(gone.then_some(0.0)) else {
            return self.watch.pass(seen.at);
        };
        let offered = seen.now.offered_a.map_or(0.0, f64::from);
        self.drew |= seen.charging() && amperes > SOMETHING_A;
        let nothing = seen.charging() && !self.drew && offered >= SMALLEST_OFFER_A && amperes < NOTHING_A;
        let levels = [Level { severity: Severity::P3, limit: NOTHING_A, broken: nothing.into(), debounce: DEBOUNCE }];
        let clearing = Clearing { good: (gone || amperes > SOMETHING_A).into(), seconds: 0 };
        judge(seen, &mut self.watch, levels, clearing, changes, &FaultId::NoDraw, move || Finding {
            fault: FaultId::NoDraw,
            unit: "A",
            value: amperes,
            good_limit: SOMETHING_A,
            broken: format!("{amperes:.1} A of the {} A offered, though the connector is Charging", number(offered)),
            good: if gone { "the vehicle is gone".to_owned() } else { format!("{amperes:.1} A flow") },
        });
    }
}

impl Family for Draw {
    const TAG: u8 = 10;

    fn outline(&self) -> u16 {
        self.watch.outline().into()
    }

    fn write(&self, to: &mut Writer) {
        self.watch.pack(to);
        to.byte(u8::from(self.drew));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, BadState> {
        let watch = Watch::unpack(from)?;
        match from.byte()? {
            drew @ 0..=1 => Ok(Self { watch, drew: drew == 1 }),
            _ => Err(BadState),
        }
    }
}

#[cfg(test)]
impl crate::part::Fullest for Draw {
    fn fullest(at: i64) -> Self {
        Self { watch: Watch::fullest(at, false, false), drew: true }
    }
}
