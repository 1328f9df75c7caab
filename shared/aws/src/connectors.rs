//! The live state of connectors.
//!
//! Partition: the station. Sort key: `connector#` and the connector. The detector state is binary and of its own version: one that this
//! version cannot read is forgotten, and learned again from the next samples.

use ::alerts::AlertChange;
use faults::{Cadence, DetectorState, Episode};
use jiff::Timestamp;
use messages::{ConnectorKey, SiteId, StationId};
use ports::{ConnectorRow, KeepConnectors, Live, PortError, Saved};
use serde::{Deserialize, Serialize};

use crate::Dynamo;
use crate::dynamo::Seeing;
use crate::error::BadItem;
use crate::item::{Attributes, Item, Read, read};
use crate::keys::PK;
use crate::write::{Committed, Expected, Transaction, Written, put_action};

/// What the sort keys of connectors begin with.
pub(crate) const CONNECTOR: &str = "connector#";
const DETECTOR: &str = "detector";

/// The JSON of a row: everything but its keys, its version and the detector state.
#[derive(Debug, Serialize, Deserialize)]
struct Body {
    key: ConnectorKey,
    site: SiteId,
    episodes: Vec<Episode>,
    live: Live,
    #[serde(default)]
    cadence: Option<Cadence>,
    saved_at: Option<Timestamp>,
}

impl KeepConnectors for Dynamo {
    async fn connectors(&self, station: &StationId) -> Result<Vec<ConnectorRow>, PortError> {
        let action = "read the connectors of a station";
        let key = (station.to_string(), CONNECTOR);
        let items = self.list(action, &self.tables.connectors, key, Seeing::Everything).await?;
        let rows = items.iter().map(|item| read(action, item, row_of));
        let mut rows = rows.collect::<Result<Vec<_>, _>>()?;
        rows.sort_by_key(|row| row.key);
        Ok(rows)
    }

    async fn save_connector(&self, row: &ConnectorRow, alerts: &[AlertChange]) -> Result<Saved, PortError> {
        let action = "save a connector";
        let table = &self.tables.connectors;
        let (item, expected) = (connector_item(action, row)?, Expected::read(row.version));
        let is_saved = if alerts.is_empty() {
            // A transaction costs twice as much, and connectors are written all the time.
            self.put(action, table, item, expected).await? == Written::Done
        } else {
            let write = Transaction::default().require(put_action(action, table, item, expected)?);
            let writes = write.prefer(self.alert_writes(action, alerts)?);
            self.commit(action, writes).await? == Committed::Done
        };
        Ok(if is_saved { Saved::Done } else { Saved::Conflict })
    }
}

/// A connector as it is stored.
pub(crate) fn connector_item(action: &'static str, row: &ConnectorRow) -> Result<Item, PortError> {
    let body = Body {
        key: row.key,
        site: row.site.clone(),
        episodes: row.episodes.clone(),
        live: row.live.clone(),
        cadence: row.cadence,
        saved_at: row.saved_at,
    };
    Ok(Item::keyed(row.station.to_string(), format!("{CONNECTOR}{}", row.key))
        .body(action, &body)?
        .bytes(DETECTOR, row.detector.encode())
        .next_version(row.version)
        .text("site", row.site.to_string()))
}

/// A connector as it was read.
pub(crate) fn row_of(item: &Attributes) -> Result<ConnectorRow, BadItem> {
    let station: StationId = item.text_of(PK)?.parse().map_err(|error| BadItem::because(PK, error))?;
    let body: Body = item.value()?;
    let detector = DetectorState::decode(item.bytes_of(DETECTOR)?).unwrap_or_else(|error| {
        let error: &dyn std::error::Error = &error;
        tracing::warn!(station.id = %station, connector = %body.key, error, "a detector state was forgotten");
        DetectorState::default()
    });
    Ok(ConnectorRow {
        station,
        key: body.key,
        site: body.site,
        detector,
        episodes: body.episodes,
        live: body.live,
        cadence: body.cadence,
        saved_at: body.saved_at,
        version: item.version()?,
    })
}
