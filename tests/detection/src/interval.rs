//! What counts tell: intervals for shares and rates, and quantiles.

use crate::number::{floor, measure};

/// The normal quantile of a two-sided 95 % interval.
const Z: f64 = 1.959_964;

/// The Wilson score interval (95 %) of a share; everything is possible where nothing was tried.
pub(crate) fn wilson(hits: usize, tries: usize) -> (f64, f64) {
    if tries == 0 {
        return (0.0, 1.0);
    }
    let (n, p) = (measure(tries), measure(hits) / measure(tries));
    let middle = p + Z * Z / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let whole = 1.0 + Z * Z / n;
    (((middle - half) / whole).max(0.0), ((middle + half) / whole).min(1.0))
}

/// The highest rate that so many events in such a time leave open (one-sided 95 %, Poisson).
pub(crate) fn poisson_upper(events: usize, time: f64) -> f64 {
    // The mean at which so few events have a chance of 5 %, found by halving.
    let (mut low, mut high) = (0.0, measure(events) * 2.0 + 20.0);
    for _ in 0..60 {
        let mean = 0.5 * (low + high);
        if few(events, mean) > 0.05 {
            low = mean;
        } else {
            high = mean;
        }
    }
    high / time
}

/// The chance of at most so many events, by sums in logarithms.
fn few(events: usize, mean: f64) -> f64 {
    let mut log = -mean;
    let mut sum = log.exp();
    for k in 1..=events {
        log += (mean / measure(k)).ln();
        sum += log.exp();
    }
    sum
}

/// The value that so large a share stays at or below; none of none. Sorts the values.
pub(crate) fn quantile(values: &mut [f64], share: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    let rank = usize::try_from(floor((share * measure(values.len())).ceil()) - 1).unwrap_or(0);
    values.get(rank.min(last)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_meets_known_values() {
        for (hits, tries, low, high) in [
            (0, 10, 0.0, 0.2775),
            (10, 10, 0.7225, 1.0),
            (5, 10, 0.2366, 0.7634),
            (60, 60, 0.9398, 1.0),
            (95, 100, 0.8882, 0.9785),
            (1, 1000, 0.0002, 0.0056),
        ] {
            let (l, h) = wilson(hits, tries);
            assert!((l - low).abs() < 1e-4 && (h - high).abs() < 1e-4, "{hits}/{tries}: {l} {h}");
        }
        assert_eq!(wilson(0, 0), (0.0, 1.0));
    }

    #[test]
    fn poisson_meets_known_values() {
        for (events, upper) in [(0, 2.9957), (1, 4.7439), (5, 10.5130), (100, 118.0793)] {
            assert!((poisson_upper(events, 1.0) - upper).abs() < 1e-3, "{events}: {}", poisson_upper(events, 1.0));
        }
        assert!((poisson_upper(0, 3000.0) - 0.000_998_6).abs() < 1e-6);
    }

    #[test]
    fn a_quantile_is_one_of_the_values() {
        let mut values = [5.0, 1.0, 4.0, 2.0, 3.0];
        for (share, expected) in [(0.5, 3.0), (0.95, 5.0), (0.0, 1.0), (1.0, 5.0), (0.2, 1.0)] {
            assert_eq!(quantile(&mut values, share), Some(expected), "{share}");
        }
        assert_eq!(quantile(&mut [], 0.5), None);
    }
}
