//! Cutting a period where a price may change; energy and time are cut in proportion to time, exactly.

use super::conditions::Instant;
use super::offers::{Offers, Picked};
use super::period::Period;
use super::rates::Rates;
use super::stretch::Stretch;
use super::wall_clock::WallClock;
use super::whole::Whole;
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
    /// What conditions on time and energy are tested against, where some may hold or cease to hold from its start on.
    pub(super) change: Option<Instant>,
    /// Its start, seconds since 1970; rounded down.
    pub(super) start_s: i64,
    /// Its end, seconds since 1970; rounded down.
    pub(super) end_s: i64,
    /// How much of the period it is.
    pub(super) share: Exact,
    /// Its own energy, Wh.
    pub(super) energy_wh: Exact,
}

/// Cuts the periods of one session, which follow each other in time.
#[derive(Debug)]
pub(super) struct Cutter<'a> {
    rates: &'a Rates,
    clock: Option<WallClock<'a>>,
    begun_s: i64,
    /// Since then no condition on time or energy has changed.
    since: Instant,
    /// Until then no condition on time changes, seconds since 1970.
    until_s: i64,
    /// The energy so far, Wh.
    energy_wh: Exact,
    /// The denominator that the energies of the periods share, as a rule.
    wh_denominator: i64,
    /// Energies at which a condition changes that have not been reached, in order, Wh.
    marks_wh: &'a [Exact],
    denominator: i128,
    count: usize,
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
    /// For a session, or a reservation, that began then and consists of these periods.
    pub(super) fn new(rates: &'a Rates, begun_s: i64, periods: &[Period]) -> Self {
        let first_wh = periods.iter().map(|period| period.energy_wh).find(|energy_wh| !energy_wh.is_zero());
        let wh_denominator = first_wh.and_then(|energy_wh| i64::try_from(energy_wh.denominator()).ok()).unwrap_or(1);
        Self {
            rates,
            clock: rates.zone.as_ref().map(WallClock::new),
            begun_s,
            since: Instant::default(),
            until_s: i64::MIN,
            energy_wh: Exact::ZERO,
            wh_denominator,
            marks_wh: &rates.marks.energy_wh,
            denominator: 1,
            count: 0,
            cuts: Vec::new(),
        }
    }

    /// Goes past the next periods that need not be cut, up to where a condition on time or energy may change next: how many these are, and
    /// what they add up to. None where the next period is one for [`Self::cut`], which can do any.
    pub(super) fn pass(&mut self, periods: &[Period]) -> Option<(usize, Stretch)> {
        let start_s = periods.first()?.start_s;
        let until_s = if self.until_s <= start_s { self.next_change(start_s) } else { self.until_s };
        let reached = self.marks_wh.iter().take_while(|mark| **mark <= self.energy_wh).count();
        let marks_wh = self.marks_wh.get(reached..)?;
        let (denominator, session) = (self.wh_denominator, self.energy_wh.numerator_over(self.wh_denominator)?);
        // Rounded down: the period that gets there is cut, then.
        let mark = marks_wh.first().map(|mark| mark.times(Exact::whole(denominator)).map(Exact::floor));
        let mark = mark.map_or(Some(i64::MAX), |mark| i64::try_from(mark?).ok())?;
        let (passed, whole) = Whole::until(until_s, mark, session, denominator, periods);
        if passed == 0 {
            return None;
        }
        let energy_wh = Exact::fraction(whole.session.into(), denominator.into())?;
        let stretch = whole.stretch(denominator)?;
        if until_s != self.until_s || reached > 0 {
            self.since = self.instant(start_s, self.energy_wh);
        }
        (self.until_s, self.marks_wh, self.energy_wh) = (until_s, marks_wh, energy_wh);
        Some((passed, stretch))
    }

    /// Goes to the start of a piece.
    pub(super) fn reach(&mut self, piece: &Piece) {
        self.since = piece.change.unwrap_or(self.since);
    }

    /// Of these prices, those that apply in a period that was passed last, or in the piece of it that was reached.
    pub(super) fn pick(&self, offers: &'a Offers, period: &Period) -> Picked<'a> {
        self.rates.pick(offers, &self.since, period)
    }

    /// Replaces `pieces` by those of the next period.
    pub(super) fn cut(&mut self, period: &Period, pieces: &mut Vec<Piece>) -> Result<(), PricingError> {
        pieces.clear();
        self.cuts.clear();
        let end_wh = self.energy_wh.plus(period.energy_wh).ok_or(PricingError::TooLarge)?;
        let by_time = self.find_time_cuts(period)?;
        let by_energy = self.find_energy_cuts(period, end_wh).ok_or(PricingError::TooLarge)?;
        self.count += self.cuts.len() + 1;
        if self.count > MAX_PIECES {
            return Err(PricingError::TooLong);
        }
        self.put_in_order();
        self.lay_out(period, by_time || by_energy, end_wh, pieces).ok_or(PricingError::TooLarge)
    }

    /// What lasting conditions are tested against at an instant and after so much energy, Wh.
    fn instant(&mut self, at_s: i64, energy_wh: Exact) -> Instant {
        let local = self.clock.as_mut().map(|clock| clock.show(at_s)).unwrap_or_default();
        Instant { local, energy_wh, elapsed_s: at_s - self.begun_s }
    }

    /// Whether a condition on time may change at the start of the period.
    fn find_time_cuts(&mut self, period: &Period) -> Result<bool, PricingError> {
        let (start_s, end_s) = (period.start_s, period.end_s);
        let changes = self.until_s <= start_s;
        if changes {
            self.until_s = self.next_change(start_s);
        }
        while self.until_s < end_s {
            if self.cuts.len() > MAX_PIECES {
                return Err(PricingError::TooLong);
            }
            let span = i128::from(end_s) - i128::from(start_s);
            let share = Exact::fraction(i128::from(self.until_s) - i128::from(start_s), span);
            self.cuts.push(Cut { share: share.ok_or(PricingError::TooLarge)?, energy_wh: None });
            self.until_s = self.next_change(self.until_s);
        }
        Ok(changes)
    }

    /// The first instant after this one at which a condition on time may change.
    fn next_change(&mut self, after_s: i64) -> i64 {
        let by_clock = self.clock.as_mut().map_or(i64::MAX, |clock| clock.next(&self.rates.marks.day_s, after_s));
        let lengths = self.rates.marks.duration_s.iter().map(|length_s| self.begun_s.saturating_add(*length_s));
        lengths.filter(|instant| *instant > after_s).fold(by_clock, i64::min)
    }

    /// Whether a condition on energy changes at the start of the period.
    fn find_energy_cuts(&mut self, period: &Period, end_wh: Exact) -> Option<bool> {
        let mut changes = false;
        while let Some((mark, rest)) = self.marks_wh.split_first() {
            if *mark <= self.energy_wh {
                changes = true;
            } else {
                if *mark >= end_wh {
                    break;
                }
                let share = mark.minus(self.energy_wh)?.over(period.energy_wh)?;
                self.cuts.push(Cut { share, energy_wh: Some(*mark) });
            }
            self.marks_wh = rest;
        }
        Some(changes)
    }

    fn put_in_order(&mut self) {
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
    }

    fn lay_out(&mut self, period: &Period, mut changes: bool, end_wh: Exact, pieces: &mut Vec<Piece>) -> Option<()> {
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
                change: changes.then(|| self.instant(start_s, self.energy_wh)),
                start_s,
                end_s,
                share: share.minus(before)?,
                energy_wh: energy_wh.minus(self.energy_wh)?,
            });
            (changes, start_s, before, self.energy_wh) = (true, end_s, share, energy_wh);
        }
        pieces.push(Piece {
            change: changes.then(|| self.instant(start_s, self.energy_wh)),
            start_s,
            end_s: period.end_s,
            share: Exact::ONE.minus(before)?,
            energy_wh: if self.cuts.is_empty() { period.energy_wh } else { end_wh.minus(self.energy_wh)? },
        });
        self.energy_wh = end_wh;
        Some(())
    }

    fn representable(&mut self, share: Exact) -> Option<Exact> {
        let share = share.in_lowest_terms()?;
        let common = Exact::fraction(self.denominator, share.denominator())?.in_lowest_terms()?;
        let multiple =
            common.numerator().checked_mul(share.denominator()).filter(|multiple| *multiple < MAX_DENOMINATOR);
        if let Some(multiple) = multiple {
            self.denominator = multiple;
            return Some(share);
        }
        Exact::fraction(share.times(Exact::fraction(ROUNDED_SHARE, 1)?)?.round()?, ROUNDED_SHARE)
    }
}
