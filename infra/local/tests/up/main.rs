//! The system as an outsider meets it: a process, an MQTT client, a directory.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says by panicking what broke")]

mod admit;
mod card;
mod hold;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use support::{Station, Up, assert_one_line, show, wattwarden};

/// The messages to play by hand, as the manual does.
fn by_hand() -> [Value; 3] {
    [
        include_str!("../../../../events/stations/started.json"),
        include_str!("../../../../events/stations/updated.json"),
        include_str!("../../../../events/stations/ended.json"),
    ]
    .map(|text| serde_json::from_str(text).unwrap())
}

fn is_paid(fact: &Value) -> bool {
    fact["fact"] == "payment" && fact["state"] == "succeeded"
}

/// The messages of a session of 5 kWh, half an hour, an hour ago.
fn session(transaction: &str, token: &str) -> Vec<Value> {
    let message = |seq_no: u32, event: &str, minute: u32, register: u32| {
        json!({
            "messageId": format!("{transaction}-{seq_no}"), "eventType": event, "transactionId": transaction,
            "seqNo": seq_no, "at": format!("2026-06-01T10:{minute:02}:00Z"), "evseId": 1, "connectorId": 1,
            "idToken": token, "chargingState": "Charging", "registerWh": register,
        })
    };
    vec![message(0, "Started", 0, 100_000), message(1, "Updated", 15, 102_500), message(2, "Ended", 30, 105_000)]
}

#[test]
fn a_session_played_by_hand_is_acknowledged_billed_paid_and_told() {
    let data = tempfile::tempdir().unwrap();
    let up = Up::start(data.path());
    let station = Station::connect(&up, "station-001");
    let [started, updated, ended] = by_hand();
    let ack = station.send(&started);
    assert_eq!((&ack["result"], &ack["idTokenStatus"]), (&json!("stored"), &json!("Accepted")));
    assert_eq!(station.send(&updated)["result"], "stored");
    assert_eq!(station.send(&ended)["result"], "stored");
    up.wait_for(1, is_paid);
    let text = up.wait_for(1, |fact| fact["fact"] == "alert" && fact["channel"] == "sms").remove(0);

    let sessions = show("sessions", data.path());
    assert_eq!(sessions.len(), 1);
    assert_eq!((&sessions[0]["state"], &sessions[0]["payment"]), (&json!("billed"), &json!("succeeded")));
    let payments = show("payments", data.path());
    assert_eq!(payments.len(), 1);
    assert!(payments[0]["amountMinor"].as_i64().unwrap() > 0);
    assert_eq!(payments[0]["amountMinor"], payments[0]["capturedMinor"]);
    // It is announced a moment before it is stored that they were told.
    let is_told = |alerts: &Vec<Value>| alerts.first().is_some_and(|alert| !alert["messages"][0].is_null());
    let alerts = up.look_until(|| show("alerts", data.path()), is_told);
    assert_eq!(alerts[0]["messages"][0]["text"], text["text"]);
}

#[test]
fn a_power_cut_loses_nothing_that_was_acknowledged_and_nobody_pays_twice() {
    let data = tempfile::tempdir().unwrap();
    let stations: Vec<String> = (1..=6).map(|number| format!("station-{number:03}")).collect();
    let up = Up::start(data.path());
    for (number, id) in (0..).zip(&stations) {
        let station = Station::connect(&up, id);
        // Some sessions run, some have ended and are being paid.
        for message in session("t-1", "04A1B2C3").iter().take(2 + number % 2) {
            assert_eq!(station.send(message)["result"], "stored");
        }
    }
    up.kill();

    let up = Up::start(data.path());
    assert_eq!(show("sessions", data.path()).len(), stations.len());
    for id in &stations {
        let station = Station::connect(&up, id);
        // What was acknowledged is known; what is sent again changes nothing.
        for message in session("t-1", "04A1B2C3").iter().rev() {
            assert_eq!(station.send(message)["result"], "stored");
        }
        let mut other = session("t-1", "04A1B2C3").remove(1);
        // A batch that is delivered again is answered again: the answer to this one is told apart by its id.
        other["messageId"] = json!("t-1-1-other");
        other["registerWh"] = json!(102_501);
        assert_eq!(station.send(&other)["reason"], "conflict");
    }
    // Some were paid before the cut; the others are paid now, or by the sweep once nobody is taken to be at it any more.
    let payments = up.look_until(
        || show("payments", data.path()),
        |rows| rows.len() >= stations.len() && rows.iter().all(|row| row["state"] == "succeeded"),
    );
    // By our books, and by Stripe's: one intent each, captured once, for what is owed.
    assert_eq!(payments.len(), stations.len());
    let ours: BTreeMap<String, i64> = payments
        .iter()
        .map(|row| (row["session"].as_str().unwrap().to_owned(), row["capturedMinor"].as_i64().unwrap()))
        .collect();
    assert!(ours.values().all(|minor| *minor > 0));
    assert_eq!(captured_at_stripe(data.path()), ours);
    up.kill();
}

/// What Stripe's double has captured for each session, from its journal; a session with two intents fails.
fn captured_at_stripe(data: &Path) -> BTreeMap<String, i64> {
    let mut intents: BTreeMap<String, Value> = BTreeMap::new();
    for file in std::fs::read_dir(data.join("stripe")).unwrap() {
        for line in std::fs::read_to_string(file.unwrap().path()).unwrap().lines() {
            // The line that was being written when the power failed.
            let Ok(entry) = serde_json::from_str::<Value>(line) else { continue };
            let changed = entry["changed"].as_array().cloned().unwrap_or_default();
            for object in changed.into_iter().filter(|object| object["object"] == "payment_intent") {
                intents.insert(object["id"].as_str().unwrap().to_owned(), object);
            }
        }
    }
    let mut captured = BTreeMap::new();
    for intent in intents.values() {
        let session = intent["metadata"]["session"].as_str().unwrap().to_owned();
        let earlier = captured.insert(session, intent["amount_received"].as_i64().unwrap());
        assert_eq!(earlier, None, "two intents for one session: {intent}");
    }
    captured
}

#[test]
fn a_thousand_strings_of_junk_are_kept_and_hold_up_no_valid_message() {
    let data = tempfile::tempdir().unwrap();
    let up = Up::start(data.path());
    let station = Station::connect(&up, "station-002");
    let mut random = SmallRng::seed_from_u64(1);
    let kinds = ["telemetry", "transaction", "stock", "commandResult"];
    let mut sent = BTreeSet::new();
    let mut publish = |kind: &str, payload: Vec<u8>| {
        station.publish(kind, payload.clone());
        sent.insert((format!("ev/v1/station-002/{kind}"), payload));
    };
    let valid: Vec<Vec<Value>> = (0..5).map(|number| session(&format!("t-{number}"), "04A1B2C3")).collect();
    let mut valid_messages = valid.iter().flatten();
    for number in 0..1_000 {
        let junk: Vec<u8> = (0..random.random_range(0..200)).map(|_| random.random()).collect();
        // Two equal strings on one topic would be one in the set.
        publish(kinds[number % kinds.len()], [junk.as_slice(), format!("{number}").as_bytes()].concat());
        if number % 70 == 0
            && let Some(message) = valid_messages.next()
        {
            assert_eq!(station.send(message)["result"], "stored");
        }
    }
    for kind in kinds {
        for payload in malformed() {
            publish(kind, payload);
        }
    }
    for message in valid_messages {
        assert_eq!(station.send(message)["result"], "stored");
    }
    station.publish("telemetry", include_str!("../../../../events/stations/telemetry.json"));
    // Junk cannot be acknowledged; each queue is in order, so what was sent last has been looked at last.
    let last = json!({"messageId": "last", "at": "2026-06-01T10:00:00Z", "item": "cable-type2-5m", "onHand": 4});
    station.publish("stock", last.to_string());
    assert_eq!(station.ack_of("last")["result"], "stored");
    let kept =
        || -> BTreeSet<(String, Vec<u8>)> { show("quarantine", data.path()).iter().map(source_and_bytes).collect() };
    up.look_until(|| kept().symmetric_difference(&sent).count(), |differing| *differing == 0);
    let billed = show("sessions", data.path()).iter().filter(|row| row["state"] == "billed").count();
    assert_eq!(billed, valid.len());
    let is_charging = |row: &Value| row["live"]["status"] == "Charging";
    up.look_until(|| show("connectors", data.path()), |connectors| connectors.iter().any(is_charging));
}

/// Messages that are JSON and still break the contract.
fn malformed() -> Vec<Vec<u8>> {
    let mut nested = "[".repeat(10_000);
    nested.push_str(&"]".repeat(10_000));
    [
        "{}".to_owned(),
        "null".to_owned(),
        r#"{"messageId":"m","eventType":"Started","transactionId":"a#b","seqNo":0,"at":"2026-06-01T10:00:00Z"}"#
            .to_owned(),
        r#"{"messageId":"m","eventType":"Ended","transactionId":"a","seqNo":-1,"at":"2026-06-01T10:00:00Z"}"#
            .to_owned(),
        r#"{"messageId":"m","eventType":"Ended","transactionId":"a","seqNo":1,"at":"yesterday"}"#.to_owned(),
        nested,
        format!(r#"{{"messageId":"too-long","padding":"{}"}}"#, "x".repeat(40_000)),
    ]
    .map(String::into_bytes)
    .to_vec()
}

fn source_and_bytes(row: &Value) -> (String, Vec<u8>) {
    use base64::Engine;
    let bytes = base64::prelude::BASE64_STANDARD.decode(row["data"].as_str().unwrap()).unwrap();
    (row["source"].as_str().unwrap().to_owned(), bytes)
}

#[test]
fn a_file_for_a_site_that_nobody_knows_is_refused_whole() {
    let data = tempfile::tempdir().unwrap();
    let _up = Up::start(data.path());
    let file = data.path().join("ghost.yaml");
    let stations = "stations: [{ id: ghost-1, siteId: nowhere }]";
    for (text, part) in [
        (stations.to_owned(), "ghost-1"),
        (
            format!("{stations}\ndrivers: [{{ id: d, name: D, stripeCustomer: cus_d, paymentMethod: pm_none }}]"),
            "ghost-1",
        ),
        ("drivers: [{ id: d, name: D, stripeCustomer: cus_d, paymentMethod: pm_none }]".to_owned(), "pm_none"),
    ] {
        std::fs::write(&file, text).unwrap();
        let load = wattwarden().arg("load").arg(&file).arg("--data").arg(data.path()).output().unwrap();
        assert_one_line(&load, 2, part);
    }
    let export = wattwarden().args(["export", "--data"]).arg(data.path()).output().unwrap();
    assert!(!support::text(&export.stdout).contains("id: d\n"));
}

#[test]
fn no_client_can_take_the_place_of_a_part_of_the_system() {
    let data = tempfile::tempdir().unwrap();
    let up = Up::start(data.path());
    for id in ["wattwarden-rules", "wattwarden-publisher"] {
        Station::connect(&up, id);
    }
    let station = Station::connect(&up, "station-001");
    assert_eq!(station.send(&by_hand()[0])["result"], "stored");
}

#[test]
fn input_that_cannot_be_used_is_told_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let seed = folder.path().join("seed.yaml");
    std::fs::write(&seed, "sites:\n  - id: 3\n").unwrap();
    let run = |arguments: &[&str]| wattwarden().args(arguments).output().unwrap();
    let (seed, empty) = (seed.to_str().unwrap(), folder.path().to_str().unwrap());
    assert_one_line(&run(&["up", "--seed-file", seed]), 2, "line 2");
    assert_one_line(&run(&["show", "sessions"]), 2, "--data");
    assert_one_line(&run(&["show", "sessions", "--data", empty]), 2, "no system has run");
    assert_one_line(&run(&["load", "/nowhere/seed.yaml", "--data", empty]), 2, "/nowhere/seed.yaml");
    assert_one_line(&run(&["show", "sessions", "--http", "http://127.0.0.1:9", "--token", "x"]), 1, "up");
}

#[test]
fn two_systems_never_share_a_directory() {
    let data = tempfile::tempdir().unwrap();
    let _up = Up::start(data.path());
    let second = wattwarden().args(["up", "--mqtt-port", "0", "--http-port", "0", "--data"]).arg(data.path()).output();
    assert_one_line(&second.unwrap(), 1, "in use by another process");
}

#[test]
fn what_was_loaded_while_the_system_was_down_is_there_and_pays_when_it_is_up_again() {
    let data = tempfile::tempdir().unwrap();
    Up::start(data.path()).kill();
    let file = data.path().join("more.yaml");
    let driver = "{ id: late, name: Late, phone: '+31600000099', tokens: [CAFE01], stripeCustomer: cus_late, paymentMethod: pm_card_visa }";
    std::fs::write(&file, format!("drivers: [{driver}]")).unwrap();
    let loaded = wattwarden().arg("load").arg(&file).arg("--data").arg(data.path()).output().unwrap();
    assert!(loaded.status.success(), "{}", support::text(&loaded.stderr));
    let up = Up::start(data.path());
    let station = Station::connect(&up, "station-003");
    for message in session("t-1", "CAFE01") {
        assert_eq!(station.send(&message)["result"], "stored");
    }
    up.wait_for(1, is_paid);
}

#[test]
fn loading_twice_changes_nothing_and_export_can_be_loaded() {
    let data = tempfile::tempdir().unwrap();
    let _up = Up::start(data.path());
    let export = || {
        let output = wattwarden().args(["export", "--data"]).arg(data.path()).output().unwrap();
        assert!(output.status.success());
        support::text(&output.stdout)
    };
    let first = export();
    let file = data.path().join("export.yaml");
    std::fs::write(&file, &first).unwrap();
    for _ in 0..2 {
        let loaded = wattwarden().arg("load").arg(&file).arg("--data").arg(data.path()).output().unwrap();
        assert!(loaded.status.success(), "{}", support::text(&loaded.stderr));
        assert_eq!(export(), first);
    }
}
