//! What a station reports itself need not be concluded once more.

use crate::{FaultId, Severity};

/// The faults of which the station has told the cause.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Silenced {
    /// Which.
    pub(crate) faults: &'static [FaultId],
    /// How urgently the station's code is told. What is more urgent is not silenced.
    pub(crate) severity: Severity,
}

impl Default for Silenced {
    fn default() -> Self {
        Self { faults: &[], severity: Severity::P4 }
    }
}

impl Silenced {
    /// Whether `fault` has a cause that is told already.
    pub(crate) fn covers(&self, fault: &FaultId) -> bool {
        !self.faults.is_empty() && self.faults.contains(fault)
    }
}
