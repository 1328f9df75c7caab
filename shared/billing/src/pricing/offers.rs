//! What a tariff offers: its price components, per dimension, with prices per Wh and per second before and after tax.

use crate::exact::Exact;
use crate::tariff::{PriceComponent, ReservationRestriction, Tariff, TariffDimension, TariffElement, TaxIncluded};

/// Up to here prices are written over one denominator: a volume times a price stays short then.
const MAX_DENOMINATOR: i128 = 1 << 31;

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

impl Offers {
    /// The prices of the elements that have this reservation restriction, or none.
    pub(super) fn of(tariff: &Tariff, wanted: Option<ReservationRestriction>) -> Option<Self> {
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
                    list.push(Offer::new(index, component, unit, tariff.taxes())?);
                }
            }
        }
        offers.share_denominator();
        Some(offers)
    }

    /// Writes all prices over one denominator, so that the costs of whole volumes add up without further ado. Where it would be too
    /// large, they stay as they are.
    fn share_denominator(&mut self) {
        let Some(common) = self.all().try_fold(Exact::ONE, |common, offer| {
            common.over_common_denominator(offer.net)?.over_common_denominator(offer.with_tax)
        }) else {
            return;
        };
        let denominator = common.denominator();
        if denominator > MAX_DENOMINATOR {
            return;
        }
        for offer in [&mut self.flat, &mut self.energy, &mut self.time, &mut self.parking].into_iter().flatten() {
            let written = |price: Exact| price.over_denominator(denominator).unwrap_or(price);
            (offer.net, offer.with_tax) = (written(offer.net), written(offer.with_tax));
        }
    }

    fn all(&self) -> impl Iterator<Item = &Offer> {
        [&self.flat, &self.energy, &self.time, &self.parking].into_iter().flatten()
    }
}

fn reservation_of(element: &TariffElement) -> Option<ReservationRestriction> {
    element.restrictions.as_ref().and_then(|restrictions| restrictions.reservation)
}

impl Offer {
    fn new(element: usize, component: &PriceComponent, unit: i64, taxes: TaxIncluded) -> Option<Self> {
        let per_unit = component.price.exact().over(Exact::whole(unit))?;
        let vat = component.vat.filter(|_| taxes != TaxIncluded::NotApplicable);
        let hundred = Exact::whole(100);
        let factor = vat.map_or(Some(Exact::ONE), |vat| vat.exact().plus(hundred)?.over(hundred))?;
        let (net, with_tax) = match taxes {
            TaxIncluded::Yes => (per_unit.over(factor)?, per_unit),
            TaxIncluded::No => (per_unit, per_unit.times(factor)?),
            TaxIncluded::NotApplicable => (per_unit, per_unit),
        };
        let (net, with_tax) = (net.in_lowest_terms()?, with_tax.in_lowest_terms()?);
        Some(Self { element, price: component.price, vat, step: component.step_size, net, with_tax })
    }
}
