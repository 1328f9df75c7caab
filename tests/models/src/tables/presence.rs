//! The connections of stations, and the outages of sites.

use std::collections::BTreeSet;

use ::alerts::AlertChange;
use messages::{SiteId, StationId};
use ports::{KeepOutages, KeepPresence, OutageRow, PortError, PresenceRow, Saved};

use super::due::Item;
use super::{State, Tables, is_current, next};

impl KeepPresence for Tables {
    async fn presence(&self, station: &StationId) -> Result<Option<PresenceRow>, PortError> {
        Ok(self.state().presences.get(station).cloned())
    }

    async fn save_presence(&self, row: &PresenceRow) -> Result<Saved, PortError> {
        let mut state = self.state();
        if !state.is_current_presence(row) {
            return Ok(Saved::Conflict);
        }
        state.put_presence(row);
        Ok(Saved::Done)
    }
}

impl KeepOutages for Tables {
    async fn outage(&self, site: &SiteId) -> Result<Option<OutageRow>, PortError> {
        Ok(self.state().outages.get(site).cloned())
    }

    async fn gone(&self, site: &SiteId) -> Result<BTreeSet<StationId>, PortError> {
        let state = self.state();
        let gone = state.presences.values().filter(|row| row.site == *site && row.presence.is_missed());
        Ok(gone.map(|row| row.station.clone()).collect())
    }

    async fn save_watch(
        &self,
        row: &PresenceRow,
        outage: Option<&OutageRow>,
        alerts: &[AlertChange],
    ) -> Result<Saved, PortError> {
        let mut state = self.state();
        if !state.is_current_presence(row) || outage.is_some_and(|outage| !state.is_current_outage(outage)) {
            return Ok(Saved::Conflict);
        }
        state.put_presence(row);
        if let Some(outage) = outage {
            let stored = OutageRow { version: next(outage.version), ..outage.clone() };
            state.outages.insert(outage.site.clone(), stored);
        }
        state.change_alerts(alerts);
        Ok(Saved::Done)
    }
}

impl State {
    fn is_current_presence(&self, row: &PresenceRow) -> bool {
        is_current(row.version, self.presences.get(&row.station).map(|row| row.version))
    }

    fn is_current_outage(&self, outage: &OutageRow) -> bool {
        is_current(outage.version, self.outages.get(&outage.site).map(|outage| outage.version))
    }

    /// Writes a presence whole.
    fn put_presence(&mut self, row: &PresenceRow) {
        let stored = PresenceRow { version: next(row.version), ..row.clone() };
        let before = self.presences.insert(row.station.clone(), stored);
        let before = before.and_then(|before| before.presence.watch.check_at);
        self.due.change(Item::Presence(row.station.clone()), before, row.presence.watch.check_at);
    }
}
