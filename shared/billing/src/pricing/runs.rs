//! What falls under each price: consecutive stretches under one price component, per dimension.

use super::cut::{Cutter, Piece};
use super::period::Period;
use super::rates::{Offer, Picked, Rates};
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
    /// The tariff has prices for it.
    offered: bool,
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
        let begun_s = |period: &Period| period.start_s;
        let first_s = periods.first().map_or(0, begun_s);
        // A session begins when its reservation has ended; a reservation that expired is all there is.
        let session_start_s = periods.iter().find(|period| !period.is_reservation()).map_or(first_s, begun_s);
        let mut session_cutter = Cutter::new(rates, session_start_s);
        let mut reservation_cutter = Cutter::new(rates, first_s);
        let mut pieces = Vec::new();
        let mut volumes = Self {
            reservation: Dimension::new(&reservation.time),
            energy: Dimension::new(&rates.session.energy),
            time: Dimension::new(&rates.session.time),
            parking: Dimension::new(&rates.session.parking),
            ..Self::default()
        };
        let mut picked = Picked::default();
        for period in periods {
            let reserved = period.reservation_s > 0;
            let only_reserved = period.is_reservation();
            let cutter = if only_reserved { &mut reservation_cutter } else { &mut session_cutter };
            cutter.cut(period, &mut pieces)?;
            for piece in &pieces {
                if reserved {
                    let picked = rates.pick(reservation, &cutter.instant(piece, period));
                    volumes.reserve(picked, period, piece).ok_or(PricingError::TooLarge)?;
                }
                if only_reserved {
                    continue;
                }
                if piece.changes || rates.ask_for_draw {
                    picked = rates.pick(&rates.session, &cutter.instant(piece, period));
                }
                volumes.take(picked, period, piece).ok_or(PricingError::TooLarge)?;
            }
        }
        Ok(volumes)
    }

    fn reserve(&mut self, picked: Picked<'_>, period: &Period, piece: &Piece) -> Option<()> {
        take_fee(&mut self.reservation_flat, picked.flat, piece);
        self.reservation.take(piece.seconds_of(period.reservation_s)?, picked.time, piece)?;
        Some(())
    }

    fn take(&mut self, picked: Picked<'_>, period: &Period, piece: &Piece) -> Option<()> {
        take_fee(&mut self.flat, picked.flat, piece);
        self.energy.take(piece.energy_wh, picked.energy, piece)?;
        if self.time.take(piece.seconds_of(period.charging_s)?, picked.time, piece)? {
            self.last_time = Some(LastTime::Charging);
        }
        if self.parking.take(piece.seconds_of(period.parking_s)?, picked.parking, piece)? {
            self.last_time = Some(LastTime::Parking);
        }
        Some(())
    }
}

/// A fee is due once: when the first one applies.
fn take_fee(fee: &mut Option<Run>, picked: Option<&Offer>, piece: &Piece) {
    if let (None, Some(offer)) = (&fee, picked) {
        let (at_s, once) = (piece.start_s, Exact::ONE);
        *fee = Some(Run { offer: *offer, from_s: at_s, to_s: at_s, measured: once, billed: once });
    }
}

impl Dimension {
    fn new(offers: &[Offer]) -> Self {
        Self { offered: !offers.is_empty(), ..Self::default() }
    }

    /// Adds a volume under the price that applies; whether there is one.
    fn take(&mut self, volume: Exact, picked: Option<&Offer>, piece: &Piece) -> Option<bool> {
        if volume.is_zero() || !self.offered {
            return Some(false);
        }
        let Some(offer) = picked else {
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
