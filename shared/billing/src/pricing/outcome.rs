//! What a price consists of, in the shape in which it is shown and kept.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::decimal::Decimal;
use crate::money::Currency;

/// An amount before and after tax, to 6 places; without tax they are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// Before tax.
    pub excl_vat: Decimal,
    /// After tax.
    pub incl_vat: Decimal,
}

/// What is paid: rounded half away from zero to the minor unit, once per VAT rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundedCost {
    /// The currency.
    pub currency: Currency,
    /// Before tax, minor units: the sum of the shares' bases.
    pub excl_minor: i64,
    /// Tax, minor units: the sum of the shares' taxes.
    pub vat_minor: i64,
    /// After tax, minor units: what has to be paid.
    pub incl_minor: i64,
    /// One share per VAT rate.
    pub vat: Vec<VatShare>,
}

/// What falls under one VAT rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VatShare {
    /// Percent; `null`: no VAT applies.
    pub rate: Option<Decimal>,
    /// Before tax, minor units.
    pub base_minor: i64,
    /// Tax, minor units.
    pub vat_minor: i64,
}

/// What a line is for. All but the limits are OCPI's own names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LineDimension {
    /// A fee without a volume.
    Flat,
    /// Energy.
    Energy,
    /// Time charging.
    Time,
    /// Time in which the vehicle asked for nothing.
    ParkingTime,
    /// Time reserved.
    ReservationTime,
    /// What was added to reach the tariff's minimum.
    MinPrice,
    /// What was taken off to stay within the tariff's maximum; negative.
    MaxPrice,
}

impl LineDimension {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Flat => "fees",
            Self::Energy => "energy",
            Self::Time => "charging time",
            Self::ParkingTime => "parking time",
            Self::ReservationTime => "reservation time",
            Self::MinPrice => "minimum",
            Self::MaxPrice => "maximum",
        }
    }
}

/// The unit of a line's quantities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    /// Energy.
    #[serde(rename = "Wh")]
    WattHours,
    /// Time.
    #[serde(rename = "s")]
    Seconds,
    /// A number of fees.
    #[serde(rename = "")]
    None,
}

impl Unit {
    /// As it is written.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::WattHours => "Wh",
            Self::Seconds => "s",
            Self::None => "",
        }
    }
}

/// One part of the total, and how it comes about: billed quantity times unit price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What it is for.
    pub dimension: LineDimension,
    /// Start of the first stretch it covers.
    pub from: Timestamp,
    /// End of the last stretch it covers.
    pub to: Timestamp,
    /// The measured quantity.
    pub measured: Decimal,
    /// The billed quantity: measured, rounded up by the step size where it applies.
    pub billed: Decimal,
    /// The unit of both.
    pub unit: Unit,
    /// Per kWh, per hour, or for each.
    pub unit_price: Decimal,
    /// Before tax, to 6 places.
    pub cost_excl: Decimal,
    /// VAT, percent; `null`: none applies.
    pub vat: Option<Decimal>,
    /// After tax, to 6 places.
    pub cost_incl: Decimal,
    /// Which element of the tariff, from 0; `null` for limits.
    pub element: Option<usize>,
}

/// Something to say about the price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Names the kind of note.
    pub code: Cow<'static, str>,
    /// For people.
    pub text: Cow<'static, str>,
    /// Which line it is about, from 0.
    pub line: Option<usize>,
}
