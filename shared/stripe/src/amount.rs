//! Amounts as Stripe's API counts them (docs.stripe.com/currencies): minor units of ISO 4217, but for three currencies.

use billing::money::{Currency, Money};

/// An amount that Stripe's API cannot express.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Stripe cannot take this amount of {0}")]
pub(crate) struct Inexpressible(Currency);

/// Digits of the unit that the API counts in.
fn api_digits(currency: Currency) -> u32 {
    match currency.code() {
        // Without a minor unit in use, yet counted in hundredths.
        "ISK" | "UGX" => 2,
        // Its minor unit is a fifth; counted in whole units.
        "MGA" => 0,
        _ => currency.minor_digits(),
    }
}

/// What an amount in the API has to be a multiple of: the last digit of three decimals is 0.
fn api_step(currency: Currency) -> i64 {
    if currency.minor_digits() == 3 { 10 } else { 1 }
}

/// The amount as the API takes it.
pub(crate) fn to_api(amount: Money) -> Result<i64, Inexpressible> {
    rescaled(amount.minor, amount.currency.minor_digits(), api_digits(amount.currency))
        .filter(|api| api % api_step(amount.currency) == 0)
        .ok_or(Inexpressible(amount.currency))
}

/// Minor units of what the API shows.
pub(crate) fn from_api(shown: i64, currency: Currency) -> Result<i64, Inexpressible> {
    rescaled(shown, api_digits(currency), currency.minor_digits()).ok_or(Inexpressible(currency))
}

fn rescaled(amount: i64, from_digits: u32, to_digits: u32) -> Option<i64> {
    let up = 10_i64.checked_pow(to_digits.saturating_sub(from_digits))?;
    let down = 10_i64.checked_pow(from_digits.saturating_sub(to_digits))?;
    (amount % down == 0).then(|| amount / down)?.checked_mul(up)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_their_worth() {
        for (code, minor, api) in [
            ("EUR", 1_234, Some(1_234)),
            ("JPY", 500, Some(500)),
            ("JPY", 1_500, Some(1_500)),
            ("KWD", 1_230, Some(1_230)),
            ("KWD", 5_120, Some(5_120)),
            ("KWD", 5_124, None),
            ("ISK", 5, Some(500)),
            ("UGX", 3_000, Some(300_000)),
            ("MGA", 1_200, Some(12)),
            ("MGA", 1_201, None),
            ("ISK", i64::MAX, None),
        ] {
            let currency = code.parse().unwrap();
            assert_eq!(to_api(Money { minor, currency }).ok(), api, "{minor} {code}");
            if let Some(api) = api {
                assert_eq!(from_api(api, currency), Ok(minor), "{api} {code} from Stripe");
            }
        }
    }
}
