//! What falls under each price: consecutive stretches under one price component, per dimension.

use super::cut::Cutter;
use super::offers::{Offer, Picked};
use super::period::Period;
use super::rates::Rates;
use super::standing::Standing;
use super::stretch::Stretch;
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
        let mut reserved = None;
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
            let track =
                if only_reserved { reserved.get_or_insert_with(|| Track::new(rates, first_s)) } else { &mut session };
            let mut changes = rates.ask_for_draw && track.standing.enter(period);
            if !changes && period.reservation_s == 0 && track.cutter.pass(period) {
                volumes.take(track.picked, &Stretch::whole(period)).ok_or(PricingError::TooLarge)?;
                continue;
            }
            track.cutter.cut(period, &mut pieces)?;
            for piece in &pieces {
                changes |= piece.changes;
                if piece.changes {
                    track.standing.reach(&track.cutter.instant(piece));
                }
                if changes {
                    track.picked = track.standing.pick(&rates.session);
                }
                let stretch = Stretch::of(piece, period).ok_or(PricingError::TooLarge)?;
                if period.reservation_s > 0 {
                    volumes.reserve(track.standing.pick(reservation), &stretch).ok_or(PricingError::TooLarge)?;
                }
                if !only_reserved {
                    volumes.take(track.picked, &stretch).ok_or(PricingError::TooLarge)?;
                }
                changes = false;
            }
        }
        Ok(volumes)
    }

    fn reserve(&mut self, picked: Picked<'_>, stretch: &Stretch) -> Option<()> {
        take_fee(&mut self.reservation_flat, picked.flat, stretch)?;
        self.reservation.take(stretch.reserved_s, picked.time, stretch)?;
        Some(())
    }

    fn take(&mut self, picked: Picked<'_>, stretch: &Stretch) -> Option<()> {
        take_fee(&mut self.flat, picked.flat, stretch)?;
        self.energy.take(stretch.energy_wh, picked.energy, stretch)?;
        if self.time.take(stretch.charging_s, picked.time, stretch)? {
            self.last_time = Some(LastTime::Charging);
        }
        if self.parking.take(stretch.parking_s, picked.parking, stretch)? {
            self.last_time = Some(LastTime::Parking);
        }
        Some(())
    }
}

/// A fee is due once: when the first one applies.
fn take_fee(fee: &mut Option<Run>, picked: Option<&Offer>, stretch: &Stretch) -> Option<()> {
    if let (None, Some(offer)) = (&fee, picked) {
        let mut run = Run::new(offer, stretch);
        run.measured.add(Part::Whole(1))?;
        run.to_s = run.from_s;
        *fee = Some(run);
    }
    Some(())
}

impl Run {
    fn new(offer: &Offer, stretch: &Stretch) -> Self {
        let Stretch { from_s, to_s, .. } = *stretch;
        Self { offer: *offer, from_s, to_s, measured: Tally::default(), extra: Exact::ZERO }
    }
}

impl Dimension {
    fn new(offers: &[Offer]) -> Self {
        Self { offered: !offers.is_empty(), ..Self::default() }
    }

    /// Adds a volume under the price that applies; whether there is one.
    #[inline]
    fn take(&mut self, volume: Part, picked: Option<&Offer>, stretch: &Stretch) -> Option<bool> {
        if volume.is_zero() || !self.offered { Some(false) } else { self.take_some(volume, picked, stretch) }
    }

    fn take_some(&mut self, volume: Part, picked: Option<&Offer>, stretch: &Stretch) -> Option<bool> {
        let Some(offer) = picked else {
            self.free.add(volume)?;
            self.interrupted = true;
            return Some(false);
        };
        let goes_on = |run: &&mut Run| run.offer.element == offer.element && !self.interrupted;
        if let Some(run) = self.runs.last_mut().filter(goes_on) {
            run.measured.add(volume)?;
            run.to_s = stretch.to_s;
        } else {
            let mut run = Run::new(offer, stretch);
            run.measured.add(volume)?;
            self.runs.push(run);
        }
        self.interrupted = false;
        Some(true)
    }
}
