//! Recall of loose contacts over what it depends on: current, thermal constants, sensor lag, ambient.

use faults::FaultId;
use serde::Serialize;

use crate::bench::Tried;
use crate::score::Share;
use crate::trial::{Outcome, Setting};

/// A contact has to be found within this time, s.
pub(crate) const IN_TIME_S: f64 = 900.0;

/// Recall where a circumstance lies in a band.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Band {
    pub(crate) magnitude: String,
    /// The circumstance and the band.
    pub(crate) within: String,
    /// Within 15 minutes.
    pub(crate) in_time: Share,
    /// At all.
    pub(crate) recall: Share,
}

/// A name, a unit, the value of a setting, and the edges of the bands.
type Circumstance = (&'static str, &'static str, fn(&Setting) -> f64, &'static [f64]);

const CIRCUMSTANCES: &[Circumstance] = &[
    ("current", "A", |setting| setting.current_a, &[20.0, 28.0]),
    ("time constant", "s", |setting| setting.slow_s, &[600.0, 1200.0]),
    ("sensor lag", "s", |setting| setting.lag_s, &[20.0, 60.0]),
    ("heating", "K/W", |setting| setting.k_per_w, &[2.0, 3.0]),
    ("ambient", "C", |setting| setting.ambient_c, &[10.0, 25.0]),
];

/// The bands of every magnitude, over all cadences and profiles.
pub(crate) fn bands(tried: &[Tried<'_>]) -> Vec<Band> {
    let mut magnitudes: Vec<&str> = Vec::new();
    for one in tried.iter().filter(|one| one.scenario.fault == FaultId::LooseConnection) {
        if !magnitudes.contains(&one.scenario.magnitude.as_str()) {
            magnitudes.push(&one.scenario.magnitude);
        }
    }
    let mut bands = Vec::new();
    for magnitude in magnitudes {
        let outcomes = || {
            let of = |one: &&Tried<'_>| {
                one.scenario.fault == FaultId::LooseConnection && one.scenario.magnitude == magnitude
            };
            tried.iter().filter(of).flat_map(|one| &one.outcomes)
        };
        for (name, unit, value, edges) in CIRCUMSTANCES {
            for band in 0..=edges.len() {
                let low = band.checked_sub(1).map_or(f64::NEG_INFINITY, |edge| edges[edge]);
                let high = edges.get(band).copied().unwrap_or(f64::INFINITY);
                let inside = |outcome: &&Outcome| (low..high).contains(&value(&outcome.setting));
                bands.push(Band {
                    magnitude: magnitude.to_owned(),
                    within: format!("{name} {} {unit}", between(low, high)),
                    in_time: Share::found(outcomes().filter(inside), |found| found.seconds <= IN_TIME_S),
                    recall: Share::found(outcomes().filter(inside), |_| true),
                });
            }
        }
    }
    bands
}

fn between(low: f64, high: f64) -> String {
    if low.is_infinite() {
        format!("< {high}")
    } else if high.is_infinite() {
        format!(">= {low}")
    } else {
        format!("{low}..{high}")
    }
}
