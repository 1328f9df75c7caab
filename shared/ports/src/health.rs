//! How the sessions of a connector went.

use std::future::Future;

use faults::{Episode, Health};
use messages::{ConnectorKey, SiteId, StationId};

use crate::PortError;

/// What is known of the sessions of one connector.
#[derive(Debug, Clone, PartialEq)]
pub struct HealthRow {
    /// Its station.
    pub station: StationId,
    /// Which connector.
    pub key: ConnectorKey,
    /// Where it stands.
    pub site: SiteId,
    /// What is remembered of its sessions.
    pub health: Health,
    /// Faults that sessions have opened.
    pub episodes: Vec<Episode>,
    /// The version that was read; 0 before the first write.
    pub version: u64,
}

/// The health of connectors; an item of its own, since it is not telemetry that writes it. It is written with the end of a session only,
/// see [`Settled`](crate::Settled), so that each session counts once.
pub trait ReadHealth {
    /// What is known of a connector's sessions, as of now.
    fn health(
        &self,
        station: &StationId,
        key: ConnectorKey,
    ) -> impl Future<Output = Result<Option<HealthRow>, PortError>> + Send;
}
