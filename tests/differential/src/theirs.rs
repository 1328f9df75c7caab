//! The other engine: the crate `ocpi-tariffs`.

use chrono_tz::Tz;
use ocpi_tariffs::price::{Component, Dimension, PeriodReport, Report, TariffSource};
use ocpi_tariffs::{Price, Version, cdr, tariff};
use rust_decimal::Decimal;

use crate::amounts::{Amount, Totals};
use crate::case::{Session, Tariff};

/// Reads a CDR.
pub(crate) fn parse(cdr: &str) -> Result<cdr::Versioned<'_>, String> {
    Ok(cdr::parse_with_version(cdr, Version::V221).map_err(|error| error.to_string())?.cdr)
}

/// Prices a CDR under the tariff in it.
pub(crate) fn price_parsed(cdr: &cdr::Versioned<'_>, zone: Tz) -> Result<Report, String> {
    price_under(cdr, TariffSource::UseCdr, zone)
}

/// Reads a CDR and a tariff and prices the one under the other.
pub(crate) fn price_json(cdr: &str, tariff: &str, zone: Tz) -> Result<Report, String> {
    let tariff = tariff::parse_with_version(tariff, Version::V221).map_err(|error| error.to_string())?.tariff;
    price_under(&parse(cdr)?, TariffSource::single(tariff), zone)
}

fn price_under(cdr: &cdr::Versioned<'_>, tariff: TariffSource<'_>, zone: Tz) -> Result<Report, String> {
    match cdr::price(cdr, tariff, zone) {
        Ok(report) => Ok(report.ignore_warnings()),
        Err(errors) => {
            let (error, _) = errors.into_parts();
            Err(format!("{}: {}", error.element().path(), error.warning()))
        }
    }
}

/// Prices a session and adds up its periods, which are not rounded. The total is as it is reported: rounded, and within the limits.
pub(crate) fn price(tariff: &Tariff, session: &Session, zone: Tz) -> Result<Totals, String> {
    if tariff.elements.is_empty() || session.periods.is_empty() {
        return Ok(Totals::default());
    }
    let report = price_json(&session.json(), &tariff.json(), zone)?;
    let mut totals = Totals::default();
    for PeriodReport { dimensions, .. } in &report.periods {
        totals.fixed = totals.fixed.plus(amount(dimensions.flat.cost()));
        totals.energy = totals.energy.plus(amount(dimensions.energy.as_ref().and_then(Dimension::cost)));
        totals.time = totals.time.plus(amount(dimensions.duration_charging.as_ref().and_then(Dimension::cost)));
        totals.parking = totals.parking.plus(amount(dimensions.duration_idle.as_ref().and_then(Dimension::cost)));
    }
    totals.total = amount(report.total_cost.calculated);
    Ok(totals)
}

fn amount(price: Option<Price>) -> Amount {
    // A limit that says nothing of the side after tax leaves it open.
    price.map_or(Amount::default(), |Price { excl_vat, incl_vat }| Amount {
        excl: excl_vat.into(),
        incl: incl_vat.map_or(Decimal::NEGATIVE_ONE, Decimal::from),
    })
}

/// What is billed in a period, and by which element: its volumes in kWh and hours.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chosen {
    pub(crate) energy: Option<usize>,
    pub(crate) charging: Option<usize>,
    pub(crate) parking: Option<usize>,
}

/// Which element prices each dimension of each period, by the engine's own choice: it is asked with prices that number the elements.
pub(crate) fn choices(tariff: &Tariff, session: &Session, zone: Tz) -> Result<Vec<Chosen>, String> {
    if tariff.elements.is_empty() || session.periods.is_empty() {
        return Ok(Vec::new());
    }
    let mut numbered = Tariff { min_price: None, max_price: None, ..tariff.clone() };
    for (index, element) in numbered.elements.iter_mut().enumerate() {
        for component in &mut element.components {
            component.price = Decimal::from(index);
        }
    }
    let report = price_json(&session.json(), &numbered.json(), zone)?;
    let element = |component: &Option<Component>| -> Option<usize> {
        usize::try_from(Decimal::from(component.as_ref()?.price())).ok()
    };
    let chosen = |PeriodReport { dimensions, .. }: &PeriodReport| Chosen {
        energy: dimensions.energy.as_ref().and_then(|energy| element(&energy.price)),
        charging: dimensions.duration_charging.as_ref().and_then(|time| element(&time.price)),
        parking: dimensions.duration_idle.as_ref().and_then(|time| element(&time.price)),
    };
    Ok(report.periods.iter().map(chosen).collect())
}
