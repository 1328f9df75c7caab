//! The envelope in which a topic rule hands a station's bytes on, and who the message is from.

use jiff::Timestamp;

use crate::{Reason, Refusal, StationId};

/// A station's message as the rule passed it on: the bytes untouched, beside what only the broker knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The payload, byte for byte.
    pub data: Vec<u8>,
    /// The topic it was published to.
    pub topic: String,
    /// The MQTT client id of the connection it came over.
    pub client: String,
    /// When the broker received it.
    pub received_at: Timestamp,
}

/// The last segment of a station's topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Measured quantities.
    Telemetry,
    /// Transaction events.
    Transaction,
    /// Spares at the site.
    Stock,
    /// Answers to commands.
    CommandResult,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Telemetry, Self::Transaction, Self::Stock, Self::CommandResult];

    /// The topic segment.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Telemetry => "telemetry",
            Self::Transaction => "transaction",
            Self::Stock => "stock",
            Self::CommandResult => "commandResult",
        }
    }

    /// The longest payload of this kind, bytes.
    #[must_use]
    pub fn max_bytes(self) -> usize {
        match self {
            Self::Telemetry => 8 * 1024,
            Self::Transaction => 32 * 1024,
            Self::Stock | Self::CommandResult => 4 * 1024,
        }
    }
}

/// Who sent a message, and what kind it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The station named by the topic, equal to the client id.
    pub station: StationId,
    /// The kind named by the topic.
    pub kind: Kind,
}

impl Envelope {
    /// Who this message is from: the station segment of `ev/v1/{stationId}/{kind}`, in the plain or the Basic Ingest form.
    ///
    /// # Errors
    /// [`Reason::Identity`] when the topic names no station or another one than the client id.
    pub fn address(&self) -> Result<Address, Refusal> {
        let refuse = |detail: &str| Refusal::new(Reason::Identity, detail);
        let topic = match self.topic.strip_prefix("$aws/rules/") {
            Some(rest) => rest.split_once('/').map_or("", |(_rule, topic)| topic),
            None => &self.topic,
        };
        let (station, kind) = topic
            .strip_prefix("ev/v1/")
            .and_then(|rest| rest.split_once('/'))
            .ok_or_else(|| refuse("the topic is not ev/v1/{stationId}/{kind}"))?;
        let station: StationId = station.parse().map_err(|_| refuse("the topic names no valid station id"))?;
        let kind = Kind::ALL
            .into_iter()
            .find(|known| known.as_str() == kind)
            .ok_or_else(|| refuse("the topic names no known kind of message"))?;
        if self.client != station.as_str() {
            return Err(refuse("the client id is not the station of the topic"));
        }
        Ok(Address { station, kind })
    }

    /// The payload, when it is not too long for its kind.
    ///
    /// # Errors
    /// [`Reason::TooLarge`].
    pub fn payload(&self, kind: Kind) -> Result<&[u8], Refusal> {
        let (length, limit) = (self.data.len(), kind.max_bytes());
        if length > limit {
            let detail = format!("{length} bytes are more than the {limit} of a {} message", kind.as_str());
            return Err(Refusal::new(Reason::TooLarge, detail));
        }
        Ok(&self.data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(topic: &str, client: &str) -> Result<Address, Reason> {
        let envelope = Envelope {
            data: Vec::new(),
            topic: topic.to_owned(),
            client: client.to_owned(),
            received_at: Timestamp::UNIX_EPOCH,
        };
        envelope.address().map_err(|refusal| refusal.reason)
    }

    #[test]
    fn the_topic_is_the_identity_and_must_equal_the_client() {
        let ok = Address { station: "s-1".parse().unwrap(), kind: Kind::Telemetry };
        for (topic, client, expected) in [
            ("ev/v1/s-1/telemetry", "s-1", Ok(ok.clone())),
            ("$aws/rules/telemetry/ev/v1/s-1/telemetry", "s-1", Ok(ok)),
            ("ev/v1/s-1/telemetry", "s-2", Err(Reason::Identity)),
            ("ev/v1/s-1/telemetry/more", "s-1", Err(Reason::Identity)),
            ("ev/v1/s-1/nonsense", "s-1", Err(Reason::Identity)),
            ("ev/v1//telemetry", "", Err(Reason::Identity)),
            ("ev/v1/s#1/telemetry", "s#1", Err(Reason::Identity)),
            ("ev/v2/s-1/telemetry", "s-1", Err(Reason::Identity)),
            ("", "", Err(Reason::Identity)),
        ] {
            assert_eq!(from(topic, client), expected, "{topic} from {client}");
        }
    }
}
