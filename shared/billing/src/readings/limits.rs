//! What is believed of a meter and its clock.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// What is believed of a meter and its clock; absent fields take their defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MeterLimits {
    /// The most the connector can deliver, W; 400,000.
    pub max_power_w: i64,
    /// The register starts again from 0 at this value, Wh; absent: it never does.
    pub register_modulus_wh: Option<i64>,
    /// Less energy than this counts as none, Wh; 0.
    pub min_energy_wh: i64,
    /// A station's clock may be off by so much without being corrected, seconds; 300.
    pub max_skew_s: i64,
    /// How long an ended session waits for missing messages, seconds; 900.
    pub grace_s: i64,
}

impl Default for MeterLimits {
    fn default() -> Self {
        Self { max_power_w: 400_000, register_modulus_wh: None, min_energy_wh: 0, max_skew_s: 300, grace_s: 15 * 60 }
    }
}

impl MeterLimits {
    pub(crate) fn grace(&self) -> SignedDuration {
        SignedDuration::from_secs(self.grace_s.max(0))
    }

    /// The most energy that can have flowed in a time, Wh: with a minute and a kilowatt-hour to spare, for readings that are taken a
    /// little late and for registers that count in whole kilowatt-hours.
    pub(super) fn plausible_wh(&self, seconds: i64) -> i64 {
        let watt_seconds = self.max_power_w.max(0).saturating_mul(seconds.max(0).saturating_add(60));
        (watt_seconds / 3600).saturating_add(1000)
    }
}
