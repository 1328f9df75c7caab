//! What a session must cost: the same tariffs in other code, with fractions and a calendar of its own.

use crate::script::{Script, Stretch};
use crate::sites::Prices;

/// When the clocks of Amsterdam went from UTC+2 to UTC+1: 2026-10-25T01:00:00Z.
const WINTER_FROM_S: i64 = 1_792_890_000;

const HOUR_S: i64 = 3_600;
const DAY_S: i64 = 24 * HOUR_S;

/// What a session costs, tax included, in minor units; none where what its station says does not tell.
pub(crate) fn due_minor(script: &Script) -> Option<i64> {
    let stretches = &script.stretches;
    let total_wh: i64 = stretches.iter().map(|stretch| stretch.wh).sum();
    match script.prices {
        // When its parts took place decides on their price.
        Prices::ByTheClock if script.is_clock_wrong => None,
        Prices::ByTheClock => Some(by_the_clock(stretches)),
        Prices::WholeYen => Some(taxed(i128::from(total_wh) * 45, 1_000, 10)),
        Prices::Fils => {
            let blocks = (total_wh + 499) / 500;
            // 0.100 and 0.055 / 2 for each half kilowatt-hour, in fils.
            Some(rounded(100 * 2 + i128::from(blocks) * 55, 2))
        }
    }
}

/// Cents: 0.31 for each kilowatt-hour from 22:00 to 06:00, 0.49 by day, 1.20 for each hour parked.
fn by_the_clock(stretches: &[Stretch]) -> i64 {
    // Thousandths of a cent that cost one second of the power of a stretch would not do: a stretch has its own denominator. All of
    // them are brought to the product of their lengths.
    let lengths: Vec<i128> = stretches.iter().map(|stretch| i128::from(stretch.to_s - stretch.from_s)).collect();
    let mut numerator = 0_i128;
    let mut denominator = 1_i128;
    for (stretch, length) in stretches.iter().zip(lengths) {
        let night_s = i128::from(night_seconds(stretch.from_s, stretch.to_s));
        // Wh × cents per kWh, by the share of the time: over 1,000 × length.
        let energy = i128::from(stretch.wh) * (night_s * 31 + (length - night_s) * 49);
        let parked = if stretch.is_parked { length * 120 } else { 0 };
        // energy / (1,000 · length) + parked / 3,600
        let (part, over) = (energy * 18 + parked * 5 * length, 18_000 * length);
        numerator = numerator * over + part * denominator;
        denominator *= over;
        let common = divisor(numerator, denominator);
        numerator /= common;
        denominator /= common;
    }
    taxed(numerator, denominator, 21)
}

/// Seconds between 22:00 and 06:00 in Amsterdam, around the end of the summer of 2026.
fn night_seconds(from_s: i64, to_s: i64) -> i64 {
    let (mut at_s, mut night_s) = (from_s, 0);
    while at_s < to_s {
        let offset_s = if at_s < WINTER_FROM_S { 2 * HOUR_S } else { HOUR_S };
        let of_day_s = (at_s + offset_s).rem_euclid(DAY_S);
        let (is_night, until_s) = match of_day_s {
            s if s < 6 * HOUR_S => (true, 6 * HOUR_S),
            s if s < 22 * HOUR_S => (false, 22 * HOUR_S),
            _ => (true, DAY_S),
        };
        let mut next_s = (at_s + until_s - of_day_s).min(to_s);
        if at_s < WINTER_FROM_S {
            next_s = next_s.min(WINTER_FROM_S);
        }
        if is_night {
            night_s += next_s - at_s;
        }
        at_s = next_s;
    }
    night_s
}

/// A net price and its tax, each rounded to a minor unit.
fn taxed(numerator: i128, denominator: i128, percent: i128) -> i64 {
    rounded(numerator, denominator) + rounded(numerator * percent, denominator * 100)
}

/// Half away from zero; nothing here is negative.
fn rounded(numerator: i128, denominator: i128) -> i64 {
    i64::try_from((numerator * 2 + denominator) / (denominator * 2)).unwrap_or(i64::MAX)
}

fn divisor(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_night_of_the_change_is_an_hour_longer() {
        let midnight_s = WINTER_FROM_S - HOUR_S - 2 * HOUR_S;
        // 00:00 summer time to 06:00 winter time.
        assert_eq!(night_seconds(midnight_s, midnight_s + 8 * HOUR_S), 7 * HOUR_S);
        assert_eq!(night_seconds(midnight_s + 8 * HOUR_S, midnight_s + 9 * HOUR_S), 0);
        assert_eq!(night_seconds(midnight_s - 3 * HOUR_S, midnight_s), 2 * HOUR_S);
    }

    #[test]
    fn a_price_and_its_tax_are_rounded_apart() {
        // 1 kWh by day and half an hour parked: 0.49 + 0.60 = 1.09, and 21 % of it: 0.2289.
        let noon_s = WINTER_FROM_S - 15 * HOUR_S;
        let stretch = |from_s, to_s, is_parked, wh| Stretch { from_s, to_s, is_parked, wh };
        let stretches =
            [stretch(noon_s, noon_s + 1_800, false, 1_000), stretch(noon_s + 1_800, noon_s + 3_600, true, 0)];
        assert_eq!(by_the_clock(&stretches), 109 + 23);
    }
}
