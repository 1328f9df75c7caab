//! A tariff made ready for pricing: conditions as integers, prices per Wh and per second before and after tax.

use jiff::tz::TimeZone;

use super::conditions::{Condition, Instant, Marks};
use crate::error::PricingError;
use crate::exact::Exact;
use crate::money::Currency;
use crate::tariff::{PriceLimit, ReservationRestriction, Tariff, TariffDimension, TariffElement, TaxIncluded};

/// A tariff made ready, to price any number of sessions with it.
#[derive(Debug, Clone)]
pub struct Rates {
    pub(super) currency: Currency,
    /// Prices are gross, and so is the side that is rounded.
    pub(super) gross: bool,
    pub(super) min_price: Option<PriceLimit>,
    pub(super) max_price: Option<PriceLimit>,
    /// The wall clock; none when no condition asks for it.
    pub(super) zone: Option<TimeZone>,
    /// What must hold for an element to apply, per element.
    pub(super) conditions: Vec<Vec<Condition>>,
    /// Some condition is on what the vehicle draws.
    pub(super) ask_for_draw: bool,
    /// Where conditions change.
    pub(super) marks: Marks,
    pub(super) session: Offers,
    pub(super) reservation: Offers,
    pub(super) expired_reservation: Offers,
}

/// What is offered per dimension, in the order in which it is tried.
#[derive(Debug, Clone, Default)]
pub(super) struct Offers {
    pub(super) flat: Vec<Offer>,
    pub(super) energy: Vec<Offer>,
    pub(super) time: Vec<Offer>,
    pub(super) parking: Vec<Offer>,
}

/// One price component.
#[derive(Debug, Clone, Copy)]
pub(super) struct Offer {
    /// The element it stands in, from 0.
    pub(super) element: usize,
    pub(super) price: crate::Decimal,
    pub(super) vat: Option<crate::Decimal>,
    pub(super) step: i64,
    /// Before tax, per Wh, per second or per fee.
    pub(super) net: Exact,
    /// After tax, per Wh, per second or per fee.
    pub(super) with_tax: Exact,
}

/// The price that applies, per dimension.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Picked<'a> {
    pub(super) flat: Option<&'a Offer>,
    pub(super) energy: Option<&'a Offer>,
    pub(super) time: Option<&'a Offer>,
    pub(super) parking: Option<&'a Offer>,
}

impl Rates {
    /// Makes a tariff ready.
    ///
    /// # Errors
    /// [`PricingError::ZoneRequired`] when the tariff asks for a wall clock and `zone` is none; [`PricingError::Invalid`] when the
    /// tariff breaks a rule of its own.
    pub fn new(tariff: &Tariff, zone: Option<&TimeZone>) -> Result<Self, PricingError> {
        tariff.check()?;
        let conditions_of = |element: &TariffElement| element.restrictions.as_ref().map_or(Some(vec![]), Condition::of);
        let conditions: Option<Vec<Vec<Condition>>> = tariff.elements.iter().map(conditions_of).collect();
        let conditions = conditions.ok_or(PricingError::TooLarge)?;
        let all = || conditions.iter().flatten();
        let uses_wall_clock = all().any(Condition::asks_for_clock);
        if uses_wall_clock && zone.is_none() {
            return Err(PricingError::ZoneRequired);
        }
        let offers = |wanted: Option<ReservationRestriction>| Offers::of(tariff, wanted);
        let reservation = offers(Some(ReservationRestriction::Reservation))?;
        // What is said of an expired reservation goes before what is said of any reservation.
        let mut expired_reservation = offers(Some(ReservationRestriction::ReservationExpires))?;
        expired_reservation.flat.extend_from_slice(&reservation.flat);
        expired_reservation.time.extend_from_slice(&reservation.time);
        Ok(Self {
            currency: tariff.currency,
            gross: tariff.taxes() == TaxIncluded::Yes,
            min_price: tariff.min_price,
            max_price: tariff.max_price,
            zone: zone.filter(|_| uses_wall_clock).cloned(),
            session: offers(None)?,
            reservation,
            expired_reservation,
            ask_for_draw: all().any(Condition::asks_for_draw),
            marks: Marks::of(all()),
            conditions,
        })
    }

    /// The tax of a minimum that stands alone, because nothing else was sold: that of what the tariff sells first.
    pub(super) fn leading_vat(&self) -> Option<crate::Decimal> {
        let Offers { flat, energy, time, parking } = &self.session;
        [energy, flat, time, parking].into_iter().find_map(|offers| offers.first()).and_then(|offer| offer.vat)
    }

    /// Per dimension, the first offer whose element applies.
    pub(super) fn pick<'a>(&self, offers: &'a Offers, instant: &Instant<'_>) -> Picked<'a> {
        let all_hold = |conditions: &Vec<Condition>| conditions.iter().all(|condition| condition.holds(instant));
        let applies = |offer: &&Offer| self.conditions.get(offer.element).is_some_and(all_hold);
        let first = |offers: &'a [Offer]| offers.iter().find(applies);
        let Offers { flat, energy, time, parking } = offers;
        Picked { flat: first(flat), energy: first(energy), time: first(time), parking: first(parking) }
    }
}

impl Offers {
    fn of(tariff: &Tariff, wanted: Option<ReservationRestriction>) -> Result<Self, PricingError> {
        let mut offers = Self::default();
        for (index, element) in tariff.elements.iter().enumerate() {
            if reservation_of(element) != wanted {
                continue;
            }
            for component in &element.price_components {
                let (list, unit) = match component.dimension {
                    TariffDimension::Flat => (&mut offers.flat, 1),
                    TariffDimension::Energy => (&mut offers.energy, 1000),
                    TariffDimension::Time => (&mut offers.time, 3600),
                    TariffDimension::ParkingTime => (&mut offers.parking, 3600),
                };
                // Of two prices for one dimension in one element the first counts.
                if list.last().is_none_or(|last: &Offer| last.element != index) {
                    list.push(Offer::new(index, component, unit, tariff.taxes()).ok_or(PricingError::TooLarge)?);
                }
            }
        }
        Ok(offers)
    }
}

fn reservation_of(element: &TariffElement) -> Option<ReservationRestriction> {
    element.restrictions.as_ref().and_then(|restrictions| restrictions.reservation)
}

impl Offer {
    fn new(element: usize, component: &crate::tariff::PriceComponent, unit: i64, taxes: TaxIncluded) -> Option<Self> {
        let per_unit = component.price.exact().over(Exact::whole(unit))?;
        let vat = component.vat.filter(|_| taxes != TaxIncluded::NotApplicable);
        let hundred = Exact::whole(100);
        let factor = vat.map_or(Some(Exact::ONE), |vat| vat.exact().plus(hundred)?.over(hundred))?;
        let (net, with_tax) = match taxes {
            TaxIncluded::Yes => (per_unit.over(factor)?, per_unit),
            TaxIncluded::No => (per_unit, per_unit.times(factor)?),
            TaxIncluded::NotApplicable => (per_unit, per_unit),
        };
        Some(Self { element, price: component.price, vat, step: component.step_size, net, with_tax })
    }
}
