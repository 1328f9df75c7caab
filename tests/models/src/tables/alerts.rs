//! Alerts; the id is the key.

use ::alerts::{Alert, AlertId, Resolution};
use jiff::Timestamp;
use ports::{KeepAlerts, PortError, Raised, Saved};

use super::marks::{Wake, marked};
use super::{State, Tables, is_current, next};

/// An alert as it is stored: whoever resolves it does not read it, so that its resolution stands beside it.
#[derive(Debug)]
pub(super) struct Stored {
    /// The alert as it was written, with the version and the due time of now.
    pub(super) body: Alert,
    /// How it ended.
    pub(super) resolved: Option<Resolution>,
}

impl Stored {
    /// The alert as it is read.
    pub(super) fn alert(&self) -> Alert {
        match self.resolved.clone() {
            Some(resolution) => self.body.clone().resolved(resolution),
            None => self.body.clone(),
        }
    }
}

impl KeepAlerts for Tables {
    async fn alert(&self, id: &AlertId) -> Result<Option<Alert>, PortError> {
        Ok(self.state().alerts.get(id).map(Stored::alert))
    }

    async fn raise(&self, alert: &Alert) -> Result<Raised, PortError> {
        let mut state = self.state();
        if state.alerts.contains_key(&alert.id) {
            return Ok(Raised::Already);
        }
        state.put_alert(alert, Wake::Reader);
        Ok(Raised::New)
    }

    async fn save_alert(&self, alert: &Alert) -> Result<Saved, PortError> {
        let mut state = self.state();
        if !is_current(alert.version, state.alerts.get(&alert.id).map(|stored| stored.body.version)) {
            return Ok(Saved::Conflict);
        }
        state.put_alert(alert, Wake::Nobody);
        Ok(Saved::Done)
    }

    async fn mark_alert_due(&self, id: &AlertId, now: Timestamp) -> Result<(), PortError> {
        let mut state = self.state();
        let Some(Stored { body, .. }) = state.alerts.get_mut(id) else { return Ok(()) };
        let Some(due_at) = body.due_at else { return Ok(()) };
        let marked = marked(due_at, now);
        body.due_at = Some(marked);
        body.version = next(body.version);
        state.alert_is_due(id, Some(due_at), Some(marked), Wake::Reader);
        Ok(())
    }
}

impl State {
    /// Writes an alert whole.
    pub(super) fn put_alert(&mut self, alert: &Alert, wake: Wake) {
        let body = Alert { version: next(alert.version), ..alert.clone() };
        let before = self.alerts.insert(alert.id.clone(), Stored { body, resolved: alert.resolution.clone() });
        let before = before.and_then(|stored| stored.body.due_at);
        self.alert_is_due(&alert.id, before, alert.due_at, wake);
    }
}
