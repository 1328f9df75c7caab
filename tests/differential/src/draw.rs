//! Cases from a seed: the same seed and number give the same case.

mod session;
mod tariff;

use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};
use rust_decimal::Decimal;

use crate::case::Case;

/// Zones of whole, half and quarter hours, with and without summer time, of both hemispheres.
const ZONES: [&str; 10] = [
    "Europe/Amsterdam",
    "Europe/London",
    "America/New_York",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Asia/Tokyo",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "UTC",
];

/// The case of this number.
pub(crate) fn case(seed: u64, number: u64) -> Case {
    // Far apart, so that no two seeds share cases.
    let mut draw = Draw(SmallRng::seed_from_u64(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(number)));
    let zone = draw.one(&ZONES);
    let reserves = draw.chance(0.12);
    let start_s = draw.start();
    let tariff = draw.tariff(reserves, start_s);
    let session = draw.session(&tariff, reserves, start_s);
    Case { number, zone, tariff, session }
}

/// Random draws.
pub(crate) struct Draw(SmallRng);

impl Draw {
    fn chance(&mut self, share: f64) -> bool {
        self.0.random_bool(share)
    }

    fn between(&mut self, from: i64, to: i64) -> i64 {
        self.0.random_range(from..=to)
    }

    fn number(&mut self, from: u32, to: u32) -> u32 {
        self.0.random_range(from..=to)
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.0.random_range(0..of.len())]
    }

    /// A number from `from` to `to` ten-thousandths, of at most so many places.
    fn decimal(&mut self, from: i64, to: i64) -> Decimal {
        let places = self.one(&[0, 1, 2, 2, 2, 3, 4]);
        Decimal::new(self.between(from, to), 4).round_dp(places).normalize()
    }

    fn maybe<T>(&mut self, share: f64, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.chance(share).then(|| value(self))
    }
}
