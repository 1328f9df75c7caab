//! Alerts; the id is the key.

use ::alerts::{Alert, AlertId};
use jiff::Timestamp;
use ports::{KeepAlerts, PortError, Raised, Saved};

use crate::Dynamo;
use crate::change::{RESOLVED, alert_item};
use crate::error::{BadItem, failed};
use crate::item::{Attributes, Item, Read, read};
use crate::keys::{BODY, DUE_PUBLISH};
use crate::marks::Wake;
use crate::write::{Expected, Written};

impl KeepAlerts for Dynamo {
    async fn alert(&self, id: &AlertId) -> Result<Option<Alert>, PortError> {
        let action = "read an alert";
        let request = self.client.get_item().table_name(&self.tables.alerts).set_key(Some(key(id)));
        let found = request.consistent_read(true).send().await.map_err(failed(action))?.item;
        found.map(|item| read(action, &item, alert_of)).transpose()
    }

    async fn raise(&self, alert: &Alert) -> Result<Raised, PortError> {
        let action = "raise an alert";
        let item = alert_item(action, alert, Wake::Reader)?;
        match self.put(action, &self.tables.alerts, item, Expected::Absent).await? {
            Written::Done => Ok(Raised::New),
            Written::Refused(_) => Ok(Raised::Already),
        }
    }

    async fn save_alert(&self, alert: &Alert) -> Result<Saved, PortError> {
        let action = "save an alert";
        let item = alert_item(action, alert, Wake::Nobody)?;
        match self.put(action, &self.tables.alerts, item, Expected::read(alert.version)).await? {
            Written::Done => Ok(Saved::Done),
            Written::Refused(_) => Ok(Saved::Conflict),
        }
    }

    async fn mark_alert_due(&self, id: &AlertId, now: Timestamp) -> Result<(), PortError> {
        // Whether it was set, nothing was due or the alert is gone: there is nothing left to do here.
        self.mark("mark an alert as due", &self.tables.alerts, key(id), DUE_PUBLISH, now).await.map(|_| ())
    }
}

fn key(id: &AlertId) -> Attributes {
    Item::new(id.as_str()).attributes()
}

/// An alert as it was read.
pub(crate) fn alert_of(item: &Attributes) -> Result<Alert, BadItem> {
    let resolved = item.contains_key(RESOLVED).then(|| item.text_of(RESOLVED)).transpose()?;
    Alert::read(item.text_of(BODY)?, resolved, item.due_at()?, item.version()?)
        .map_err(|error| BadItem::because(BODY, error))
}
