//! Stock messages in, stocks, alerts, acks and quarantine out.

mod events;
mod store;

use messages::AckResult;
use ports::StockSaved;

use self::store::{Store, at, block_on, envelope, interleave, record};
use super::*;

const NOW: &str = "2026-06-01T10:01:00Z";

fn moved(id: &str, by: i64) -> Record<Envelope> {
    let json = format!(r#"{{"messageId":"{id}","at":"2026-06-01T10:00:00Z","item":"cable-type2-5m","moved":{by}}}"#);
    record(id, envelope("station-001", "stock", json.as_bytes()))
}

fn run(store: &Store, records: Vec<Record<Envelope>>) -> Vec<String> {
    block_on(handle(store, at(NOW), records)).into_iter().map(|failed| failed.id).collect()
}

#[test]
fn a_spare_that_is_taken_is_counted_and_the_station_is_answered() {
    let store = Store::with_stock(5, 3);
    assert_eq!(run(&store, vec![moved("m-1", -1)]), [""; 0]);
    assert_eq!(store.on_hand(), 4);
    assert_eq!(store.acks(), ["station-001 m-1 Stored"]);
    assert!(store.alerts().is_empty());
}

#[test]
fn a_repeated_message_changes_nothing_and_is_acknowledged_again() {
    let store = Store::with_stock(5, 3);
    run(&store, vec![moved("m-1", -1), moved("m-1", -1)]);
    run(&store, vec![moved("m-1", -1)]);
    assert_eq!(store.on_hand(), 4);
    assert_eq!(store.acks(), ["station-001 m-1 Stored"; 3]);
}

#[test]
fn a_stock_that_runs_low_is_told_once_until_it_is_replenished() {
    let store = Store::with_stock(4, 3);
    run(&store, vec![moved("m-1", -1), moved("m-2", -1), moved("m-3", -1)]);
    let low = store.alerts();
    assert_eq!(low.len(), 1, "{low:?}");
    assert!(low[0].starts_with("stock-low:harbour:cable-type2-5m:1:") && low[0].ends_with(" open"), "{low:?}");
    run(&store, vec![moved("m-4", 10)]);
    assert!(store.alerts()[0].ends_with(" resolved"));
    run(&store, vec![moved("m-5", -10)]);
    assert_eq!(store.alerts().len(), 2);
    let fact = store.stock_facts().pop().unwrap();
    assert_eq!((fact.on_hand, fact.threshold), (1, 3));
    assert_eq!(fact.used_by.iter().map(ToString::to_string).collect::<Vec<_>>(), ["1-1"]);
}

#[test]
fn what_cannot_be_taken_is_kept_byte_for_byte_and_holds_up_nothing() {
    let json = |item: &str| {
        format!(r#"{{"messageId":"m","at":"2026-06-01T10:00:00Z","item":"{item}","moved":-1}}"#).into_bytes()
    };
    let cable = "cable-type2-5m";
    let large = format!(r#"{{"messageId":"m","junk":"{}"}}"#, "x".repeat(5_000)).into_bytes();
    for (name, input, reason, acks, alerts) in [
        ("junk", envelope("station-001", "stock", b"\x00\xff{"), "malformed", vec![], vec![]),
        ("no change", envelope("station-001", "stock", br#"{"messageId":"m"}"#), "malformed", vec!["m"], vec![]),
        ("too large", envelope("station-001", "stock", &large), "too_large", vec!["m"], vec![]),
        ("unknown item", envelope("station-001", "stock", &json("fuse-32a")), "malformed", vec!["m"], vec![]),
        ("another kind", envelope("station-001", "telemetry", &json(cable)), "malformed", vec!["m"], vec![]),
        (
            "stranger",
            envelope("station-099", "stock", &json(cable)),
            "identity",
            vec!["m"],
            vec!["unregistered:station-099"],
        ),
        (
            "false name",
            Envelope { client: "station-002".to_owned(), ..envelope("station-001", "stock", &json(cable)) },
            "identity",
            vec![],
            vec!["identity:station-002:2026-06-01"],
        ),
    ] {
        let store = Store::with_stock(5, 3);
        let data = input.data.clone();
        assert_eq!(run(&store, vec![record("bad", input), moved("m-1", -1)]), [""; 0], "{name}");
        assert_eq!(store.quarantined(), [(reason.to_owned(), data)], "{name}");
        assert_eq!(store.on_hand(), 4, "{name}");
        let refused: Vec<String> = store.answers(AckResult::Refused).into_iter().map(|ack| ack.message_id).collect();
        assert_eq!(refused, acks, "{name}");
        let told: Vec<String> = alerts.into_iter().map(|id| format!("{id} open")).collect();
        assert_eq!(store.alerts(), told, "{name}");
    }
}

#[test]
fn a_stranger_who_keeps_sending_raises_one_alert() {
    let store = Store::with_stock(5, 3);
    let junk = |id| record(id, envelope("station-099", "stock", b"\x00"));
    run(&store, vec![junk("q-1"), junk("q-2"), junk("q-2")]);
    assert_eq!(store.alerts(), ["unregistered:station-099 open"]);
    assert_eq!(store.quarantined().len(), 2);
}

#[test]
fn only_what_the_outside_did_not_answer_is_delivered_again() {
    let store = Store::with_stock(5, 3);
    store.fail_next("ack a station", 1);
    assert_eq!(run(&store, vec![moved("m-1", -1), moved("m-2", -1)]), ["m-1"]);
    assert_eq!(store.acks(), ["station-001 m-2 Stored"]);
    // It was committed before the answer was lost: the next delivery only answers.
    assert_eq!(run(&store, vec![moved("m-1", -1)]), [""; 0]);
    assert_eq!(store.on_hand(), 3);
    for port in ["read a station", "read a site", "read a stock", "save a stock", "keep an input"] {
        let store = Store::with_stock(5, 3);
        store.fail_next(port, 1);
        let input = if port == "keep an input" {
            record("m-1", envelope("station-001", "stock", b"?"))
        } else {
            moved("m-1", -1)
        };
        assert_eq!(run(&store, vec![input]), ["m-1"], "{port}");
        assert_eq!((store.on_hand(), store.acks().len()), (5, 0), "{port}");
    }
}

#[test]
fn a_lost_race_is_decided_again_but_not_for_ever() {
    for (lost, failed, on_hand) in [(4, vec![], 4), (5, vec!["m-1"], 5)] {
        let store = Store::with_stock(5, 3);
        store.conflict_next(lost);
        assert_eq!(run(&store, vec![moved("m-1", -1)]), failed, "{lost} races lost");
        assert_eq!(store.on_hand(), on_hand);
    }
}

#[test]
fn a_site_that_nobody_knows_still_has_its_stock() {
    let store = Store::with_stock(3, 3);
    store.forget_sites();
    run(&store, vec![moved("m-1", -1)]);
    assert_eq!(store.places(), ["harbour"]);
}

proptest::proptest! {
    /// Many workers, every message twice, in any interleaving: each counts once, and there is one alert per shortage.
    #[test]
    fn messages_count_once_whoever_applies_them(moves in proptest::collection::vec(-3i64..4, 1..6), turns: Vec<u8>) {
        let store = Store::with_stock(50, 50);
        let messages: Vec<(String, i64)> =
            moves.iter().filter(|by| **by != 0).enumerate().map(|(n, by)| (format!("m-{n}"), *by)).collect();
        let workers = messages.iter().chain(&messages).map(|(id, by)| handle(&store, at(NOW), vec![moved(id, *by)]));
        let mut failed: Vec<Record<Envelope>> = Vec::new();
        for again in interleave(workers.collect(), &turns).into_iter().flatten() {
            let by = messages.iter().find(|(id, _)| *id == again.id).map_or(0, |(_, by)| *by);
            failed.push(moved(&again.id, by));
        }
        // Who lost every race is delivered again.
        proptest::prop_assert_eq!(run(&store, failed), [""; 0]);
        proptest::prop_assert_eq!(store.on_hand(), 50 + messages.iter().map(|(_, by)| by).sum::<i64>());
        let open = store.alerts().iter().filter(|alert| alert.ends_with(" open")).count();
        proptest::prop_assert_eq!(open, usize::from(store.on_hand() < 50));
        proptest::prop_assert_eq!(store.saves(StockSaved::Done), messages.len());
    }
}
