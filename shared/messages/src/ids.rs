//! Identifiers. They enter keys, topics and logs, so none holds `#`, `/`, `:` or a control character.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A text that cannot be an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} {rule}")]
pub struct BadId {
    what: &'static str,
    rule: &'static str,
}

fn name_like(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

fn key_safe(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'#' | b'/' | b':'))
}

fn hold_like(text: &str) -> bool {
    (1..=59).contains(&text.len()) && name_like(text)
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $valid:path, $rule:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// The text of the id.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;

            fn try_from(text: String) -> Result<Self, BadId> {
                if $valid(&text) { Ok(Self(text)) } else { Err(BadId { what: $what, rule: $rule }) }
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                Self::try_from(text.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// A charging station: MQTT client id, IoT thing name and topic segment in one; `[A-Za-z0-9_-]{1,64}`.
    StationId, "a station id", name_like, "is 1 to 64 of A-Z, a-z, 0-9, _ and -"
);
id!(
    /// The place that holds stations (OCPI: location).
    SiteId, "a site id", name_like, "is 1 to 64 of A-Z, a-z, 0-9, _ and -"
);
id!(
    /// A person or company who charges and pays.
    DriverId, "a driver id", name_like, "is 1 to 64 of A-Z, a-z, 0-9, _ and -"
);
id!(
    /// A tariff (OCPI 2.2.1 `Tariff.id`).
    TariffId, "a tariff id", key_safe, "is 1 to 64 visible ASCII characters without # / :"
);
id!(
    /// A transaction as the station names it (OCPP 2.0.1 `transactionId`); unique per station.
    TransactionId, "a transaction id", key_safe, "is 1 to 64 visible ASCII characters without # / :"
);
id!(
    /// What identifies a driver at the station (OCPP 2.0.1 `IdTokenType.idToken`).
    IdToken, "an id token", key_safe, "is 1 to 64 visible ASCII characters without # / :"
);

id!(
    /// A kind of spare part, e.g. `cable-type2-5m`.
    ItemId, "an item id", key_safe, "is 1 to 64 visible ASCII characters without # / :"
);

id!(
    /// A hold on a driver's card, for one session of somebody who is not known; `[A-Za-z0-9_-]{1,59}`. Whoever knows it can charge on it,
    /// so it cannot be guessed.
    HoldId, "a hold id", hold_like, "is 1 to 59 of A-Z, a-z, 0-9, _ and -"
);

/// What the token and the driver of a hold begin with.
const OF_HOLD: &str = "hold-";

impl HoldId {
    /// The id token that pays with this hold, once.
    #[must_use]
    pub fn token(&self) -> IdToken {
        IdToken(format!("{OF_HOLD}{self}"))
    }

    /// The hold that a token pays with; none: it is another kind of token.
    #[must_use]
    pub fn of_token(token: &IdToken) -> Option<Self> {
        token.as_str().strip_prefix(OF_HOLD)?.parse().ok()
    }

    /// The driver of whom nothing is known but this hold.
    #[must_use]
    pub fn driver(&self) -> DriverId {
        DriverId(format!("{OF_HOLD}{self}"))
    }
}

/// What we know of one transaction, for ever: the station and the id it gave. Written `station:transaction`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SessionId {
    /// The station that runs the transaction.
    pub station: StationId,
    /// The id that the station gave it.
    pub transaction: TransactionId,
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.station, self.transaction)
    }
}

impl FromStr for SessionId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let (station, transaction) =
            text.split_once(':').ok_or(BadId { what: "a session id", rule: "is station:transaction" })?;
        Ok(Self { station: station.parse()?, transaction: transaction.parse()? })
    }
}

impl TryFrom<String> for SessionId {
    type Error = BadId;

    fn try_from(text: String) -> Result<Self, BadId> {
        text.parse()
    }
}

impl From<SessionId> for String {
    fn from(id: SessionId) -> Self {
        id.to_string()
    }
}

/// One connector of a station (OCPP 2.0.1 `EVSEType`); both numbers count from 1. Written `evse-connector`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectorKey {
    /// The EVSE, from 1.
    pub evse_id: u16,
    /// The connector of that EVSE, from 1.
    pub connector_id: u16,
}

impl fmt::Display for ConnectorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.evse_id, self.connector_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_would_break_a_key_or_a_topic_are_refused() {
        for bad in ["", "a#b", "a/b", "a:b", "a b", "a\0b", "ä", "+", "..#", &"x".repeat(65)] {
            assert!(bad.parse::<StationId>().is_err(), "station {bad:?}");
            assert!(bad.parse::<TransactionId>().is_err() || bad == "+", "transaction {bad:?}");
        }
        assert!("station-001".parse::<StationId>().is_ok());
        assert!("7a1c.2+3".parse::<TransactionId>().is_ok());
        assert!("st.1".parse::<StationId>().is_err());
    }

    #[test]
    fn the_token_of_a_hold_names_it_and_no_other_token_does() {
        let longest = "x".repeat(59);
        for id in ["a", "7k2m9q4t0p", longest.as_str()] {
            let hold: HoldId = id.parse().unwrap();
            let token = hold.token();
            assert_eq!(token.as_str().parse(), Ok(token.clone()));
            assert_eq!(hold.driver().as_str().parse(), Ok(hold.driver()));
            assert_eq!(HoldId::of_token(&token), Some(hold));
        }
        for other in ["04A1B2C3", "hold", "hold-", "HOLD-a", "hold-a.b", "ahold-a"] {
            assert_eq!(HoldId::of_token(&other.parse().unwrap()), None, "{other}");
        }
        assert!("x".repeat(60).parse::<HoldId>().is_err());
    }

    #[test]
    fn a_session_id_is_read_back_as_it_was_written() {
        let id: SessionId = "station-001:7a1c".parse().unwrap();
        assert_eq!(id.to_string().parse::<SessionId>().unwrap(), id);
        assert!("station-001".parse::<SessionId>().is_err());
        assert!("a:b:c".parse::<SessionId>().is_err());
    }
}
