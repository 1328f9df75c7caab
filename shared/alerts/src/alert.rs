//! One alert: a fact, whom it is told, and where that stands.

use billing::money::Money;
use jiff::Timestamp;
use messages::{Envelope, SiteId, StationId};
use serde::{Deserialize, Serialize};

use crate::delivery::deliveries;
use crate::fact::{CertificateClaimFact, IdentityFact, UnregisteredFact};
use crate::{AlertId, Delivery, Fact, Place, Stage, Target, Telling};

/// The longest foreign text that an alert repeats, characters.
const MAX_FOREIGN: usize = 128;

/// A fact on its way to people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Its cause.
    pub id: AlertId,
    /// The site it belongs to, when it belongs to one.
    pub site: Option<SiteId>,
    /// What happened.
    pub fact: Fact,
    /// The site as its people know it.
    pub place: Option<Place>,
    /// When it was raised.
    pub opened_at: Timestamp,
    /// When somebody said they would look after it.
    pub acknowledged_at: Option<Timestamp>,
    /// How it ended; final.
    pub resolution: Option<Resolution>,
    /// Whom it is told, and how far that has come.
    pub deliveries: Vec<Delivery>,
    /// Who is publishing now.
    pub claim: Option<Claim>,
    /// Claims made so far.
    pub claims: u32,
    /// When something is to be done about it next; none when nothing is.
    pub due_at: Option<Timestamp>,
    /// The version that was read; 0 before the first write.
    pub version: u64,
}

/// How an alert ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    /// When its cause was gone.
    pub at: Timestamp,
    /// What ended it.
    pub ending: Ending,
}

/// What ends an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The fault cleared.
    Cleared,
    /// Spare parts came.
    Replenished {
        /// Pieces on hand since then.
        on_hand: i64,
    },
    /// It was paid after all.
    Paid {
        /// What was captured.
        amount: Money,
    },
    /// The bank has decided for us.
    Won,
    /// The bank has decided against us.
    Lost,
    /// Somebody settled it.
    Settled,
}

/// The right to publish one message, for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The number of the claim within its alert, from 1: no two are alike.
    pub attempt: u32,
    /// To whom.
    pub target: Target,
    /// What.
    pub stage: Stage,
    /// After this the claim means nothing: whoever made it is gone.
    pub until: Timestamp,
}

/// Where an alert stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Nobody has taken it yet.
    Open,
    /// Somebody looks after it.
    Acknowledged,
    /// Its cause is gone; final.
    Resolved,
}

impl Alert {
    /// An alert about `fact`, raised `now`. Without a place (nobody knows whose station it is) it is told in English and in UTC.
    #[must_use]
    pub fn open(fact: Fact, place: Option<Place>, now: Timestamp) -> Self {
        let language = place.as_ref().map(|place| place.language).unwrap_or_default();
        let deliveries = deliveries(&fact, language);
        Self {
            id: fact.cause(),
            site: place.as_ref().map(|place| place.site.clone()),
            fact,
            place,
            opened_at: now,
            acknowledged_at: None,
            resolution: None,
            due_at: (!deliveries.is_empty()).then_some(now),
            deliveries,
            claim: None,
            claims: 0,
            version: 0,
        }
    }

    /// The alert about a station that sends messages without being registered: one per station.
    #[must_use]
    pub fn unregistered_station(station: &StationId, now: Timestamp) -> Self {
        let fact = UnregisteredFact { station: station.clone(), at: now };
        Self::open(Fact::UnregisteredStation(fact), None, now)
    }

    /// The alert about a client that publishes to a topic which is not its own: one per client and day.
    #[must_use]
    pub fn identity_mismatch(envelope: &Envelope, now: Timestamp) -> Self {
        let fact = IdentityFact {
            client: printable(&envelope.client),
            topic: printable(&envelope.topic),
            at: envelope.received_at,
        };
        Self::open(Fact::IdentityMismatch(fact), None, now)
    }

    /// The alert about a request for a certificate that its station had claimed before: one per station and day.
    #[must_use]
    pub fn claim_reused(station: &StationId, place: Place, now: Timestamp) -> Self {
        Self::open(Fact::ClaimReused(CertificateClaimFact { station: station.clone(), at: now }), Some(place), now)
    }

    /// An alert as a store keeps it: its JSON, and beside it what changes without being read (see [`crate::AlertChange`]).
    /// `due_at` and `version` win over those in the JSON; a resolution in the JSON wins over `resolved`, which came later.
    pub fn read(
        body: &str,
        resolved: Option<&str>,
        due_at: Option<Timestamp>,
        version: u64,
    ) -> Result<Self, serde_json::Error> {
        let alert: Self = serde_json::from_str(body)?;
        let alert = Self { due_at, version, ..alert };
        match resolved {
            Some(json) => Ok(alert.resolved(serde_json::from_str(json)?)),
            None => Ok(alert),
        }
    }

    /// This alert, ended. The first resolution is final.
    #[must_use]
    pub fn resolved(self, resolution: Resolution) -> Self {
        Self { resolution: self.resolution.or(Some(resolution)), ..self }
    }

    /// This alert, taken by somebody. The first to take it counts; a resolved alert needs nobody.
    #[must_use]
    pub fn acknowledged(self, at: Timestamp) -> Self {
        match self.state() {
            State::Open => Self { acknowledged_at: Some(at), ..self },
            State::Acknowledged | State::Resolved => self,
        }
    }

    /// How many of its targets never heard of it: they refused, or it was tried too often.
    #[must_use]
    pub fn unreached(&self) -> usize {
        let is_lost = |delivery: &&Delivery| match delivery.opening {
            Telling::Refused { .. } | Telling::GivenUp { .. } => true,
            Telling::Pending { .. } | Telling::Told { .. } => false,
        };
        self.deliveries.iter().filter(is_lost).count()
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> State {
        match (&self.resolution, self.acknowledged_at) {
            (Some(_), _) => State::Resolved,
            (None, Some(_)) => State::Acknowledged,
            (None, None) => State::Open,
        }
    }
}

impl State {
    /// The state as one word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Resolved => "resolved",
        }
    }
}

/// Foreign text that is safe to repeat.
fn printable(text: &str) -> String {
    text.chars().take(MAX_FOREIGN).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{at, completed, envelope, every_kind, now, open, overvoltage};
    use crate::{Contact, Language};

    fn cleared(text: &str) -> Resolution {
        Resolution { at: at(text), ending: Ending::Cleared }
    }

    #[test]
    fn every_alert_is_read_back_as_it_was_written() {
        for alert in every_kind(Language::De) {
            let body = serde_json::to_string(&alert).unwrap();
            let read = Alert::read(&body, None, alert.due_at, alert.version).unwrap();
            assert_eq!(read, alert);
        }
    }

    #[test]
    fn what_stands_beside_the_body_is_the_newer() {
        let alert = open(overvoltage(), Language::En);
        let body = serde_json::to_string(&alert).unwrap();
        let resolved = serde_json::to_string(&cleared("2026-06-01T10:05:00Z")).unwrap();
        let read = Alert::read(&body, Some(&resolved), Some(now()), 7).unwrap();
        assert_eq!(read.resolution, Some(cleared("2026-06-01T10:05:00Z")));
        assert_eq!((read.due_at, read.version), (Some(now()), 7));
        assert_eq!(Alert::read(&body, None, None, 1).unwrap().due_at, None);
        // A second end changes nothing.
        let body = serde_json::to_string(&alert.resolved(cleared("2026-06-01T10:04:00Z"))).unwrap();
        let read = Alert::read(&body, Some(&resolved), None, 8).unwrap();
        assert_eq!(read.resolution, Some(cleared("2026-06-01T10:04:00Z")));
        assert!(Alert::read("{}", None, None, 1).is_err());
    }

    #[test]
    fn an_alert_is_open_then_acknowledged_then_resolved() {
        let alert = open(overvoltage(), Language::En);
        assert_eq!(alert.state(), State::Open);
        let taken = alert.clone().acknowledged(at("2026-06-01T10:02:00Z")).acknowledged(at("2026-06-01T10:03:00Z"));
        assert_eq!(taken.state(), State::Acknowledged);
        assert_eq!(taken.acknowledged_at, Some(at("2026-06-01T10:02:00Z")));
        assert_eq!(taken.resolved(cleared("2026-06-01T10:05:00Z")).state(), State::Resolved);
        let over = alert.resolved(cleared("2026-06-01T10:05:00Z")).acknowledged(now());
        assert_eq!((over.state(), over.acknowledged_at), (State::Resolved, None));
    }

    #[test]
    fn an_alert_that_reaches_nobody_is_never_due() {
        let mut fact = completed(Language::En, 1, 1);
        if let Fact::SessionCompleted(session) = &mut fact {
            session.driver = Contact::default();
        }
        let alert = open(fact, Language::En);
        assert!(alert.deliveries.is_empty());
        assert_eq!(alert.due_at, None);
    }

    #[test]
    fn strangers_raise_one_alert_each_and_their_names_do_no_harm() {
        let mismatch = |client: &str, topic: &str| Alert::identity_mismatch(&envelope(topic, client), now());
        let alert = mismatch("st\u{1b}[31m#/", &"t".repeat(5_000));
        assert_eq!(alert.id.as_str(), "identity:st%20[31m%23%2F:2026-06-01");
        let Fact::IdentityMismatch(fact) = &alert.fact else { unreachable!("it is about identity") };
        assert_eq!((fact.client.as_str(), fact.topic.len()), ("st [31m#/", MAX_FOREIGN));
        assert_eq!(mismatch("a", "one").id, mismatch("a", "two").id);
        assert_ne!(mismatch("a", "one").id, mismatch("b", "one").id);
        let long = mismatch(&"\u{1f50c}".repeat(1_000), "t").id;
        assert_eq!(long.as_str().parse::<AlertId>().unwrap(), long);
    }
}
