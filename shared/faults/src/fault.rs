//! The names of faults.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest code of a reported fault, bytes.
const MAX_CODE: usize = 64;

/// A text that names no fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no fault has this id")]
pub struct UnknownFault;

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// A malfunction, concluded from measurements or reported by the station. Written as in the contract: `overvoltage`, `reported:CX026`.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub enum FaultId {
            $($(#[$doc])* $name,)*
            /// The station reported this code itself; 1 to 64 visible ASCII characters without `#`, `/` and `:`.
            Reported(String),
        }

        impl FaultId {
            /// Every fault that is concluded from measurements and behaviour.
            pub const INFERRED: &'static [Self] = &[$(Self::$name,)*];
        }

        impl fmt::Display for FaultId {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$name => f.write_str($text),)*
                    Self::Reported(code) => write!(f, "reported:{code}"),
                }
            }
        }

        impl FromStr for FaultId {
            type Err = UnknownFault;

            fn from_str(text: &str) -> Result<Self, UnknownFault> {
                match text {
                    $($text => Ok(Self::$name),)*
                    _ => text.strip_prefix("reported:").and_then(Self::reported).ok_or(UnknownFault),
                }
            }
        }
    };
}

faults! {
    /// D1: the supply voltage is too high.
    Overvoltage = "overvoltage",
    /// D2: the supply voltage is too low while charging.
    Undervoltage = "undervoltage",
    /// D3: more current flows than was offered.
    Overcurrent = "overcurrent",
    /// D4: the connector is too hot.
    Overtemperature = "overtemperature",
    /// D5: a contact heats up more than its current explains.
    LooseConnection = "loose_connection",
    /// D6: the resistance of a contact has grown.
    ContactResistance = "contact_resistance",
    /// D7: a phase carries nothing while others do.
    PhaseLoss = "phase_loss",
    /// D7: the phases carry very different currents.
    PhaseImbalance = "phase_imbalance",
    /// D8: current flows though the contactor should be open.
    WeldedContactor = "welded_contactor",
    /// D9: the vehicle draws nothing of what it is offered.
    NoDraw = "no_draw",
    /// D10: the energy register goes back.
    RegisterRollback = "register_rollback",
    /// D10: the energy register and the power disagree.
    RegisterMismatch = "register_mismatch",
    /// D10: the energy register stands still while power flows.
    RegisterStuck = "register_stuck",
    /// D11: power is not voltage times current.
    PowerMismatch = "power_mismatch",
    /// D12: the voltage reading does not move.
    FrozenVoltage = "frozen_voltage",
    /// D13: the current reading does not move.
    FrozenCurrent = "frozen_current",
    /// D13: the temperature reading does not move.
    FrozenTemperature = "frozen_temperature",
    /// D14: a sensor shows what cannot be.
    SensorImplausible = "sensor_implausible",
    /// D14: a sensor is much noisier than it was.
    SensorNoisy = "sensor_noisy",
    /// D15: the cable was cut off.
    CutCable = "cut_cable",
    /// D16: the station is not connected.
    Offline = "offline",
    /// D16: the station's connection comes and goes.
    Flapping = "flapping",
    /// D17: session after session fails.
    MalfunctioningUnit = "malfunctioning_unit",
    /// D18: the station's clock is wrong.
    ClockSkew = "clock_skew",
    /// D19: the station delivers less than it used to.
    PowerDerated = "power_derated",
}

impl FaultId {
    /// The fault of a reported code, when the code can be part of a key.
    #[must_use]
    pub fn reported(code: &str) -> Option<Self> {
        let key_safe = |b: u8| b.is_ascii_graphic() && !matches!(b, b'#' | b'/' | b':');
        ((1..=MAX_CODE).contains(&code.len()) && code.bytes().all(key_safe)).then(|| Self::Reported(code.to_owned()))
    }
}

impl TryFrom<String> for FaultId {
    type Error = UnknownFault;

    fn try_from(text: String) -> Result<Self, UnknownFault> {
        text.parse()
    }
}

impl From<FaultId> for String {
    fn from(fault: FaultId) -> Self {
        fault.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The list of the contract; a changed word breaks whoever reads it.
    const CONTRACT: &str = "overvoltage, undervoltage, overcurrent, overtemperature, loose_connection, contact_resistance, phase_loss, \
        phase_imbalance, welded_contactor, no_draw, register_rollback, register_mismatch, register_stuck, power_mismatch, frozen_voltage, \
        frozen_current, frozen_temperature, sensor_implausible, sensor_noisy, cut_cable, offline, flapping, malfunctioning_unit, clock_skew, \
        power_derated";

    #[test]
    fn the_ids_are_those_of_the_contract() {
        let written: Vec<String> = FaultId::INFERRED.iter().map(ToString::to_string).collect();
        assert_eq!(written.join(", "), CONTRACT);
    }

    #[test]
    fn every_id_is_read_back_as_it_was_written() {
        let reported = FaultId::reported("CX026").unwrap();
        for fault in FaultId::INFERRED.iter().chain([&reported]) {
            let json = serde_json::to_string(fault).unwrap();
            assert_eq!(json, format!("\"{fault}\""));
            assert_eq!(&serde_json::from_str::<FaultId>(&json).unwrap(), fault);
        }
        assert_eq!(reported.to_string(), "reported:CX026");
    }

    #[test]
    fn what_is_no_fault_id_is_refused() {
        for bad in ["", "Overvoltage", "reported:", "reported:a#b", "reported:a:b", "reported:a b", "reported:ä"] {
            assert_eq!(bad.parse::<FaultId>(), Err(UnknownFault), "{bad:?}");
        }
        assert_eq!(FaultId::reported(&"x".repeat(65)), None);
    }
}
