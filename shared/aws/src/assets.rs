//! What the operator owns: sites, stations, tariffs, drivers, stock.
//!
//! | pk | sk | |
//! |---|---|---|
//! | `site#{id}` | `site` | the site |
//! | | `station#{id}` | its stations, whole, for lists |
//! | | `tariff#{from}#{id}` | its tariffs |
//! | | `stock#{item}` | its spares |
//! | `station#{id}` | `station` | a station, for whoever knows only its id |
//! | | `admission` | that it may claim a certificate, and which it has claimed |
//! | `driver#{id}` | `driver` | a driver |
//! | | `driver-unpaid#{session}` | a debt of theirs that was given up: they are blocked |
//! | `token#{token}` | `token` | whose token it is |
//! | `sites`, `drivers` | `site#{id}`, `driver#{id}` | all of them, for lists |
//! | `move#{station}` | a message id | that message has changed a stock |
//!
//! What takes several items is written one after the other, the item that reads begin with last: a load that was cut off is
//! completed by loading again.

mod drivers;
mod sites;

use ::alerts::stock::Stock;
use messages::{ItemId, SiteId, StationId};
use ports::PortError;
use serde::Serialize;

use crate::Dynamo;
use crate::error::{BadItem, failed};
use crate::item::{Attributes, Item, Read};

/// The partition of a site.
pub(crate) fn of_site(site: &SiteId) -> String {
    format!("site#{site}")
}

/// The name of a station: its partition, and its sort key at its site.
pub(crate) fn station_name(station: &StationId) -> String {
    format!("station#{station}")
}

/// The sort key of a stock.
pub(crate) fn stock_key(item: &ItemId) -> String {
    format!("stock#{item}")
}

/// A stock as it is stored.
pub(crate) fn stock_item(action: &'static str, stock: &Stock) -> Result<Item, PortError> {
    Ok(Item::keyed(of_site(&stock.site), stock_key(&stock.item)).body(action, stock)?.next_version(stock.version))
}

/// A stock as it was read.
pub(crate) fn stock_of(item: &Attributes) -> Result<Stock, BadItem> {
    Ok(Stock { version: item.version()?, ..item.value()? })
}

impl Dynamo {
    /// Writes an asset; the last one to write wins.
    async fn put_asset(
        &self,
        action: &'static str,
        (pk, sk): (&str, &str),
        asset: &impl Serialize,
    ) -> Result<(), PortError> {
        let item = Item::keyed(pk, sk).body(action, asset)?;
        let request = self.client.put_item().table_name(&self.tables.assets);
        request.set_item(Some(item.attributes())).send().await.map_err(failed(action))?;
        Ok(())
    }

    pub(crate) async fn delete_asset(&self, action: &'static str, key: Attributes) -> Result<(), PortError> {
        let request = self.client.delete_item().table_name(&self.tables.assets);
        request.set_key(Some(key)).send().await.map_err(failed(action))?;
        Ok(())
    }
}
