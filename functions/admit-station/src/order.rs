//! What an operator can order: identities for stations, and their end.

use jiff::Timestamp;
use messages::StationId;
use ports::{Allowed, Identity, PortError, Secret};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{AdmitPorts, CLAIMING};

/// An order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Order {
    /// Give a registered station its first certificate.
    Admit {
        /// Which.
        station: StationId,
    },
    /// Let a registered station claim its certificate by itself, once.
    Allow {
        /// Which.
        station: StationId,
        /// Until when.
        until: Timestamp,
        /// Also one that has claimed before: it has lost what it got.
        #[serde(default)]
        again: bool,
    },
    /// Give a station a second certificate, beside the one that it uses.
    Rotate {
        /// Which.
        station: StationId,
    },
    /// Revoke every certificate of a station but one, once it uses that.
    Finish {
        /// Which.
        station: StationId,
        /// The certificate that stays.
        keep: String,
    },
    /// End a station: its certificates, its thing, its registration. What it has charged stays.
    Retire {
        /// Which.
        station: StationId,
    },
}

/// How an order ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// The station has a new certificate. This is the only time that its key is seen.
    #[serde(rename_all = "camelCase")]
    Issued {
        /// The id of the certificate.
        certificate_id: String,
        /// The certificate, PEM.
        certificate_pem: String,
        /// Its private key, PEM.
        #[serde(serialize_with = "expose", deserialize_with = "enclose")]
        private_key: Secret<String>,
        /// The host to connect to, port 8883.
        endpoint: String,
    },
    /// It is done.
    Done,
    /// The station is ended.
    #[serde(rename_all = "camelCase")]
    Retired {
        /// Whether it was registered until now.
        was_registered: bool,
        /// The certificates that were revoked.
        certificates: Vec<String>,
    },
    /// It cannot be done as things are.
    Refused {
        /// Why, and what to do, in one line.
        reason: String,
    },
}

impl Outcome {
    fn refused(reason: impl Into<String>) -> Self {
        Self::Refused { reason: reason.into() }
    }

    fn issued(identity: Identity) -> Self {
        let Identity { certificate_id, certificate_pem, private_key, endpoint } = identity;
        Self::Issued { certificate_id, certificate_pem, private_key, endpoint }
    }
}

pub(crate) async fn carry_out(ports: &impl AdmitPorts, now: Timestamp, order: Order) -> Result<Outcome, PortError> {
    match order {
        Order::Admit { station } => admit(ports, &station).await,
        Order::Allow { station, until, again } => allow(ports, now, &station, until, again).await,
        Order::Rotate { station } => rotate(ports, &station).await,
        Order::Finish { station, keep } => finish(ports, &station, &keep).await,
        Order::Retire { station } => retire(ports, &station).await,
    }
}

async fn admit(ports: &impl AdmitPorts, station: &StationId) -> Result<Outcome, PortError> {
    if let Some(refused) = refusal(ports, station).await? {
        return Ok(refused);
    }
    match ports.certificates(station).await?.as_slice() {
        [] => issue(ports, station).await,
        some => {
            Ok(Outcome::refused(format!("{station} has the certificate {}: rotate it, or retire it first", list(some))))
        }
    }
}

async fn allow(
    ports: &impl AdmitPorts,
    now: Timestamp,
    station: &StationId,
    until: Timestamp,
    again: bool,
) -> Result<Outcome, PortError> {
    if let Some(refused) = refusal(ports, station).await? {
        return Ok(refused);
    }
    if until <= now {
        return Ok(Outcome::refused(format!("{until} is over")));
    }
    if again {
        ports.forbid_claim(station).await?;
    }
    match ports.allow_claim(station, until).await? {
        Allowed::Done => {
            tracing::info!(station.id = %station, %until, again, "a station may claim a certificate");
            Ok(Outcome::Done)
        }
        Allowed::ClaimedBefore => Ok(Outcome::refused(format!(
            "{station} has claimed its certificate: let it come again only if that was lost"
        ))),
    }
}

async fn rotate(ports: &impl AdmitPorts, station: &StationId) -> Result<Outcome, PortError> {
    match ports.certificates(station).await?.as_slice() {
        [] => Ok(Outcome::refused(format!("{station} has no certificate: admit it"))),
        [_] => issue(ports, station).await,
        some => {
            Ok(Outcome::refused(format!("{station} has the certificates {}: finish that rotation first", list(some))))
        }
    }
}

async fn finish(ports: &impl AdmitPorts, station: &StationId, keep: &str) -> Result<Outcome, PortError> {
    let certificates = ports.certificates(station).await?;
    if !certificates.iter().any(|certificate| certificate == keep) {
        return Ok(Outcome::refused(format!("{station} has no certificate {keep}: nothing was revoked")));
    }
    for certificate in certificates.iter().filter(|certificate| *certificate != keep) {
        ports.revoke(station, certificate).await?;
        tracing::info!(station.id = %station, certificate.id = certificate, "a certificate is revoked");
    }
    Ok(Outcome::Done)
}

async fn retire(ports: &impl AdmitPorts, station: &StationId) -> Result<Outcome, PortError> {
    let was_registered = ports.station(station).await?.is_some();
    ports.forbid_claim(station).await?;
    let certificates = ports.certificates(station).await?;
    for certificate in &certificates {
        ports.revoke(station, certificate).await?;
    }
    ports.delete_thing(station).await?;
    ports.remove_station(station).await?;
    tracing::info!(station.id = %station, was_registered, certificates = certificates.len(), "a station is retired");
    Ok(Outcome::Retired { was_registered, certificates })
}

async fn issue(ports: &impl AdmitPorts, station: &StationId) -> Result<Outcome, PortError> {
    let identity = ports.issue(station).await?;
    tracing::info!(station.id = %station, certificate.id = identity.certificate_id, "a certificate is issued");
    Ok(Outcome::issued(identity))
}

fn list(certificates: &[String]) -> String {
    certificates.join(", ")
}

/// The one place where a key is written out: the answer to whoever ordered it.
fn expose<S: Serializer>(key: &Secret<String>, serializer: S) -> Result<S::Ok, S::Error> {
    key.expose().serialize(serializer)
}

fn enclose<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret<String>, D::Error> {
    String::deserialize(deserializer).map(Secret::new)
}

/// Why no certificate can be given to a station, when that is so.
async fn refusal(ports: &impl AdmitPorts, station: &StationId) -> Result<Option<Outcome>, PortError> {
    if station.as_str().starts_with(CLAIMING) {
        return Ok(Some(Outcome::refused(format!(
            "{station}: {CLAIMING} begins the ids of clients that are no station yet"
        ))));
    }
    Ok(match ports.station(station).await? {
        Some(_) => None,
        None => Some(Outcome::refused(format!("{station} is not registered: load it with its site first"))),
    })
}
