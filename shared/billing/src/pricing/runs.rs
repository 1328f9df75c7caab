//! What falls under each price: consecutive stretches under one price component, per dimension.

use super::offers::{Offer, Offers, Picked};
use super::stretch::{Stretch, Volume};
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
    pub(super) measured: Exact,
    /// What rounding up adds.
    pub(super) extra: Exact,
}

/// The volumes of one dimension.
#[derive(Debug, Default)]
pub(super) struct Dimension<'a> {
    pub(super) runs: Vec<Run<'a>>,
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
pub(super) struct Volumes<'a> {
    pub(super) reservation_flat: Option<Run<'a>>,
    pub(super) reservation: Dimension<'a>,
    pub(super) flat: Option<Run<'a>>,
    pub(super) energy: Dimension<'a>,
    pub(super) time: Dimension<'a>,
    pub(super) parking: Dimension<'a>,
    pub(super) last_time: Option<LastTime>,
}

impl<'a> Volumes<'a> {
    /// Nothing yet, under the prices of a session and of its reservation.
    pub(super) fn new(session: &Offers, reservation: &Offers) -> Self {
        Self {
            reservation: Dimension::new(&reservation.time),
            energy: Dimension::new(&session.energy),
            time: Dimension::new(&session.time),
            parking: Dimension::new(&session.parking),
            ..Self::default()
        }
    }

    /// Adds the reserved time of a stretch.
    pub(super) fn reserve(&mut self, picked: &Picked<'a>, stretch: &Stretch) -> Option<()> {
        take_fee(&mut self.reservation_flat, picked.flat, stretch.from_s);
        self.reservation.take(&stretch.reserved, picked.time)?;
        Some(())
    }

    /// Adds what a stretch of the session has besides.
    pub(super) fn take(&mut self, picked: &Picked<'a>, stretch: &Stretch) -> Option<()> {
        take_fee(&mut self.flat, picked.flat, stretch.from_s);
        self.energy.take(&stretch.energy, picked.energy)?;
        let charging = self.time.take(&stretch.charging, picked.time)?;
        let parking = self.parking.take(&stretch.parking, picked.parking)?;
        if parking && (stretch.ends_parking || !charging) {
            self.last_time = Some(LastTime::Parking);
        } else if charging {
            self.last_time = Some(LastTime::Charging);
        }
        Some(())
    }
}

/// A fee is due once: when the first one applies.
fn take_fee<'a>(fee: &mut Option<Run<'a>>, picked: Option<&'a Offer>, at_s: i64) {
    if let (None, Some(offer)) = (&fee, picked) {
        *fee = Some(Run { offer, from_s: at_s, to_s: at_s, measured: Exact::ONE, extra: Exact::ZERO });
    }
}

impl<'a> Dimension<'a> {
    fn new(offers: &[Offer]) -> Self {
        Self { offered: !offers.is_empty(), ..Self::default() }
    }

    /// Adds a volume under the price that applies; whether there is one.
    fn take(&mut self, volume: &Volume, picked: Option<&'a Offer>) -> Option<bool> {
        let Some((from_s, to_s)) = volume.span.filter(|_| self.offered) else { return Some(false) };
        match (picked, self.runs.last_mut()) {
            (Some(offer), Some(run)) if run.offer.element == offer.element && !self.interrupted => {
                run.to_s = to_s;
                run.measured.add(&volume.units)?;
            }
            (Some(offer), Some(_) | None) => {
                self.runs.push(Run { offer, from_s, to_s, measured: volume.units, extra: Exact::ZERO });
                self.interrupted = false;
            }
            (None, _) => {
                self.free.add(&volume.units)?;
                self.interrupted = true;
            }
        }
        Some(picked.is_some())
    }
}
