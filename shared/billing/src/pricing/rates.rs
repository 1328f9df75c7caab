//! A tariff made ready for pricing: conditions as integers, prices per Wh and per second before and after tax.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::period::Bounds;
use super::wall_clock::LocalTime;
use crate::error::PricingError;
use crate::exact::Exact;
use crate::money::Currency;
use crate::tariff::{
    DayOfWeek, PriceLimit, ReservationRestriction, Restrictions, Tariff, TariffDimension, TariffElement, TaxIncluded,
};

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
    pub(super) conditions: Vec<Conditions>,
    pub(super) session: Offers,
    pub(super) reservation: Offers,
    pub(super) expired_reservation: Offers,
    /// Seconds of the local day at which some condition changes, in order.
    pub(super) day_marks_s: Vec<i64>,
    /// Session lengths at which some condition changes.
    pub(super) duration_marks_s: Vec<i64>,
    /// Energies at which some condition changes, Wh.
    pub(super) energy_marks_wh: Vec<Exact>,
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

/// When an element applies.
#[derive(Debug, Clone)]
pub(super) struct Conditions {
    /// From, until (exclusive), seconds of the local day; until before from goes over midnight.
    time_s: Option<(i64, i64)>,
    first_day: Option<i64>,
    end_day: Option<i64>,
    /// Bit 0 is Monday; all bits when there is no restriction.
    days: u8,
    min_wh: Option<Exact>,
    max_wh: Option<Exact>,
    current_a: Bounds,
    power_kw: Bounds,
    min_duration_s: Option<i64>,
    max_duration_s: Option<i64>,
}

/// What conditions are tested against: an instant of a session.
#[derive(Debug, Clone, Copy)]
pub(super) struct Instant {
    pub(super) local: Option<LocalTime>,
    pub(super) energy_wh: Exact,
    pub(super) elapsed_s: i64,
    pub(super) current_a: Bounds,
    pub(super) power_kw: Bounds,
}

const EVERY_DAY: u8 = 0b0111_1111;
const DAY_S: i64 = 86_400;

impl Rates {
    /// Makes a tariff ready.
    ///
    /// # Errors
    /// [`PricingError::ZoneRequired`] when the tariff asks for a wall clock and `zone` is none; [`PricingError::Invalid`] when the
    /// tariff breaks a rule of its own.
    pub fn new(tariff: &Tariff, zone: Option<&TimeZone>) -> Result<Self, PricingError> {
        tariff.check()?;
        let none = Restrictions::default();
        let restrictions = tariff.elements.iter().map(|element| element.restrictions.as_ref().unwrap_or(&none));
        let conditions: Vec<Conditions> = restrictions.clone().map(Conditions::new).collect();
        let uses_wall_clock = conditions.iter().any(Conditions::use_wall_clock);
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
            day_marks_s: in_order(conditions.iter().flat_map(Conditions::day_marks).collect()),
            duration_marks_s: in_order(conditions.iter().flat_map(Conditions::duration_marks).collect()),
            energy_marks_wh: in_order(conditions.iter().flat_map(Conditions::energy_marks).collect()),
            conditions,
        })
    }

    /// The tax of a minimum that stands alone, because nothing else was sold: that of what the tariff sells first.
    pub(super) fn leading_vat(&self) -> Option<crate::Decimal> {
        let Offers { flat, energy, time, parking } = &self.session;
        [energy, flat, time, parking].into_iter().find_map(|offers| offers.first()).and_then(|offer| offer.vat)
    }

    /// The first offer whose element applies.
    pub(super) fn pick<'a>(&self, offers: &'a [Offer], instant: &Instant) -> Option<&'a Offer> {
        offers.iter().find(|offer| self.conditions.get(offer.element).is_some_and(|element| element.hold(instant)))
    }
}

fn in_order<T: Ord>(mut marks: Vec<T>) -> Vec<T> {
    marks.sort_unstable();
    marks.dedup();
    marks
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

impl Conditions {
    fn new(restrictions: &Restrictions) -> Self {
        let seconds = |minute: crate::tariff::LocalMinute| minute.seconds();
        let time_s = match (restrictions.start_time.map(seconds), restrictions.end_time.map(seconds)) {
            (None, None) => None,
            (start, end) => Some((start.unwrap_or(0), end.filter(|end| *end != 0).unwrap_or(DAY_S))),
        };
        let wh = |kwh: crate::Decimal| kwh.exact().times(Exact::whole(1000));
        let exact = |limit: Option<crate::Decimal>| limit.map(crate::Decimal::exact);
        Self {
            time_s,
            first_day: restrictions.start_date.map(day_number),
            end_day: restrictions.end_date.map(day_number),
            days: restrictions.day_of_week.iter().fold(0, |days, day| days | bit(*day)),
            min_wh: restrictions.min_kwh.and_then(wh),
            max_wh: restrictions.max_kwh.and_then(wh),
            current_a: Bounds { min: exact(restrictions.min_current), max: exact(restrictions.max_current) },
            power_kw: Bounds { min: exact(restrictions.min_power), max: exact(restrictions.max_power) },
            min_duration_s: restrictions.min_duration,
            max_duration_s: restrictions.max_duration,
        }
        .with_every_day_when_none_is_named()
    }

    fn with_every_day_when_none_is_named(self) -> Self {
        Self { days: if self.days == 0 { EVERY_DAY } else { self.days }, ..self }
    }

    fn use_days(&self) -> bool {
        self.days != EVERY_DAY || self.first_day.is_some() || self.end_day.is_some()
    }

    fn use_wall_clock(&self) -> bool {
        self.time_s.is_some() || self.use_days()
    }

    fn day_marks(&self) -> impl Iterator<Item = i64> {
        let times = self.time_s.map(|(from, until)| [from, until % DAY_S]);
        times.into_iter().flatten().chain(self.use_days().then_some(0))
    }

    fn duration_marks(&self) -> impl Iterator<Item = i64> {
        self.min_duration_s.into_iter().chain(self.max_duration_s)
    }

    fn energy_marks(&self) -> impl Iterator<Item = Exact> {
        self.min_wh.into_iter().chain(self.max_wh)
    }

    fn hold(&self, instant: &Instant) -> bool {
        self.hold_by_wall_clock(instant.local)
            && self.min_wh.is_none_or(|min| instant.energy_wh >= min)
            && self.max_wh.is_none_or(|max| instant.energy_wh < max)
            && self.min_duration_s.is_none_or(|min| instant.elapsed_s >= min)
            && self.max_duration_s.is_none_or(|max| instant.elapsed_s < max)
            && within(self.current_a, instant.current_a)
            && within(self.power_kw, instant.power_kw)
    }

    fn hold_by_wall_clock(&self, local: Option<LocalTime>) -> bool {
        let Some(local) = local else { return true };
        self.days & (1 << local.weekday) != 0
            && self.first_day.is_none_or(|first| local.day >= first)
            && self.end_day.is_none_or(|end| local.day < end)
            && self.time_s.is_none_or(|(from, until)| {
                if from < until {
                    (from..until).contains(&local.second)
                } else {
                    local.second >= from || local.second < until
                }
            })
    }
}

/// A quantity that is not known does not meet a condition on it.
fn within(limits: Bounds, measured: Bounds) -> bool {
    limits.min.is_none_or(|limit| measured.min.is_some_and(|measured| measured >= limit))
        && limits.max.is_none_or(|limit| measured.max.is_some_and(|measured| measured < limit))
}

fn bit(day: DayOfWeek) -> u8 {
    match day {
        DayOfWeek::Monday => 1,
        DayOfWeek::Tuesday => 1 << 1,
        DayOfWeek::Wednesday => 1 << 2,
        DayOfWeek::Thursday => 1 << 3,
        DayOfWeek::Friday => 1 << 4,
        DayOfWeek::Saturday => 1 << 5,
        DayOfWeek::Sunday => 1 << 6,
    }
}

/// Days since 1970-01-01.
fn day_number(date: Date) -> i64 {
    let epoch = Date::constant(1970, 1, 1);
    date.duration_since(epoch).as_hours() / 24
}
