//! Which stations are connected, and what it means when several are not.

use std::collections::BTreeSet;
use std::future::Future;

use alerts::AlertChange;
use faults::{Outage, Presence};
use messages::{SiteId, StationId};

use crate::{PortError, Saved};

/// The connection of one station.
#[derive(Debug, Clone, PartialEq)]
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

/// The latest outage of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutageRow {
    /// The site.
    pub site: SiteId,
    /// Its latest outage, over or not.
    pub outage: Outage,
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

/// What a station's absence means: faults of its own, and of its site.
pub trait KeepOutages {
    /// The latest outage of a site, as of now.
    fn outage(&self, site: &SiteId) -> impl Future<Output = Result<Option<OutageRow>, PortError>> + Send;
    /// The stations of a site that are missed: they have lost their connection or are silent. May be a moment behind.
    fn gone(&self, site: &SiteId) -> impl Future<Output = Result<BTreeSet<StationId>, PortError>> + Send;
    /// Writes the presence and, where it changes, the outage, if the versions of both are still those that were read, with the alerts that
    /// follow: all of it, or nothing.
    fn save_watch(
        &self,
        row: &PresenceRow,
        outage: Option<&OutageRow>,
        alerts: &[AlertChange],
    ) -> impl Future<Output = Result<Saved, PortError>> + Send;
}
