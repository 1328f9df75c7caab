//! How single JSON values are read: numbers that are integers by meaning, decimals without a float in between, bounded text.

use std::fmt;

use serde::de::{self, Deserializer, Visitor};

/// The longest free text that is kept, bytes.
const MAX_TEXT: usize = 255;

struct IntegerVisitor;

impl Visitor<'_> for IntegerVisitor {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<i64, E> {
        Ok(value)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<i64, E> {
        i64::try_from(value).map_err(|_| E::custom("the number is too large"))
    }

    // `1.0` is how some stations write 1; beyond 2^53 a float no longer knows which integer was meant.
    #[expect(clippy::cast_possible_truncation, reason = "checked to be an integer below 2^53 first")]
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<i64, E> {
        if value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 {
            Ok(value as i64)
        } else {
            Err(E::invalid_value(de::Unexpected::Float(value), &self))
        }
    }
}

/// An integer; `1.0` counts as `1`.
pub(crate) fn integer<'de, D: Deserializer<'de>>(input: D) -> Result<i64, D::Error> {
    input.deserialize_any(IntegerVisitor)
}

/// An integer of a smaller type, from 0 to its maximum.
pub(crate) fn small<'de, D: Deserializer<'de>, N: TryFrom<i64>>(input: D) -> Result<N, D::Error> {
    let value = integer(input)?;
    N::try_from(value).map_err(|_| de::Error::custom(format!("{value} is out of range")))
}

/// A wrapper to read an optional integer.
#[derive(serde::Deserialize)]
pub(crate) struct Integer(#[serde(deserialize_with = "integer")] pub(crate) i64);

/// Text of at most 255 bytes, without control characters.
pub(crate) fn text(value: String) -> Result<String, String> {
    if value.len() > MAX_TEXT {
        return Err(format!("a text is longer than {MAX_TEXT} bytes"));
    }
    if value.chars().any(char::is_control) {
        return Err("a text holds control characters".to_owned());
    }
    Ok(value)
}

/// The name a station gives a message: bounded text that is not empty.
pub(crate) fn message_id(value: String) -> Result<String, String> {
    if value.is_empty() { Err("messageId is empty".to_owned()) } else { text(value) }
}

/// `12.345` kWh as Wh, exactly: read from the JSON digits, never through a float. Digits below 1 Wh round half away from zero.
pub(crate) fn kwh_as_wh(json_number: &str) -> Result<i64, String> {
    let bad = || format!("{} is no number of kWh", json_number.chars().take(40).collect::<String>());
    let (mantissa, exponent) = match json_number.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| bad())?),
        None => (json_number, 0),
    };
    let (negative, digits) = match mantissa.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, mantissa),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{fraction}");
    if all.is_empty() || all.len() > 30 || !all.bytes().all(|b| b.is_ascii_digit()) || exponent.abs() > 30 {
        return Err(bad());
    }
    let value: i128 = all.parse().map_err(|_| bad())?;
    // value · 10^shift Wh; kWh → Wh adds three.
    let shift = 3 + exponent - i32::try_from(fraction.len()).map_err(|_| bad())?;
    let magnitude = scale(value, shift).ok_or_else(bad)?;
    let wh = i64::try_from(magnitude).map_err(|_| bad())?;
    Ok(if negative { -wh } else { wh })
}

fn scale(value: i128, shift: i32) -> Option<i128> {
    if value == 0 {
        return Some(0);
    }
    let power = 10_i128.checked_pow(shift.unsigned_abs())?;
    if shift >= 0 { value.checked_mul(power) } else { Some((value + power / 2) / power) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kwh_become_wh_without_a_float() {
        for (json, wh) in [
            ("0", Some(0)),
            ("12.345", Some(12_345)),
            ("1284.533", Some(1_284_533)),
            ("0.0005", Some(1)),
            ("0.00049", Some(0)),
            ("-1.5", Some(-1_500)),
            ("1e3", Some(1_000_000)),
            ("1.5E-1", Some(150)),
            ("9007199254740.993", Some(9_007_199_254_740_993)),
            ("1e31", None),
            ("abc", None),
            ("", None),
            ("1.2.3", None),
        ] {
            assert_eq!(kwh_as_wh(json).ok(), wh, "{json}");
        }
    }

    #[test]
    fn integers_may_be_written_with_a_point_but_not_with_a_fraction() {
        let read = |json: &str| serde_json::from_str::<Integer>(json).ok().map(|Integer(value)| value);
        for (json, value) in [
            ("1", Some(1)),
            ("1.0", Some(1)),
            ("-2.0", Some(-2)),
            ("1.5", None),
            ("9007199254740993", Some(9_007_199_254_740_993)),
            ("9007199254740993.0", None),
            ("18446744073709551615", None),
            ("\"1\"", None),
            ("1e400", None),
        ] {
            assert_eq!(read(json), value, "{json}");
        }
    }
}
