//! Receipt numbers: they run without gaps, one series per site (VAT directive, Art. 226 (2)).

use std::fmt;
use std::num::NonZeroU64;

use messages::SiteId;
use serde::{Deserialize, Serialize};

/// A number in the series of a site.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ReceiptNumber {
    /// The site.
    pub series: SiteId,
    /// Counts from 1.
    pub number: NonZeroU64,
}

impl ReceiptNumber {
    /// The first one of a site.
    #[must_use]
    pub const fn first(series: SiteId) -> Self {
        Self { series, number: NonZeroU64::MIN }
    }

    /// The one after it.
    #[must_use]
    pub fn next(&self) -> Self {
        Self { series: self.series.clone(), number: self.number.saturating_add(1) }
    }
}

/// `harbour-000042`.
impl fmt::Display for ReceiptNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:06}", self.series, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_up_from_one() {
        let first = ReceiptNumber::first("harbour".parse().unwrap());
        assert_eq!([first.to_string(), first.next().to_string()], ["harbour-000001", "harbour-000002"]);
        assert!(first < first.next());
    }
}
