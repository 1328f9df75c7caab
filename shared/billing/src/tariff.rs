//! OCPI 2.2.1 tariffs (`mod_tariffs`), with the tax fields of 2.3.0 accepted: read strictly, written back as they were meant.

mod check;
mod lint;
mod restrictions;
mod time;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::decimal::{self, Decimal};
use crate::error::Invalid;
use crate::money::Currency;

pub use lint::{Finding, FindingCode, Severity};
pub(crate) use restrictions::day_number;
pub use restrictions::{DayOfWeek, LocalMinute, ReservationRestriction, Restrictions};
pub(crate) use time::{ocpi_time, optional_ocpi_time};

/// What a session costs, by OCPI's rules. Unknown fields are ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tariff {
    /// ISO 3166 alpha-2 code of the operator's country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country_code: Option<String>,
    /// The operator's party id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party_id: Option<String>,
    /// The tariff's id within the operator.
    pub id: String,
    /// The currency of every price in it.
    pub currency: Currency,
    /// OCPI `TariffType`, as it was written.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What people read beside the prices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tariff_alt_text: Vec<DisplayText>,
    /// Where people read more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tariff_alt_url: Option<String>,
    /// A session costs at least this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_price: Option<PriceLimit>,
    /// A session costs at most this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_price: Option<PriceLimit>,
    /// Prices and when they apply; the first match counts, per dimension.
    pub elements: Vec<TariffElement>,
    /// Whether prices include tax (2.3.0); absent: they do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_included: Option<TaxIncluded>,
    /// The time from which the tariff may be used.
    #[serde(default, with = "optional_ocpi_time", skip_serializing_if = "Option::is_none")]
    pub start_date_time: Option<Timestamp>,
    /// The time after which the tariff may not be used.
    #[serde(default, with = "optional_ocpi_time", skip_serializing_if = "Option::is_none")]
    pub end_date_time: Option<Timestamp>,
    /// Where the energy comes from, as it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub energy_mix: Option<serde_json::Value>,
    /// When it was last changed.
    #[serde(with = "ocpi_time")]
    pub last_updated: Timestamp,
}

/// A text in one language (OCPI `DisplayText`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisplayText {
    /// ISO 639-1.
    pub language: String,
    /// The text.
    pub text: String,
}

/// A limit of a session's total; each side acts by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceLimit {
    /// The limit before tax (2.3.0: `before_taxes`).
    #[serde(alias = "before_taxes")]
    pub excl_vat: Decimal,
    /// The limit after tax (2.3.0: `after_taxes`).
    #[serde(default, alias = "after_taxes", skip_serializing_if = "Option::is_none")]
    pub incl_vat: Option<Decimal>,
}

/// Whether the prices of a tariff include tax (2.3.0 `TaxIncluded`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TaxIncluded {
    /// They do.
    #[serde(rename = "YES")]
    Yes,
    /// Tax comes on top.
    #[serde(rename = "NO")]
    No,
    /// No tax applies.
    #[serde(rename = "N/A")]
    NotApplicable,
}

/// Prices that apply under the same conditions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TariffElement {
    /// The prices, at most one per dimension counts.
    pub price_components: Vec<PriceComponent>,
    /// The conditions; absent: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restrictions: Option<Restrictions>,
}

/// The price of one dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceComponent {
    /// What is priced.
    #[serde(rename = "type")]
    pub dimension: TariffDimension,
    /// Per kWh, per hour, or once.
    pub price: Decimal,
    /// Value added tax, percent; absent: none applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat: Option<Decimal>,
    /// Volumes are rounded up to multiples of this: Wh or seconds; 0: not at all.
    #[serde(with = "decimal::integer")]
    pub step_size: i64,
}

/// What can be priced (OCPI `TariffDimensionType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TariffDimension {
    /// Once per session, or once per reservation.
    Flat,
    /// Per kWh.
    Energy,
    /// Per hour of charging, or of reservation in an element with a `reservation` restriction.
    Time,
    /// Per hour in which the vehicle asks for nothing.
    ParkingTime,
}

impl Tariff {
    /// Reads a tariff.
    ///
    /// # Errors
    /// [`Invalid`] names the place in the JSON and the rule that was broken.
    pub fn from_json(json: &str) -> Result<Self, Invalid> {
        let tariff: Self = crate::error::read_json(json)?;
        tariff.check()?;
        Ok(tariff)
    }

    /// Whether the tariff may be used at this time, by its own start and end.
    #[must_use]
    pub fn is_valid_at(&self, at: Timestamp) -> bool {
        self.start_date_time.is_none_or(|start| start <= at) && self.end_date_time.is_none_or(|end| at < end)
    }

    /// Whether prices are net, gross or without tax.
    #[must_use]
    pub fn taxes(&self) -> TaxIncluded {
        self.tax_included.unwrap_or(TaxIncluded::No)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARIFF: &str = r#"{
        "id": "day", "currency": "EUR", "tax_included": "NO",
        "min_price": { "before_taxes": 0.5, "after_taxes": 0.55 }, "max_price": { "excl_vat": 20.00 },
        "elements": [ { "price_components": [ { "type": "ENERGY", "price": 0.250, "vat": 20.0, "step_size": 1.0 } ],
            "restrictions": { "start_time": "08:00", "end_time": "20:00", "day_of_week": ["MONDAY"], "min_kwh": 1.5 } } ],
        "colour": "green", "last_updated": "2026-01-01T00:00:00" }"#;

    #[test]
    fn a_tariff_is_written_as_it_was_meant() {
        let tariff = Tariff::from_json(TARIFF).unwrap();
        let json = serde_json::to_string(&tariff).unwrap();
        assert_eq!(
            json,
            r#"{"id":"day","currency":"EUR","min_price":{"excl_vat":0.5,"incl_vat":0.55},"max_price":{"excl_vat":20.00},"#
                .to_owned()
                + r#""elements":[{"price_components":[{"type":"ENERGY","price":0.250,"vat":20.0,"step_size":1}],"#
                + r#""restrictions":{"start_time":"08:00","end_time":"20:00","min_kwh":1.5,"day_of_week":["MONDAY"]}}],"#
                + r#""tax_included":"NO","last_updated":"2026-01-01T00:00:00Z"}"#
        );
        assert_eq!(Tariff::from_json(&json).unwrap(), tariff);
    }

    #[test]
    fn what_is_wrong_is_named_by_its_place() {
        for (from, to, path) in [
            ("\"EUR\"", "\"EURO\"", "currency"),
            ("0.250", "\"cheap\"", "elements[0].price_components[0].price"),
            ("\"ENERGY\"", "\"SMELL\"", "elements[0].price_components[0].type"),
            ("0.250", "1234.567890123456", "elements[0].price_components[0].price"),
            ("20.0,", "-1,", "elements[0].price_components[0].vat"),
            ("1.0", "1.5", "elements[0].price_components[0].step_size"),
            ("1.0", "-1", "elements[0].price_components[0].step_size"),
            ("08:00", "8:00", "elements[0].restrictions.start_time"),
            ("20:00", "24:00", "elements[0].restrictions.end_time"),
            ("MONDAY", "MOONDAY", "elements[0].restrictions.day_of_week[0]"),
            ("\"excl_vat\": 20.00", "\"excl_vat\": 0.1", "max_price.excl_vat"),
            ("0.55", "0.45", "min_price.after_taxes"),
            ("2026-01-01T00:00:00", "yesterday", "last_updated"),
            ("\"day\"", "\"\"", "id"),
            ("\"NO\"", "\"MAYBE\"", "tax_included"),
        ] {
            assert!(TARIFF.contains(from), "{from}");
            let invalid = Tariff::from_json(&TARIFF.replacen(from, to, 1)).unwrap_err();
            assert_eq!(invalid.path, path.replace("after_taxes", "incl_vat"), "{invalid}");
        }
        assert_eq!(Tariff::from_json("{}").unwrap_err().path, ".");
        assert_eq!(Tariff::from_json("nonsense").unwrap_err().path, ".");
    }
}
