//! Mistakes in telling people.

use alerts::{Alert, AlertId};
use jiff::Timestamp;
use ports::{KeepAlerts, PortError, Raised, Saved};

use super::{Mutant, Sabotaged};
use crate::task::now_or_never;

impl KeepAlerts for Sabotaged {
    async fn alert(&self, id: &AlertId) -> Result<Option<Alert>, PortError> {
        self.wires.alert(id).await
    }

    async fn raise(&self, alert: &Alert) -> Result<Raised, PortError> {
        let raised = self.wires.raise(alert).await?;
        if self.is(Mutant::UnconditionalAlert) && raised == Raised::Already {
            let tables = &self.wires.tables;
            let version = now_or_never(tables.alert(&alert.id)).map_or(0, |stored| stored.version);
            let (Saved::Done | Saved::Conflict) = now_or_never(tables.save_alert(&Alert { version, ..alert.clone() }));
            now_or_never(tables.mark_alert_due(&alert.id, alert.opened_at));
        }
        Ok(raised)
    }

    async fn save_alert(&self, alert: &Alert) -> Result<Saved, PortError> {
        if self.is(Mutant::UnclaimedAlert) && alert.claim.is_some() {
            return Ok(Saved::Done);
        }
        if self.is(Mutant::NoVersionCheck) {
            let version = now_or_never(self.wires.tables.alert(&alert.id)).map_or(0, |stored| stored.version);
            return self.wires.save_alert(&Alert { version, ..alert.clone() }).await;
        }
        self.wires.save_alert(alert).await
    }

    async fn mark_alert_due(&self, id: &AlertId, now: Timestamp) -> Result<(), PortError> {
        self.wires.mark_alert_due(id, now).await
    }
}
