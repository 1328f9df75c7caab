//! What usually helps against a fault.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{FaultId, Severity};

/// What usually helps. A suggestion: nothing acts on it by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// Restart the station.
    Reset,
    /// Release the plug.
    Unlock,
    /// Offer half the current.
    HalveOfferedCurrent,
    /// Take the connector out of service.
    SetUnavailable,
    /// Send somebody.
    SendSomeone,
    /// Wait and see.
    Watch,
}

impl Remedy {
    /// What usually helps against `fault`. Danger (P1) always takes a person.
    #[must_use]
    pub fn against(fault: &FaultId, severity: Severity) -> Self {
        if severity == Severity::P1 {
            return Self::SendSomeone;
        }
        match fault {
            FaultId::Undervoltage
            | FaultId::Overcurrent
            | FaultId::Overtemperature
            | FaultId::LooseConnection
            | FaultId::ContactResistance
            | FaultId::PhaseImbalance => Self::HalveOfferedCurrent,
            FaultId::Overvoltage | FaultId::PhaseLoss | FaultId::RegisterRollback | FaultId::RegisterMismatch => {
                Self::SetUnavailable
            }
            FaultId::WeldedContactor | FaultId::CutCable => Self::SendSomeone,
            FaultId::RegisterStuck
            | FaultId::FrozenVoltage
            | FaultId::FrozenCurrent
            | FaultId::FrozenTemperature
            | FaultId::MalfunctioningUnit
            | FaultId::ClockSkew => Self::Reset,
            FaultId::NoDraw => Self::Unlock,
            FaultId::PowerMismatch
            | FaultId::SensorImplausible
            | FaultId::SensorNoisy
            | FaultId::Offline
            | FaultId::Flapping
            | FaultId::PowerDerated
            | FaultId::Reported(_) => Self::Watch,
        }
    }

    /// What usually helps against a fault of a whole site: nobody repairs its connectors one by one. Danger always takes a person.
    #[must_use]
    pub fn against_on_site(fault: &FaultId, severity: Severity) -> Self {
        match fault {
            FaultId::Overvoltage | FaultId::Undervoltage => Self::SendSomeone,
            _ => Self::against(fault, severity),
        }
    }

    /// The word of the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Unlock => "unlock",
            Self::HalveOfferedCurrent => "halve_offered_current",
            Self::SetUnavailable => "set_unavailable",
            Self::SendSomeone => "send_someone",
            Self::Watch => "watch",
        }
    }
}

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
