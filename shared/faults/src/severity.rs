//! How urgent a fault is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How urgent a fault is. The smaller of two is the more urgent: `P1 < P2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// Danger: stop, and send somebody.
    P1,
    /// The unit cannot be used.
    P2,
    /// Degraded, or about to fail.
    P3,
    /// Information, or on the driver's side.
    P4,
}

impl Severity {
    /// `P1` to `P4`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::P1 => "P1",
            Self::P2 => "P2",
            Self::P3 => "P3",
            Self::P4 => "P4",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
