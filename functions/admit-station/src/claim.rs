//! The pre-provisioning hook of AWS IoT fleet provisioning: may this station have this certificate?

use std::collections::BTreeMap;

use alerts::Alert;
use jiff::Timestamp;
use messages::StationId;
use ports::{Claimed, PortError, Raised, Station};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::AdmitPorts;

/// The parameter in which a station names itself; the provisioning template names the thing after it.
const SERIAL_NUMBER: &str = "SerialNumber";

/// What AWS IoT asks (payload version 2020-04-01).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claim {
    /// The certificate that the station would get.
    pub certificate_id: String,
    /// The provisioning template.
    pub template_arn: String,
    /// What the station sent.
    #[serde(default)]
    pub parameters: BTreeMap<String, Parameter>,
}

/// One parameter; those that are no text name nobody.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Parameter {
    /// Text.
    Text(String),
    /// Something else.
    Other(IgnoredAny),
}

/// What AWS IoT is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// Whether the station gets the certificate.
    pub allow_provisioning: bool,
}

impl Claim {
    fn station(&self) -> Option<StationId> {
        match self.parameters.get(SERIAL_NUMBER)? {
            Parameter::Text(serial) => serial.parse().ok(),
            Parameter::Other(_) => None,
        }
    }
}

pub(crate) async fn decide(ports: &impl AdmitPorts, now: Timestamp, claim: Claim) -> Result<Decision, PortError> {
    let station = match claim.station() {
        Some(id) => ports.station(&id).await?,
        None => None,
    };
    let Some(station) = station else {
        tracing::warn!(certificate.id = claim.certificate_id, "a claim names no registered station");
        return Ok(Decision { allow_provisioning: false });
    };
    let claimed = ports.claim(&station.id, &claim.certificate_id, now).await?;
    tracing::info!(station.id = %station.id, certificate.id = claim.certificate_id, ?claimed, "a claim was decided");
    match claimed {
        Claimed::Done => Ok(Decision { allow_provisioning: true }),
        Claimed::NotAllowed | Claimed::Expired => Ok(Decision { allow_provisioning: false }),
        Claimed::UsedBefore => {
            warn_operators(ports, now, &station).await?;
            Ok(Decision { allow_provisioning: false })
        }
    }
}

async fn warn_operators(ports: &impl AdmitPorts, now: Timestamp, station: &Station) -> Result<(), PortError> {
    let site = ports.site(&station.site_id).await?;
    let place = site.map_or_else(|| alerts::Place::unknown(station.site_id.clone()), |site| site.place());
    match ports.raise(&Alert::claim_reused(&station.id, place, now)).await? {
        Raised::New | Raised::Already => Ok(()),
    }
}
