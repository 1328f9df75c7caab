//! Lifecycle events: what AWS IoT itself says of the connections of clients, on `$aws/events/presence/{event}/{clientId}`, where the event is
//! `connected`, `disconnected` or `connect_failed`.
//!
//! They come twice, out of order, and their times are off by up to two minutes. `versionNumber` orders the connections of one client; the
//! connect and the disconnect of one connection share it, and `sessionIdentifier`. It starts again at 0 after about an hour without a
//! connection.

use jiff::Timestamp;
use serde::Deserialize;

use crate::fields::{small, text};
use crate::{Envelope, Reason, Refusal, refusal};

/// What the topics of lifecycle events begin with.
const TOPIC: &str = "$aws/events/presence/";

/// The event of a client that was not let in.
const CONNECT_FAILED: &str = "connect_failed";

/// The longest event that is read, bytes; AWS writes some hundred.
const MAX_BYTES: usize = 8 * 1024;

/// A client connected or disconnected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LifecycleEvent {
    /// The MQTT client id; a station's is its id, but other clients come and go too.
    pub client: String,
    /// What happened.
    pub connection: Connection,
    /// When, by the broker's clock; ± 2 minutes.
    pub at: Timestamp,
    /// The how manyth connection of the client it was.
    pub version_number: u64,
    /// The session it belonged to; a persistent session holds several connections.
    pub session: String,
}

/// What happened to a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connection {
    /// It was opened.
    Opened,
    /// It was closed.
    Closed {
        /// Why, e.g. `MQTT_KEEP_ALIVE_TIMEOUT`, where AWS says so.
        reason: Option<String>,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    client_id: String,
    /// Milliseconds since 1970.
    timestamp: i64,
    event_type: String,
    #[serde(deserialize_with = "small")]
    version_number: u64,
    session_identifier: String,
    disconnect_reason: Option<String>,
}

impl LifecycleEvent {
    /// Reads what the rule for lifecycle events hands on; none when a client tried to connect in vain, which says nothing of whoever is
    /// connected under its name. The client is the last segment of the topic; who published says nothing here,
    /// since nobody but AWS may publish to these topics.
    ///
    /// # Errors
    /// [`Reason::TooLarge`]; [`Reason::Identity`] when topic and event disagree; [`Reason::Malformed`].
    pub fn read(envelope: &Envelope) -> Result<Option<Self>, Refusal> {
        let Envelope { data, topic, .. } = envelope;
        if data.len() > MAX_BYTES {
            return Err(Refusal::new(Reason::TooLarge, format!("a lifecycle event of {} bytes", data.len())));
        }
        let told = topic.strip_prefix(TOPIC).and_then(|rest| rest.split_once('/'));
        if let Some((CONNECT_FAILED, _)) = told {
            return Ok(None);
        }
        let wire: Wire = refusal::read(data)?;
        if told != Some((&wire.event_type, &wire.client_id)) {
            return Err(Refusal::new(Reason::Identity, "the topic names another event than the payload"));
        }
        let connection = match wire.event_type.as_str() {
            "connected" => Connection::Opened,
            "disconnected" => {
                let reason = wire.disconnect_reason.map(text).transpose().map_err(Refusal::malformed)?;
                Connection::Closed { reason }
            }
            _ => return Err(Refusal::malformed("the event is neither connected nor disconnected")),
        };
        let at = Timestamp::from_millisecond(wire.timestamp).map_err(|_| Refusal::malformed("timestamp is no time"))?;
        let session = text(wire.session_identifier).map_err(Refusal::malformed)?;
        Ok(Some(Self { client: wire.client_id, connection, at, version_number: wire.version_number, session }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disconnect as AWS documents it, on this topic and with this part replaced.
    fn read(topic: &str, (from, to): (&str, &str)) -> Result<LifecycleEvent, Reason> {
        let event = r#"{"clientId":"s-1","timestamp":1780000000123,"eventType":"disconnected","sessionIdentifier":"a-b",
            "principalIdentifier":"0f","clientInitiatedDisconnect":false,"disconnectReason":"MQTT_KEEP_ALIVE_TIMEOUT","versionNumber":7}"#;
        assert!(event.contains(from), "{from}");
        let envelope = Envelope {
            data: event.replace(from, to).into_bytes(),
            topic: topic.to_owned(),
            client: String::new(),
            received_at: Timestamp::UNIX_EPOCH,
        };
        LifecycleEvent::read(&envelope).map(Option::unwrap).map_err(|refusal| refusal.reason)
    }

    const DISCONNECTED: &str = "$aws/events/presence/disconnected/s-1";

    #[test]
    fn an_event_says_which_connection_of_whom_ended_when_and_why() {
        let expected = LifecycleEvent {
            client: "s-1".to_owned(),
            connection: Connection::Closed { reason: Some("MQTT_KEEP_ALIVE_TIMEOUT".to_owned()) },
            at: Timestamp::from_millisecond(1_780_000_000_123).unwrap(),
            version_number: 7,
            session: "a-b".to_owned(),
        };
        assert_eq!(read(DISCONNECTED, ("7", "7")).unwrap(), expected);
        let connected = read("$aws/events/presence/connected/s-1", ("disconnected", "connected"));
        assert_eq!(connected.unwrap().connection, Connection::Opened);
        let unsaid = read(DISCONNECTED, (r#","disconnectReason":"MQTT_KEEP_ALIVE_TIMEOUT""#, ""));
        assert_eq!(unsaid.unwrap().connection, Connection::Closed { reason: None });
    }

    #[test]
    fn whoever_was_not_let_in_says_nothing() {
        let envelope = |data: &str| Envelope {
            data: data.as_bytes().to_vec(),
            topic: "$aws/events/presence/connect_failed/s-1".to_owned(),
            client: String::new(),
            received_at: Timestamp::UNIX_EPOCH,
        };
        let failed = r#"{"clientId":"s-1","timestamp":1,"eventType":"connect_failed","connectFailureReason":"AUTHORIZATION_FAILED"}"#;
        for data in [failed, "{}", "\u{0}"] {
            assert_eq!(LifecycleEvent::read(&envelope(data)).unwrap(), None, "{data}");
        }
    }

    #[test]
    fn an_event_that_cannot_be_is_refused() {
        for (topic, change, reason) in [
            ("$aws/events/presence/disconnected/s-2", ("", ""), Reason::Identity),
            ("$aws/events/presence/connected/s-1", ("", ""), Reason::Identity),
            ("ev/v1/s-1/telemetry", ("", ""), Reason::Identity),
            ("$aws/events/presence/subscribed/s-1", ("disconnected", "subscribed"), Reason::Malformed),
            (DISCONNECTED, (r#""versionNumber":7"#, r#""versionNumber":-1"#), Reason::Malformed),
            (DISCONNECTED, (r#","versionNumber":7"#, ""), Reason::Malformed),
            (DISCONNECTED, ("1780000000123", "9223372036854775807"), Reason::Malformed),
            (DISCONNECTED, ("MQTT_KEEP_ALIVE_TIMEOUT", r"\u0000"), Reason::Malformed),
            (DISCONNECTED, ("a-b", &"x".repeat(MAX_BYTES)), Reason::TooLarge),
        ] {
            assert_eq!(read(topic, change).unwrap_err(), reason, "{topic} {change:?}");
        }
    }
}
