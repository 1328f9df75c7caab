//! Onboarding of stations: who may claim a certificate, and the certificates themselves.

use std::future::Future;

use jiff::Timestamp;
use messages::StationId;

use crate::{PortError, Secret};

/// How the claim of a station ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Claimed {
    /// The certificate is the station's from now on, or has been since an earlier delivery of the same claim.
    Done,
    /// Nobody has put the station on the allow-list.
    NotAllowed,
    /// The allowance has ended.
    Expired,
    /// Another certificate was claimed before.
    UsedBefore,
}

/// How allowing a claim ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Allowed {
    /// The station may come.
    Done,
    /// It has come before: nothing was changed.
    ClaimedBefore,
}

/// The allow-list of stations that may come for a certificate of their own, once each.
pub trait KeepAdmissions {
    /// Lets a station claim one certificate until then, unless it has claimed one. An earlier allowance that was not used is replaced.
    fn allow_claim(
        &self,
        station: &StationId,
        until: Timestamp,
    ) -> impl Future<Output = Result<Allowed, PortError>> + Send;
    /// Takes the station off the list, and forgets what it has claimed.
    fn forbid_claim(&self, station: &StationId) -> impl Future<Output = Result<(), PortError>> + Send;
    /// Uses the allowance for this certificate. Of any number of certificates one is admitted.
    fn claim(
        &self,
        station: &StationId,
        certificate_id: &str,
        now: Timestamp,
    ) -> impl Future<Output = Result<Claimed, PortError>> + Send;
}

/// What a station needs to connect. The private key exists here only: nobody keeps it.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The id of the certificate.
    pub certificate_id: String,
    /// The certificate, PEM.
    pub certificate_pem: String,
    /// Its private key, PEM.
    pub private_key: Secret<String>,
    /// The host that stations connect to, port 8883.
    pub endpoint: String,
}

/// The identities of stations at AWS IoT: a thing named after the station, and the certificates attached to it.
pub trait IssueIdentities {
    /// Gives the station one more certificate. It can be used only once everything is attached to it; when something could not be
    /// attached, it is taken back.
    fn issue(&self, station: &StationId) -> impl Future<Output = Result<Identity, PortError>> + Send;
    /// The ids of the station's certificates.
    fn certificates(&self, station: &StationId) -> impl Future<Output = Result<Vec<String>, PortError>> + Send;
    /// Ends a certificate of the station for ever: within minutes nobody is connected with it. One that is gone already is no error.
    fn revoke(&self, station: &StationId, certificate_id: &str) -> impl Future<Output = Result<(), PortError>> + Send;
    /// Deletes the thing of a station that has no certificate left. One that is gone already is no error.
    fn delete_thing(&self, station: &StationId) -> impl Future<Output = Result<(), PortError>> + Send;
}
