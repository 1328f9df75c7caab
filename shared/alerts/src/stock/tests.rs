use proptest::prelude::*;

use super::*;
use crate::Language;
use crate::samples::{at, now, place};

fn stock(on_hand: i64, threshold: i64) -> Stock {
    Stock::new("harbour".parse().unwrap(), "cable-type2-5m".parse().unwrap(), on_hand, threshold)
}

fn moved(by: i64) -> StockChange {
    StockChange::Moved { by, reason: None }
}

fn changed(stock: &Stock, change: &StockChange) -> Changed {
    match stock.apply(change, now(), now()) {
        Applied::Changed(changed) => *changed,
        Applied::Superseded => unreachable!("nothing was counted later"),
    }
}

#[test]
fn the_threshold_is_crossed_once_each_way() {
    let since = now();
    for (on_hand, low, change, left, turn) in [
        (5, false, moved(-1), 4, Turn::Same),
        (3, false, moved(-1), 2, Turn::FellLow { since }),
        (2, true, moved(-1), 1, Turn::Same),
        (2, true, moved(1), 3, Turn::Replenished { since, at: now() }),
        (0, true, StockChange::OnHand(10), 10, Turn::Replenished { since, at: now() }),
        (10, false, StockChange::OnHand(0), 0, Turn::FellLow { since }),
        // It was low from the start, and nobody has been told yet.
        (1, false, moved(-1), 0, Turn::FellLow { since }),
    ] {
        let before = Stock { low_since: low.then_some(since), ..stock(on_hand, 3) };
        let after = changed(&before, &change);
        assert_eq!((after.stock.on_hand, after.turn), (left, turn), "{on_hand} {change:?}");
        assert_eq!(after.stock.low_since.is_some(), left < 3);
    }
}

#[test]
fn a_stock_never_goes_below_zero_and_says_what_was_missing() {
    let after = changed(&stock(2, 3), &moved(-5));
    assert_eq!((after.stock.on_hand, after.missing), (0, 3));
    assert_eq!(changed(&stock(2, 3), &moved(-2)).missing, 0);
    assert_eq!(changed(&stock(999_999, 3), &moved(1_000_000)).stock.on_hand, 1_000_000);
}

#[test]
fn a_threshold_of_zero_never_alerts() {
    assert_eq!(changed(&stock(1, 0), &moved(-1)).turn, Turn::Same);
}

#[test]
fn a_count_knows_what_happened_before_it() {
    let counted = changed(&stock(5, 3), &StockChange::OnHand(4)).stock;
    for (sent, applies) in [
        ("2026-06-01T09:00:00Z", false),
        // As late as the count itself, and after it.
        ("2026-06-01T10:01:00Z", true),
        ("2026-06-01T11:00:00Z", true),
    ] {
        let applied = counted.apply(&moved(-1), at(sent), at("2026-06-01T11:00:00Z"));
        assert_eq!(matches!(applied, Applied::Changed(_)), applies, "{sent}");
    }
}

#[test]
fn a_clock_far_ahead_does_not_silence_the_others() {
    let counted = match stock(5, 3).apply(&StockChange::OnHand(4), at("2099-01-01T00:00:00Z"), now()) {
        Applied::Changed(changed) => changed.stock,
        Applied::Superseded => unreachable!("nothing was counted before"),
    };
    assert_eq!(counted.counted_at, Some(now()));
    assert!(matches!(counted.apply(&moved(-1), now(), now()), Applied::Changed(_)));
}

#[test]
fn each_shortage_has_an_alert_of_its_own_even_at_one_time() {
    let reported = Reported { station: "station-001".parse().unwrap(), used_by: Vec::new() };
    let mut seen = Vec::new();
    let mut current = stock(3, 3);
    for by in [-1, 1, -1, 1] {
        let after = changed(&current, &moved(by));
        seen.extend(after.alerts(&place(Language::En), &reported, now()).iter().map(|change| change.id().clone()));
        current = after.stock;
    }
    // Opened, resolved, opened, resolved.
    assert_eq!(seen.len(), 4);
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[2], seen[3]);
    assert_ne!(seen[0], seen[2]);
}

#[test]
fn a_stock_from_a_seed_is_read_without_its_history() {
    let json = r#"{"site":"harbour","item":"cable-type2-5m","on_hand":5,"threshold":3}"#;
    assert_eq!(serde_json::from_str::<Stock>(json).unwrap(), stock(5, 3));
}

proptest! {
    /// Whatever comes: the number stays possible, low means below the threshold, and openings and ends alternate.
    #[test]
    fn shortages_open_and_end_in_turn(
        start in 0i64..10,
        threshold in 0i64..6,
        changes in prop::collection::vec((any::<bool>(), -8i64..8, 0i64..4), 0..40),
    ) {
        let mut current = stock(start, threshold);
        let mut open = false;
        for (counts, amount, hours_late) in changes {
            let change = if counts { StockChange::OnHand(amount.abs()) } else { moved(amount) };
            let sent = now() - SignedDuration::from_hours(hours_late);
            let Applied::Changed(after) = current.apply(&change, sent, now()) else { continue };
            match after.turn {
                Turn::FellLow { .. } => { prop_assert!(!open); open = true; }
                Turn::Replenished { .. } => { prop_assert!(open); open = false; }
                Turn::Same => {}
            }
            current = after.stock;
            prop_assert!((0..=1_000_000).contains(&current.on_hand));
            prop_assert_eq!(current.is_low(), open);
            prop_assert_eq!(current.low_since.is_some(), open);
        }
    }
}
