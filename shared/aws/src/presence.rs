//! The connections of stations: beside their connectors, under the sort key `presence`.

use faults::Presence;
use messages::{SiteId, StationId};
use ports::{KeepPresence, PortError, PresenceRow, Saved};
use serde::{Deserialize, Serialize};

use crate::Dynamo;
use crate::dynamo::Seeing;
use crate::error::BadItem;
use crate::item::{Attributes, Item, Read, read};
use crate::keys::PK;
use crate::write::{Expected, Written};

const PRESENCE: &str = "presence";

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
        item.map(|item| read(action, &item, row_of)).transpose()
    }

    async fn save_presence(&self, row: &PresenceRow) -> Result<Saved, PortError> {
        let action = "save the presence of a station";
        let body = Body { site: row.site.clone(), presence: row.presence.clone() };
        let item = Item::keyed(row.station.to_string(), PRESENCE)
            .body(action, &body)?
            .next_version(row.version)
            .text("site", row.site.to_string());
        let written = self.put(action, &self.tables.connectors, item, Expected::read(row.version)).await?;
        Ok(if written == Written::Done { Saved::Done } else { Saved::Conflict })
    }
}

/// A presence as it was read.
fn row_of(item: &Attributes) -> Result<PresenceRow, BadItem> {
    let station: StationId = item.text_of(PK)?.parse().map_err(|error| BadItem::because(PK, error))?;
    let Body { site, presence } = item.value()?;
    Ok(PresenceRow { station, site, presence, version: item.version()? })
}
