//! The id of an alert: its cause, so that a cause raises one alert however often it is found.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use faults::FaultId;
use jiff::Timestamp;
use messages::{ConnectorKey, ItemId, SessionId, SiteId, StationId};
use serde::{Deserialize, Serialize};

/// The longest id, bytes: well below the 2,048 of a partition key.
const MAX_LENGTH: usize = 1_024;

/// What an alert is about, as a key: 1 to 1,024 visible ASCII characters without `#` and `/`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct AlertId(String);

/// A text that cannot be the id of an alert.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an alert id is 1 to 1024 visible ASCII characters without # and /")]
pub struct BadAlertId;

impl AlertId {
    /// One episode of a fault, from its opening on; of a connector, or of the station as a whole.
    #[must_use]
    pub fn fault(
        station: &StationId,
        connector: impl Into<Option<ConnectorKey>>,
        fault: &FaultId,
        since: Timestamp,
    ) -> Self {
        let connector = connector.into().map(|key| key.to_string());
        let (fault, since) = (fault.to_string(), since.as_millisecond().to_string());
        let parts: Vec<&str> =
            [Some(station.as_str()), connector.as_deref(), Some(&fault), Some(&since)].into_iter().flatten().collect();
        Self::cause("fault", &parts)
    }

    /// One fault of much of a site.
    #[must_use]
    pub fn site_fault(site: &SiteId, fault: &FaultId, since: Timestamp) -> Self {
        Self::cause("site-fault", &[site.as_str(), &fault.to_string(), &since.as_millisecond().to_string()])
    }

    /// A session that has been completed.
    #[must_use]
    pub fn session_completed(session: &SessionId) -> Self {
        Self::of_session("session-completed", session)
    }

    /// A payment that failed but is tried again, or waits for the driver.
    #[must_use]
    pub fn payment_failed(session: &SessionId) -> Self {
        Self::of_session("payment-failed", session)
    }

    /// A payment that was given up.
    #[must_use]
    pub fn payment_uncollectible(session: &SessionId) -> Self {
        Self::of_session("payment-uncollectible", session)
    }

    /// A refund of a payment that did not come about.
    #[must_use]
    pub fn refund_failed(session: &SessionId, payment: u32, number: u32) -> Self {
        let (payment, number) = (payment.to_string(), number.to_string());
        Self::cause("refund-failed", &[session.station.as_str(), session.transaction.as_str(), &payment, &number])
    }

    /// A dispute of a payment.
    #[must_use]
    pub fn payment_disputed(session: &SessionId, dispute: &str) -> Self {
        Self::cause("payment-disputed", &[session.station.as_str(), session.transaction.as_str(), dispute])
    }

    /// Books that disagree; a new cause every day (UTC).
    #[must_use]
    pub fn books_disagree(at: Timestamp) -> Self {
        Self::cause("books-disagree", &[&at.strftime("%Y-%m-%d").to_string()])
    }

    /// A session that a person must look at.
    #[must_use]
    pub fn session_review(session: &SessionId) -> Self {
        Self::of_session("session-review", session)
    }

    /// A session whose signed readings are not what they should be; apart from other reasons to look at it, which may follow.
    #[must_use]
    pub fn signature_invalid(session: &SessionId) -> Self {
        Self::of_session("signature-invalid", session)
    }

    /// A session that nobody pays for.
    #[must_use]
    pub fn no_payer(session: &SessionId) -> Self {
        Self::of_session("no-payer", session)
    }

    /// A spare part that is low for the `shortage`th time, since then. The number tells shortages apart that began at one time.
    #[must_use]
    pub fn stock_low(site: &SiteId, item: &ItemId, shortage: u32, since: Timestamp) -> Self {
        let (shortage, since) = (shortage.to_string(), since.as_millisecond().to_string());
        Self::cause("stock-low", &[site.as_str(), item.as_str(), &shortage, &since])
    }

    /// A station that talks to us without being registered.
    #[must_use]
    pub fn unregistered(station: &StationId) -> Self {
        Self::cause("unregistered", &[station.as_str()])
    }

    /// A client that speaks in the name of another station; a new cause every day (UTC).
    #[must_use]
    pub fn identity(client: &str, at: Timestamp) -> Self {
        let client: String = client.chars().take(128).collect();
        Self::cause("identity", &[&client, &at.strftime("%Y-%m-%d").to_string()])
    }

    /// A station whose certificate somebody asked for again; a new cause every day (UTC).
    #[must_use]
    pub fn claim_reused(station: &StationId, at: Timestamp) -> Self {
        Self::cause("claim-reused", &[station.as_str(), &at.strftime("%Y-%m-%d").to_string()])
    }

    /// The text of the id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn of_session(kind: &str, session: &SessionId) -> Self {
        Self::cause(kind, &[session.station.as_str(), session.transaction.as_str()])
    }

    /// `kind:part:part`; whatever would break a key, or could be taken for the next part, is written as `%` and two hex digits.
    fn cause(kind: &str, parts: &[&str]) -> Self {
        let mut id = kind.to_owned();
        for part in parts {
            id.push(':');
            for byte in part.bytes() {
                match byte {
                    b'#' | b'/' | b':' | b'%' => write_hex(&mut id, byte),
                    0x21..=0x7e => id.push(char::from(byte)),
                    _ => write_hex(&mut id, byte),
                }
            }
        }
        id.truncate(MAX_LENGTH);
        Self(id)
    }
}

fn write_hex(id: &mut String, byte: u8) {
    // Writing to a `String` cannot fail.
    let _ = write!(id, "%{byte:02X}");
}

impl TryFrom<String> for AlertId {
    type Error = BadAlertId;

    fn try_from(text: String) -> Result<Self, BadAlertId> {
        let good = (1..=MAX_LENGTH).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'#' | b'/'));
        if good { Ok(Self(text)) } else { Err(BadAlertId) }
    }
}

impl FromStr for AlertId {
    type Err = BadAlertId;

    fn from_str(text: &str) -> Result<Self, BadAlertId> {
        Self::try_from(text.to_owned())
    }
}

impl fmt::Display for AlertId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::samples::{connector, now, session};

    #[test]
    fn causes_that_differ_have_ids_that_differ_and_that_fit_a_key() {
        let (station, site) = ("station-001".parse().unwrap(), "harbour".parse().unwrap());
        let item: ItemId = "cable-type2-5m".parse().unwrap();
        let later = now() + jiff::SignedDuration::from_millis(1);
        let reported = FaultId::reported("CX026").unwrap();
        let ids = [
            AlertId::fault(&station, connector(), &FaultId::Overvoltage, now()),
            AlertId::fault(&station, connector(), &FaultId::Overvoltage, later),
            AlertId::fault(&station, connector(), &reported, now()),
            AlertId::fault(&station, None, &FaultId::Overvoltage, now()),
            AlertId::site_fault(&site, &FaultId::Offline, now()),
            AlertId::site_fault(&site, &FaultId::Offline, later),
            AlertId::session_completed(&session()),
            AlertId::payment_failed(&session()),
            AlertId::payment_uncollectible(&session()),
            AlertId::refund_failed(&session(), 1, 12),
            AlertId::refund_failed(&session(), 11, 2),
            AlertId::payment_disputed(&session(), "dp_1"),
            AlertId::session_review(&session()),
            AlertId::no_payer(&session()),
            AlertId::stock_low(&site, &item, 1, now()),
            AlertId::stock_low(&site, &item, 2, now()),
            AlertId::unregistered(&station),
            AlertId::identity("station-001", now()),
            AlertId::identity("station-001:2026-06-01", now()),
            AlertId::identity("", now()),
        ];
        for id in &ids {
            assert_eq!(id.as_str().parse::<AlertId>().as_ref(), Ok(id));
        }
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    }

    #[test]
    fn what_would_break_a_key_is_no_id() {
        for bad in ["", "a#b", "a/b", "a b", "ä", "a\u{0}", &"x".repeat(1_025)] {
            assert_eq!(bad.parse::<AlertId>(), Err(BadAlertId), "{bad:?}");
        }
        assert!(serde_json::from_str::<AlertId>("\"a#b\"").is_err());
    }
}
