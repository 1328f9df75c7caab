//! Random draws from seeds whose halves cannot overlap.

use std::sync::LazyLock;

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

/// Which half of all seeds, and with them of all stations, cars and days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Half {
    /// For choosing thresholds.
    Tune,
    /// For the numbers that are told; looked at when the thresholds are frozen.
    Test,
}

/// A seed of one half: the highest bit is the half, the others are the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Seed(u64);

const HALF: u64 = 1 << 63;

impl Seed {
    /// The seed of a half from which all others are derived.
    pub(crate) fn root(half: Half, number: u64) -> Self {
        Self::within(half, mixed(number))
    }

    /// Another seed of the same half, by the labels of what it is for.
    pub(crate) fn of(self, labels: &[usize]) -> Self {
        let number = labels.iter().fold(self.0, |seed, label| mixed(seed ^ mixed(*label as u64)));
        Self::within(self.half(), number)
    }

    /// Which half it belongs to.
    pub(crate) fn half(self) -> Half {
        if self.0 & HALF == 0 { Half::Tune } else { Half::Test }
    }

    fn within(half: Half, number: u64) -> Self {
        match half {
            Half::Tune => Self(number & !HALF),
            Half::Test => Self(number | HALF),
        }
    }
}

/// `SplitMix64`: every bit of the result depends on every bit of the input.
fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A source of draws.
#[derive(Debug, Clone)]
pub(crate) struct Draw(SmallRng);

/// Standard normal numbers to pick from: most of the time of a run would go into making new ones.
static NORMAL: LazyLock<Box<[f64]>> = LazyLock::new(|| {
    let mut draw = Draw::new(Seed(0));
    (0..NORMALS / 2).flat_map(|_| draw.normal_pair()).collect()
});

const NORMALS: usize = 1 << 14;

impl Draw {
    pub(crate) fn new(seed: Seed) -> Self {
        Self(SmallRng::seed_from_u64(seed.0))
    }

    /// A number between 0 and 1.
    pub(crate) fn share(&mut self) -> f64 {
        self.0.random()
    }

    /// A number between two, all equally likely.
    pub(crate) fn within(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.share()
    }

    /// A number between two positive ones, all ratios equally likely.
    pub(crate) fn scaled(&mut self, low: f64, high: f64) -> f64 {
        low * (high / low).powf(self.share())
    }

    /// True in so many of all draws.
    pub(crate) fn chance(&mut self, share: f64) -> bool {
        self.share() < share
    }

    /// One of several.
    pub(crate) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.0.random_range(0..of.len())]
    }

    /// A standard normal number.
    pub(crate) fn normal(&mut self) -> f64 {
        NORMAL[usize::from(self.0.random::<u16>()) % NORMALS]
    }

    /// Two standard normal numbers, by Box and Muller.
    fn normal_pair(&mut self) -> [f64; 2] {
        let radius = (-2.0 * (1.0 - self.share()).ln()).sqrt();
        let (sin, cos) = (std::f64::consts::TAU * self.share()).sin_cos();
        [radius * sin, radius * cos]
    }

    /// The time to the next of events that come so often in a second, s.
    pub(crate) fn wait(&mut self, per_second: f64) -> f64 {
        -(1.0 - self.share()).ln() / per_second
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_stays_itself_whatever_is_derived() {
        for half in [Half::Tune, Half::Test] {
            let root = Seed::root(half, 7);
            let derived: Vec<Seed> = (0..1000).map(|label| root.of(&[label, 3])).collect();
            assert!(derived.iter().all(|seed| seed.half() == half));
            let distinct: std::collections::HashSet<_> = derived.iter().collect();
            assert_eq!(distinct.len(), 1000);
        }
    }

    #[test]
    fn the_same_seed_draws_the_same() {
        let numbers = |seed| {
            let mut draw = Draw::new(seed);
            (0..100).map(|_| draw.normal() + draw.share()).collect::<Vec<f64>>()
        };
        let seed = Seed::root(Half::Tune, 1);
        assert_eq!(numbers(seed), numbers(seed));
        assert_ne!(numbers(seed), numbers(seed.of(&[1])));
    }

    #[test]
    fn normal_numbers_are_normal() {
        let mut draw = Draw::new(Seed::root(Half::Tune, 1));
        let numbers: Vec<f64> = (0..100_000).map(|_| draw.normal()).collect();
        let mean = numbers.iter().sum::<f64>() / 1e5;
        let variance = numbers.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 1e5;
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
    }
}
