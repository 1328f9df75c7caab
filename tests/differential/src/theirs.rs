//! The other engine: the crate `ocpi-tariffs`.

use chrono_tz::Tz;
use ocpi_tariffs::price::{Report, TariffSource};
use ocpi_tariffs::{Version, cdr, tariff};

/// Prices a CDR under the tariff in it.
pub(crate) fn price(cdr: &cdr::Versioned<'_>, zone: Tz) -> Result<Report, String> {
    match cdr::price(cdr, TariffSource::UseCdr, zone) {
        Ok(report) => Ok(report.ignore_warnings()),
        Err(errors) => {
            let (error, _) = errors.into_parts();
            Err(format!("{}: {}", error.element().path(), error.warning()))
        }
    }
}

/// Reads a CDR and prices it under a tariff.
pub(crate) fn price_json(cdr: &str, tariff: &str, zone: Tz) -> Result<Report, String> {
    let cdr = parse(cdr)?;
    let tariff = tariff::parse_with_version(tariff, Version::V221).map_err(|error| error.to_string())?.tariff;
    match cdr::price(&cdr, TariffSource::single(tariff), zone) {
        Ok(report) => Ok(report.ignore_warnings()),
        Err(errors) => {
            let (error, _) = errors.into_parts();
            Err(format!("{}: {}", error.element().path(), error.warning()))
        }
    }
}

/// Reads a CDR.
pub(crate) fn parse(cdr: &str) -> Result<cdr::Versioned<'_>, String> {
    Ok(cdr::parse_with_version(cdr, Version::V221).map_err(|error| error.to_string())?.cdr)
}
