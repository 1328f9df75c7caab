//! Our engine, through its JSON.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::amounts::{Amount, Totals};
use crate::case::Case;

/// An amount as its digits.
#[derive(Deserialize)]
struct Price<'a> {
    #[serde(borrow)]
    excl_vat: &'a RawValue,
    #[serde(borrow)]
    incl_vat: &'a RawValue,
}

/// Prices a case.
pub(crate) fn price(case: &Case) -> Result<Totals, String> {
    let answer = billing::price_case(&case.json()).map_err(|invalid| invalid.to_string())?;
    let priced = answer.cdr.ok_or_else(|| answer.error.unwrap_or_default())?;
    let amount = |field: &str| -> Result<Amount, String> {
        let json = priced.get(field).ok_or_else(|| format!("{field} is missing"))?;
        let Price { excl_vat, incl_vat } = serde_json::from_str(json).map_err(|error| error.to_string())?;
        let decimal = |raw: &RawValue| raw.get().parse::<Decimal>().map_err(|error| error.to_string());
        Ok(Amount { excl: decimal(excl_vat)?, incl: decimal(incl_vat)? })
    };
    Ok(Totals {
        total: amount("total_cost")?,
        fixed: amount("total_fixed_cost")?,
        energy: amount("total_energy_cost")?,
        time: amount("total_time_cost")?,
        parking: amount("total_parking_cost")?,
        reservation: amount("total_reservation_cost")?,
    })
}
