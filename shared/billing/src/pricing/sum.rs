//! From volumes under prices to the total, its parts and its lines.

use jiff::Timestamp;

use super::limit::{self, Side};
use super::outcome::{Line, LineDimension, Note, Price, RoundedCost, Unit};
use super::period::Period;
use super::rates::Rates;
use super::rounding::{self, Group};
use super::runs::{Dimension, Run, Volumes};
use super::walk::Walk;
use crate::decimal::Decimal;
use crate::error::PricingError;
use crate::exact::Exact;

/// An exact amount before and after tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// Before tax.
    pub excl: Exact,
    /// After tax.
    pub incl: Exact,
}

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self { excl: Exact::ZERO, incl: Exact::ZERO };

    pub(super) fn add(&mut self, other: &Self) -> Option<()> {
        self.excl.add(&other.excl)?;
        self.incl.add(&other.incl)
    }

    pub(super) fn minus(self, other: Self) -> Option<Self> {
        Some(Self { excl: self.excl.minus(other.excl)?, incl: self.incl.minus(other.incl)? })
    }

    fn short(self) -> Option<Self> {
        Some(Self { excl: self.excl.short()?, incl: self.incl.short()? })
    }

    /// As it is shown: to 6 places.
    #[must_use]
    pub fn price(self) -> Option<Price> {
        Some(Price { excl_vat: Decimal::rounded(self.excl, 6)?, incl_vat: Decimal::rounded(self.incl, 6)? })
    }
}

/// A priced session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priced {
    /// The total, within the limits.
    pub total: Amount,
    /// The fee without a volume, without the reservation's.
    pub fixed: Amount,
    /// What energy makes.
    pub energy: Amount,
    /// What charging time makes.
    pub time: Amount,
    /// What parking time makes.
    pub parking: Amount,
    /// What the reservation makes, its fee included.
    pub reservation: Amount,
    /// What is paid.
    pub rounded: RoundedCost,
    /// How the total comes about.
    pub lines: Vec<Line>,
    /// What else there is to say.
    pub notes: Vec<Note>,
}

impl Rates {
    /// Prices the periods of one session, which are in order of time.
    ///
    /// # Errors
    /// [`PricingError::TooLarge`] and [`PricingError::TooLong`] for amounts and durations beyond all reason.
    pub fn price(&self, periods: &[Period]) -> Result<Priced, PricingError> {
        let mut walk = Walk::new(self, periods);
        walk.through(periods)?;
        let volumes = &mut walk.volumes;
        volumes.round_up().ok_or(PricingError::TooLarge)?;
        let span = (periods.first().map_or(0, |first| first.start_s), periods.last().map_or(0, |last| last.end_s));
        Sum::for_lines_of(volumes).finish(self, volumes, span).ok_or(PricingError::TooLarge)
    }
}

/// Lines, and what falls under each VAT rate, as they come.
#[derive(Debug, Default)]
struct Sum {
    lines: Vec<Line>,
    notes: Vec<Note>,
    groups: Vec<Group>,
}

impl Sum {
    /// With room for the lines of these volumes.
    fn for_lines_of(volumes: &Volumes<'_>) -> Self {
        let Volumes { reservation, energy, time, parking, .. } = volumes;
        let runs: usize = [reservation, energy, time, parking].iter().map(|dimension| dimension.runs.len()).sum();
        // Two fees and two limits may come on top.
        Self { lines: Vec::with_capacity(runs + 4), groups: Vec::with_capacity(2), ..Self::default() }
    }

    fn finish(mut self, rates: &Rates, volumes: &Volumes<'_>, span: (i64, i64)) -> Option<Priced> {
        let mut reservation = self.fee(volumes.reservation_flat.as_ref())?;
        reservation.add(&self.dimension(&volumes.reservation, LineDimension::ReservationTime, Unit::Seconds)?)?;
        let fixed = self.fee(volumes.flat.as_ref())?;
        let energy = self.dimension(&volumes.energy, LineDimension::Energy, Unit::WattHours)?;
        let time = self.dimension(&volumes.time, LineDimension::Time, Unit::Seconds)?;
        let parking = self.dimension(&volumes.parking, LineDimension::ParkingTime, Unit::Seconds)?;
        let sum = Group::sum(&self.groups)?;
        let total = self.limit(rates, sum, span)?;
        let Self { lines, notes, groups } = self;
        let rounded = rounding::round(rates, groups, sum, total)?;
        Some(Priced { total, fixed, energy, time, parking, reservation, rounded, lines, notes })
    }

    fn fee(&mut self, run: Option<&Run<'_>>) -> Option<Amount> {
        run.map_or(Some(Amount::ZERO), |run| self.line(run, LineDimension::Flat, Unit::None))
    }

    fn dimension(&mut self, dimension: &Dimension<'_>, kind: LineDimension, unit: Unit) -> Option<Amount> {
        let mut total = Amount::ZERO;
        for run in &dimension.runs {
            total.add(&self.line(run, kind, unit)?)?;
        }
        let last_line = self.lines.len().checked_sub(1).filter(|_| !dimension.runs.is_empty());
        dimension.notes(kind, unit.symbol(), last_line, &mut self.notes);
        Some(total)
    }

    fn line(&mut self, run: &Run<'_>, dimension: LineDimension, unit: Unit) -> Option<Amount> {
        let measured = run.measured;
        let billed = if run.extra.is_zero() { measured } else { measured.plus(run.extra)? };
        let cost = Amount { excl: billed.times(run.offer.net)?, incl: billed.times(run.offer.with_tax)? };
        Group::add(&mut self.groups, run.offer.vat, &cost)?;
        let shown = volume(measured, 6)?;
        self.lines.push(Line {
            dimension,
            from: Timestamp::from_second(run.from_s).ok()?,
            to: Timestamp::from_second(run.to_s).ok()?,
            measured: shown,
            billed: if run.extra.is_zero() { shown } else { volume(billed, 6)? },
            unit,
            unit_price: run.offer.price,
            cost_excl: Decimal::rounded(cost.excl, 6)?,
            vat: run.offer.vat,
            cost_incl: Decimal::rounded(cost.incl, 6)?,
            element: Some(run.offer.element),
        });
        Some(cost)
    }

    /// The total within the tariff's limits; what they change is a line of its own.
    fn limit(&mut self, rates: &Rates, sum: Amount, span: (i64, i64)) -> Option<Amount> {
        if self.groups.is_empty() {
            Group::add(&mut self.groups, rates.leading_vat(), &Amount::ZERO)?;
        }
        let tax_factor = self.groups.last()?.tax_factor()?;
        let mut total = sum;
        for (side, limit, dimension) in [
            (Side::AtLeast, rates.min_price, LineDimension::MinPrice),
            (Side::AtMost, rates.max_price, LineDimension::MaxPrice),
        ] {
            let Some(limit) = limit else { continue };
            let limited = limit::apply(side, limit, total, tax_factor)?;
            if limited != total {
                self.limit_line(dimension, limited.short()?.minus(total.short()?)?, span)?;
                total = limited;
            }
        }
        Some(total)
    }

    fn limit_line(&mut self, dimension: LineDimension, change: Amount, span: (i64, i64)) -> Option<()> {
        let (code, text) = match dimension {
            LineDimension::MinPrice => ("min_price", "The tariff's minimum applies."),
            LineDimension::MaxPrice
            | LineDimension::Flat
            | LineDimension::Energy
            | LineDimension::Time
            | LineDimension::ParkingTime
            | LineDimension::ReservationTime => ("max_price", "The tariff's maximum applies."),
        };
        let line = Some(self.lines.len());
        self.notes.push(Note { code: code.into(), text: text.into(), line });
        let Price { excl_vat, incl_vat } = change.price()?;
        self.lines.push(Line {
            dimension,
            from: Timestamp::from_second(span.0).ok()?,
            to: Timestamp::from_second(span.1).ok()?,
            measured: Decimal::whole(1),
            billed: Decimal::whole(1),
            unit: Unit::None,
            unit_price: excl_vat,
            cost_excl: excl_vat,
            vat: None,
            cost_incl: incl_vat,
            element: None,
        });
        Some(())
    }
}

/// A volume as it is shown: to so many places, but no more than it takes.
pub(super) fn volume(volume: Exact, places: u32) -> Option<Decimal> {
    match volume.integer() {
        Some(whole) => Some(Decimal::whole(whole)),
        None => Some(Decimal::rounded(volume, places)?.shortest()),
    }
}
