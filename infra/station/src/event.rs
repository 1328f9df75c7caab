//! What a run tells its watcher.

use crate::contract::{CommandOutcome, StoppedReason};
use jiff::Timestamp;
use serde::Serialize;

/// Something that happened to a station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum StationEvent {
    /// The broker has taken the connection and the subscriptions.
    Connected,
    /// The connection was lost, or could not be made.
    Disconnected {
        /// Why.
        reason: String,
    },
    /// A vehicle was plugged in.
    SessionStarted {
        /// Its transaction.
        transaction_id: String,
        /// Where.
        evse_id: u32,
        /// Who charges.
        id_token: String,
        /// The energy it will take if nobody stops it, Wh.
        asked_wh: u32,
    },
    /// A transaction is over.
    SessionEnded {
        /// Which.
        transaction_id: String,
        /// Where.
        evse_id: u32,
        /// Difference of the register readings, Wh.
        energy_wh: u64,
        /// Why.
        stopped_reason: StoppedReason,
    },
    /// A vehicle came to an EVSE that is out of use, and left.
    TurnedAway {
        /// Where.
        evse_id: u32,
        /// Who.
        id_token: String,
    },
    /// A scripted fault is present from now on.
    FaultBegan {
        /// The fault's id.
        fault: String,
        /// Where.
        evse_id: u32,
    },
    /// A scripted fault is over.
    FaultEnded {
        /// The fault's id.
        fault: String,
        /// Where.
        evse_id: u32,
    },
    /// The system understood a message and refused it.
    Refused {
        /// Which.
        message_id: String,
        /// Why.
        reason: Option<String>,
    },
    /// A command was answered.
    CommandAnswered {
        /// Which.
        command_id: String,
        /// How.
        result: CommandOutcome,
    },
}

/// An event with its station and its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Whose.
    pub station_id: String,
    /// When, by the station's clock.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub event: StationEvent,
}

/// What a run came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Whether the plan was carried out and everything acknowledged.
    pub finished: bool,
    /// Sessions that have ended.
    pub sessions: u64,
    /// The energy of those sessions, Wh.
    pub energy_wh: u64,
    /// Vehicles that came to an EVSE out of use.
    pub turned_away: u64,
    /// Transaction messages, without repetitions.
    pub transaction_messages: u64,
    /// Stock messages, without repetitions.
    pub stock_messages: u64,
    /// Telemetry messages handed to the broker.
    pub telemetry_messages: u64,
    /// Telemetry messages dropped because too many were waiting.
    pub telemetry_dropped: u64,
    /// Messages acknowledged as refused.
    pub refused: u64,
    /// Messages acknowledged in any other way.
    pub stored: u64,
    /// Messages published again because no acknowledgement had come.
    pub resends: u64,
    /// Messages still waiting for an acknowledgement when the run ended.
    pub unacknowledged: u64,
    /// Commands answered.
    pub commands: u64,
    /// Connections to the broker.
    pub connections: u64,
    /// The energy registers of its EVSEs.
    pub registers: Vec<RegisterSpan>,
}

/// What the energy register of an EVSE counted in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegisterSpan {
    /// The EVSE.
    pub evse_id: u32,
    /// Its reading before the first session, Wh.
    pub before_wh: u64,
    /// Its reading now, Wh.
    pub now_wh: u64,
}
