//! What queues and streams bring, record by record. What cannot be decoded is a value: its caller keeps it in quarantine.

use aws_lambda_events::event::dynamodb::EventRecord;
use aws_lambda_events::event::sqs::SqsMessage;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use messages::{Envelope, Reason, SessionId};
use ports::{Payable, Quarantined, Record};
use serde::Deserialize;
use serde_dynamo::AttributeValue;

use crate::cards::driver_of_key;
use crate::holds::hold_of_key;
use crate::keys::{PK, hash};

/// A record that says nothing we can read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a record cannot be decoded: {reason}")]
pub struct Undecodable {
    /// The id of the record, for the batch response.
    pub id: String,
    /// What was received, byte for byte; of a stream record, the keys of its item.
    pub bytes: Vec<u8>,
    /// What was wrong, in one line.
    pub reason: String,
}

impl Undecodable {
    /// How it is kept: `source` is the queue or stream, `now` stands for the time it was received, which nobody could read.
    #[must_use]
    pub fn quarantined(self, source: impl Into<String>, now: Timestamp) -> Quarantined {
        Quarantined {
            id: self.id,
            received_at: now,
            source: source.into(),
            client: None,
            reason: Reason::Malformed.as_str().to_owned(),
            detail: self.reason,
            data: self.bytes,
        }
    }
}

/// What a topic rule makes of a station's message, see the rule's SQL in the template.
#[derive(Deserialize)]
struct Wire {
    data: String,
    topic: String,
    /// Missing where AWS itself published, as it does lifecycle events.
    client: Option<String>,
    /// Milliseconds since 1970.
    received_at: i64,
}

/// The envelope in a queue's message.
///
/// # Errors
/// [`Undecodable`]: not what a topic rule writes.
pub fn envelope(message: &SqsMessage) -> Result<Record<Envelope>, Undecodable> {
    let body = message.body.as_deref().unwrap_or_default();
    let id = match message.message_id.as_deref() {
        Some(id) if !id.is_empty() => id.to_owned(),
        // SQS always gives one; without it, equal bodies are the same input.
        Some(_) | None => format!("unidentified-{:016x}", hash(body.as_bytes())),
    };
    match read_envelope(body) {
        Ok(body) => Ok(Record { id, body }),
        Err(reason) => Err(Undecodable { id, bytes: body.as_bytes().to_vec(), reason }),
    }
}

fn read_envelope(body: &str) -> Result<Envelope, String> {
    let wire: Wire = serde_json::from_str(body).map_err(|error| format!("no envelope: {error}"))?;
    let data = BASE64_STANDARD.decode(&wire.data).map_err(|error| format!("data is no base64: {error}"))?;
    let received_at = Timestamp::from_millisecond(wire.received_at).map_err(|_| "received_at is no time".to_owned())?;
    Ok(Envelope { data, topic: wire.topic, client: wire.client.unwrap_or_default(), received_at })
}

/// What wants to be collected: the debt of a session, a hold, or the card of a driver.
///
/// # Errors
/// [`Undecodable`]: the key is of none of them.
pub fn due_payment(record: &EventRecord) -> Result<Record<Payable>, Undecodable> {
    keyed(record, |pk| match (hold_of_key(pk), driver_of_key(pk)) {
        (Some(hold), _) => hold.map(Payable::Hold),
        (None, Some(driver)) => driver.map(Payable::Card),
        (None, None) => pk.parse::<SessionId>().map(Payable::Debt),
    })
}

/// The alert that wants to be published.
///
/// # Errors
/// [`Undecodable`]: the key is no alert id.
pub fn due_alert(record: &EventRecord) -> Result<Record<::alerts::AlertId>, Undecodable> {
    keyed(record, str::parse)
}

/// The id of a stream record, by which a batch response names it: its sequence number.
#[must_use]
pub fn stream_id(record: &EventRecord) -> &str {
    record.change.sequence_number.as_deref().unwrap_or(&record.event_id)
}

fn keyed<T, E: std::fmt::Display>(
    record: &EventRecord,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<Record<T>, Undecodable> {
    let id = stream_id(record).to_owned();
    let parsed = match record.change.keys.get(PK) {
        Some(AttributeValue::S(text)) => parse(text).map_err(|error| error.to_string()),
        Some(_) | None => Err("the key is no text".to_owned()),
    };
    match parsed {
        Ok(body) => Ok(Record { id, body }),
        Err(reason) => {
            Err(Undecodable { id, bytes: serde_json::to_vec(&record.change.keys).unwrap_or_default(), reason })
        }
    }
}

#[cfg(test)]
mod tests;
