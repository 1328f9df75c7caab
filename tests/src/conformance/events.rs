//! Ids of webhook events.

use futures_util::future::join_all;
use ports::{RememberEvents, Remembered};

use super::values::at;

/// Catches an adapter that forgets, or takes different ids for the same.
pub async fn an_event_is_seen_first_once(ports: &impl RememberEvents) {
    for (seconds, id, expected) in [
        (0, "evt_1", Remembered::First),
        (1, "evt_1", Remembered::Again),
        (2, "evt_11", Remembered::First),
        (3 * 24 * 3600, "evt_1", Remembered::Again),
    ] {
        assert_eq!(ports.remember_event(id, at(seconds)).await.unwrap(), expected, "{id}");
    }
}

/// Catches an adapter that looks and then writes.
pub async fn of_64_that_remember_at_once_one_is_first(ports: &impl RememberEvents) {
    let outcomes = join_all((0..64).map(|n| ports.remember_event("evt_race", at(n)))).await;
    assert_eq!(outcomes.into_iter().filter(|outcome| matches!(outcome, Ok(Remembered::First))).count(), 1);
}
