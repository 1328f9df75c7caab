//! The live state of connectors. What their detectors remember is kept as it would be read from the bytes of it.

use ::alerts::AlertChange;
use faults::DetectorState;
use messages::StationId;
use ports::{ConnectorRow, KeepConnectors, PortError, Saved};

use super::{Tables, is_current, next};

impl KeepConnectors for Tables {
    async fn connectors(&self, station: &StationId) -> Result<Vec<ConnectorRow>, PortError> {
        let connectors = &self.state().connectors;
        Ok(connectors.get(station).map(|rows| rows.values().cloned().collect()).unwrap_or_default())
    }

    async fn save_connector(&self, row: &ConnectorRow, alerts: &[AlertChange]) -> Result<Saved, PortError> {
        let mut state = self.state();
        let rows = state.connectors.entry(row.station.clone()).or_default();
        if !is_current(row.version, rows.get(&row.key).map(|row| row.version)) {
            return Ok(Saved::Conflict);
        }
        let detector = DetectorState::decode(&row.detector.encode()).unwrap_or_default();
        rows.insert(row.key, ConnectorRow { detector, version: next(row.version), ..row.clone() });
        state.change_alerts(alerts);
        Ok(Saved::Done)
    }
}
