//! `stock`: spares at the station's site, counted or moved.

use jiff::Timestamp;
use serde::Deserialize;

use crate::fields::{Integer, message_id, text};
use crate::{ItemId, Refusal, refusal};

/// The most spares of one kind that a site can hold; more is a typing error.
const MAX_SPARES: i64 = 1_000_000;

/// A change of the spares at a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockMessage {
    /// Named again in the ack; repeats of a message carry the same id.
    pub message_id: String,
    /// When it happened.
    pub at: Timestamp,
    /// The kind of spare, e.g. `cable-type2-5m`.
    pub item: ItemId,
    /// What happened.
    pub change: StockChange,
}

/// How a stock changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StockChange {
    /// Somebody counted: so many are there.
    OnHand(i64),
    /// So many came (positive) or went (negative).
    Moved {
        /// Pieces; never zero.
        by: i64,
        /// Why, in the sender's words.
        reason: Option<String>,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    message_id: String,
    at: Timestamp,
    item: ItemId,
    on_hand: Option<Integer>,
    moved: Option<Integer>,
    reason: Option<String>,
}

impl StockMessage {
    /// Reads a `stock` payload.
    ///
    /// # Errors
    /// [`Refusal`] with `Malformed`: not the contract's JSON, both or neither of `onHand` and `moved`, a number out of range.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let wire: Wire = refusal::read(bytes)?;
        let change = match (wire.on_hand, wire.moved) {
            (Some(Integer(count)), None) if (0..=MAX_SPARES).contains(&count) => StockChange::OnHand(count),
            (None, Some(Integer(by))) if by != 0 && by.abs() <= MAX_SPARES => {
                let reason = wire.reason.map(text).transpose().map_err(Refusal::malformed)?;
                StockChange::Moved { by, reason }
            }
            (Some(_), None) | (None, Some(_)) => return Err(Refusal::malformed("a number of spares is out of range")),
            (Some(_), Some(_)) | (None, None) => return Err(Refusal::malformed("give onHand or moved, not both")),
        };
        let message_id = message_id(wire.message_id).map_err(Refusal::malformed)?;
        Ok(Self { message_id, at: wire.at, item: wire.item, change })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stock_message_counts_or_moves() {
        let parse = |rest: &str| {
            let json = format!(r#"{{"messageId":"m","at":"2026-06-01T10:00:00Z","item":"cable-type2-5m"{rest}}}"#);
            StockMessage::parse(json.as_bytes()).map(|message| message.change).ok()
        };
        assert_eq!(parse(r#","onHand":3"#), Some(StockChange::OnHand(3)));
        assert_eq!(parse(r#","onHand":3.0"#), Some(StockChange::OnHand(3)));
        let moved = Some(StockChange::Moved { by: -1, reason: Some("replaced".to_owned()) });
        assert_eq!(parse(r#","moved":-1,"reason":"replaced""#), moved);
        for bad in ["", r#","onHand":-1"#, r#","onHand":1,"moved":1"#, r#","moved":0"#, r#","moved":1.5"#] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
