//! Whether the voltage of a whole site is wrong.

use std::future::Future;

use alerts::AlertChange;
use faults::{Disturbance, FaultId};
use messages::SiteId;

use crate::{ConnectorRow, PortError, Saved};

/// The latest disturbance of a site by one fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisturbanceRow {
    /// The site.
    pub site: SiteId,
    /// Which fault.
    pub fault: FaultId,
    /// Its latest disturbance, over or not.
    pub disturbance: Disturbance,
    /// The version that was read; 0 before the first write.
    pub version: u64,
}

/// What the voltage faults of connectors mean for their site.
pub trait KeepDisturbances {
    /// The latest disturbance of a site by a fault, as of now.
    fn disturbance(
        &self,
        site: &SiteId,
        fault: &FaultId,
    ) -> impl Future<Output = Result<Option<DisturbanceRow>, PortError>> + Send;
    /// Writes the connector, where there is one, and the disturbances if the versions of all are still those that were read, with the alerts
    /// that follow: all of it, or nothing.
    fn save_disturbed(
        &self,
        row: Option<&ConnectorRow>,
        disturbances: &[DisturbanceRow],
        alerts: &[AlertChange],
    ) -> impl Future<Output = Result<Saved, PortError>> + Send;
}
