//! Spares on hand, and the marks of the messages that changed them.

use ::alerts::AlertChange;
use ::alerts::stock::Stock;
use messages::{ItemId, SiteId};
use ports::{KeepStock, PortError, StockMove, StockSaved};

use super::{Tables, is_current, next};

impl KeepStock for Tables {
    async fn stock(&self, site: &SiteId, item: &ItemId) -> Result<Option<Stock>, PortError> {
        Ok(self.state().assets.stocks.get(site).and_then(|stocks| stocks.get(item)).cloned())
    }

    async fn save_stock(
        &self,
        stock: &Stock,
        cause: &StockMove,
        alerts: &[AlertChange],
    ) -> Result<StockSaved, PortError> {
        let mut state = self.state();
        let mark = (cause.station.clone(), cause.message_id.clone());
        if state.assets.moves.contains(&mark) {
            return Ok(StockSaved::AlreadyApplied);
        }
        let of_site = state.assets.stocks.entry(stock.site.clone()).or_default();
        if !is_current(stock.version, of_site.get(&stock.item).map(|stock| stock.version)) {
            return Ok(StockSaved::Conflict);
        }
        of_site.insert(stock.item.clone(), Stock { version: next(stock.version), ..stock.clone() });
        state.assets.moves.insert(mark);
        state.change_alerts(alerts);
        Ok(StockSaved::Done)
    }
}
