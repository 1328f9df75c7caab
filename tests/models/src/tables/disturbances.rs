//! The disturbances of sites.

use ::alerts::AlertChange;
use faults::FaultId;
use messages::SiteId;
use ports::{ConnectorRow, DisturbanceRow, KeepDisturbances, PortError, Saved};

use super::due::Item;
use super::{State, Tables, is_current, next};

impl KeepDisturbances for Tables {
    async fn disturbance(&self, site: &SiteId, fault: &FaultId) -> Result<Option<DisturbanceRow>, PortError> {
        Ok(self.state().disturbances.get(&(site.clone(), fault.clone())).cloned())
    }

    async fn save_disturbed(
        &self,
        row: Option<&ConnectorRow>,
        disturbances: &[DisturbanceRow],
        alerts: &[AlertChange],
    ) -> Result<Saved, PortError> {
        let mut state = self.state();
        let is_current = row.is_none_or(|row| state.is_current_connector(row))
            && disturbances.iter().all(|row| state.is_current_disturbance(row));
        if !is_current {
            return Ok(Saved::Conflict);
        }
        if let Some(row) = row {
            state.put_connector(row);
        }
        for row in disturbances {
            state.put_disturbance(row);
        }
        state.change_alerts(alerts);
        Ok(Saved::Done)
    }
}

impl State {
    fn is_current_disturbance(&self, row: &DisturbanceRow) -> bool {
        let stored = self.disturbances.get(&(row.site.clone(), row.fault.clone()));
        is_current(row.version, stored.map(|stored| stored.version))
    }

    /// Writes a disturbance whole.
    fn put_disturbance(&mut self, row: &DisturbanceRow) {
        let key = (row.site.clone(), row.fault.clone());
        let stored = DisturbanceRow { version: next(row.version), ..row.clone() };
        let before = self.disturbances.insert(key, stored);
        let before = before.and_then(|before| before.disturbance.check_at);
        let item = Item::Disturbance(row.site.clone(), row.fault.clone());
        self.due.change(item, before, row.disturbance.check_at);
    }
}
