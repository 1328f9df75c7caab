//! Money: minor units of one currency, and what an exact amount becomes when somebody has to pay it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::exact::Exact;

/// Active ISO 4217 codes of money that people pay with, in order.
const CODES: [&str; 155] = [
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF", "BMD",
    "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLF", "CLP", "CNY", "COP", "CRC",
    "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS",
    "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD",
    "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL",
    "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD",
    "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD",
    "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SYP", "SZL",
    "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UYW", "UZS", "VED",
    "VES", "VND", "VUV", "WST", "XAF", "XCD", "XOF", "XPF", "YER", "ZAR", "ZMW",
];

/// A currency, by its ISO 4217 alphabetic code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "String")]
pub struct Currency(&'static str);

/// A code that names no currency.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an ISO 4217 currency code")]
pub struct UnknownCurrency;

impl Currency {
    /// The three letters.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.0
    }

    /// Digits of the minor unit (ISO 4217): cents are 2.
    #[must_use]
    pub fn minor_digits(self) -> u32 {
        match self.0 {
            "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND" | "VUV"
            | "XAF" | "XOF" | "XPF" => 0,
            "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
            "CLF" | "UYW" => 4,
            _ => 2,
        }
    }

    /// How many minor units make one unit.
    #[must_use]
    pub fn minor_per_unit(self) -> i64 {
        10_i64.pow(self.minor_digits())
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(code: &str) -> Result<Self, UnknownCurrency> {
        let known = CODES.binary_search(&code).map_err(|_| UnknownCurrency)?;
        CODES.get(known).copied().map(Self).ok_or(UnknownCurrency)
    }
}

// Written by hand: the derived one would take the name in the field for text that is borrowed from the input.
impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.0.to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// An amount that can be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// In the currency's minor unit (cents for EUR, yen for JPY).
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// Nothing, in this currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// What a decimal like `12.34` says in this currency, not more exactly than its minor unit; `None` for anything else.
    #[must_use]
    pub fn from_decimal(text: &str, currency: Currency) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = usize::try_from(currency.minor_digits()).ok()?;
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || part.len() > digits || !is_number(whole) || !is_number(part) {
            return None;
        }
        Some(Self { minor: format!("{whole}{part:0<digits$}").parse().ok()?, currency })
    }

    /// The exact amount rounded half away from zero to the minor unit.
    #[must_use]
    pub fn rounded(amount: Exact, currency: Currency) -> Option<Self> {
        let minor = amount.round_in(currency.minor_per_unit())?;
        Some(Self { minor: i64::try_from(minor).ok()?, currency })
    }

    /// The sum; `None` when it does not fit or the currencies differ.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        Some(Self { minor: self.minor.checked_add(other.minor)?, currency: self.currency })
    }

    /// The difference; `None` when it does not fit or the currencies differ.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        Some(Self { minor: self.minor.checked_sub(other.minor)?, currency: self.currency })
    }
}

/// `12.34 EUR`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.currency.minor_digits();
        let amount = crate::Decimal::scaled(self.minor, digits).ok_or(fmt::Error)?;
        write!(f, "{amount} {}", self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_is_read_to_the_minor_unit_and_no_further() {
        for (text, code, minor) in [
            ("12.34", "EUR", Some(1_234)),
            ("12.3", "EUR", Some(1_230)),
            ("12", "EUR", Some(1_200)),
            ("0.05", "EUR", Some(5)),
            ("12.345", "EUR", None),
            ("1500", "JPY", Some(1_500)),
            ("1500.0", "JPY", None),
            ("1.234", "KWD", Some(1_234)),
            ("-1", "EUR", None),
            (".5", "EUR", None),
            ("1,50", "EUR", None),
            ("1e3", "EUR", None),
            ("", "EUR", None),
            ("99999999999999999999", "EUR", None),
        ] {
            let currency = code.parse().unwrap();
            assert_eq!(Money::from_decimal(text, currency).map(|money| money.minor), minor, "{text} {code}");
        }
    }

    #[test]
    fn the_codes_are_in_order_so_that_each_is_found() {
        assert!(CODES.is_sorted());
        for code in CODES {
            assert_eq!(code.parse::<Currency>().unwrap().code(), code);
        }
        for unknown in ["eur", "EURO", "XXX", "", "AAA"] {
            assert!(unknown.parse::<Currency>().is_err(), "{unknown}");
        }
    }

    #[test]
    fn an_amount_is_rounded_to_what_the_currency_has() {
        for (code, numerator, denominator, shown) in [
            ("EUR", 5355, 10_000, "0.54 EUR"),
            ("EUR", -5, 1_000, "-0.01 EUR"),
            ("JPY", 44_133_375, 100_000, "441 JPY"),
            ("KWD", 12_345, 10_000, "1.235 KWD"),
            ("CLF", 1, 8, "0.1250 CLF"),
        ] {
            let amount = Exact::fraction(numerator, denominator).unwrap();
            assert_eq!(Money::rounded(amount, code.parse().unwrap()).unwrap().to_string(), shown);
        }
    }

    #[test]
    fn currencies_do_not_mix_and_nothing_wraps() {
        let euro = |minor| Money { minor, currency: "EUR".parse().unwrap() };
        let yen = Money { minor: 1, currency: "JPY".parse().unwrap() };
        assert_eq!(euro(1).plus(euro(2)), Some(euro(3)));
        assert_eq!(euro(1).minus(euro(2)), Some(euro(-1)));
        assert_eq!(euro(1).plus(yen), None);
        assert_eq!(euro(1).minus(yen), None);
        assert_eq!(euro(i64::MAX).plus(euro(1)), None);
        assert_eq!(euro(i64::MIN).minus(euro(1)), None);
    }
}
