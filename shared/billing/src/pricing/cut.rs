//! Cutting a period where a price may change; energy and time are cut in proportion to time, exactly.

use super::period::Period;
use super::rates::Rates;
use super::wall_clock::WallClock;
use crate::error::PricingError;
use crate::exact::Exact;

/// So many pieces are enough for a hundred years of two prices a day.
const MAX_PIECES: usize = 100_000;
/// Shares are exact while their common denominator stays below this. Beyond it (a session of many uneven periods, each cut) a share is
/// rounded to a billionth of its period, so that sums still fit.
const MAX_DENOMINATOR: i128 = 1_000_000_000_000_000;
const ROUNDED_SHARE: i128 = 1_000_000_000;

/// A part of a period in which no condition of the tariff changes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    /// Its start, seconds since 1970; rounded down.
    pub(super) start_s: i64,
    /// Its end, seconds since 1970; rounded down.
    pub(super) end_s: i64,
    /// How much of the period it is.
    pub(super) share: Exact,
    /// The energy of the session when it starts, Wh.
    pub(super) energy_before_wh: Exact,
    /// Its own energy, Wh.
    pub(super) energy_wh: Exact,
}

/// Cuts the periods of one session, in order.
#[derive(Debug)]
pub(super) struct Cutter<'a> {
    rates: &'a Rates,
    session_start_s: i64,
    energy_wh: Exact,
    denominator: i128,
    count: usize,
    instants: Vec<i64>,
    cuts: Vec<Cut>,
}

/// Where a period is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Cut {
    /// How much of the period lies before.
    share: Exact,
    /// The energy of the session there, where that is what makes the cut, Wh.
    energy_wh: Option<Exact>,
}

impl<'a> Cutter<'a> {
    pub(super) fn new(rates: &'a Rates, session_start_s: i64) -> Self {
        Self {
            rates,
            session_start_s,
            energy_wh: Exact::ZERO,
            denominator: 1,
            count: 0,
            instants: Vec::new(),
            cuts: Vec::new(),
        }
    }

    /// Adds the pieces of the next period to `pieces`.
    pub(super) fn cut(
        &mut self,
        period: &Period,
        clock: Option<&mut WallClock<'_>>,
        pieces: &mut Vec<Piece>,
    ) -> Result<(), PricingError> {
        // Before they are listed: a period may be millennia long.
        let days = usize::try_from((period.end_s.saturating_sub(period.start_s)) / 86_400).unwrap_or(usize::MAX);
        if days.saturating_mul(self.rates.day_marks_s.len()) > MAX_PIECES {
            return Err(PricingError::TooLong);
        }
        self.find_cuts(period, clock).ok_or(PricingError::TooLarge)?;
        self.count += self.cuts.len() + 1;
        if self.count > MAX_PIECES {
            return Err(PricingError::TooLong);
        }
        self.lay_out(period, pieces).ok_or(PricingError::TooLarge)
    }

    fn find_cuts(&mut self, period: &Period, clock: Option<&mut WallClock<'_>>) -> Option<()> {
        self.cuts.clear();
        self.instants.clear();
        let (start_s, end_s) = (period.start_s, period.end_s);
        if let Some(clock) = clock {
            clock.passes(&self.rates.day_marks_s, start_s, end_s, &mut self.instants);
        }
        let lengths = self.rates.duration_marks_s.iter().map(|length_s| self.session_start_s.saturating_add(*length_s));
        self.instants.extend(lengths.filter(|instant| (start_s..end_s).contains(instant) && *instant != start_s));
        let span = i128::from(end_s.checked_sub(start_s)?);
        for instant in &self.instants {
            let share = Exact::fraction(i128::from(instant - start_s), span)?;
            self.cuts.push(Cut { share, energy_wh: None });
        }
        if period.energy_wh.is_positive() {
            let end_wh = self.energy_wh.plus(period.energy_wh)?;
            for mark in self.rates.energy_marks_wh.iter().filter(|mark| self.energy_wh < **mark && **mark < end_wh) {
                let share = mark.minus(self.energy_wh)?.over(period.energy_wh)?;
                self.cuts.push(Cut { share, energy_wh: Some(*mark) });
            }
        }
        if self.cuts.len() > 1 {
            self.cuts.sort_unstable();
            // Of two cuts at one place the later one in order is the one that knows its energy.
            self.cuts.dedup_by(|later, earlier| {
                let same = later.share == earlier.share;
                if same {
                    earlier.energy_wh = later.energy_wh.or(earlier.energy_wh);
                }
                same
            });
        }
        Some(())
    }

    fn lay_out(&mut self, period: &Period, pieces: &mut Vec<Piece>) -> Option<()> {
        let (period_start_wh, mut start_s, mut before) = (self.energy_wh, period.start_s, Exact::ZERO);
        for index in 0..self.cuts.len() {
            let cut = *self.cuts.get(index)?;
            let share = self.representable(cut.share)?;
            let energy_wh = match cut.energy_wh {
                Some(energy_wh) => energy_wh,
                None => period_start_wh.plus(period.energy_wh.times(share)?)?,
            };
            let span = Exact::whole(period.end_s.checked_sub(period.start_s)?);
            // From the exact share: a condition on time must not be missed by a rounding.
            let end_s = period.start_s.checked_add(i64::try_from(span.times(cut.share)?.floor()).ok()?)?;
            pieces.push(Piece {
                start_s,
                end_s,
                share: share.minus(before)?,
                energy_before_wh: self.energy_wh,
                energy_wh: energy_wh.minus(self.energy_wh)?,
            });
            (start_s, before, self.energy_wh) = (end_s, share, energy_wh);
        }
        let end_wh = period_start_wh.plus(period.energy_wh)?;
        pieces.push(Piece {
            start_s,
            end_s: period.end_s,
            share: Exact::ONE.minus(before)?,
            energy_before_wh: self.energy_wh,
            energy_wh: end_wh.minus(self.energy_wh)?,
        });
        self.energy_wh = end_wh;
        Some(())
    }

    fn representable(&mut self, share: Exact) -> Option<Exact> {
        let common = Exact::fraction(self.denominator, share.denominator())?;
        let multiple =
            common.numerator().checked_mul(share.denominator()).filter(|multiple| *multiple < MAX_DENOMINATOR);
        if let Some(multiple) = multiple {
            self.denominator = multiple;
            return Some(share);
        }
        Exact::fraction(share.times(Exact::fraction(ROUNDED_SHARE, 1)?)?.round()?, ROUNDED_SHARE)
    }
}
