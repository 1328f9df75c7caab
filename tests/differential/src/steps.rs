//! `step_size` on top of volumes that are not rounded up.

use rust_decimal::Decimal;

use crate::amounts::{Amount, Totals};
use crate::case::{Component, Dimension, Period, Tariff};
use crate::theirs::Chosen;

/// How far the other engine's way is followed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Way {
    /// Only volumes that have a price are rounded up; otherwise the free ones count, too.
    pub(crate) priced_only: bool,
    /// The price of the last volume rounds up; otherwise that of the last period, be its volume nothing.
    pub(crate) skips_nothing: bool,
    /// Of charging and parking time what is priced last is rounded up; otherwise parking time wherever it has a price.
    pub(crate) by_order: bool,
}

/// Priced periods of one session.
pub(crate) struct Priced<'a> {
    pub(crate) tariff: &'a Tariff,
    pub(crate) periods: &'a [Period],
    pub(crate) chosen: &'a [Chosen],
}

/// One dimension of a period.
#[derive(Debug, Clone, Copy)]
struct Volume {
    /// Wh or seconds.
    units: Decimal,
    component: Option<Component>,
}

impl Volume {
    fn is_priced(&self) -> bool {
        self.component.is_some() && !self.units.is_zero()
    }
}

impl Priced<'_> {
    fn volumes(
        &self,
        dimension: Dimension,
        units: u32,
        volume: fn(&Period) -> Option<Decimal>,
        element: fn(&Chosen) -> Option<usize>,
    ) -> Vec<Volume> {
        let component = |element: usize| {
            let components = &self.tariff.elements.get(element)?.components;
            components.iter().find(|component| component.dimension == dimension).copied()
        };
        let one = |(period, chosen): (&Period, &Chosen)| {
            let units = volume(period)? * Decimal::from(units);
            Some(Volume { units, component: element(chosen).and_then(component) })
        };
        // A period without this dimension stays in its place, so that the order of two dimensions can be told.
        let nothing = Volume { units: Decimal::ZERO, component: None };
        self.periods.iter().zip(self.chosen).map(|pair| one(pair).unwrap_or(nothing)).collect()
    }

    fn energy(&self) -> Vec<Volume> {
        self.volumes(Dimension::Energy, 1000, |period| period.energy, |chosen| chosen.energy)
    }

    fn charging(&self) -> Vec<Volume> {
        self.volumes(Dimension::Time, 3600, |period| period.charging, |chosen| chosen.charging)
    }

    fn parking(&self) -> Vec<Volume> {
        self.volumes(Dimension::ParkingTime, 3600, |period| period.parking, |chosen| chosen.parking)
    }

    /// Whether some volume without a price stands beside a price with a step.
    pub(crate) fn has_free_volume(&self) -> bool {
        [self.energy(), self.charging(), self.parking()].iter().any(|volumes| {
            volumes.iter().filter_map(|volume| volume.component).any(|component| component.step > 0)
                && volumes.iter().any(|volume| volume.component.is_none() && !volume.units.is_zero())
        })
    }

    /// Whether the last price of a dimension prices nothing.
    pub(crate) fn has_nothing_last(&self) -> bool {
        [self.energy(), self.charging(), self.parking()].iter().any(|volumes| {
            volumes.iter().rev().find(|volume| volume.component.is_some()).is_some_and(|last| last.units.is_zero())
        })
    }

    /// Whether charging time is priced after parking time has been, be it for no time at all.
    pub(crate) fn charges_last(&self) -> bool {
        self.is_charging_last() && self.parking().iter().any(|volume| volume.component.is_some())
    }

    fn is_charging_last(&self) -> bool {
        let last = |volumes: &[Volume]| volumes.iter().rposition(Volume::is_priced);
        // Of one period the parking time comes last.
        last(&self.charging()) > last(&self.parking())
    }

    /// Adds to the totals what rounding up adds.
    pub(crate) fn round_up(&self, way: Way, totals: &mut Totals) {
        let extra = |volumes: &[Volume], units: u32| extra(volumes, units, way);
        totals.energy = totals.energy.plus(extra(&self.energy(), 1000));
        let charging_is_rounded = if way.by_order {
            self.is_charging_last()
        } else {
            self.parking().iter().all(|volume| volume.component.is_none())
        };
        if charging_is_rounded {
            totals.time = totals.time.plus(extra(&self.charging(), 3600));
        } else {
            totals.parking = totals.parking.plus(extra(&self.parking(), 3600));
        }
    }
}

/// What rounding up adds: it is billed at the last price.
fn extra(volumes: &[Volume], units: u32, way: Way) -> Amount {
    let last = if way.skips_nothing {
        volumes.iter().rev().find(|volume| volume.is_priced())
    } else {
        volumes.iter().rev().find(|volume| volume.component.is_some())
    };
    let Some(component) = last.and_then(|volume| volume.component).filter(|component| component.step > 0) else {
        return Amount::default();
    };
    let counted = volumes.iter().filter(|volume| !way.priced_only || volume.component.is_some());
    let total = counted.map(|volume| volume.units).sum::<Decimal>();
    let step = Decimal::from(component.step);
    // Thousandths of a unit count: what is less comes from hours and shares that have 28 digits at most.
    let added = (((total.round_dp(3) / step).round_dp(12).ceil() * step) - total).max(Decimal::ZERO);
    let excl = added * component.price / Decimal::from(units);
    let vat = component.vat.unwrap_or_default() / Decimal::ONE_HUNDRED;
    Amount { excl, incl: excl * (Decimal::ONE + vat) }
}
