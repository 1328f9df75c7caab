//! The live state of connectors: detector state, open episodes, what was last seen.

use std::future::Future;

use alerts::AlertChange;
use faults::{Cadence, DetectorState, Episode};
use jiff::Timestamp;
use messages::{ConnectorKey, SiteId, StationId, TransactionId};
use serde::{Deserialize, Serialize};

use crate::{PortError, Saved};

/// One connector as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct ConnectorRow {
    /// Its station.
    pub station: StationId,
    /// Which connector.
    pub key: ConnectorKey,
    /// Where it stands.
    pub site: SiteId,
    /// What the detectors remember; at most 512 bytes stored.
    pub detector: DetectorState,
    /// Faults that are open.
    pub episodes: Vec<Episode>,
    /// What was last seen.
    pub live: Live,
    /// How often it is heard of; none before the first write.
    pub cadence: Option<Cadence>,
    /// When the row was last written.
    pub saved_at: Option<Timestamp>,
    /// The version that was read; 0 before the first write.
    pub version: u64,
}

/// What a connector last reported.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Live {
    /// When it was measured.
    pub at: Option<Timestamp>,
    /// The status, as reported.
    pub status: Option<String>,
    /// Active power, W.
    pub power_w: Option<f64>,
    /// The energy register, Wh.
    pub register_wh: Option<i64>,
    /// The hottest temperature, °C.
    pub temperature_c: Option<f64>,
    /// The running transaction.
    pub transaction: Option<TransactionId>,
}

/// Connector state, and in the same write the alerts it makes necessary.
pub trait KeepConnectors {
    /// Every connector of a station, in one read.
    fn connectors(&self, station: &StationId) -> impl Future<Output = Result<Vec<ConnectorRow>, PortError>> + Send;
    /// Writes the row if its version is still the one that was read, with the alerts that follow.
    fn save_connector(
        &self,
        row: &ConnectorRow,
        alerts: &[AlertChange],
    ) -> impl Future<Output = Result<Saved, PortError>> + Send;
}
