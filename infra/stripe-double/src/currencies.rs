//! What amounts a currency allows: the smallest, the largest, and how fine
//! (`docs.stripe.com/currencies`, "Minimum and maximum charge amounts", "Three-decimal currencies", "Special cases").
//!
//! Amounts are whole numbers of the currency's own minor unit: 1500 is 15.00 EUR, 1500 JPY, 1.500 KWD.

use crate::errors::Refusal;

/// In minor units as the API counts them.
const MINIMA: &[(&str, i64)] = &[
    ("aed", 200),
    ("aud", 50),
    ("bgn", 100),
    ("brl", 50),
    ("cad", 50),
    ("chf", 50),
    ("czk", 1500),
    ("dkk", 250),
    ("eur", 50),
    ("gbp", 30),
    ("hkd", 400),
    ("huf", 17_500),
    ("inr", 50),
    ("jpy", 50),
    ("mxn", 1000),
    ("myr", 200),
    ("nok", 300),
    ("nzd", 50),
    ("pln", 200),
    ("ron", 200),
    ("sek", 300),
    ("sgd", 50),
    ("thb", 1000),
    ("usd", 50),
];

/// Amounts that are no multiple of this are refused. Currencies with three decimals are counted in thousandths, yet the
/// last digit must be 0; those of the special cases have no minor unit any more and are still counted in hundredths,
/// which must be 0.
const STEPS: &[(&str, i64)] =
    &[("bhd", 10), ("isk", 100), ("jod", 10), ("kwd", 10), ("omr", 10), ("tnd", 10), ("ugx", 100)];

/// Eight digits.
const AMOUNT_MAX: i64 = 99_999_999;

/// The smallest amount that can be charged, minor units. For a currency without a row the page gives only "the
/// equivalent"; the double takes 1.
fn minimum(currency: &str) -> i64 {
    MINIMA.iter().find(|(code, _)| *code == currency).map_or(1, |(_, minor)| *minor)
}

/// Refuses an amount of money that the currency cannot express for Stripe's partners; for charges, captures and refunds
/// alike. The page names no error code.
pub(crate) fn check_step(amount_minor: i64, currency: &str, param: &str) -> Result<(), Refusal> {
    let step = STEPS.iter().find(|(code, _)| *code == currency).map_or(1, |(_, step)| *step);
    if amount_minor % step == 0 {
        return Ok(());
    }
    Err(Refusal::invalid(param, format!("Invalid {param}: amounts in {currency} must be a multiple of {step}.")))
}

/// Refuses an amount outside the currency's limits: `amount_too_small`, `amount_too_large`.
pub(crate) fn check_amount(amount_minor: i64, currency: &str) -> Result<(), Refusal> {
    if amount_minor < 0 {
        return Err(Refusal::invalid_code("amount", "parameter_invalid_integer", "Invalid positive integer"));
    }
    let minimum = minimum(currency);
    if amount_minor < minimum {
        return Err(Refusal::invalid_code(
            "amount",
            "amount_too_small",
            format!("Amount must be at least {minimum} in minor units of {currency}"),
        ));
    }
    if amount_minor > AMOUNT_MAX {
        return Err(Refusal::invalid_code(
            "amount",
            "amount_too_large",
            format!("Amount must be no more than {AMOUNT_MAX} in minor units of {currency}"),
        ));
    }
    check_step(amount_minor, currency, "amount")
}

/// Reads a currency: three lowercase letters.
pub(crate) fn check_currency(code: &str) -> Result<(), Refusal> {
    if code.len() == 3 && code.bytes().all(|letter| letter.is_ascii_lowercase()) {
        Ok(())
    } else {
        Err(Refusal::invalid("currency", format!("Invalid currency: {code}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_currency_has_its_own_minimum() {
        for (currency, minor, code) in [
            ("eur", 50, None),
            ("eur", 49, Some("amount_too_small")),
            ("usd", 49, Some("amount_too_small")),
            ("gbp", 30, None),
            ("gbp", 29, Some("amount_too_small")),
            ("huf", 17_499, Some("amount_too_small")),
            ("jpy", 50, None),
            ("jpy", 49, Some("amount_too_small")),
            ("sek", 299, Some("amount_too_small")),
            ("bam", 1, None),
            ("eur", 0, Some("amount_too_small")),
            ("eur", -1, Some("parameter_invalid_integer")),
            ("eur", 99_999_999, None),
            ("eur", 100_000_000, Some("amount_too_large")),
        ] {
            let refused = check_amount(minor, currency).err().and_then(|refusal| refusal.error.code);
            assert_eq!(refused, code, "{minor} {currency}");
        }
    }

    #[test]
    fn some_currencies_are_counted_finer_than_they_are_paid() {
        for (currency, minor, allowed) in [
            ("eur", 1501, true),
            ("jpy", 1501, true),
            ("kwd", 1230, true),
            ("kwd", 1234, false),
            ("bhd", 5, false),
            ("tnd", 10, true),
            ("isk", 500, true),
            ("isk", 510, false),
            ("ugx", 150, false),
        ] {
            assert_eq!(check_amount(minor, currency).is_ok(), allowed, "{minor} {currency}");
            assert_eq!(check_step(minor, currency, "amount_to_capture").is_ok(), allowed, "{minor} {currency}");
        }
    }

    #[test]
    fn a_currency_is_three_lowercase_letters() {
        for (code, allowed) in [("eur", true), ("EUR", false), ("eu", false), ("euro", false), ("e€", false)] {
            assert_eq!(check_currency(code).is_ok(), allowed, "{code}");
        }
    }
}
