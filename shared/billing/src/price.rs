//! Pricing a CDR that somebody hands in, as JSON.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::cdr::{CdrPeriod, Totals};
use crate::error::{Invalid, PricingError, read_json};
use crate::money::Currency;
use crate::object::Object;
use crate::pricing::{Period, Rates};
use crate::tariff::{Tariff, ocpi_time};

/// What pricing reads of an OCPI 2.2.1 CDR; its own totals are ignored.
#[derive(Debug, Deserialize)]
struct GivenCdr {
    currency: Option<Currency>,
    #[serde(with = "ocpi_time")]
    end_date_time: Timestamp,
    #[serde(default)]
    tariffs: Vec<Tariff>,
    charging_periods: Vec<CdrPeriod>,
}

/// Prices an OCPI 2.2.1 CDR and returns it with its costs; what it holds besides stays as it is.
///
/// `tariff` wins over the CDR's own, of which the one that its first period names is taken. `zone` is required when the tariff has
/// prices by wall clock.
///
/// # Errors
/// [`PricingError`], with the place in the CDR.
pub fn price(cdr: &str, tariff: Option<&Tariff>, zone: Option<&TimeZone>) -> Result<Object, PricingError> {
    let mut priced: Object = read_json(cdr)?;
    let given: GivenCdr = read_json(cdr)?;
    let (tariff, place) = match tariff {
        Some(tariff) => (tariff, None),
        None => given.own_tariff().map(|(index, tariff)| (tariff, Some(format!("tariffs[{index}]"))))?,
    };
    if given.currency.is_some_and(|currency| currency != tariff.currency) {
        let rule = format!("must be the tariff's currency, {}", tariff.currency);
        return Err(Invalid::new("currency", rule).into());
    }
    let rates = Rates::new(tariff, zone).map_err(|error| match (error, &place) {
        (PricingError::Invalid(invalid), Some(place)) => invalid.below(place).into(),
        (
            error @ (PricingError::Invalid(_)
            | PricingError::ZoneRequired
            | PricingError::TooLarge
            | PricingError::TooLong),
            _,
        ) => error,
    })?;
    let periods = Period::of_cdr(&given.charging_periods, given.end_date_time)?;
    let outcome = rates.price(&periods)?;
    let totals = Totals::new(&periods, outcome).ok_or(PricingError::TooLarge)?;
    priced.set("currency", &tariff.currency);
    totals.write(&mut priced);
    Ok(priced)
}

impl GivenCdr {
    fn own_tariff(&self) -> Result<(usize, &Tariff), Invalid> {
        let named = self.charging_periods.iter().find_map(|period| period.tariff_id.as_ref());
        let position = named.and_then(|id| self.tariffs.iter().position(|tariff| tariff.id == *id)).unwrap_or(0);
        let tariff = self.tariffs.get(position).ok_or_else(|| Invalid::new("tariffs", "no tariff is given"))?;
        Ok((position, tariff))
    }
}

#[derive(Debug, Deserialize)]
struct Case {
    id: Box<RawValue>,
    tariff: Option<Box<RawValue>>,
    cdr: Box<RawValue>,
    time_zone: Option<String>,
}

/// The answer to one line of pricing cases.
#[derive(Debug, Clone, Serialize)]
pub struct CaseAnswer {
    /// The case's own id.
    pub id: Box<RawValue>,
    /// The priced CDR.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cdr: Option<Object>,
    /// Why it could not be priced, with the place in the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Prices one line `{id, tariff, cdr, time_zone}`; tariff and zone may be absent.
///
/// # Errors
/// [`Invalid`] when the line is no such object; what is wrong inside of tariff, CDR or zone is part of the answer.
pub fn price_case(line: &str) -> Result<CaseAnswer, Invalid> {
    let Case { id, tariff, cdr, time_zone } = read_json(line)?;
    Ok(match answer(tariff.as_deref(), &cdr, time_zone.as_deref()) {
        Ok(cdr) => CaseAnswer { id, cdr: Some(cdr), error: None },
        Err(error) => CaseAnswer { id, cdr: None, error: Some(error.to_string()) },
    })
}

fn answer(tariff: Option<&RawValue>, cdr: &RawValue, zone: Option<&str>) -> Result<Object, PricingError> {
    let tariff = tariff.map(|tariff| Tariff::from_json(tariff.get())).transpose();
    let tariff = tariff.map_err(|invalid| invalid.below("tariff"))?;
    let zone = zone.map(time_zone).transpose()?;
    price(cdr.get(), tariff.as_ref(), zone.as_ref()).map_err(|error| match error {
        PricingError::Invalid(invalid) => invalid.below("cdr").into(),
        other @ (PricingError::ZoneRequired | PricingError::TooLarge | PricingError::TooLong) => other,
    })
}

/// The wall clock of this IANA name, e.g. `Europe/Amsterdam`.
///
/// # Errors
/// [`Invalid`] at `time_zone` when there is none of this name.
pub fn time_zone(name: &str) -> Result<TimeZone, Invalid> {
    TimeZone::get(name).map_err(|_| Invalid::new("time_zone", format!("{name:?} is no time zone that is known")))
}
