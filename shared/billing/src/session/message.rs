//! A message as it is kept, and whether another one says the same.

use jiff::Timestamp;
use messages::TransactionMessage;
use serde::{Deserialize, Serialize};

/// A transaction message and when it was received first; one per sequence number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredMessage {
    /// What the station sent.
    pub message: TransactionMessage,
    /// When the broker received it.
    pub received_at: Timestamp,
}

/// Two messages under one sequence number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// They say the same; the second is a repetition.
    SameMessage,
    /// They differ in something that counts; the first one stays.
    Conflict,
}

/// Whether `incoming` repeats what is stored. The message id is the station's own affair, as is whether it calls itself offline.
#[must_use]
pub fn compare(stored: &TransactionMessage, incoming: &TransactionMessage) -> Compared {
    let incoming =
        TransactionMessage { message_id: stored.message_id.clone(), offline: stored.offline, ..incoming.clone() };
    if *stored == incoming { Compared::SameMessage } else { Compared::Conflict }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repetition_may_have_another_id_but_not_another_reading() {
        let message = |fields: &str| {
            let json = format!(
                r#"{{"eventType":"Updated","transactionId":"t","seqNo":1,"at":"2026-06-01T10:00:00Z",{fields}}}"#
            );
            TransactionMessage::parse(json.as_bytes()).unwrap()
        };
        let stored = message(r#""messageId":"a","registerWh":1000"#);
        for (fields, expected) in [
            (r#""messageId":"a","registerWh":1000"#, Compared::SameMessage),
            (r#""messageId":"b","registerKwh":1.0,"offline":true"#, Compared::SameMessage),
            (r#""messageId":"a","registerWh":1001"#, Compared::Conflict),
            (r#""messageId":"a""#, Compared::Conflict),
            (r#""messageId":"a","registerWh":1000,"chargingState":"Charging""#, Compared::Conflict),
        ] {
            assert_eq!(compare(&stored, &message(fields)), expected, "{fields}");
        }
    }
}
