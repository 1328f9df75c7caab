//! `ev/v1/{stationId}/command`, and the station's `commandResult`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ConnectorKey, IdToken, Refusal, TransactionId, refusal};

/// What a station is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CommandKind {
    /// Begin a transaction for an id token.
    StartTransaction,
    /// End a transaction.
    StopTransaction,
    /// Take a connector out of service.
    SetUnavailable,
    /// Put a connector back into service.
    SetAvailable,
    /// Offer at most `limitA`.
    LimitCurrent,
    /// Release the plug.
    Unlock,
    /// Restart.
    Reset,
}

/// A request to a station; a station that sees it after `expires_at` answers `expired` and does nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Command {
    /// Named again in the result.
    pub command_id: String,
    /// What to do.
    pub kind: CommandKind,
    /// Where.
    #[serde(flatten)]
    pub connector: Option<ConnectorKey>,
    /// Which transaction, for `stopTransaction`.
    pub transaction_id: Option<TransactionId>,
    /// The limit in A, for `limitCurrent`.
    pub limit_a: Option<u16>,
    /// For whom, for `startTransaction`.
    pub id_token: Option<IdToken>,
    /// After this the command means nothing.
    pub expires_at: Timestamp,
}

/// How a station answered a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CommandOutcome {
    /// Done.
    Accepted,
    /// Not possible.
    Rejected,
    /// It came too late.
    Expired,
}

/// The answer to a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommandResult {
    /// The command that is answered.
    pub command_id: String,
    /// When the station answered.
    pub at: Timestamp,
    /// How it went.
    pub result: CommandOutcome,
    /// More, in the station's words.
    #[serde(default)]
    pub detail: Option<String>,
}

impl CommandResult {
    /// Reads a `commandResult` payload.
    ///
    /// # Errors
    /// [`Refusal`] with `Malformed`.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        refusal::read(bytes)
    }
}
