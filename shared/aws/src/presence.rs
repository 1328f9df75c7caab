//! The connections of stations: beside their connectors, under the sort key `presence`; and the outages of sites, under `site#` and the
//! site. The sparse index `gone` holds the stations of a site that are missed.

use std::collections::BTreeSet;

use ::alerts::AlertChange;
use aws_sdk_dynamodb::types::AttributeValue;
use faults::{Outage, Presence};
use messages::{SiteId, StationId};
use ports::{KeepOutages, KeepPresence, OutageRow, PortError, PresenceRow, Saved};
use serde::{Deserialize, Serialize};

use crate::Dynamo;
use crate::dynamo::Seeing;
use crate::error::{BadItem, failed};
use crate::item::{Attributes, Item, Read, read};
use crate::keys::{GONE_INDEX, GONE_SITE, PK, of_site};
use crate::write::{Committed, Expected, Transaction, Written, put_action};

/// The sort key of a presence.
pub(crate) const PRESENCE: &str = "presence";

const OUTAGE: &str = "outage";

/// The JSON of a row: everything but its keys and its version.
#[derive(Debug, Serialize, Deserialize)]
struct Body {
    site: SiteId,
    #[serde(flatten)]
    presence: Presence,
}

impl KeepPresence for Dynamo {
    async fn presence(&self, station: &StationId) -> Result<Option<PresenceRow>, PortError> {
        let action = "read the presence of a station";
        let key = (station.to_string(), PRESENCE.to_owned());
        let item = self.get(action, &self.tables.connectors, key, Seeing::Everything).await?;
        item.map(|item| read(action, &item, presence_of)).transpose()
    }

    async fn save_presence(&self, row: &PresenceRow) -> Result<Saved, PortError> {
        let action = "save the presence of a station";
        let (item, expected) = (presence_item(action, row)?, Expected::read(row.version));
        let written = self.put(action, &self.tables.connectors, item, expected).await?;
        Ok(if written == Written::Done { Saved::Done } else { Saved::Conflict })
    }
}

impl KeepOutages for Dynamo {
    async fn outage(&self, site: &SiteId) -> Result<Option<OutageRow>, PortError> {
        let action = "read the outage of a site";
        let key = (of_site(site), OUTAGE.to_owned());
        let found = self.get(action, &self.tables.connectors, key, Seeing::Everything).await?;
        let row = |item: &Attributes| {
            Ok(OutageRow { site: site.clone(), outage: item.value::<Outage>()?, version: item.version()? })
        };
        found.map(|item| read(action, &item, row)).transpose()
    }

    async fn gone(&self, site: &SiteId) -> Result<BTreeSet<StationId>, PortError> {
        let action = "list the stations that are gone";
        let query = self
            .client
            .query()
            .table_name(&self.tables.connectors)
            .index_name(GONE_INDEX)
            .key_condition_expression("#site = :site")
            .expression_attribute_names("#site", GONE_SITE)
            .expression_attribute_values(":site", AttributeValue::S(site.to_string()));
        let (mut gone, mut after) = (BTreeSet::new(), None);
        loop {
            let page = query.clone().set_exclusive_start_key(after).send().await.map_err(failed(action))?;
            for item in page.items.unwrap_or_default() {
                gone.insert(read(action, &item, station_of)?);
            }
            after = page.last_evaluated_key;
            if after.is_none() {
                return Ok(gone);
            }
        }
    }

    async fn save_watch(
        &self,
        row: &PresenceRow,
        outage: Option<&OutageRow>,
        alerts: &[AlertChange],
    ) -> Result<Saved, PortError> {
        let action = "save what the presence of a station means";
        if outage.is_none() && alerts.is_empty() {
            // Most looks find nothing, and a transaction costs twice as much.
            return self.save_presence(row).await;
        }
        let table = &self.tables.connectors;
        let presence = put_action(action, table, presence_item(action, row)?, Expected::read(row.version))?;
        let mut writes = Transaction::default().require(presence);
        if let Some(OutageRow { site, outage, version }) = outage {
            let item = Item::keyed(of_site(site), OUTAGE).body(action, outage)?.next_version(*version);
            writes = writes.require(put_action(action, table, item, Expected::read(*version))?);
        }
        let writes = writes.prefer(self.alert_writes(action, alerts)?);
        Ok(if self.commit(action, writes).await? == Committed::Done { Saved::Done } else { Saved::Conflict })
    }
}

fn presence_item(action: &'static str, row: &PresenceRow) -> Result<Item, PortError> {
    let (station, site) = (row.station.to_string(), row.site.to_string());
    let body = Body { site: row.site.clone(), presence: row.presence.clone() };
    Ok(Item::keyed(&station, PRESENCE)
        .body(action, &body)?
        .next_version(row.version)
        .due(&station, row.presence.watch.check_at)
        .optional_text(GONE_SITE, row.presence.is_missed().then(|| site.clone()))
        .text("site", site))
}

/// A presence as it was read.
pub(crate) fn presence_of(item: &Attributes) -> Result<PresenceRow, BadItem> {
    let Body { site, presence } = item.value()?;
    Ok(PresenceRow { station: station_of(item)?, site, presence, version: item.version()? })
}

fn station_of(item: &Attributes) -> Result<StationId, BadItem> {
    item.text_of(PK)?.parse().map_err(|error| BadItem::because(PK, error))
}
