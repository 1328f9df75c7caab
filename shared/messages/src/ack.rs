//! `ev/v1/{stationId}/ack`: sent after the write has been committed; a repeated message is acknowledged again.

use serde::{Deserialize, Serialize};

use crate::Reason;

/// The answer to one message of a station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ack {
    /// The `messageId` of the message that is answered.
    pub message_id: String,
    /// Whether the message is stored for good or will never be.
    pub result: AckResult,
    /// Why it was refused.
    pub reason: Option<Reason>,
    /// For a `Started`: what is known of the id token.
    pub id_token_status: Option<IdTokenStatus>,
}

/// The fate of a message. Either way the station stops sending it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AckResult {
    /// It is stored.
    Stored,
    /// It is in quarantine.
    Refused,
}

/// What is known of an id token (OCPP 2.0.1 `AuthorizationStatusEnumType`, the part we use).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum IdTokenStatus {
    /// It belongs to a driver who may charge.
    Accepted,
    /// Its driver may not charge.
    Blocked,
    /// Nobody is known by it.
    Unknown,
}

impl Ack {
    /// The message is stored.
    #[must_use]
    pub fn stored(message_id: impl Into<String>, id_token_status: Option<IdTokenStatus>) -> Self {
        Self { message_id: message_id.into(), result: AckResult::Stored, reason: None, id_token_status }
    }

    /// The message will never be stored.
    #[must_use]
    pub fn refused(message_id: impl Into<String>, reason: Reason) -> Self {
        Self { message_id: message_id.into(), result: AckResult::Refused, reason: Some(reason), id_token_status: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acks_read_as_the_contract_says() {
        let json = |ack: &Ack| serde_json::to_string(ack).unwrap();
        assert_eq!(
            json(&Ack::stored("m-1", Some(IdTokenStatus::Accepted))),
            r#"{"messageId":"m-1","result":"stored","reason":null,"idTokenStatus":"Accepted"}"#
        );
        assert_eq!(
            json(&Ack::refused("m-2", Reason::TooLarge)),
            r#"{"messageId":"m-2","result":"refused","reason":"too_large","idTokenStatus":null}"#
        );
    }
}
