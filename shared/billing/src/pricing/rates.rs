//! A tariff made ready for pricing: conditions as integers, prices per Wh and per second before and after tax.

use jiff::tz::TimeZone;

use super::conditions::{Condition, Conditions, Instant, Marks};
use super::offers::{Offer, Offers, Picked};
use super::period::Period;
use super::wall_clock::Zone;
use crate::error::PricingError;
use crate::money::Currency;
use crate::tariff::{PriceLimit, ReservationRestriction, Tariff, TariffElement, TaxIncluded};

/// A tariff made ready, to price any number of sessions with it.
#[derive(Debug, Clone)]
pub struct Rates {
    pub(super) currency: Currency,
    /// Minor units in one unit of the currency.
    pub(super) minor_per_unit: i64,
    /// Prices are gross, and so is the side that is rounded.
    pub(super) gross: bool,
    pub(super) min_price: Option<PriceLimit>,
    pub(super) max_price: Option<PriceLimit>,
    /// The wall clock; none when no condition asks for it.
    pub(super) zone: Option<Zone>,
    /// What must hold for each element of the tariff to apply.
    conditions: Vec<Conditions>,
    /// Some of these are about what the vehicle draws.
    pub(super) ask_for_draw: bool,
    /// Where conditions change.
    pub(super) marks: Marks,
    pub(super) session: Offers,
    pub(super) reservation: Offers,
    pub(super) expired_reservation: Offers,
}

impl Rates {
    /// Makes a tariff ready.
    ///
    /// # Errors
    /// [`PricingError::ZoneRequired`] when the tariff asks for a wall clock and `zone` is none; [`PricingError::Invalid`] when the
    /// tariff breaks a rule of its own.
    pub fn new(tariff: &Tariff, zone: Option<&TimeZone>) -> Result<Self, PricingError> {
        tariff.check()?;
        let conditions: Option<Vec<Conditions>> = tariff.elements.iter().map(conditions_of).collect();
        let conditions = conditions.ok_or(PricingError::TooLarge)?;
        let lasting = || conditions.iter().flat_map(|conditions| &conditions.lasting);
        let uses_wall_clock = lasting().any(Condition::asks_for_clock);
        if uses_wall_clock && zone.is_none() {
            return Err(PricingError::ZoneRequired);
        }
        let offers = |wanted| Offers::of(tariff, wanted).ok_or(PricingError::TooLarge);
        let session = offers(None)?;
        let reservation = offers(Some(ReservationRestriction::Reservation))?;
        let mut expired_reservation = offers(Some(ReservationRestriction::ReservationExpires))?;
        // What is said of an expired reservation goes before what is said of any reservation.
        expired_reservation.flat.extend_from_slice(&reservation.flat);
        expired_reservation.time.extend_from_slice(&reservation.time);
        Ok(Self {
            currency: tariff.currency,
            minor_per_unit: tariff.currency.minor_per_unit(),
            gross: tariff.taxes() == TaxIncluded::Yes,
            min_price: tariff.min_price,
            max_price: tariff.max_price,
            zone: zone.filter(|_| uses_wall_clock).cloned().map(Zone::new),
            session,
            reservation,
            expired_reservation,
            marks: Marks::of(lasting()),
            ask_for_draw: conditions.iter().any(|conditions| !conditions.draw.is_empty()),
            conditions,
        })
    }

    /// Per dimension, the first of these offers whose element applies.
    pub(super) fn pick<'a>(&'a self, offers: &'a Offers, instant: &Instant, period: &Period) -> Picked<'a> {
        let applies = |offer: &&Offer| self.conditions.get(offer.element).is_some_and(|all| all.hold(instant, period));
        let first = |offers: &'a [Offer]| offers.iter().find(applies);
        let Offers { flat, energy, time, parking } = offers;
        Picked { flat: first(flat), energy: first(energy), time: first(time), parking: first(parking) }
    }

    /// The tax of a minimum that stands alone, because nothing else was sold: that of what the tariff sells first.
    pub(super) fn leading_vat(&self) -> Option<crate::Decimal> {
        let Offers { flat, energy, time, parking } = &self.session;
        [energy, flat, time, parking].into_iter().find_map(|offers| offers.first()).and_then(|offer| offer.vat)
    }
}

fn conditions_of(element: &TariffElement) -> Option<Conditions> {
    element.restrictions.as_ref().map_or_else(|| Some(Conditions::default()), Conditions::of)
}
