//! Changes of alerts as parts of the write that makes them necessary. None of them stops that write.

use ::alerts::{AlertChange, AlertId, Resolution, fold};
use jiff::Timestamp;

use super::marks::Wake;
use super::{State, Tables, next};

impl Tables {
    /// Does to the alerts what a write does that carries these changes.
    pub fn change_alerts(&self, changes: &[AlertChange]) {
        self.state().change_alerts(changes);
    }
}

impl State {
    /// Changes the alerts that can be changed like this; the others stay as they are.
    pub(super) fn change_alerts(&mut self, changes: &[AlertChange]) {
        for change in fold(changes.to_vec()) {
            match change {
                AlertChange::Open(alert) if self.alerts.contains_key(&alert.id) => {}
                AlertChange::Open(alert) => self.put_alert(&alert, Wake::Reader),
                AlertChange::Resolve { id, resolution, due_at } => self.resolve(&id, resolution, due_at),
            }
        }
    }

    fn resolve(&mut self, id: &AlertId, resolution: Resolution, due_at: Timestamp) {
        let Some(stored) = self.alerts.get_mut(id).filter(|stored| stored.resolved.is_none()) else { return };
        stored.resolved = Some(resolution);
        stored.body.version = next(stored.body.version);
        let before = stored.body.due_at.replace(due_at);
        self.alert_is_due(id, before, Some(due_at), Wake::Reader);
    }
}
