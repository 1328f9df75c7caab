//! The least amount that Stripe takes per currency (docs.stripe.com/currencies, "Minimum and maximum charge amounts").

use crate::money::{Currency, Money};

/// Whether the amount is worth a call to Stripe: more than nothing, and at least the least amount of its currency.
#[must_use]
pub fn is_billable(amount: Money) -> bool {
    amount.minor >= least_minor(amount.currency)
}

/// The least amount in minor units; 1 where none is published.
fn least_minor(currency: Currency) -> i64 {
    match currency.code() {
        "GBP" => 30,
        "AUD" | "BRL" | "CAD" | "CHF" | "EUR" | "INR" | "JPY" | "NZD" | "SGD" | "USD" => 50,
        "BGN" => 100,
        "AED" | "MYR" | "PLN" | "RON" => 200,
        "DKK" => 250,
        "NOK" | "SEK" => 300,
        "HKD" => 400,
        "MXN" | "THB" => 1_000,
        "CZK" => 1_500,
        "HUF" => 17_500,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_than_the_least_amount_is_not_billable() {
        for (code, least) in
            [("EUR", 50), ("USD", 50), ("GBP", 30), ("JPY", 50), ("CHF", 50), ("CZK", 1_500), ("ISK", 1)]
        {
            let amount = |minor| Money { minor, currency: code.parse().unwrap() };
            assert!(is_billable(amount(least)), "{code}");
            assert!(!is_billable(amount(least - 1)), "{code}");
            assert!(!is_billable(amount(0)) && !is_billable(amount(-least)), "{code}");
        }
    }
}
