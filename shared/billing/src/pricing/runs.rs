//! What falls under each price: consecutive stretches under one price component, per dimension.

use super::cut::{Cutter, Piece};
use super::offers::{Offer, Picked};
use super::period::Period;
use super::rates::Rates;
use super::standing::Standing;
use super::tally::{Part, Tally};
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
    pub(super) measured: Tally,
    /// What rounding up adds.
    pub(super) extra: Exact,
}

/// The volumes of one dimension.
#[derive(Debug, Default)]
pub(super) struct Dimension {
    pub(super) runs: Vec<Run>,
    /// Volume for which there is no price.
    pub(super) free: Tally,
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

/// A session, or its reservation, as it goes on.
struct Track<'a> {
    cutter: Cutter<'a>,
    standing: Standing<'a>,
    picked: Picked<'a>,
}

impl<'a> Track<'a> {
    fn new(rates: &'a Rates, begun_s: i64) -> Self {
        Self { cutter: Cutter::new(rates, begun_s), standing: Standing::new(rates), picked: Picked::default() }
    }
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
        let mut session = Track::new(rates, session_start_s);
        let mut reserved = Track::new(rates, first_s);
        let mut pieces = Vec::new();
        let mut volumes = Self {
            reservation: Dimension::new(&reservation.time),
            energy: Dimension::new(&rates.session.energy),
            time: Dimension::new(&rates.session.time),
            parking: Dimension::new(&rates.session.parking),
            ..Self::default()
        };
        for period in periods {
            let only_reserved = period.is_reservation();
            let track = if only_reserved { &mut reserved } else { &mut session };
            track.cutter.cut(period, &mut pieces)?;
            let mut changes = rates.ask_for_draw && track.standing.enter(period);
            for piece in &pieces {
                changes |= piece.changes;
                if piece.changes {
                    track.standing.reach(&track.cutter.instant(piece));
                }
                if changes {
                    track.picked = track.standing.pick(&rates.session);
                }
                if period.reservation_s > 0 {
                    let picked = track.standing.pick(reservation);
                    volumes.reserve(picked, period, piece).ok_or(PricingError::TooLarge)?;
                }
                if !only_reserved {
                    volumes.take(track.picked, period, piece).ok_or(PricingError::TooLarge)?;
                }
                changes = false;
            }
        }
        Ok(volumes)
    }

    fn reserve(&mut self, picked: Picked<'_>, period: &Period, piece: &Piece) -> Option<()> {
        take_fee(&mut self.reservation_flat, picked.flat, piece)?;
        self.reservation.take(piece.seconds_of(period.reservation_s)?, picked.time, piece)?;
        Some(())
    }

    fn take(&mut self, picked: Picked<'_>, period: &Period, piece: &Piece) -> Option<()> {
        take_fee(&mut self.flat, picked.flat, piece)?;
        self.energy.take(piece.energy_wh.into(), picked.energy, piece)?;
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
fn take_fee(fee: &mut Option<Run>, picked: Option<&Offer>, piece: &Piece) -> Option<()> {
    if let (None, Some(offer)) = (&fee, picked) {
        let mut run = Run::new(offer, piece);
        run.measured.add(Part::Whole(1))?;
        run.to_s = run.from_s;
        *fee = Some(run);
    }
    Some(())
}

impl Run {
    fn new(offer: &Offer, piece: &Piece) -> Self {
        let Piece { start_s: from_s, end_s: to_s, .. } = *piece;
        Self { offer: *offer, from_s, to_s, measured: Tally::default(), extra: Exact::ZERO }
    }
}

impl Dimension {
    fn new(offers: &[Offer]) -> Self {
        Self { offered: !offers.is_empty(), ..Self::default() }
    }

    /// Adds a volume under the price that applies; whether there is one.
    fn take(&mut self, volume: Part, picked: Option<&Offer>, piece: &Piece) -> Option<bool> {
        if volume.is_zero() || !self.offered {
            return Some(false);
        }
        let Some(offer) = picked else {
            self.free.add(volume)?;
            self.interrupted = true;
            return Some(false);
        };
        let goes_on = |run: &&mut Run| run.offer.element == offer.element && !self.interrupted;
        match self.runs.last_mut().filter(goes_on) {
            Some(run) => {
                run.measured.add(volume)?;
                run.to_s = piece.end_s;
            }
            None => {
                let mut run = Run::new(offer, piece);
                run.measured.add(volume)?;
                self.runs.push(run);
            }
        }
        self.interrupted = false;
        Some(true)
    }
}
