//! Numbers as people of a language write them: from exact digits, never through a float.

use messages::Language;

use crate::decimal::Decimal;
use crate::exact::Exact;
use crate::money::Currency;

/// A minus sign as wide as a plus.
const MINUS: &str = "\u{2212}";
/// Keeps a number and its unit on one line.
const TIED: &str = "\u{a0}";

/// Writes numbers in a language and a currency.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figures {
    pub(super) language: Language,
    pub(super) currency: Currency,
}

impl Figures {
    /// `1,234.56`: minor units, without the currency.
    pub(super) fn minor(self, minor: i64) -> String {
        Decimal::scaled(minor, self.currency.minor_digits()).map_or_else(String::new, |amount| self.decimal(amount, 0))
    }

    /// `1,234.56 EUR`.
    pub(super) fn money(self, minor: i64) -> String {
        format!("{}{TIED}{}", self.minor(minor), self.currency)
    }

    /// An exact amount to so many places.
    pub(super) fn amount(self, amount: Decimal, places: u32) -> String {
        Decimal::rounded(amount.exact(), places).map_or_else(String::new, |amount| self.decimal(amount, 0))
    }

    /// `0.30 EUR/kWh`: all the digits that a price has, and at least those of the minor unit.
    pub(super) fn price(self, price: Decimal, per: &str) -> String {
        format!("{}{TIED}{}{per}", self.decimal(price.shortest(), self.currency.minor_digits()), self.currency)
    }

    /// `0.5120 EUR/kWh`: what a price comes to on average, to two digits more than the minor unit has.
    pub(super) fn average(self, price: Exact, per: &str) -> Option<String> {
        let price = Decimal::rounded(price, self.currency.minor_digits() + 2)?;
        Some(format!("{}{TIED}{}{per}", self.decimal(price, 0), self.currency))
    }

    /// `12.345 kWh`.
    pub(super) fn energy(self, energy_wh: Exact) -> String {
        let kwh = energy_wh.over(Exact::whole(1000)).and_then(|kwh| Decimal::rounded(kwh, 3));
        kwh.map_or_else(String::new, |kwh| format!("{}{TIED}kWh", self.decimal(kwh, 0)))
    }

    /// `20%`; `20 %`.
    pub(super) fn percent(self, percent: Decimal) -> String {
        let gap = match self.language {
            Language::En => "",
            Language::De => TIED,
        };
        format!("{}{gap}%", self.decimal(percent.shortest(), 0))
    }

    /// Its digits in groups, with at least so many after the point.
    fn decimal(self, value: Decimal, places_min: u32) -> String {
        let (group, point) = match self.language {
            Language::En => (',', '.'),
            Language::De => ('.', ','),
        };
        let text = value.to_string();
        let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| (MINUS, digits));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let mut written = sign.to_owned();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                written.push(group);
            }
            written.push(digit);
        }
        let places = usize::try_from(places_min).unwrap_or(0);
        if !fraction.is_empty() || places > 0 {
            written.push(point);
            written.push_str(fraction);
            written.extend(std::iter::repeat_n('0', places.saturating_sub(fraction.len())));
        }
        written
    }
}

/// `1:05:09 h`: hours, minutes, seconds.
pub(super) fn duration(seconds: i128) -> String {
    let (sign, all) = (if seconds < 0 { MINUS } else { "" }, seconds.unsigned_abs());
    format!("{sign}{}:{:02}:{:02}{TIED}h", all / 3600, all / 60 % 60, all % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both<T>(code: &str, written: impl Fn(Figures) -> T) -> [T; 2] {
        let currency = code.parse().unwrap();
        [Language::En, Language::De].map(|language| written(Figures { language, currency }))
    }

    #[test]
    fn money_has_the_digits_of_its_currency_and_the_separators_of_its_language() {
        for (code, minor, english, german) in [
            ("EUR", 123_456, "1,234.56 EUR", "1.234,56 EUR"),
            ("EUR", 5, "0.05 EUR", "0,05 EUR"),
            ("EUR", -123_456_789, "−1,234,567.89 EUR", "−1.234.567,89 EUR"),
            ("JPY", 1_234, "1,234 JPY", "1.234 JPY"),
            ("JPY", 0, "0 JPY", "0 JPY"),
            ("KWD", 1_234, "1.234 KWD", "1,234 KWD"),
            ("CLF", 100, "0.0100 CLF", "0,0100 CLF"),
            ("EUR", i64::MIN, "−92,233,720,368,547,758.08 EUR", "−92.233.720.368.547.758,08 EUR"),
        ] {
            let written = both(code, |figures| figures.money(minor).replace(TIED, " "));
            assert_eq!(written, [english, german]);
        }
    }

    #[test]
    fn a_price_keeps_its_digits() {
        for (price, english) in [("0.3", "0.30 EUR/kWh"), ("0.12345", "0.12345 EUR/kWh"), ("1200", "1,200.00 EUR/kWh")]
        {
            let [written, _] = both("EUR", |figures| figures.price(price.parse().unwrap(), "/kWh"));
            assert_eq!(written.replace(TIED, " "), english);
        }
    }

    #[test]
    fn an_average_has_two_digits_more_than_the_minor_unit() {
        for (code, english) in [("EUR", "0.6667 EUR/kWh"), ("JPY", "0.67 JPY/kWh"), ("KWD", "0.66667 KWD/kWh")] {
            let [written, _] = both(code, |figures| figures.average(Exact::fraction(2, 3).unwrap(), "/kWh").unwrap());
            assert_eq!(written.replace(TIED, " "), english);
        }
    }

    #[test]
    fn energy_durations_and_percentages() {
        let energy = |wh| both("EUR", |figures| figures.energy(wh).replace(TIED, " "));
        assert_eq!(energy(Exact::whole(1_234_567)), ["1,234.567 kWh", "1.234,567 kWh"]);
        assert_eq!(energy(Exact::fraction(-5, 2).unwrap()), ["−0.003 kWh", "−0,003 kWh"]);
        let duration = |seconds| duration(seconds).replace(TIED, " ");
        assert_eq!(duration(3_909), "1:05:09 h");
        assert_eq!(duration(-360_000), "−100:00:00 h");
        let percent = |text: &str| both("EUR", |figures| figures.percent(text.parse().unwrap()).replace(TIED, " "));
        assert_eq!(percent("20.0"), ["20%", "20 %"]);
        assert_eq!(percent("5.2"), ["5.2%", "5,2 %"]);
    }
}
