//! Which stations are connected.

use std::future::Future;

use faults::Presence;
use messages::{SiteId, StationId};

use crate::{PortError, Saved};

/// The connection of one station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresenceRow {
    /// The station.
    pub station: StationId,
    /// Where it stands.
    pub site: SiteId,
    /// Whether it is connected.
    pub presence: Presence,
    /// The version that was read; 0 before the first write.
    pub version: u64,
}

/// Which stations are connected; an item of its own, since it is not telemetry that writes it.
pub trait KeepPresence {
    /// What is known of a station's connection.
    fn presence(&self, station: &StationId) -> impl Future<Output = Result<Option<PresenceRow>, PortError>> + Send;
    /// Writes the row if its version is still the one that was read.
    fn save_presence(&self, row: &PresenceRow) -> impl Future<Output = Result<Saved, PortError>> + Send;
}
