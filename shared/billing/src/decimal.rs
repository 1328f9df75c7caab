//! Decimal numbers as they stand in JSON: read from their digits, written digit by digit, never through a float.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::value::RawValue;

use crate::exact::Exact;

/// Digits after the point that are kept; a finer digit is rounded half away from zero (a billionth of a milliwatt-hour).
const MAX_PLACES: u32 = 12;
/// 10^0 to 10^12.
const POWERS_OF_TEN: [i64; 13] = {
    let mut powers = [1; 13];
    let mut place = 1;
    while place < powers.len() {
        powers[place] = powers[place - 1] * 10;
        place += 1;
    }
    powers
};
/// Digits before the point that are accepted.
const MAX_WHOLE_DIGITS: usize = 15;

/// A decimal number with the number of places it is written with: `0.250` stays `0.250`.
///
/// Serializes as a JSON number and only with JSON: the text is passed through `serde_json`'s raw values. Not usable below
/// `#[serde(flatten)]`, which buffers numbers as floats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    mantissa: i128,
    places: u32,
}

/// A text that is no decimal number that we take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadDecimal {
    /// Not a JSON number.
    #[error("not a number")]
    NotANumber,
    /// More than 15 digits before the point.
    #[error("the number is too large")]
    TooLarge,
}

impl Decimal {
    /// 0.
    pub const ZERO: Self = Self { mantissa: 0, places: 0 };

    /// An integer.
    #[must_use]
    pub fn whole(value: i64) -> Self {
        Self { mantissa: i128::from(value), places: 0 }
    }

    /// `value / 10^places`, at most 12 places.
    #[must_use]
    pub fn scaled(value: i64, places: u32) -> Option<Self> {
        (places <= MAX_PLACES).then_some(Self { mantissa: i128::from(value), places })
    }

    /// An exact number rounded half away from zero to so many places (at most 12).
    #[must_use]
    pub fn rounded(value: Exact, places: u32) -> Option<Self> {
        let places = places.min(MAX_PLACES);
        let units = POWERS_OF_TEN.get(usize::try_from(places).ok()?)?;
        Some(Self { mantissa: value.round_in(*units)?, places })
    }

    /// The same number without zeros at the end.
    #[must_use]
    pub fn shortest(self) -> Self {
        let mut short = self;
        while let Some(tenth) = short.tenth().filter(|_| short.places > 0) {
            short = Self { mantissa: tenth, places: short.places - 1 };
        }
        short
    }

    /// A tenth of the mantissa, if that is whole.
    fn tenth(self) -> Option<i128> {
        // Division of 64 bits is many times as fast.
        match i64::try_from(self.mantissa) {
            Ok(mantissa) => (mantissa % 10 == 0).then(|| i128::from(mantissa / 10)),
            Err(_) => (self.mantissa % 10 == 0).then_some(self.mantissa / 10),
        }
    }

    /// The number itself.
    #[must_use]
    pub fn exact(self) -> Exact {
        // At most 27 digits over at most 10^12: always fits.
        usize::try_from(self.places)
            .ok()
            .and_then(|places| POWERS_OF_TEN.get(places))
            .and_then(|denominator| Exact::fraction(self.mantissa, i128::from(*denominator)))
            .unwrap_or(Exact::ZERO)
    }

    /// The same number with the other sign.
    #[must_use]
    pub fn negated(self) -> Self {
        // At most 27 digits: always fits.
        Self { mantissa: -self.mantissa, ..self }
    }

    /// Whether it is below 0.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.mantissa < 0
    }

    /// How many digits it takes to write it down without an exponent, zeros at either end left out.
    #[must_use]
    pub fn significant_digits(self) -> u32 {
        let mut mantissa = self.mantissa.unsigned_abs();
        while mantissa != 0 && mantissa.is_multiple_of(10) {
            mantissa /= 10;
        }
        mantissa.checked_ilog10().map_or(0, |digits| digits + 1)
    }

    /// The integer it is (`1.0` is 1), if it is one.
    #[must_use]
    pub fn integer(self) -> Option<i64> {
        let short = self.shortest();
        if short.places == 0 { i64::try_from(short.mantissa).ok() } else { None }
    }
}

impl FromStr for Decimal {
    type Err = BadDecimal;

    /// Reads a JSON number.
    fn from_str(text: &str) -> Result<Self, BadDecimal> {
        let (number, exponent) = match text.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, exponent.parse::<i32>().map_err(|_| BadDecimal::TooLarge)?),
            None => (text, 0),
        };
        let (negative, digits) = match number.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, number),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
            return Err(BadDecimal::NotANumber);
        }
        let places = i64::try_from(fraction.len()).map_err(|_| BadDecimal::TooLarge)? - i64::from(exponent);
        let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).skip_while(|byte| *byte == b'0').collect();
        let (magnitude, places) = magnitude(&digits, places)?;
        Ok(Self { mantissa: if negative { -magnitude } else { magnitude }, places })
    }
}

/// `digits / 10^places` with at most 12 places and at most 15 digits before the point.
fn magnitude(digits: &[u8], places: i64) -> Result<(i128, u32), BadDecimal> {
    let limit = i64::from(MAX_PLACES);
    let length = i64::try_from(digits.len()).map_err(|_| BadDecimal::TooLarge)?;
    if digits.is_empty() {
        let places = u32::try_from(places.clamp(0, limit)).map_err(|_| BadDecimal::TooLarge)?;
        return Ok((0, places));
    }
    if length - places > i64::try_from(MAX_WHOLE_DIGITS).unwrap_or(i64::MAX) {
        return Err(BadDecimal::TooLarge);
    }
    let kept = usize::try_from((length - (places - limit).max(0)).max(0)).map_err(|_| BadDecimal::TooLarge)?;
    let mut value = digits.iter().take(kept).fold(0_i128, |value, digit| value * 10 + i128::from(digit - b'0'));
    // The first digit that is dropped decides; it exists at this position only when no zeros stand before it.
    let first_dropped = if places - limit > length { None } else { digits.get(kept) };
    if first_dropped.is_some_and(|digit| *digit >= b'5') {
        value += 1;
    }
    let places = places.min(limit);
    let missing = u32::try_from((-places).max(0)).map_err(|_| BadDecimal::TooLarge)?;
    value = value.checked_mul(10_i128.checked_pow(missing).ok_or(BadDecimal::TooLarge)?).ok_or(BadDecimal::TooLarge)?;
    Ok((value, u32::try_from(places.max(0)).map_err(|_| BadDecimal::TooLarge)?))
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.places == 0 {
            return write!(f, "{}", self.mantissa);
        }
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let magnitude = self.mantissa.unsigned_abs();
        let scale = 10_u128.pow(self.places.min(MAX_PLACES));
        let width = usize::try_from(self.places).map_err(|_| fmt::Error)?;
        write!(f, "{sign}{}.{:0width$}", magnitude / scale, magnitude % scale)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.to_string()).map_err(ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer)?.get().parse().map_err(de::Error::custom)
    }
}

/// For `#[serde(with)]`: an integer by meaning, so that `1.0` is accepted as `1`.
pub(crate) mod integer {
    use serde::{Deserialize, Deserializer, Serializer, de};

    use super::Decimal;

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
        Decimal::deserialize(deserializer)?.integer().ok_or_else(|| de::Error::custom("not an integer"))
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub(crate) fn serialize<S: Serializer>(value: &i64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(*value)
    }
}

/// For `#[serde(with)]`: an optional integer by meaning.
pub(crate) mod optional_integer {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    use super::Decimal;

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
        let Some(decimal) = Option::<Decimal>::deserialize(deserializer)? else { return Ok(None) };
        decimal.integer().map(Some).ok_or_else(|| de::Error::custom("not an integer"))
    }

    #[expect(clippy::ref_option, reason = "serde passes a reference")]
    pub(crate) fn serialize<S: Serializer>(value: &Option<i64>, serializer: S) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(json: &str) -> Option<String> {
        serde_json::from_str::<Decimal>(json).ok().map(|decimal| serde_json::to_string(&decimal).unwrap())
    }

    #[test]
    fn numbers_are_written_as_they_were_read() {
        for same in ["0", "0.25", "0.250", "-1.5", "123456789012345.123456789012", "0.1", "5.000000"] {
            assert_eq!(text(same).as_deref(), Some(same));
        }
    }

    #[test]
    fn exponents_long_fractions_and_nonsense() {
        for (json, expected) in [
            ("1e3", Some("1000")),
            ("1.5E-2", Some("0.015")),
            ("0.08333333333333333", Some("0.083333333333")),
            ("0.0000000000005", Some("0.000000000001")),
            ("0.00000000000049", Some("0.000000000000")),
            ("1e-400", Some("0.000000000000")),
            ("5e-14", Some("0.000000000000")),
            ("0e99", Some("0")),
            ("1e15", None),
            ("1e400", None),
            ("\"1\"", None),
            ("null", None),
            ("[1]", None),
        ] {
            assert_eq!(text(json).as_deref(), expected, "{json}");
        }
    }

    #[test]
    fn a_decimal_is_the_exact_number() {
        let tenth: Decimal = "0.1".parse().unwrap();
        assert_eq!(Exact::fraction(1, 10), Some(tenth.exact()));
        assert_eq!("2.0".parse::<Decimal>().unwrap().integer(), Some(2));
        assert_eq!("2.5".parse::<Decimal>().unwrap().integer(), None);
        let third = Exact::fraction(-2, 3).unwrap();
        assert_eq!(Decimal::rounded(third, 6).unwrap().to_string(), "-0.666667");
    }
}
