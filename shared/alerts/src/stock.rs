//! Spare parts per site: counted, moved, low and replenished.
//!
//! A stock is low while fewer pieces are on hand than its threshold, and replenished as soon as they are as many: people move whole
//! pieces, so nothing jitters around the threshold and no gap between the two is needed. One alert per time that it is low.

use jiff::{SignedDuration, Timestamp};
use messages::{ItemId, SiteId, StockChange};
use serde::{Deserialize, Serialize};

use crate::{Alert, AlertChange, AlertId, Ending, Fact, Place, StockFact};

/// The most pieces of one part that a site is believed to hold.
const MAX_ON_HAND: i64 = 1_000_000;
/// How far ahead of ours a sender's clock may be before ours is taken, s.
const MAX_AHEAD_S: i64 = 300;

/// The stock of one part at one site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stock {
    /// The site.
    pub site: SiteId,
    /// The part.
    pub item: ItemId,
    /// Pieces on hand, 0 to 1,000,000.
    pub on_hand: i64,
    /// Fewer than this are too few; 0 never alerts.
    pub threshold: i64,
    /// Since when it has been low.
    #[serde(default)]
    pub low_since: Option<Timestamp>,
    /// How often it has been low; with `low_since` the cause of its alert.
    #[serde(default)]
    pub shortages: u32,
    /// When somebody last counted.
    #[serde(default)]
    pub counted_at: Option<Timestamp>,
    /// The version that was read; 0 before the first write.
    #[serde(default)]
    pub version: u64,
}

/// How a change met a stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applied {
    /// The stock is different now.
    Changed(Box<Changed>),
    /// Somebody counted after this happened, so the count knows it already. Nothing changes.
    Superseded,
}

/// A stock after a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The stock, to be saved under the version that was read.
    pub stock: Stock,
    /// Whether that made it low, or ended it.
    pub turn: Turn,
    /// Pieces that were taken though the stock did not have them: it was wrong before and wants to be counted.
    pub missing: i64,
}

/// What a change means for the alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It was enough and still is, or it was low and still is.
    Same,
    /// It fell below its threshold.
    FellLow {
        /// Since then.
        since: Timestamp,
    },
    /// It is enough again.
    Replenished {
        /// It had been low since then.
        since: Timestamp,
        /// Until then.
        at: Timestamp,
    },
}

impl Stock {
    /// A stock of which nothing is known but a number.
    #[must_use]
    pub fn new(site: SiteId, item: ItemId, on_hand: i64, threshold: i64) -> Self {
        let on_hand = on_hand.clamp(0, MAX_ON_HAND);
        Self { site, item, on_hand, threshold, low_since: None, shortages: 0, counted_at: None, version: 0 }
    }

    /// Whether too few are left.
    #[must_use]
    pub fn is_low(&self) -> bool {
        self.on_hand < self.threshold
    }

    /// The stock after a change that happened `at`, by the sender's clock, and was received at `received_at`.
    ///
    /// A count knows every move before it, so what happened before the last count changes nothing: messages arrive in any order.
    /// Taking more pieces than there are leaves none: the pieces are gone, it is our number that was wrong. A time more than 5
    /// minutes ahead of ours is replaced by ours, or one wrong clock would silence all others.
    #[must_use]
    pub fn apply(&self, change: &StockChange, at: Timestamp, received_at: Timestamp) -> Applied {
        let ahead = at.duration_since(received_at) > SignedDuration::from_secs(MAX_AHEAD_S);
        let at = if ahead { received_at } else { at };
        if self.counted_at.is_some_and(|counted_at| at < counted_at) {
            return Applied::Superseded;
        }
        let (wanted, counted_at) = match change {
            StockChange::OnHand(count) => (*count, Some(at)),
            StockChange::Moved { by, reason: _ } => (self.on_hand.saturating_add(*by), self.counted_at),
        };
        let on_hand = wanted.clamp(0, MAX_ON_HAND);
        let stock = Self { on_hand, counted_at, ..self.clone() };
        let turn = match (self.low_since, stock.is_low()) {
            (None, true) => Turn::FellLow { since: at },
            (Some(since), false) => Turn::Replenished { since, at },
            (None, false) | (Some(_), true) => Turn::Same,
        };
        let (low_since, shortages) = match turn {
            Turn::FellLow { since } => (Some(since), self.shortages.saturating_add(1)),
            Turn::Replenished { .. } => (None, self.shortages),
            Turn::Same => (self.low_since, self.shortages),
        };
        let missing = wanted.min(0).saturating_neg();
        Applied::Changed(Box::new(Changed { stock: Self { low_since, shortages, ..stock }, turn, missing }))
    }
}

impl Changed {
    /// The alerts that follow; `fact` says who reported the change and what uses the part.
    #[must_use]
    pub fn alerts(&self, place: &Place, reported: &Reported, now: Timestamp) -> Vec<AlertChange> {
        match self.turn {
            Turn::Same => Vec::new(),
            Turn::FellLow { since } => {
                let fact = Fact::StockLow(self.fact(reported, since));
                vec![AlertChange::open(Alert::open(fact, Some(place.clone()), now))]
            }
            Turn::Replenished { since, at } => {
                let id = AlertId::stock_low(&self.stock.site, &self.stock.item, self.stock.shortages, since);
                vec![AlertChange::resolve(id, Ending::Replenished { on_hand: self.stock.on_hand }, at, now)]
            }
        }
    }

    fn fact(&self, reported: &Reported, since: Timestamp) -> StockFact {
        StockFact {
            site: self.stock.site.clone(),
            item: self.stock.item.clone(),
            on_hand: self.stock.on_hand,
            threshold: self.stock.threshold,
            station: reported.station.clone(),
            used_by: reported.used_by.clone(),
            shortage: self.stock.shortages,
            since,
        }
    }
}

/// Who reported a change of a stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// The station.
    pub station: messages::StationId,
    /// Its connectors that use the part.
    pub used_by: Vec<messages::ConnectorKey>,
}

#[cfg(test)]
mod tests;
