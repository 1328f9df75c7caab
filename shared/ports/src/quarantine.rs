//! Input that can never succeed, kept byte for byte with its reason.

use std::future::Future;

use jiff::Timestamp;

use crate::PortError;

/// One input in quarantine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// The id of the record it came in: a record that is delivered again is the same input.
    pub id: String,
    /// When it was received.
    pub received_at: Timestamp,
    /// Where it came from: a topic, a queue, a webhook.
    pub source: String,
    /// The MQTT client id, where there was one.
    pub client: Option<String>,
    /// The reason as a word (`malformed`, `identity`, …).
    pub reason: String,
    /// The reason in one line.
    pub detail: String,
    /// The input, byte for byte.
    pub data: Vec<u8>,
}

impl Quarantined {
    /// A station's message that was refused.
    #[must_use]
    pub fn message(record_id: &str, envelope: &messages::Envelope, refusal: &messages::Refusal) -> Self {
        Self {
            id: record_id.to_owned(),
            received_at: envelope.received_at,
            source: envelope.topic.clone(),
            client: Some(envelope.client.clone()),
            reason: refusal.reason.as_str().to_owned(),
            detail: refusal.detail.clone(),
            data: envelope.data.clone(),
        }
    }
}

/// The quarantine.
pub trait KeepQuarantine {
    /// Keeps an input; keeping it twice changes nothing.
    fn quarantine(&self, input: &Quarantined) -> impl Future<Output = Result<(), PortError>> + Send;
}
