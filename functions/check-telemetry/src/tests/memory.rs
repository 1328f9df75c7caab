//! Ports that keep everything in memory, as the tables do: writes are conditional, an alert is raised once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};

use alerts::{Alert, AlertChange, AlertId};
use faults::FaultId;
use jiff::Timestamp;
use messages::{ConnectorKey, Envelope, SiteId, StationId};
use ports::{
    ConnectorRow, DisturbanceRow, KeepAlerts, KeepConnectors, KeepDisturbances, KeepQuarantine, ListStations,
    PortError, Quarantined, Raised, ReadStations, Record, Saved, Site, Station,
};

/// What a rival reads from the register.
pub(super) const RIVAL_WH: i64 = 4_711;

/// Everything there is.
#[derive(Default)]
pub(super) struct Memory(Mutex<State>);

#[derive(Default)]
pub(super) struct State {
    pub(super) stations: BTreeMap<StationId, Station>,
    pub(super) sites: BTreeMap<SiteId, Site>,
    pub(super) rows: BTreeMap<(StationId, ConnectorKey), ConnectorRow>,
    pub(super) disturbances: BTreeMap<(SiteId, FaultId), DisturbanceRow>,
    pub(super) alerts: BTreeMap<AlertId, Alert>,
    pub(super) quarantine: BTreeMap<String, Quarantined>,
    /// Rows written so far.
    pub(super) writes: usize,
    /// Writes of them that did not find what they had read.
    pub(super) conflicts: usize,
    /// Another batch, which is handled just before the next row is saved.
    pub(super) meanwhile: Option<(i64, Vec<Record<Envelope>>)>,
    /// Reads of stations, sites and connectors so far.
    pub(super) reads: usize,
    /// So many times somebody else writes a row just before it is saved.
    pub(super) rivals: usize,
    /// What does not answer: the name of a method, or a station, a connector or a record.
    pub(super) broken: BTreeSet<String>,
}

impl Memory {
    /// Stations 1 and 2 at a site with 230 V.
    pub(super) fn with_stations() -> Self {
        let memory = Self::default();
        memory.site(r#"{"id":"north","name":"North","timeZone":"Europe/Berlin","currency":"EUR","language":"de","nominalV":230,"seller":{"name":"S"}}"#);
        for station in ["station-001", "station-002"] {
            memory.station(&format!(r#"{{"id":"{station}","siteId":"north"}}"#));
        }
        memory
    }

    pub(super) fn site(&self, json: &str) {
        let site: Site = serde_json::from_str(json).unwrap();
        self.state().sites.insert(site.id.clone(), site);
    }

    pub(super) fn station(&self, json: &str) {
        let station: Station = serde_json::from_str(json).unwrap();
        self.state().stations.insert(station.id.clone(), station);
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub(super) fn row(&self, station: u16, key: ConnectorKey) -> ConnectorRow {
        self.state().rows[&(super::station(station), key)].clone()
    }

    /// Rows written and reads made so far.
    pub(super) fn traffic(&self) -> (usize, usize) {
        let state = self.state();
        (state.writes, state.reads)
    }

    /// Everything that is kept, to be compared.
    pub(super) fn kept(&self) -> impl PartialEq + use<> {
        let state = self.state();
        (state.rows.clone(), state.disturbances.clone(), state.alerts.clone(), state.quarantine.clone())
    }

    /// The ids of alerts, with whether they are resolved.
    pub(super) fn alerts(&self) -> Vec<(String, bool)> {
        let told = |alert: &Alert| (alert.id.to_string(), alert.resolution.is_some());
        self.state().alerts.values().map(told).collect()
    }
}

impl State {
    fn answer(&self, names: &[&str]) -> Result<(), PortError> {
        match names.iter().find(|name| self.broken.contains(**name)) {
            Some(name) => Err(PortError::new("reach a table", format!("{name} is broken"))),
            None => Ok(()),
        }
    }

    fn change(&mut self, change: &AlertChange) {
        match change {
            AlertChange::Open(alert) => {
                self.alerts.entry(alert.id.clone()).or_insert_with(|| Alert { version: 1, ..(**alert).clone() });
            }
            AlertChange::Resolve { id, resolution, due_at } => {
                if let Some(alert) = self.alerts.remove(id) {
                    let resolved = Alert { due_at: Some(*due_at), ..alert.resolved(resolution.clone()) };
                    self.alerts.insert(id.clone(), resolved);
                }
            }
        }
    }
}

impl ReadStations for Memory {
    async fn station(&self, id: &StationId) -> Result<Option<Station>, PortError> {
        let mut state = self.state();
        state.reads += 1;
        state.answer(&["station", id.as_str()])?;
        Ok(state.stations.get(id).cloned())
    }

    async fn site(&self, id: &SiteId) -> Result<Option<Site>, PortError> {
        let mut state = self.state();
        state.reads += 1;
        state.answer(&["site"])?;
        Ok(state.sites.get(id).cloned())
    }
}

impl KeepConnectors for Memory {
    async fn connectors(&self, station: &StationId) -> Result<Vec<ConnectorRow>, PortError> {
        let mut state = self.state();
        state.reads += 1;
        state.answer(&["connectors"])?;
        Ok(state.rows.values().filter(|row| row.station == *station).cloned().collect())
    }

    async fn save_connector(&self, row: &ConnectorRow, alerts: &[AlertChange]) -> Result<Saved, PortError> {
        self.save(row, &[], alerts)
    }
}

impl KeepDisturbances for Memory {
    async fn disturbance(&self, site: &SiteId, fault: &FaultId) -> Result<Option<DisturbanceRow>, PortError> {
        let mut state = self.state();
        state.reads += 1;
        state.answer(&["disturbance"])?;
        Ok(state.disturbances.get(&(site.clone(), fault.clone())).cloned())
    }

    async fn save_disturbed(
        &self,
        row: Option<&ConnectorRow>,
        disturbances: &[DisturbanceRow],
        alerts: &[AlertChange],
    ) -> Result<Saved, PortError> {
        self.save(row.expect("telemetry writes connectors"), disturbances, alerts)
    }
}

impl ListStations for Memory {
    async fn stations_of(&self, site: &SiteId) -> Result<Vec<Station>, PortError> {
        let mut state = self.state();
        state.reads += 1;
        state.answer(&["stations_of"])?;
        Ok(state.stations.values().filter(|station| station.site_id == *site).cloned().collect())
    }
}

impl Memory {
    fn save(
        &self,
        row: &ConnectorRow,
        disturbances: &[DisturbanceRow],
        alerts: &[AlertChange],
    ) -> Result<Saved, PortError> {
        let meanwhile = self.state().meanwhile.take();
        if let Some((seconds, records)) = meanwhile {
            assert!(super::handle(self, seconds, records).is_empty());
        }
        let mut state = self.state();
        state.answer(&["save_connector", &row.key.to_string()])?;
        assert!(row.detector.encode().len() <= faults::MAX_STATE_BYTES);
        let id = (row.station.clone(), row.key);
        if state.rivals > 0 {
            state.rivals -= 1;
            let rival = state
                .rows
                .get(&id)
                .cloned()
                .unwrap_or_else(|| crate::connector::unwritten(&row.station, row.key, &row.site));
            let live = ports::Live { register_wh: Some(RIVAL_WH), ..rival.live };
            state.rows.insert(id.clone(), ConnectorRow { version: rival.version + 1, live, ..rival });
        }
        let key = |row: &DisturbanceRow| (row.site.clone(), row.fault.clone());
        let is_stale =
            |row: &DisturbanceRow| state.disturbances.get(&key(row)).map_or(0, |stored| stored.version) != row.version;
        if state.rows.get(&id).map_or(0, |stored| stored.version) != row.version || disturbances.iter().any(is_stale) {
            state.conflicts += 1;
            return Ok(Saved::Conflict);
        }
        for row in disturbances {
            state.disturbances.insert(key(row), DisturbanceRow { version: row.version + 1, ..row.clone() });
        }
        state.rows.insert(id, ConnectorRow { version: row.version + 1, ..row.clone() });
        state.writes += 1;
        let ids: BTreeSet<&AlertId> = alerts.iter().map(AlertChange::id).collect();
        assert_eq!(ids.len(), alerts.len(), "one transaction writes an item once");
        for change in alerts {
            state.change(change);
        }
        Ok(Saved::Done)
    }
}

impl KeepAlerts for Memory {
    async fn alert(&self, id: &AlertId) -> Result<Option<Alert>, PortError> {
        Ok(self.state().alerts.get(id).cloned())
    }

    async fn raise(&self, alert: &Alert) -> Result<Raised, PortError> {
        let mut state = self.state();
        state.answer(&["raise"])?;
        if state.alerts.contains_key(&alert.id) {
            return Ok(Raised::Already);
        }
        state.alerts.insert(alert.id.clone(), alert.clone());
        Ok(Raised::New)
    }

    async fn save_alert(&self, _: &Alert) -> Result<Saved, PortError> {
        unreachable!("telemetry saves no alert by itself")
    }

    async fn mark_alert_due(&self, _: &AlertId, _: Timestamp) -> Result<(), PortError> {
        unreachable!("telemetry marks no alert")
    }
}

impl KeepQuarantine for Memory {
    async fn quarantine(&self, input: &Quarantined) -> Result<(), PortError> {
        let mut state = self.state();
        state.answer(&["quarantine", &input.id])?;
        state.quarantine.entry(input.id.clone()).or_insert_with(|| input.clone());
        Ok(())
    }
}
