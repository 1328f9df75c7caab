//! How the sessions of connectors went: beside their live state, under `health#` and the connector.
//!
//! What is remembered is of its own version: one that this version cannot read is forgotten, and the open episodes stay until a good
//! session. No bill waits for it.

use faults::{Episode, Health};
use messages::{ConnectorKey, SiteId, StationId};
use ports::{HealthRow, PortError, ReadHealth};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Dynamo;
use crate::dynamo::Seeing;
use crate::error::BadItem;
use crate::item::{Attributes, Item, Read, read};
use crate::keys::PK;

/// What the sort keys begin with.
pub(crate) const HEALTH: &str = "health#";

/// The JSON of a row: everything but its station and its version.
#[derive(Debug, Serialize, Deserialize)]
struct Body<H> {
    key: ConnectorKey,
    site: SiteId,
    health: H,
    episodes: Vec<Episode>,
}

impl ReadHealth for Dynamo {
    async fn health(&self, station: &StationId, key: ConnectorKey) -> Result<Option<HealthRow>, PortError> {
        let action = "read the health of a connector";
        let key = (station.to_string(), format!("{HEALTH}{key}"));
        let item = self.get(action, &self.tables.connectors, key, Seeing::Everything).await?;
        item.map(|item| read(action, &item, health_of)).transpose()
    }
}

/// A row as it is stored.
pub(crate) fn health_item(action: &'static str, row: &HealthRow) -> Result<Item, PortError> {
    let HealthRow { station, key, site, health, episodes, version } = row;
    let body = Body { key: *key, site: site.clone(), health, episodes: episodes.clone() };
    Ok(Item::keyed(station.to_string(), format!("{HEALTH}{key}"))
        .body(action, &body)?
        .next_version(*version)
        .text("site", site.to_string()))
}

/// A row as it was read.
pub(crate) fn health_of(item: &Attributes) -> Result<HealthRow, BadItem> {
    let station: StationId = item.text_of(PK)?.parse().map_err(|error| BadItem::because(PK, error))?;
    let Body::<Value> { key, site, health, episodes } = item.value()?;
    let health: Health = serde_json::from_value(health).unwrap_or_else(|error| {
        let error: &dyn std::error::Error = &error;
        tracing::warn!(station.id = %station, connector = %key, error, "how sessions went was forgotten");
        Health::default()
    });
    Ok(HealthRow { station, key, site, health, episodes, version: item.version()? })
}

#[cfg(test)]
mod tests {
    use faults::{FaultId, Severity};

    use super::*;
    use crate::keys::BODY;

    #[test]
    fn what_a_later_release_remembers_is_forgotten_but_not_what_is_open() {
        let episode = Episode {
            fault: FaultId::MalfunctioningUnit,
            severity: Severity::P2,
            opened_at: jiff::Timestamp::UNIX_EPOCH,
            value: 4.0,
            limit: 4.0,
            unit: "sessions".to_owned(),
            evidence: String::new(),
        };
        let row = HealthRow {
            station: "station-001".parse().unwrap(),
            key: ConnectorKey { evse_id: 1, connector_id: 2 },
            site: "demo".parse().unwrap(),
            health: Health::default(),
            episodes: vec![episode],
            version: 6,
        };
        let item = health_item("test", &row).unwrap();
        let stored = HealthRow { version: 7, ..row };
        assert_eq!(health_of(&item.clone().attributes()).unwrap(), stored);
        let attributes = item.clone().attributes();
        let later = attributes.text_of(BODY).unwrap().replace("\"version\":1", "\"version\":2,\"more\":[]");
        assert_eq!(health_of(&item.text(BODY, later).attributes()).unwrap(), stored);
    }
}
