//! What is learned of a connector and kept over pauses and restarts: its nominal voltage, and how warm its contacts get.

mod supply;
mod thermal;

use crate::seen::Seen;

pub(crate) use supply::{Nominal, Supply};
pub(crate) use thermal::{Heat, LOADED_A2, Thermal, minutes};

/// What detectors may rely on at a sample.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Known {
    /// The nominal voltage: given, or learned.
    pub(crate) nominal: Option<Nominal>,
    /// How much current has heated the connector, and how warm that usually makes it.
    pub(crate) heat: Heat,
}

/// What is being learned.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Baselines {
    pub(crate) supply: Supply,
    pub(crate) thermal: Thermal,
}

impl Baselines {
    /// Learns from a sample and says what is known by then. `doubtful`: the connector may be warmer than usual.
    pub(crate) fn take(&mut self, seen: &Seen<'_>, doubtful: bool) -> Known {
        Known { nominal: self.supply.take(seen), heat: self.thermal.take(seen, doubtful) }
    }
}
