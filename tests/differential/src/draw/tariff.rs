//! Random tariffs.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use super::Draw;
use crate::case::{Component, Dimension, Element, Limit, Range, Restrictions, Tariff};

const DAYS: [&str; 7] = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];

impl Draw {
    pub(super) fn tariff(&mut self, reserves: bool, start_s: i64) -> Tariff {
        let most = self.one(&[1, 2, 3, 4, 4, 6, 8]);
        let count = self.number(1, most);
        let mut elements: Vec<Element> = (0..count).map(|_| self.element(reserves, start_s)).collect();
        if self.chance(0.5) {
            elements.push(Element { components: self.components(), restrictions: Restrictions::default() });
        }
        let tax_included = self.maybe(0.1, |draw| draw.one(&["YES", "NO", "N/A"]));
        let min_price = self.maybe(0.12, |draw| draw.limit(60_000));
        let max_price = self.maybe(0.12, |draw| draw.limit(300_000));
        // A maximum below the minimum is refused by us.
        let in_order =
            |min: Limit, max: Limit| min.excl <= max.excl && min.incl.zip(max.incl).is_none_or(|(min, max)| min <= max);
        let max_price = max_price.filter(|max| min_price.is_none_or(|min| in_order(min, *max)));
        Tariff { tax_included, min_price, max_price, elements }
    }

    fn limit(&mut self, to: i64) -> Limit {
        let excl = self.decimal(0, to);
        Limit {
            excl,
            incl: self.maybe(0.75, |draw| {
                (excl * draw.one(&[Decimal::new(121, 2), Decimal::new(105, 2), Decimal::ONE])).normalize()
            }),
        }
    }

    fn element(&mut self, reserves: bool, start_s: i64) -> Element {
        let count = self.one(&[0, 1, 1, 1, 2, 2, 3]);
        let mut restrictions = Restrictions::default();
        for _ in 0..count {
            self.restrict(&mut restrictions, start_s);
        }
        if reserves {
            restrictions.reservation =
                self.maybe(0.5, |draw| draw.one(&["RESERVATION", "RESERVATION", "RESERVATION_EXPIRES"]));
        }
        Element { components: self.components(), restrictions }
    }

    fn components(&mut self) -> Vec<Component> {
        let mut dimensions =
            vec![Dimension::Energy, Dimension::Energy, Dimension::Time, Dimension::ParkingTime, Dimension::Flat];
        (0..self.number(1, 3))
            .map(|_| {
                let place = self.number(0, 4) as usize % dimensions.len();
                // Rarely one dimension twice, of which the first counts.
                let dimension = if self.chance(0.95) { dimensions.remove(place) } else { dimensions[place] };
                self.component(dimension)
            })
            .collect()
    }

    fn component(&mut self, dimension: Dimension) -> Component {
        let most = match dimension {
            Dimension::Flat => 30_000,
            Dimension::Energy => 9_000,
            Dimension::Time | Dimension::ParkingTime => 90_000,
        };
        let price = if self.chance(0.05) { Decimal::ZERO } else { self.decimal(0, most) };
        let vat = self.maybe(0.75, |draw| {
            draw.one(&[Decimal::ZERO, Decimal::new(52, 1), Decimal::TEN, Decimal::from(20), Decimal::from(21)])
        });
        Component { dimension, price, vat, step: self.one(&[0, 1, 1, 1, 25, 60, 100, 300, 500, 900, 1000, 1800]) }
    }

    fn restrict(&mut self, restrictions: &mut Restrictions, start_s: i64) {
        match self.number(0, 13) {
            0..=3 => {
                restrictions.start_time = self.maybe(0.85, Self::time_of_day);
                restrictions.end_time = self.maybe(0.85, Self::time_of_day);
                if self.chance(0.03) {
                    restrictions.end_time = restrictions.start_time;
                }
            }
            4 | 5 => {
                let count = self.number(1, 4) as usize;
                let first = self.number(0, 6) as usize;
                restrictions.day_of_week = (first..first + count).map(|day| DAYS[day % 7]).collect();
            }
            6 => {
                restrictions.start_date = self.maybe(0.7, |draw| draw.date(start_s));
                restrictions.end_date = self.maybe(0.7, |draw| draw.date(start_s));
            }
            7 | 8 => restrictions.kwh = self.range(400_000),
            9 => restrictions.current = self.range(1_000_000),
            10 => restrictions.power = self.range(500_000),
            _ => {
                let minutes = |draw: &mut Self| draw.number(0, 240) * 60 + draw.one(&[0, 0, 0, 17]);
                restrictions.min_duration = self.maybe(0.7, minutes);
                restrictions.max_duration = self.maybe(0.5, minutes);
            }
        }
    }

    fn range(&mut self, to: i64) -> Range {
        Range { min: self.maybe(0.7, |draw| draw.decimal(0, to)), max: self.maybe(0.5, |draw| draw.decimal(0, to)) }
    }

    fn time_of_day(&mut self) -> u32 {
        let minute = self.one(&[0, 0, 30, 15, 59]);
        self.number(0, 23) * 60 + minute
    }

    /// A day near the session, mostly.
    fn date(&mut self, start_s: i64) -> String {
        let days = if self.chance(0.9) { self.between(-1, 2) } else { self.between(-400, 400) };
        let day = Timestamp::from_second(start_s + days * 86_400).unwrap_or(Timestamp::UNIX_EPOCH);
        day.to_zoned(TimeZone::UTC).date().to_string()
    }
}
