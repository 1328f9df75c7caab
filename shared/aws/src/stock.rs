//! Spares on hand, and the marks of the messages that changed them.

use ::alerts::AlertChange;
use ::alerts::stock::Stock;
use jiff::{SignedDuration, Timestamp};
use messages::{ItemId, SiteId};
use ports::{KeepStock, PortError, StockMove, StockSaved};

use crate::Dynamo;
use crate::assets::{of_site, stock_item, stock_key, stock_of};
use crate::dynamo::Seeing;
use crate::item::{Item, read};
use crate::write::{Committed, Expected, Transaction, put_action};

/// How long the mark of an applied message is kept after it was received.
const REMEMBERED_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Where the mark stands in the transaction.
const MARK: usize = 1;

impl KeepStock for Dynamo {
    async fn stock(&self, site: &SiteId, item: &ItemId) -> Result<Option<Stock>, PortError> {
        let action = "read a stock";
        let key = (of_site(site), stock_key(item));
        let found = self.get(action, &self.tables.assets, key, Seeing::Everything).await?;
        found.map(|item| read(action, &item, stock_of)).transpose()
    }

    async fn save_stock(
        &self,
        stock: &Stock,
        cause: &StockMove,
        alerts: &[AlertChange],
    ) -> Result<StockSaved, PortError> {
        let action = "save a stock";
        let table = &self.tables.assets;
        let until = cause.received_at.saturating_add(REMEMBERED_FOR).unwrap_or(Timestamp::MAX);
        let mark = Item::keyed(format!("move#{}", cause.station), cause.message_id.as_str()).expires_at(until);
        let writes = Transaction::default()
            .require(put_action(action, table, stock_item(action, stock)?, Expected::read(stock.version))?)
            .require(put_action(action, table, mark, Expected::Absent)?)
            .prefer(self.alert_writes(action, alerts)?);
        match self.commit(action, writes).await? {
            Committed::Done => Ok(StockSaved::Done),
            Committed::Refused(writes) if writes.contains(&MARK) => Ok(StockSaved::AlreadyApplied),
            Committed::Refused(_) => Ok(StockSaved::Conflict),
        }
    }
}
