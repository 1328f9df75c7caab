//! `step_size`: minimum blocks in which volumes are billed (OCPI `mod_cdrs`, `step_size`).

use super::outcome::{LineDimension, Note};
use super::runs::{Dimension, LastTime, Volumes};
use super::sum;
use crate::decimal::Decimal;
use crate::exact::Exact;

impl Volumes<'_> {
    /// Rounds volumes up by their step size: energy and reservation time each by itself; of charging and parking time only what was
    /// priced last, for what follows a stretch of time makes up for it.
    pub(super) fn round_up(&mut self) -> Option<()> {
        self.energy.round_up()?;
        self.reservation.round_up()?;
        match self.last_time {
            Some(LastTime::Charging) => self.time.round_up(),
            Some(LastTime::Parking) => self.parking.round_up(),
            None => Some(()),
        }
    }
}

impl Dimension<'_> {
    /// Rounds the priced total up to a multiple of the last price's step; what that adds goes to the last price. Thousandths of a unit
    /// count: less than that may come from a share that could not be exact, and must not make a block.
    fn round_up(&mut self) -> Option<()> {
        let mut total = Exact::ZERO;
        self.runs.iter().try_for_each(|run| total.add(&run.measured))?;
        let Some(last) = self.runs.last_mut() else { return Some(()) };
        if last.offer.step > 0 && total.is_positive() {
            let counted = if total.denominator() == 1 { total } else { Exact::fraction(total.round_in(1000)?, 1000)? };
            last.extra = counted.up_to_multiple_of(last.offer.step)?.minus(total)?.max(Exact::ZERO);
        }
        Some(())
    }

    /// What to say of rounding up and of volumes without a price.
    pub(super) fn notes(&self, dimension: LineDimension, unit: &str, last_line: Option<usize>, notes: &mut Vec<Note>) {
        if let Some(last) = self.runs.last().filter(|last| !last.extra.is_zero() && last.offer.step > 1) {
            let text = ["Billed in steps of ", &last.offer.step.to_string(), " ", unit, "."].concat();
            notes.push(Note { code: "step_size".into(), text: text.into(), line: last_line });
        }
        if self.free.is_positive() {
            let volume = sum::volume(self.free, 3).unwrap_or(Decimal::ZERO).to_string();
            let text = [&volume, " ", unit, " of ", dimension.words(), " have no price."].concat();
            notes.push(Note { code: "not_priced".into(), text: text.into(), line: None });
        }
    }
}
