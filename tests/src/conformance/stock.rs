//! Spares on hand.

use alerts::AlertChange;
use alerts::stock::Stock;
use futures_util::future::join_all;
use ports::{KeepAlerts, KeepStock, StockMove, StockSaved};

use super::values::{at, completed, completed_id, session, station, stock};

/// Catches a missing version condition, and fields that are dropped on their way.
pub async fn a_stock_is_written_by_whoever_read_it_last(ports: &impl KeepStock) {
    let first = Stock { low_since: Some(at(1)), counted_at: Some(at(2)), ..stock("stock-versions", 3) };
    assert_eq!(ports.stock(&first.site, &first.item).await.unwrap(), None);
    assert_eq!(ports.save_stock(&first, &cause("stock-versions", "a"), &[]).await.unwrap(), StockSaved::Done);
    let next = Stock { on_hand: 2, version: 1, ..first };
    assert_eq!(ports.save_stock(&next, &cause("stock-versions", "b"), &[]).await.unwrap(), StockSaved::Done);
    for version in [0, 1, 3] {
        let stale = Stock { version, on_hand: 99, ..next.clone() };
        let saved = ports.save_stock(&stale, &cause("stock-versions", "c"), &[]).await.unwrap();
        assert_eq!(saved, StockSaved::Conflict, "version {version}");
    }
    assert_eq!(ports.stock(&next.site, &next.item).await.unwrap(), Some(Stock { version: 2, ..next }));
}

/// Catches a cable that is taken twice because its message came twice.
pub async fn a_message_moves_a_stock_once(ports: &impl KeepStock) {
    let first = stock("stock-once", 3);
    let message = cause("stock-once", "m-1");
    assert_eq!(ports.save_stock(&first, &message, &[]).await.unwrap(), StockSaved::Done);
    let again = Stock { on_hand: 2, version: 1, ..first.clone() };
    assert_eq!(ports.save_stock(&again, &message, &[]).await.unwrap(), StockSaved::AlreadyApplied);
    assert_eq!(ports.stock(&first.site, &first.item).await.unwrap(), Some(Stock { version: 1, ..first }));
}

/// Catches a message that is decided again and again: applied before, and its reader behind, it must be known as applied.
pub async fn a_message_that_was_applied_is_known_whatever_was_read(ports: &impl KeepStock) {
    let first = stock("stock-known", 3);
    let message = cause("stock-known", "m-1");
    assert_eq!(ports.save_stock(&first, &message, &[]).await.unwrap(), StockSaved::Done);
    for version in [0, 7] {
        let stale = Stock { version, ..first.clone() };
        assert_eq!(ports.save_stock(&stale, &message, &[]).await.unwrap(), StockSaved::AlreadyApplied);
    }
}

/// Catches a station that hides the messages of another: message ids are each station's own.
pub async fn messages_of_different_stations_are_different(ports: &impl KeepStock) {
    let mut stock = stock("stock-stations", 9);
    for (station, message_id) in [("stock-a", "m-1"), ("stock-b", "m-1"), ("stock-a", "m-2"), ("stock-a", "x#/: ä")] {
        let saved = ports.save_stock(&stock, &cause(station, message_id), &[]).await.unwrap();
        assert_eq!(saved, StockSaved::Done, "{station} {message_id}");
        stock.version += 1;
    }
}

/// Catches alerts that are written beside their stock instead of with it.
pub async fn a_move_that_changes_nothing_raises_no_alert(ports: &(impl KeepStock + KeepAlerts)) {
    let session = session("stock-alert");
    let told = [AlertChange::open(completed(&session, at(0)))];
    let first = stock("stock-alert", 3);
    let message = cause("stock-alert", "m-1");
    assert_eq!(ports.save_stock(&first, &message, &[]).await.unwrap(), StockSaved::Done);
    let stale = ports.save_stock(&first, &cause("stock-alert", "m-2"), &told).await.unwrap();
    let again = ports.save_stock(&Stock { version: 1, ..first.clone() }, &message, &told).await.unwrap();
    assert_eq!((stale, again), (StockSaved::Conflict, StockSaved::AlreadyApplied));
    assert_eq!(ports.alert(&completed_id(&session)).await.unwrap(), None);

    let next = Stock { version: 1, ..first };
    assert_eq!(ports.save_stock(&next, &cause("stock-alert", "m-2"), &told).await.unwrap(), StockSaved::Done);
    assert!(ports.alert(&completed_id(&session)).await.unwrap().is_some());
}

/// Catches an adapter that looks for the message and then writes.
pub async fn of_16_equal_moves_at_once_one_is_applied(ports: &impl KeepStock) {
    let stocks: Vec<_> = (0..16).map(|n| stock("stock-race", n)).collect();
    let message = cause("stock-race", "m-1");
    let outcomes = join_all(stocks.iter().map(|stock| ports.save_stock(stock, &message, &[]))).await;
    let won: Vec<_> =
        outcomes.into_iter().zip(&stocks).filter(|(saved, _)| matches!(saved, Ok(StockSaved::Done))).collect();
    assert_eq!(won.len(), 1);
    let kept = ports.stock(&stocks[0].site, &stocks[0].item).await.unwrap().unwrap();
    assert_eq!(kept.on_hand, won[0].1.on_hand);
}

fn cause(name: &str, message_id: &str) -> StockMove {
    StockMove { station: station(name), message_id: message_id.to_owned(), received_at: at(0) }
}
