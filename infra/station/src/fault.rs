//! Faults that happen on a script.

use jiff::{SignedDuration, Timestamp};

/// What goes wrong, and how far.
#[derive(Debug, Clone, PartialEq)]
pub enum FaultKind {
    /// All phases carry this many times the nominal voltage, more than 1.
    Overvoltage {
        /// Measured over nominal.
        ratio: f64,
    },
    /// All phases carry this many times the nominal voltage, less than 1.
    Undervoltage {
        /// Measured over nominal.
        ratio: f64,
    },
    /// A charging vehicle draws this many times the offered current, more than 1.
    Overcurrent {
        /// Drawn over offered.
        ratio: f64,
    },
    /// The connector heats up towards this temperature, by no more than 20 K in ten seconds from ordinary temperatures, and cools
    /// down again afterwards; both take some minutes.
    Overtemperature {
        /// The temperature it tends to, °C.
        celsius: f64,
    },
    /// The station reports this error code.
    Reported {
        /// The contract's `errorCode`.
        error_code: String,
    },
}

impl FaultKind {
    /// The fault's id, as the system would name it.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::Overvoltage { .. } => "overvoltage".to_owned(),
            Self::Undervoltage { .. } => "undervoltage".to_owned(),
            Self::Overcurrent { .. } => "overcurrent".to_owned(),
            Self::Overtemperature { .. } => "overtemperature".to_owned(),
            Self::Reported { error_code } => format!("reported:{error_code}"),
        }
    }
}

/// A fault at one EVSE for a span of time.
#[derive(Debug, Clone, PartialEq)]
pub struct ScriptedFault {
    /// Where.
    pub evse_id: u32,
    /// What.
    pub kind: FaultKind,
    /// From when, inclusive.
    pub start: Timestamp,
    /// How long; the end is exclusive.
    pub duration: SignedDuration,
}

impl ScriptedFault {
    /// The first moment at which the fault is over.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        self.start.checked_add(self.duration).unwrap_or(Timestamp::MAX)
    }

    /// Whether it is present at a moment.
    #[must_use]
    pub fn is_active(&self, at: Timestamp) -> bool {
        self.start <= at && at < self.end()
    }
}

/// The faults of one EVSE at one moment, as they act on its quantities.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ActiveFaults {
    pub(crate) voltage_ratio: Option<f64>,
    pub(crate) current_ratio: Option<f64>,
    pub(crate) temperature_c: Option<f64>,
    pub(crate) error_code: Option<String>,
}

impl ActiveFaults {
    pub(crate) fn find(faults: &[ScriptedFault], evse_id: u32, at: Timestamp) -> Self {
        let mut active = Self::default();
        for fault in faults.iter().filter(|fault| fault.evse_id == evse_id && fault.is_active(at)) {
            match &fault.kind {
                FaultKind::Overvoltage { ratio } | FaultKind::Undervoltage { ratio } => {
                    active.voltage_ratio = Some(*ratio);
                }
                FaultKind::Overcurrent { ratio } => active.current_ratio = Some(*ratio),
                FaultKind::Overtemperature { celsius } => active.temperature_c = Some(*celsius),
                FaultKind::Reported { error_code } => active.error_code = Some(error_code.clone()),
            }
        }
        active
    }

    pub(crate) fn any(&self) -> bool {
        *self != Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_begins_with_its_start_and_is_over_at_its_end() {
        let start: Timestamp = "2026-06-01T10:00:00Z".parse().unwrap();
        let kind = FaultKind::Overvoltage { ratio: 1.15 };
        let faults = [ScriptedFault { evse_id: 1, kind, start, duration: SignedDuration::from_secs(60) }];
        for (offset_s, evse_id, expected) in
            [(-1, 1, None), (0, 1, Some(1.15)), (59, 1, Some(1.15)), (60, 1, None), (30, 2, None)]
        {
            let at = start + SignedDuration::from_secs(offset_s);
            assert_eq!(
                ActiveFaults::find(&faults, evse_id, at).voltage_ratio,
                expected,
                "EVSE {evse_id} at {offset_s} s"
            );
        }
    }
}
