//! Amounts and energy as people write them.

use billing::money::Money;

use super::scene::Scene;

impl Scene<'_> {
    /// `4.62 EUR`, with as many decimals as the currency has.
    pub(super) fn money(&self, money: Money) -> String {
        let digits = usize::try_from(money.currency.minor_digits()).unwrap_or(2);
        format!("{} {}", self.decimal(scaled(money.minor, digits)), money.currency.code())
    }

    /// `12.345 kWh`.
    pub(super) fn energy(&self, energy_wh: i64) -> String {
        format!("{} kWh", self.decimal(scaled(energy_wh, 3)))
    }
}

/// An integer with its decimal point moved left: exact for every value.
fn scaled(value: i64, digits: usize) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let magnitude = format!("{:0width$}", value.unsigned_abs(), width = digits + 1);
    let (whole, fraction) = magnitude.split_at(magnitude.len() - digits);
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_point_moves_exactly() {
        for (value, digits, text) in [
            (462, 2, "4.62"),
            (5, 2, "0.05"),
            (-5, 2, "-0.05"),
            (0, 2, "0.00"),
            (462, 0, "462"),
            (1_234, 3, "1.234"),
            (i64::MIN, 2, "-92233720368547758.08"),
            (i64::MAX, 3, "9223372036854775.807"),
        ] {
            assert_eq!(scaled(value, digits), text);
        }
    }
}
