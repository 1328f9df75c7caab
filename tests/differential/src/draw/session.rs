//! Random sessions.

use rust_decimal::Decimal;

use super::Draw;
use crate::case::{Period, Range, Restrictions, SECOND_NS, Session, Tariff};

/// Nights, by UTC, in which one of the zones puts its clock forward or back, and some ends of months.
const NIGHTS: [&str; 14] = [
    "2025-03-29T20:00:00Z",
    "2025-10-25T20:00:00Z",
    "2026-03-28T22:00:00Z",
    "2026-10-24T22:00:00Z",
    "2025-03-09T03:00:00Z",
    "2025-11-02T02:00:00Z",
    "2025-04-05T12:00:00Z",
    "2025-10-04T12:00:00Z",
    "2025-09-27T12:00:00Z",
    "2024-02-29T20:00:00Z",
    "2025-06-30T21:00:00Z",
    "2025-12-31T18:00:00Z",
    "2026-06-05T20:00:00Z",
    "2026-11-01T01:00:00Z",
];

/// How hours are written.
#[derive(Debug, Clone, Copy)]
enum Hours {
    /// With so many places.
    Places(u32),
    /// With as many as there are.
    Exact,
}

impl Draw {
    pub(super) fn session(&mut self, tariff: &Tariff, reserves: bool, start_s: i64) -> Session {
        let hours = self.one(&[Hours::Places(10), Hours::Places(10), Hours::Exact, Hours::Exact, Hours::Places(4)]);
        let mut stretches = Vec::new();
        let begins_reserved = reserves && self.chance(0.7);
        let expires = begins_reserved && self.chance(0.25);
        if begins_reserved {
            for _ in 0..self.number(1, 2) {
                let seconds = self.length();
                stretches.push((seconds, Period { reservation: Some(in_hours(seconds, hours)), ..Period::default() }));
            }
        }
        let (powers, currents) = (limits(tariff, |by| by.power), limits(tariff, |by| by.current));
        let measures = !powers.is_empty() || !currents.is_empty();
        let most = self.one(&[1, 2, 4, 6, 12]);
        for _ in 0..if expires { 0 } else { self.number(1, most) } {
            let seconds = self.length();
            let mut period = self.period(seconds, hours);
            if measures {
                period.power = self.measured(500_000, &powers);
                period.current = self.measured(1_000_000, &currents);
            }
            stretches.push((seconds, period));
        }
        let mut at_ns = i128::from(start_s) * SECOND_NS;
        let mut periods = Vec::new();
        for (seconds, period) in stretches {
            periods.push(Period { start_ns: at_ns, ..period });
            at_ns += i128::from(seconds) * SECOND_NS;
        }
        Session { periods, end_ns: at_ns }
    }

    /// Seconds since 1970.
    pub(super) fn start(&mut self) -> i64 {
        let second = |text: &str| text.parse::<jiff::Timestamp>().map_or(0, jiff::Timestamp::as_second);
        if self.chance(0.4) {
            let night = self.one(&NIGHTS);
            second(night) + self.between(0, 6 * 3600)
        } else {
            self.between(second("2024-01-01T00:00:00Z"), second("2026-12-31T00:00:00Z"))
        }
    }

    /// Seconds of a period: often whole minutes.
    fn length(&mut self) -> i64 {
        let most = self.one(&[20, 60, 60, 240]);
        let minutes = self.between(1, most);
        if self.chance(0.6) { minutes * 60 } else { minutes * 60 - self.between(1, 59) }
    }

    fn period(&mut self, seconds: i64, hours: Hours) -> Period {
        let whole = in_hours(seconds, hours);
        match self.number(0, 9) {
            0..=5 => Period { energy: Some(self.energy(seconds)), charging: Some(whole), ..Period::default() },
            6 | 7 => Period {
                energy: self.maybe(0.5, |_| Decimal::ZERO),
                parking: Some(whole),
                charging: self.maybe(0.05, |_| Decimal::ZERO),
                ..Period::default()
            },
            // A pause that nobody counts.
            8 => Period { energy: Some(Decimal::ZERO), ..Period::default() },
            _ => {
                let part = self.between(1, seconds);
                Period {
                    energy: Some(self.energy(part)),
                    charging: Some(in_hours(part, hours)),
                    parking: self.maybe(0.5, |_| in_hours(seconds - part, hours)),
                    ..Period::default()
                }
            }
        }
    }

    /// Energy at up to 50 kW, kWh.
    fn energy(&mut self, seconds: i64) -> Decimal {
        let watts = self.one(&[1_400, 3_700, 11_000, 22_000, 50_000]);
        self.decimal(0, (watts * seconds / 360).max(1))
    }

    /// The least and the most, one of them, or neither; now and then just what a limit says.
    fn measured(&mut self, to: i64, limits: &[Decimal]) -> Range {
        let one = |draw: &mut Self| {
            if draw.chance(0.2) && !limits.is_empty() { draw.one(limits) } else { draw.decimal(0, to) }
        };
        let (a, b) = (one(self), one(self));
        let (least, most) = if self.chance(0.5) { (a, a) } else { (a.min(b), a.max(b)) };
        match self.number(0, 9) {
            0..=5 => Range { min: Some(least), max: Some(most) },
            6 => Range { min: Some(least), max: None },
            7 => Range { min: None, max: Some(most) },
            _ => Range::default(),
        }
    }
}

/// The limits of a tariff on one quantity.
fn limits(tariff: &Tariff, quantity: fn(&Restrictions) -> Range) -> Vec<Decimal> {
    let ranges = tariff.elements.iter().map(|element| quantity(&element.restrictions));
    ranges.flat_map(|range| [range.min, range.max]).flatten().collect()
}

fn in_hours(seconds: i64, hours: Hours) -> Decimal {
    let exact = Decimal::from(seconds) / Decimal::from(3600);
    match hours {
        Hours::Places(places) => exact.round_dp(places),
        Hours::Exact => exact,
    }
}
