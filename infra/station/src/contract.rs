//! The messages a station exchanges with the system, field by field as the MQTT contract has them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The longest `telemetry` message, bytes.
pub const TELEMETRY_MAX_BYTES: usize = 8 * 1024;

/// The kinds of message a station publishes, and with them the last segment of the topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKind {
    /// Measured quantities.
    Telemetry,
    /// Start, progress and end of a transaction.
    Transaction,
    /// Spare parts on hand.
    Stock,
    /// The answer to a command.
    CommandResult,
}

impl MessageKind {
    /// The last segment of the topic.
    #[must_use]
    pub fn segment(self) -> &'static str {
        match self {
            Self::Telemetry => "telemetry",
            Self::Transaction => "transaction",
            Self::Stock => "stock",
            Self::CommandResult => "commandResult",
        }
    }

    /// The topic a station publishes this kind on.
    #[must_use]
    pub fn topic(self, station_id: &str) -> String {
        format!("ev/v1/{station_id}/{}", self.segment())
    }
}

/// `telemetry`: samples taken since the last message.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Telemetry {
    /// Oldest first.
    pub samples: Vec<Sample>,
}

/// What was measured at one time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sample {
    /// When.
    pub at: Timestamp,
    /// One entry per connector that was looked at.
    pub connectors: Vec<ConnectorSample>,
}

/// What was measured at one connector.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectorSample {
    /// The EVSE, from 1.
    pub evse_id: u32,
    /// The connector of the EVSE, from 1.
    pub connector_id: u32,
    /// What the station says about the connector.
    pub status: Status,
    /// Per phase, V.
    pub voltage_v: Vec<f64>,
    /// Per phase, A.
    pub current_a: Vec<f64>,
    /// Active power over all phases, W.
    pub power_w: u64,
    /// The current the vehicle may draw, A.
    pub offered_a: f64,
    /// At the contacts, °C.
    pub temperature_c: f64,
    /// The energy meter, Wh since it was built.
    pub register_wh: u64,
    /// The running transaction, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<String>,
    /// `NoError` or the code of what the station itself has noticed.
    pub error_code: String,
}

/// What a station says about a connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Status {
    /// Free.
    Available,
    /// Plugged, about to charge.
    Preparing,
    /// Energy flows.
    Charging,
    /// The vehicle asks for nothing.
    #[serde(rename = "SuspendedEV")]
    SuspendedEv,
    /// The station gives nothing.
    #[serde(rename = "SuspendedEVSE")]
    SuspendedEvse,
    /// The transaction is over, the vehicle still plugged.
    Finishing,
    /// Taken out of use by command.
    Unavailable,
}

/// What a transaction message tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum EventType {
    /// The first message.
    Started,
    /// A change of the charging state, or a reading.
    Updated,
    /// The last message.
    Ended,
}

/// How far charging is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ChargingState {
    /// No vehicle.
    Idle,
    /// Plugged; no energy has been asked for yet, or none is given any more.
    #[serde(rename = "EVConnected")]
    EvConnected,
    /// Energy flows.
    Charging,
    /// The vehicle asks for nothing.
    #[serde(rename = "SuspendedEV")]
    SuspendedEv,
    /// The station gives nothing.
    #[serde(rename = "SuspendedEVSE")]
    SuspendedEvse,
}

/// Why a transaction ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum StoppedReason {
    /// The cable was unplugged.
    #[serde(rename = "EVDisconnected")]
    EvDisconnected,
    /// By command.
    Remote,
    /// The id token turned out not to be accepted.
    DeAuthorized,
}

/// `transaction`: in the shape of OCPP 2.0.1 `TransactionEvent`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Transaction {
    /// What an acknowledgement refers to.
    pub message_id: String,
    /// Start, progress or end.
    pub event_type: EventType,
    /// Never used twice by a station.
    pub transaction_id: String,
    /// Counts up from 0 within the transaction.
    pub seq_no: u32,
    /// When it happened.
    pub at: Timestamp,
    /// The EVSE, from 1.
    pub evse_id: u32,
    /// The connector of the EVSE, from 1.
    pub connector_id: u32,
    /// Who charges.
    pub id_token: String,
    /// How far charging is.
    pub charging_state: ChargingState,
    /// The energy meter, Wh since it was built.
    pub register_wh: u64,
    /// Whether it happened while the station could not send.
    pub offline: bool,
    /// Only in the last message.
    pub stopped_reason: Option<StoppedReason>,
    /// The simulated meter signs nothing.
    pub signed_meter_value: Option<String>,
    /// The simulated station takes no reservations.
    pub reserved_from: Option<Timestamp>,
}

/// `stock`: a count of spare parts, or a movement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stock {
    /// What an acknowledgement refers to.
    pub message_id: String,
    /// When it was counted or moved.
    pub at: Timestamp,
    /// The part, for example `cable-type2-5m`.
    pub item: String,
    /// How many there are, or how many came and went.
    #[serde(flatten)]
    pub change: StockChange,
}

/// A count or a movement of spare parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum StockChange {
    /// A count.
    Counted {
        /// Pieces there are.
        #[serde(rename = "onHand")]
        on_hand: u32,
    },
    /// A movement.
    Moved {
        /// Pieces that came, or with a minus went.
        moved: i32,
        /// Why, for example `replaced`.
        reason: String,
    },
}

/// `commandResult`: the answer to a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CommandResult {
    /// The command answered.
    pub command_id: String,
    /// When.
    pub at: Timestamp,
    /// What became of it.
    pub result: CommandOutcome,
    /// Why, where that is not obvious.
    pub detail: Option<String>,
}

/// What became of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CommandOutcome {
    /// Done, or scheduled.
    Accepted,
    /// Not done.
    Rejected,
    /// Came too late.
    Expired,
}

/// `ack`: a message was stored or refused, and need not be sent again.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ack {
    /// The message.
    pub message_id: String,
    /// `stored` or `refused`; other words end resending too.
    pub result: String,
    /// Why it was refused.
    #[serde(default)]
    pub reason: Option<String>,
    /// What is known of the id token: `Accepted`, `Blocked` or `Unknown`.
    #[serde(default)]
    pub id_token_status: Option<String>,
}

/// `command`: something the station is asked to do.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Command {
    /// What the answer refers to.
    pub command_id: String,
    /// What to do.
    pub kind: String,
    /// Where; absent means the whole station.
    #[serde(default)]
    pub evse_id: Option<u32>,
    /// The transaction to stop.
    #[serde(default)]
    pub transaction_id: Option<String>,
    /// The current to offer at most, A.
    #[serde(default)]
    pub limit_a: Option<f64>,
    /// After this time it must not be done any more.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}
