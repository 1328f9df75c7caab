//! Through the periods of a session: what falls under each price.

use super::cut::{Cutter, Piece};
use super::offers::Offers;
use super::period::Period;
use super::rates::Rates;
use super::runs::Volumes;
use super::stretch::Stretch;
use crate::error::PricingError;

/// A way through the periods of one session.
pub(super) struct Walk<'a> {
    rates: &'a Rates,
    /// The prices of its reservation.
    reservation: &'a Offers,
    session: Cutter<'a>,
    /// Only where there is time that is nothing but reserved.
    reserved: Option<Cutter<'a>>,
    /// When the first period starts, seconds since 1970.
    begun_s: i64,
    /// Of the last period that was cut.
    pieces: Vec<Piece>,
    /// What was found on the way.
    pub(super) volumes: Volumes<'a>,
}

impl<'a> Walk<'a> {
    /// At the start of a session of these periods.
    pub(super) fn new(rates: &'a Rates, periods: &[Period]) -> Self {
        let begun_s = periods.first().map_or(0, |first| first.start_s);
        // A session begins when its reservation has ended; a reservation that expired is all there is.
        let first = periods.iter().find(|period| !period.is_reservation());
        let reservation = if first.is_none() { &rates.expired_reservation } else { &rates.reservation };
        Self {
            rates,
            reservation,
            session: Cutter::new(rates, first.map_or(begun_s, |first| first.start_s), periods),
            reserved: None,
            begun_s,
            pieces: Vec::new(),
            volumes: Volumes::new(&rates.session, reservation),
        }
    }

    /// Goes through the periods.
    ///
    /// # Errors
    /// [`PricingError::TooLarge`] and [`PricingError::TooLong`] for amounts and durations beyond all reason.
    pub(super) fn through(&mut self, periods: &[Period]) -> Result<(), PricingError> {
        let mut ahead = periods;
        while let Some((next, rest)) = ahead.split_first() {
            let passed = self.pass(ahead).ok_or(PricingError::TooLarge)?;
            if passed == 0 {
                self.cut(next)?;
                ahead = rest;
            } else {
                ahead = ahead.get(passed..).unwrap_or_default();
            }
        }
        Ok(())
    }

    /// Takes the next periods together, as far as they are whole and under the same prices; how many.
    fn pass(&mut self, ahead: &[Period]) -> Option<usize> {
        let most = if self.rates.ask_for_draw { 1 } else { ahead.len() };
        let Some((passed, whole)) = self.session.pass(ahead.get(..most)?) else { return Some(0) };
        let picked = self.session.pick(&self.rates.session, ahead.first()?);
        self.volumes.take(&picked, &whole)?;
        Some(passed)
    }

    /// Takes the next period piece by piece.
    fn cut(&mut self, period: &Period) -> Result<(), PricingError> {
        let only_reserved = period.is_reservation();
        let cutter = match (&mut self.reserved, only_reserved) {
            (_, false) => &mut self.session,
            (reserved, true) => reserved.get_or_insert_with(|| Cutter::new(self.rates, self.begun_s, &[])),
        };
        cutter.cut(period, &mut self.pieces)?;
        for piece in &self.pieces {
            cutter.reach(piece);
            let stretch = Stretch::of(piece, period).ok_or(PricingError::TooLarge)?;
            if period.reservation_s > 0 {
                let picked = cutter.pick(self.reservation, period);
                self.volumes.reserve(&picked, &stretch).ok_or(PricingError::TooLarge)?;
            }
            if !only_reserved {
                let picked = cutter.pick(&self.rates.session, period);
                self.volumes.take(&picked, &stretch).ok_or(PricingError::TooLarge)?;
            }
        }
        Ok(())
    }
}
