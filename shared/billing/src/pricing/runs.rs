//! What falls under each price: consecutive stretches under one price component, per dimension.

use super::cut::{Cutter, Piece};
use super::period::Period;
use super::rates::{Instant, Offer, Offers, Rates};
use super::wall_clock::WallClock;
use crate::error::PricingError;
use crate::exact::Exact;

/// A volume under one price, without another price of its dimension in between.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) offer: Offer,
    /// Start of its first stretch, seconds since 1970.
    pub(super) from_s: i64,
    /// End of its last stretch, seconds since 1970.
    pub(super) to_s: i64,
    /// Wh, seconds, or 1 for a fee.
    pub(super) measured: Exact,
    /// The same after rounding up.
    pub(super) billed: Exact,
}

/// The volumes of one dimension.
#[derive(Debug, Default)]
pub(super) struct Dimension {
    pub(super) runs: Vec<Run>,
    /// Volume for which there is no price.
    pub(super) free: Exact,
    interrupted: bool,
}

/// Of charging and parking time, what was priced last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LastTime {
    Charging,
    Parking,
}

/// Every volume of a session under its price.
#[derive(Debug, Default)]
pub(super) struct Volumes {
    pub(super) reservation_flat: Option<Run>,
    pub(super) reservation: Dimension,
    pub(super) flat: Option<Run>,
    pub(super) energy: Dimension,
    pub(super) time: Dimension,
    pub(super) parking: Dimension,
    pub(super) last_time: Option<LastTime>,
}

impl Volumes {
    /// Sorts the periods of one session under the prices of a tariff.
    pub(super) fn of(rates: &Rates, periods: &[Period]) -> Result<Self, PricingError> {
        let expired = periods.iter().all(Period::is_reservation);
        let reservation = if expired { &rates.expired_reservation } else { &rates.reservation };
        let starts = || periods.iter().map(|period| (period.is_reservation(), period.start_s));
        let first_s = starts().map(|(_, start_s)| start_s).next().unwrap_or(0);
        // A session begins when its reservation has ended; a reservation that expired is all there is.
        let session_start_s = starts().find(|(reserved, _)| !reserved).map_or(first_s, |(_, start_s)| start_s);
        let mut clock = rates.zone.as_ref().map(WallClock::new);
        let mut session_cutter = Cutter::new(rates, session_start_s);
        let mut reservation_cutter = Cutter::new(rates, first_s);
        let mut pieces = Vec::new();
        let mut volumes = Self::default();
        for period in periods {
            pieces.clear();
            let (cutter, begun_s) = if period.is_reservation() {
                (&mut reservation_cutter, first_s)
            } else {
                (&mut session_cutter, session_start_s)
            };
            cutter.cut(period, clock.as_mut(), &mut pieces)?;
            let (current_a, power_kw) = (period.current(), period.power());
            for piece in &pieces {
                let instant = Instant {
                    local: clock.as_mut().map(|clock| clock.show(piece.start_s)),
                    energy_wh: piece.energy_before_wh,
                    elapsed_s: piece.start_s - begun_s,
                    current_a,
                    power_kw,
                };
                volumes.take(rates, reservation, period, piece, &instant).ok_or(PricingError::TooLarge)?;
            }
        }
        Ok(volumes)
    }

    fn take(
        &mut self,
        rates: &Rates,
        reservation: &Offers,
        period: &Period,
        piece: &Piece,
        instant: &Instant,
    ) -> Option<()> {
        let part =
            |seconds: i64| if seconds == 0 { Some(Exact::ZERO) } else { Exact::whole(seconds).times(piece.share) };
        if period.reservation_s > 0 {
            let seconds = part(period.reservation_s)?;
            take_fee(&mut self.reservation_flat, rates, &reservation.flat, piece, instant);
            self.reservation.take(seconds, rates, &reservation.time, piece, instant)?;
        }
        if period.is_reservation() {
            return Some(());
        }
        take_fee(&mut self.flat, rates, &rates.session.flat, piece, instant);
        self.energy.take(piece.energy_wh, rates, &rates.session.energy, piece, instant)?;
        if self.time.take(part(period.charging_s)?, rates, &rates.session.time, piece, instant)? {
            self.last_time = Some(LastTime::Charging);
        }
        if self.parking.take(part(period.parking_s)?, rates, &rates.session.parking, piece, instant)? {
            self.last_time = Some(LastTime::Parking);
        }
        Some(())
    }
}

/// A fee is due once: when the first one applies.
fn take_fee(fee: &mut Option<Run>, rates: &Rates, offers: &[Offer], piece: &Piece, instant: &Instant) {
    if fee.is_none() {
        *fee = rates.pick(offers, instant).map(|offer| Run {
            offer: *offer,
            from_s: piece.start_s,
            to_s: piece.start_s,
            measured: Exact::ONE,
            billed: Exact::ONE,
        });
    }
}

impl Dimension {
    /// Adds a volume under the price that applies; whether there is one.
    fn take(
        &mut self,
        volume: Exact,
        rates: &Rates,
        offers: &[Offer],
        piece: &Piece,
        instant: &Instant,
    ) -> Option<bool> {
        if volume.is_zero() || offers.is_empty() {
            return Some(false);
        }
        let Some(offer) = rates.pick(offers, instant) else {
            self.free = self.free.plus(volume)?;
            self.interrupted = true;
            return Some(false);
        };
        match self.runs.last_mut() {
            Some(run) if run.offer.element == offer.element && !self.interrupted => {
                run.measured = run.measured.plus(volume)?;
                run.billed = run.measured;
                run.to_s = piece.end_s;
            }
            Some(_) | None => {
                let (from_s, to_s) = (piece.start_s, piece.end_s);
                self.runs.push(Run { offer: *offer, from_s, to_s, measured: volume, billed: volume });
            }
        }
        self.interrupted = false;
        Some(true)
    }
}
