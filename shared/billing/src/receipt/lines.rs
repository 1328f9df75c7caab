//! The lines of a receipt and its totals, as they are written.

use super::clock::Clock;
use super::figures::{Figures, duration};
use super::texts::Texts;
use crate::cdr::Cdr;
use crate::decimal::Decimal;
use crate::exact::Exact;
use crate::pricing::{Line, LineDimension, Unit};
use crate::tariff::{Tariff, TaxIncluded};

/// A line; what does not apply to it is empty.
#[derive(Debug)]
pub(super) struct LineShown {
    pub(super) what: &'static str,
    pub(super) when: String,
    pub(super) measured: String,
    pub(super) billed: String,
    pub(super) unit_price: String,
    /// The same price on the other side of VAT.
    pub(super) other_price: String,
    pub(super) vat: String,
    pub(super) net: String,
    pub(super) gross: String,
}

/// What falls under one VAT rate.
#[derive(Debug)]
pub(super) struct ShareShown {
    pub(super) rate: String,
    pub(super) net: String,
    pub(super) vat: String,
    pub(super) gross: String,
}

/// Writes the lines of one CDR.
pub(super) struct Lines<'a> {
    pub(super) cdr: &'a Cdr,
    pub(super) texts: &'static Texts,
    pub(super) figures: Figures,
    pub(super) clock: &'a Clock,
}

impl Lines<'_> {
    pub(super) fn lines(&self) -> Vec<LineShown> {
        let places = self.places();
        self.cdr.lines.iter().map(|line| self.line(line, places)).collect()
    }

    pub(super) fn shares(&self) -> Vec<ShareShown> {
        let figures = self.figures;
        let shares = self.cdr.rounded_cost.vat.iter().map(|share| ShareShown {
            rate: self.rate(share.rate),
            net: figures.minor(share.base_minor),
            vat: figures.minor(share.vat_minor),
            gross: figures.minor(share.base_minor.saturating_add(share.vat_minor)),
        });
        shares.collect()
    }

    /// What a kWh costs when everything that was paid is spread over the energy; none without energy, nor where nothing is sold.
    pub(super) fn overall_price(&self) -> Option<String> {
        if self.cdr.credit {
            return None;
        }
        let total = Decimal::scaled(self.cdr.rounded_cost.incl_minor, self.cdr.currency.minor_digits())?;
        let energy_kwh = Decimal::scaled(self.cdr.energy_wh, 3)?;
        self.figures.average(total.exact().over(energy_kwh.exact())?, "/kWh")
    }

    /// Digits of the lines' amounts: those of the minor unit where that says all, else two more.
    fn places(&self) -> u32 {
        let digits = self.cdr.currency.minor_digits();
        let units = Exact::whole(self.cdr.currency.minor_per_unit());
        let is_whole = |amount: Decimal| amount.exact().times(units).is_some_and(|minor| minor.integer().is_some());
        let amounts = || self.cdr.lines.iter().flat_map(|line| [line.cost_excl, line.cost_incl]);
        if amounts().all(is_whole) { digits } else { digits + 2 }
    }

    fn line(&self, line: &Line, places: u32) -> LineShown {
        let Self { cdr, texts, figures, clock } = self;
        let told = clock.told(cdr.start_date_time, cdr.end_date_time);
        let is_limit = matches!(line.dimension, LineDimension::MinPrice | LineDimension::MaxPrice);
        let unless_limit = |text: String| if is_limit { String::new() } else { text };
        LineShown {
            what: (texts.dimension)(line.dimension),
            when: unless_limit(clock.span(line.from, line.to, told)),
            measured: unless_limit(self.quantity(line.measured, line.unit)),
            billed: unless_limit(self.quantity(line.billed, line.unit)),
            unit_price: unless_limit(figures.price(line.unit_price, self.per(line.unit))),
            other_price: unless_limit(self.other_price(line).unwrap_or_default()),
            vat: unless_limit(self.rate(line.vat)),
            net: figures.amount(line.cost_excl, places),
            gross: figures.amount(line.cost_incl, places),
        }
    }

    fn quantity(&self, quantity: Decimal, unit: Unit) -> String {
        match unit {
            Unit::WattHours => self.figures.energy(quantity.exact()),
            Unit::Seconds => duration(quantity.exact().round().unwrap_or_default()),
            Unit::None => self.figures.amount(quantity, 0),
        }
    }

    fn per(&self, unit: Unit) -> &'static str {
        match unit {
            Unit::WattHours => "/kWh",
            Unit::Seconds => self.texts.per_hour,
            Unit::None => "",
        }
    }

    /// A price before tax where the tariff's includes it, and the other way round.
    fn other_price(&self, line: &Line) -> Option<String> {
        let hundred = Exact::whole(100);
        let rate = line.vat.filter(|rate| !rate.exact().is_zero())?;
        let factor = rate.exact().plus(hundred)?.over(hundred)?;
        let price = line.unit_price.exact();
        let (other, words) = match self.cdr.tariffs.first().map(Tariff::taxes)? {
            TaxIncluded::Yes => (price.over(factor)?, self.texts.price_net),
            TaxIncluded::No => (price.times(factor)?, self.texts.price_gross),
            TaxIncluded::NotApplicable => return None,
        };
        Some(words(&self.figures.price(Decimal::rounded(other, 6)?, self.per(line.unit))))
    }

    fn rate(&self, rate: Option<Decimal>) -> String {
        rate.map_or_else(|| self.texts.no_vat.to_owned(), |rate| self.figures.percent(rate))
    }
}
