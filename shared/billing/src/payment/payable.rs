//! What of an amount can be paid: Stripe takes currencies of three decimals only with a last digit of 0, and asks for amounts to be rounded
//! to the nearest ten (docs.stripe.com/currencies, "Three-decimal currencies").

use crate::money::Money;

/// Minor units that are paid together where a currency has three decimals.
const TEN: i64 = 10;

/// The amount as it can be paid: the nearest, half away from zero.
#[must_use]
pub fn payable(amount: Money) -> Money {
    if amount.currency.minor_digits() != 3 {
        return amount;
    }
    let over = amount.minor % TEN;
    let up = if over.abs() * 2 >= TEN { TEN * over.signum() } else { 0 };
    let minor = amount.minor.checked_sub(over).and_then(|down| down.checked_add(up));
    Money { minor: minor.unwrap_or(amount.minor), ..amount }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_decimals_are_rounded_to_the_nearest_ten_and_others_are_not() {
        for (code, minor, paid) in [
            ("KWD", 1_230, 1_230),
            ("KWD", 1_234, 1_230),
            ("KWD", 1_235, 1_240),
            ("KWD", 5_124, 5_120),
            ("KWD", 4, 0),
            ("KWD", -1_235, -1_240),
            ("BHD", 1_239, 1_240),
            ("KWD", i64::MAX, i64::MAX),
            ("JPY", 1_503, 1_503),
            ("EUR", 1_234, 1_234),
        ] {
            let amount = Money { minor, currency: code.parse().unwrap() };
            assert_eq!(payable(amount), Money { minor: paid, ..amount }, "{minor} {code}");
        }
    }
}
