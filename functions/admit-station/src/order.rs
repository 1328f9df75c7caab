//! What an operator can order: identities for stations, and their end.

use jiff::Timestamp;
use messages::StationId;
use ports::{Identity, PortError};
use serde::{Deserialize, Serialize};

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
        private_key: String,
        /// The host to connect to, port 8883.
        endpoint: String,
    },
    /// It is done.
    Done,
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
        Self::Issued { certificate_id, certificate_pem, private_key: private_key.expose().clone(), endpoint }
    }
}

pub(crate) async fn carry_out(ports: &impl AdmitPorts, now: Timestamp, order: Order) -> Result<Outcome, PortError> {
    match order {
        Order::Admit { station } => admit(ports, &station).await,
        Order::Allow { station, until } => allow(ports, now, &station, until).await,
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
        [certificate, ..] => Ok(Outcome::refused(format!(
            "{station} has the certificate {certificate}: rotate it, or retire the station first"
        ))),
    }
}

async fn allow(
    ports: &impl AdmitPorts,
    now: Timestamp,
    station: &StationId,
    until: Timestamp,
) -> Result<Outcome, PortError> {
    if let Some(refused) = refusal(ports, station).await? {
        return Ok(refused);
    }
    if until <= now {
        return Ok(Outcome::refused(format!("{until} is over")));
    }
    ports.allow_claim(station, until).await?;
    tracing::info!(station.id = %station, %until, "a station may claim a certificate");
    Ok(Outcome::Done)
}

async fn rotate(ports: &impl AdmitPorts, station: &StationId) -> Result<Outcome, PortError> {
    match ports.certificates(station).await?.as_slice() {
        [] => Ok(Outcome::refused(format!("{station} has no certificate: admit it"))),
        [_] => issue(ports, station).await,
        [_, _, ..] => Ok(Outcome::refused(format!("{station} has two certificates: finish that rotation first"))),
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
    ports.forbid_claim(station).await?;
    for certificate in ports.certificates(station).await? {
        ports.revoke(station, &certificate).await?;
    }
    ports.delete_thing(station).await?;
    ports.remove_station(station).await?;
    tracing::info!(station.id = %station, "a station is retired");
    Ok(Outcome::Done)
}

async fn issue(ports: &impl AdmitPorts, station: &StationId) -> Result<Outcome, PortError> {
    let identity = ports.issue(station).await?;
    tracing::info!(station.id = %station, certificate.id = identity.certificate_id, "a certificate is issued");
    Ok(Outcome::issued(identity))
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
