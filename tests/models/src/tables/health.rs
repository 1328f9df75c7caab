//! How the sessions of connectors went.

use messages::{ConnectorKey, StationId};
use ports::{HealthRow, PortError, ReadHealth};

use super::{State, Tables, is_current, next};

impl ReadHealth for Tables {
    async fn health(&self, station: &StationId, key: ConnectorKey) -> Result<Option<HealthRow>, PortError> {
        Ok(self.state().health.get(&(station.clone(), key)).cloned())
    }
}

impl State {
    pub(super) fn is_current_health(&self, row: &HealthRow) -> bool {
        let stored = self.health.get(&(row.station.clone(), row.key));
        is_current(row.version, stored.map(|row| row.version))
    }

    /// Writes a row whole.
    pub(super) fn put_health(&mut self, row: &HealthRow) {
        let stored = HealthRow { version: next(row.version), ..row.clone() };
        self.health.insert((row.station.clone(), row.key), stored);
    }
}
