//! Disturbances of sites: beside their outages, under `site#` and the site, one for each voltage fault.

use ::alerts::AlertChange;
use faults::{Disturbance, FaultId};
use messages::SiteId;
use ports::{ConnectorRow, DisturbanceRow, KeepDisturbances, PortError, Saved};

use crate::Dynamo;
use crate::connectors::connector_item;
use crate::dynamo::Seeing;
use crate::item::{Attributes, Item, Read, read};
use crate::keys::of_site;
use crate::write::{Committed, Expected, Transaction, put_action};

/// What the sort keys of disturbances begin with.
pub(crate) const DISTURBANCE: &str = "disturbance#";

impl KeepDisturbances for Dynamo {
    async fn disturbance(&self, site: &SiteId, fault: &FaultId) -> Result<Option<DisturbanceRow>, PortError> {
        let action = "read a disturbance of a site";
        let key = (of_site(site), sort_key(fault));
        let found = self.get(action, &self.tables.connectors, key, Seeing::Everything).await?;
        let row = |item: &Attributes| {
            let (site, fault) = (site.clone(), fault.clone());
            Ok(DisturbanceRow { site, fault, disturbance: item.value::<Disturbance>()?, version: item.version()? })
        };
        found.map(|item| read(action, &item, row)).transpose()
    }

    async fn save_disturbed(
        &self,
        row: Option<&ConnectorRow>,
        disturbances: &[DisturbanceRow],
        alerts: &[AlertChange],
    ) -> Result<Saved, PortError> {
        let action = "save a connector with what it means for its site";
        let table = &self.tables.connectors;
        let mut writes = Transaction::default();
        if let Some(row) = row {
            let item = connector_item(action, row)?;
            writes = writes.require(put_action(action, table, item, Expected::read(row.version))?);
        }
        for row in disturbances {
            let item = disturbance_item(action, row)?;
            writes = writes.require(put_action(action, table, item, Expected::read(row.version))?);
        }
        let writes = writes.prefer(self.alert_writes(action, alerts)?);
        Ok(if self.commit(action, writes).await? == Committed::Done { Saved::Done } else { Saved::Conflict })
    }
}

fn disturbance_item(action: &'static str, row: &DisturbanceRow) -> Result<Item, PortError> {
    let DisturbanceRow { site, fault, disturbance, version } = row;
    let site_key = of_site(site);
    Ok(Item::keyed(&site_key, sort_key(fault))
        .body(action, disturbance)?
        .next_version(*version)
        .due(&site_key, disturbance.check_at))
}

fn sort_key(fault: &FaultId) -> String {
    format!("{DISTURBANCE}{fault}")
}
