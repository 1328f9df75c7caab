//! Spares on hand.

use std::future::Future;

use alerts::AlertChange;
use alerts::stock::Stock;
use jiff::Timestamp;
use messages::{ItemId, SiteId, StationId};

use crate::PortError;

/// What makes one stock message itself: its station and the id that the station gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockMove {
    /// The sender.
    pub station: StationId,
    /// The sender's message id.
    pub message_id: String,
    /// When it was received; the mark of it is kept for 30 days after.
    pub received_at: Timestamp,
}

/// How writing a stock ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum StockSaved {
    /// It is stored.
    Done,
    /// Somebody else wrote first: read again and decide again.
    Conflict,
    /// This message had been applied before.
    AlreadyApplied,
}

/// The stock of spare parts per site.
pub trait KeepStock {
    /// The stock of one part, if the site keeps it.
    fn stock(&self, site: &SiteId, item: &ItemId) -> impl Future<Output = Result<Option<Stock>, PortError>> + Send;
    /// Writes the stock if its version is still the one that was read and the message was not applied before, with the alerts that follow.
    fn save_stock(
        &self,
        stock: &Stock,
        cause: &StockMove,
        alerts: &[AlertChange],
    ) -> impl Future<Output = Result<StockSaved, PortError>> + Send;
}
