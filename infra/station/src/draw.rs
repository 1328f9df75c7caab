//! Draws from the distributions that arrivals, energies and noise follow.

use rand::Rng;
use rand::rngs::SmallRng;
use std::f64::consts::TAU;

/// Uniform in (0, 1]: safe to take the logarithm of.
fn above_zero(rng: &mut SmallRng) -> f64 {
    1.0 - rng.random::<f64>()
}

/// A standard normal value (Box–Muller).
pub(crate) fn normal(rng: &mut SmallRng) -> f64 {
    (-2.0 * above_zero(rng).ln()).sqrt() * (TAU * rng.random::<f64>()).cos()
}

/// A log-normal value by its median and the standard deviation of its logarithm.
pub(crate) fn log_normal(rng: &mut SmallRng, median: f64, sigma: f64) -> f64 {
    median * (sigma * normal(rng)).exp()
}

/// An exponential value by its mean.
pub(crate) fn exponential(rng: &mut SmallRng, mean: f64) -> f64 {
    -mean * above_zero(rng).ln()
}

/// A value between two bounds.
pub(crate) fn between(rng: &mut SmallRng, low: f64, high: f64) -> f64 {
    low + (high - low) * rng.random::<f64>()
}

/// One of several; nothing when there is none.
pub(crate) fn one_of<'a, T>(rng: &mut SmallRng, choices: &'a [T]) -> Option<&'a T> {
    (!choices.is_empty()).then(|| &choices[rng.random_range(0..choices.len())])
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    /// The mean of many draws, against what the distribution promises.
    fn check(name: &str, expected: f64, tolerance: f64, mut draw: impl FnMut(&mut SmallRng) -> f64) {
        let mut rng = SmallRng::seed_from_u64(7);
        let mean = (0..20_000).map(|_| draw(&mut rng)).sum::<f64>() / 20_000.0;
        assert!((mean - expected).abs() < tolerance, "{name}: {mean} is not {expected}");
    }

    #[test]
    fn draws_have_the_mean_of_their_distribution() {
        check("normal", 0.0, 0.03, normal);
        check("normal squared", 1.0, 0.04, |rng| normal(rng).powi(2));
        check("exponential", 300.0, 8.0, |rng| exponential(rng, 300.0));
        check("exponential squared", 2.0, 0.15, |rng| exponential(rng, 1.0).powi(2));
        // exp(σ²/2) = 1.1331
        check("log-normal", 1.1331, 0.02, |rng| log_normal(rng, 1.0, 0.5));
        check("between", 15.0, 0.1, |rng| between(rng, 10.0, 20.0));
    }
}
