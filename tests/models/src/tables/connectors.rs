//! The live state of connectors. What their detectors remember is kept as it would be read from the bytes of it.

use ::alerts::AlertChange;
use faults::DetectorState;
use messages::StationId;
use ports::{ConnectorRow, KeepConnectors, PortError, Saved};

use super::{State, Tables, is_current, next};

impl KeepConnectors for Tables {
    async fn connectors(&self, station: &StationId) -> Result<Vec<ConnectorRow>, PortError> {
        let connectors = &self.state().connectors;
        Ok(connectors.get(station).map(|rows| rows.values().cloned().collect()).unwrap_or_default())
    }

    async fn save_connector(&self, row: &ConnectorRow, alerts: &[AlertChange]) -> Result<Saved, PortError> {
        let mut state = self.state();
        if !state.is_current_connector(row) {
            return Ok(Saved::Conflict);
        }
        state.put_connector(row);
        state.change_alerts(alerts);
        Ok(Saved::Done)
    }
}

impl State {
    pub(super) fn is_current_connector(&self, row: &ConnectorRow) -> bool {
        let stored = self.connectors.get(&row.station).and_then(|rows| rows.get(&row.key));
        is_current(row.version, stored.map(|stored| stored.version))
    }

    /// Writes a connector whole.
    pub(super) fn put_connector(&mut self, row: &ConnectorRow) {
        let detector = DetectorState::decode(&row.detector.encode()).unwrap_or_default();
        let stored = ConnectorRow { detector, version: next(row.version), ..row.clone() };
        self.connectors.entry(row.station.clone()).or_default().insert(row.key, stored);
    }
}
