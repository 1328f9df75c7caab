//! What falls under each price: consecutive stretches under one price component, per dimension.

use super::cut::{Cutter, Passed};
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
pub(super) struct Run<'a> {
    pub(super) offer: &'a Offer,
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
pub(super) struct Dimension<'a> {
    pub(super) runs: Vec<Run<'a>>,
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
pub(super) struct Volumes<'a> {
    pub(super) reservation_flat: Option<Run<'a>>,
    pub(super) reservation: Dimension<'a>,
    pub(super) flat: Option<Run<'a>>,
    pub(super) energy: Dimension<'a>,
    pub(super) time: Dimension<'a>,
    pub(super) parking: Dimension<'a>,
    pub(super) last_time: Option<LastTime>,
}

/// A session, or its reservation, as it goes on.
struct Track<'a> {
    cutter: Cutter<'a>,
    standing: Standing<'a>,
}

impl<'a> Track<'a> {
    fn new(rates: &'a Rates, begun_s: i64) -> Self {
        Self { cutter: Cutter::new(rates, begun_s), standing: Standing::new(rates) }
    }
}

impl<'a> Volumes<'a> {
    /// Sorts the periods of one session under the prices of a tariff.
    pub(super) fn of(rates: &'a Rates, periods: &[Period]) -> Result<Self, PricingError> {
        let expired = periods.iter().all(Period::is_reservation);
        let reservation = if expired { &rates.expired_reservation } else { &rates.reservation };
        let begun_s = |period: &Period| period.start_s;
        let first_s = periods.first().map_or(0, begun_s);
        // A session begins when its reservation has ended; a reservation that expired is all there is.
        let session_start_s = periods.iter().find(|period| !period.is_reservation()).map_or(first_s, begun_s);
        let mut session = Track::new(rates, session_start_s);
        let mut reserved = None;
        let mut picked = Picked::default();
        let mut pieces = Vec::new();
        let mut volumes = Self {
            reservation: Dimension::new(&reservation.time),
            energy: Dimension::new(&rates.session.energy),
            time: Dimension::new(&rates.session.time),
            parking: Dimension::new(&rates.session.parking),
            ..Self::default()
        };
        // From here on periods are whole, under the prices picked last, and not taken yet.
        let mut whole_from = 0;
        for (index, period) in periods.iter().enumerate() {
            let only_reserved = period.is_reservation();
            let track =
                if only_reserved { reserved.get_or_insert_with(|| Track::new(rates, first_s)) } else { &mut session };
            let mut changes = track.standing.enter(period);
            let passed = if period.reservation_s == 0 { track.cutter.pass(period) } else { Passed::Not };
            if !changes && matches!(passed, Passed::Alike) {
                continue;
            }
            let whole = periods.get(whole_from..index).unwrap_or_default();
            volumes.take_whole(picked, whole).ok_or(PricingError::TooLarge)?;
            if let Passed::Changed(start) = &passed {
                track.standing.reach(start);
            }
            if !matches!(passed, Passed::Not) {
                picked = track.standing.pick(&rates.session);
                whole_from = index;
                continue;
            }
            whole_from = index + 1;
            track.cutter.cut(period, &mut pieces)?;
            for piece in &pieces {
                changes |= piece.changes;
                if piece.changes {
                    track.standing.reach(&track.cutter.instant(piece.start_s, piece.energy_before_wh));
                }
                if changes && !only_reserved {
                    picked = track.standing.pick(&rates.session);
                }
                changes = false;
                let stretch = Stretch::of(piece, period).ok_or(PricingError::TooLarge)?;
                if period.reservation_s > 0 {
                    volumes.reserve(track.standing.pick(reservation), &stretch).ok_or(PricingError::TooLarge)?;
                }
                if !only_reserved {
                    volumes.take(picked, &stretch).ok_or(PricingError::TooLarge)?;
                }
            }
        }
        volumes.take_whole(picked, periods.get(whole_from..).unwrap_or_default()).ok_or(PricingError::TooLarge)?;
        Ok(volumes)
    }

    fn reserve(&mut self, picked: Picked<'a>, stretch: &Stretch) -> Option<()> {
        take_fee(&mut self.reservation_flat, picked.flat, stretch.from_s)?;
        self.reservation.take(stretch.reserved_s, picked.time, stretch)?;
        Some(())
    }

    fn take(&mut self, picked: Picked<'a>, stretch: &Stretch) -> Option<()> {
        take_fee(&mut self.flat, picked.flat, stretch.from_s)?;
        self.energy.take(stretch.energy_wh, picked.energy, stretch)?;
        if self.time.take(stretch.charging_s, picked.time, stretch)? {
            self.last_time = Some(LastTime::Charging);
        }
        if self.parking.take(stretch.parking_s, picked.parking, stretch)? {
            self.last_time = Some(LastTime::Parking);
        }
        Some(())
    }

    /// Adds whole periods that follow each other under the same prices.
    fn take_whole(&mut self, picked: Picked<'a>, periods: &[Period]) -> Option<()> {
        let Some(first) = periods.first() else { return Some(()) };
        take_fee(&mut self.flat, picked.flat, first.start_s)?;
        self.energy.take_whole(|period| period.energy_wh.into(), picked.energy, periods)?;
        self.time.take_whole(|period| Part::Whole(period.charging_s), picked.time, periods)?;
        self.parking.take_whole(|period| Part::Whole(period.parking_s), picked.parking, periods)?;
        let last_time = periods.iter().rev().find_map(|period| match (picked.time, picked.parking) {
            (_, Some(_)) if period.parking_s != 0 => Some(LastTime::Parking),
            (Some(_), _) if period.charging_s != 0 => Some(LastTime::Charging),
            (_, _) => None,
        });
        self.last_time = last_time.or(self.last_time);
        Some(())
    }
}

/// A fee is due once: when the first one applies.
fn take_fee<'a>(fee: &mut Option<Run<'a>>, picked: Option<&'a Offer>, from_s: i64) -> Option<()> {
    if let (None, Some(offer)) = (&fee, picked) {
        let mut run = Run::new(offer, from_s);
        run.measured.add(Part::Whole(1))?;
        *fee = Some(run);
    }
    Some(())
}

impl<'a> Run<'a> {
    fn new(offer: &'a Offer, from_s: i64) -> Self {
        Self { offer, from_s, to_s: from_s, measured: Tally::default(), extra: Exact::ZERO }
    }
}

impl<'a> Dimension<'a> {
    fn new(offers: &[Offer]) -> Self {
        Self { offered: !offers.is_empty(), ..Self::default() }
    }

    /// Adds a volume under the price that applies; whether there is one.
    fn take(&mut self, volume: Part, picked: Option<&'a Offer>, stretch: &Stretch) -> Option<bool> {
        if volume.is_zero() || !self.offered {
            return Some(false);
        }
        self.tally(picked, stretch.from_s, stretch.to_s)?.add(volume)?;
        Some(picked.is_some())
    }

    /// Adds the volumes of whole periods under the price that applies.
    fn take_whole(
        &mut self,
        volume: impl Fn(&Period) -> Part,
        picked: Option<&'a Offer>,
        periods: &[Period],
    ) -> Option<()> {
        if !self.offered {
            return Some(());
        }
        let mut sum = Tally::default();
        let mut span = None;
        for period in periods {
            let part = volume(period);
            if !part.is_zero() {
                sum.add(part)?;
                span = Some((span.map_or(period.start_s, |(from_s, _)| from_s), period.end_s));
            }
        }
        if let Some((from_s, to_s)) = span {
            self.tally(picked, from_s, to_s)?.add_all(sum)?;
        }
        Some(())
    }

    /// Where the volume of a stretch under this price is added up.
    fn tally(&mut self, picked: Option<&'a Offer>, from_s: i64, to_s: i64) -> Option<&mut Tally> {
        let Some(offer) = picked else {
            self.interrupted = true;
            return Some(&mut self.free);
        };
        let goes_on = self.runs.last().is_some_and(|run| run.offer.element == offer.element && !self.interrupted);
        if !goes_on {
            self.runs.push(Run::new(offer, from_s));
        }
        self.interrupted = false;
        let run = self.runs.last_mut()?;
        run.to_s = to_s;
        Some(&mut run.measured)
    }
}
