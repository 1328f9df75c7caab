//! How a session ended, and what that says of the unit.

use jiff::{SignedDuration, Timestamp};
use messages::{ConnectorKey, EventType, IdToken, TransactionMessage};
use serde::{Deserialize, Serialize};

/// A session that delivered less, and was as short as [`ABORTED_WITHIN`], was aborted.
pub(super) const ABORTED_BELOW_WH: i64 = 500;

/// See [`ABORTED_BELOW_WH`].
pub(super) const ABORTED_WITHIN: SignedDuration = SignedDuration::from_mins(5);

/// A session that delivered more was a good one.
const GOOD_ABOVE_WH: i64 = 1_000;

/// Reasons that are the doing of the driver, the operator or the site, and nobody's fault of the unit, in the words of OCPP 2.0.1
/// `ReasonEnumType` and of OCPP 1.6 `Reason`. `Local`, `EVDisconnected` and `StoppedByEV` are not among them: that is what people and
/// vehicles do when nothing flows. Nor is `Reboot`: a unit that restarts within a session has failed it.
const NOT_THE_UNIT: [&str; 16] = [
    // Who may not charge, or has charged enough.
    "DeAuthorized",
    "LocalOutOfCredit",
    "MasterPass",
    "EnergyLimitReached",
    "TimeLimitReached",
    "SOCLimitReached",
    "ReqEnergyTransferRejected",
    // Somebody ended it from outside; after a stop of ours, too.
    "Remote",
    "EmergencyStop",
    "ImmediateReset",
    "HardReset",
    "SoftReset",
    "UnlockCommand",
    // Nobody plugged in.
    "Timeout",
    // The supply failed, not the unit.
    "PowerLoss",
    "GridLimit",
];

/// How a finished session went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionOutcome {
    /// When it ended.
    pub ended_at: Timestamp,
    /// How long it lasted.
    pub duration: SignedDuration,
    /// What it delivered, Wh; none when nobody measured it.
    pub energy_wh: Option<i64>,
    /// For whom it was.
    pub id_token: Option<IdToken>,
    /// Why it ended (OCPP 2.0.1 `ReasonEnumType`), as the station wrote it.
    pub stopped_reason: Option<String>,
}

/// A reason by which the station says that something was wrong with its own electrics (OCPP 2.0.1 `ReasonEnumType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum FaultStop {
    /// Current left its way: an insulation fault of the unit, its cable or the vehicle.
    GroundFault,
    /// More current flowed than the unit allows.
    OvercurrentFault,
    /// The unit found its supply unfit.
    PowerQuality,
}

/// What a session says of the unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It failed; by which fault, where the station says so.
    Aborted(Option<FaultStop>),
    /// It neither failed nor proves that the unit works.
    Between,
    /// The unit works.
    Good,
    /// Nothing: it ended for a reason that is not the unit's, or nobody knows what it delivered.
    NoEvidence,
}

impl FaultStop {
    const ALL: [Self; 3] = [Self::GroundFault, Self::OvercurrentFault, Self::PowerQuality];

    /// The word of OCPP.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GroundFault => "GroundFault",
            Self::OvercurrentFault => "OvercurrentFault",
            Self::PowerQuality => "PowerQuality",
        }
    }
}

impl SessionOutcome {
    /// The outcome of the transaction that these messages are of, and at which connector; none without a `Started` and an `Ended`. The
    /// energy is that between the first and the last reading.
    #[must_use]
    pub fn of<'a>(messages: impl IntoIterator<Item = &'a TransactionMessage>) -> Option<(ConnectorKey, Self)> {
        let mut messages: Vec<_> = messages.into_iter().collect();
        messages.sort_by_key(|message| message.seq_no);
        let started = messages.iter().find(|message| message.event_type == EventType::Started)?;
        let ended = messages.iter().rfind(|message| message.event_type == EventType::Ended)?;
        let mut readings = messages.iter().filter_map(|message| message.register_wh);
        let first = readings.next();
        let energy_wh = first.zip(readings.next_back()).map(|(first, last)| last - first);
        let outcome = Self {
            ended_at: ended.at,
            duration: ended.at.duration_since(started.at),
            energy_wh: energy_wh.filter(|energy_wh| *energy_wh >= 0),
            id_token: started.id_token.clone(),
            stopped_reason: ended.stopped_reason.clone(),
        };
        Some((started.connector?, outcome))
    }

    /// A stop by fault is one however much was delivered before.
    pub(super) fn verdict(&self) -> Verdict {
        let reason = self.stopped_reason.as_deref();
        let by_fault = FaultStop::ALL.into_iter().find(|fault| Some(fault.as_str()) == reason);
        match (by_fault, self.energy_wh) {
            (Some(_), _) => Verdict::Aborted(by_fault),
            (None, Some(energy_wh)) if energy_wh > GOOD_ABOVE_WH => Verdict::Good,
            (None, _) if reason.is_some_and(|reason| NOT_THE_UNIT.contains(&reason)) => Verdict::NoEvidence,
            (None, None) => Verdict::NoEvidence,
            (None, Some(..ABORTED_BELOW_WH)) if self.duration < ABORTED_WITHIN => Verdict::Aborted(None),
            (None, Some(_)) => Verdict::Between,
        }
    }
}
