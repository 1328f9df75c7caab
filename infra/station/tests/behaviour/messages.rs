//! The shape of every message, as the contract shows it.

use crate::plans::{Desk, arrival, at, plan, run_through, store_all, telemetry, transactions};
use serde_json::{Value, json};
use station::contract::{MessageKind, StockChange, TELEMETRY_MAX_BYTES};
use station::{EvsePlan, EvseSpec, StockEvent};
use std::collections::BTreeSet;

#[test]
fn transaction_messages_have_the_shape_of_the_contract() {
    let outputs = run_through(&plan(vec![arrival(30, 2000)]));
    let messages: Vec<Value> =
        transactions(&outputs).into_iter().map(|message| serde_json::to_value(message).unwrap()).collect();
    let started = json!({
        "messageId": "20260601T100030Z-0001-0", "eventType": "Started", "transactionId": "20260601T100030Z-0001", "seqNo": 0,
        "at": "2026-06-01T10:00:30Z", "evseId": 1, "connectorId": 1, "idToken": "04A1B2C3",
        "chargingState": "EVConnected", "registerWh": 1_284_533, "offline": false,
        "stoppedReason": null, "signedMeterValue": null, "reservedFrom": null,
    });
    let changed = |changes: Value| {
        let mut message = started.clone();
        message.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        message
    };
    assert_eq!(messages[0], started);
    assert_eq!(
        messages[1],
        changed(json!({
            "messageId": "20260601T100030Z-0001-1", "eventType": "Updated", "seqNo": 1, "at": "2026-06-01T10:00:38Z",
            "chargingState": "Charging",
        }))
    );
    assert_eq!(
        messages[4],
        changed(json!({
            "messageId": "20260601T100030Z-0001-4", "eventType": "Updated", "seqNo": 4, "at": "2026-06-01T10:11:46Z",
            "chargingState": "SuspendedEV", "registerWh": 1_286_533,
        }))
    );
    assert_eq!(
        messages[5],
        changed(json!({
            "messageId": "20260601T100030Z-0001-5", "eventType": "Ended", "seqNo": 5, "at": "2026-06-01T10:16:46Z",
            "chargingState": "Idle", "registerWh": 1_286_533, "stoppedReason": "EVDisconnected",
        }))
    );
}

#[test]
fn telemetry_has_the_shape_of_the_contract() {
    let outputs = run_through(&plan(vec![arrival(30, 2000)]));
    let messages: Vec<Value> =
        telemetry(&outputs).into_iter().map(|message| serde_json::to_value(message).unwrap()).collect();
    // At rest: one sample a minute. In use: six.
    let samples: Vec<_> = messages.iter().map(|message| message["samples"].as_array().unwrap().len()).collect();
    assert_eq!(samples, [1, 4, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 5]);
    let mut statuses: Vec<_> = messages
        .iter()
        .flat_map(|message| message["samples"].as_array().unwrap())
        .map(|sample| sample["connectors"][0]["status"].as_str().unwrap())
        .collect();
    statuses.dedup();
    assert_eq!(statuses, ["Available", "Preparing", "Charging", "SuspendedEV", "Available"]);
    let idle = &messages[0]["samples"][0];
    assert_eq!(idle["at"], "2026-06-01T10:00:00Z");
    let resting = &idle["connectors"][0];
    assert_eq!(resting["currentA"], json!([0.0, 0.0, 0.0]));
    assert_eq!((&resting["status"], &resting["transactionId"]), (&json!("Available"), &Value::Null));
    let charging = &messages[2]["samples"][5]["connectors"][0];
    let keys: BTreeSet<_> = charging.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        BTreeSet::from([
            "connectorId",
            "currentA",
            "errorCode",
            "evseId",
            "offeredA",
            "powerW",
            "registerWh",
            "status",
            "temperatureC",
            "transactionId",
            "voltageV",
        ])
    );
    let fixed = ["connectorId", "errorCode", "evseId", "offeredA", "status", "transactionId"].map(|key| &charging[key]);
    assert_eq!(
        fixed.map(Clone::clone),
        [json!(1), json!("NoError"), json!(1), json!(16.0), json!("Charging"), json!("20260601T100030Z-0001")]
    );
    for phase in 0..3 {
        assert!((225.0..232.0).contains(&charging["voltageV"][phase].as_f64().unwrap()), "{charging}");
        assert!((15.7..16.3).contains(&charging["currentA"][phase].as_f64().unwrap()), "{charging}");
    }
    assert!(charging["powerW"].is_u64() && charging["registerWh"].is_u64(), "{charging}");
}

#[test]
fn a_large_station_splits_its_telemetry() {
    let mut large = plan(vec![]);
    large.evses = (1..=12)
        .map(|evse_id| EvsePlan { spec: EvseSpec::ac_three_phase(evse_id), arrivals: vec![arrival(5, 3000)] })
        .collect();
    let mut desk = Desk::new(&large);
    desk.pass(600, store_all);
    let sizes: Vec<_> = desk.of(MessageKind::Telemetry).iter().map(|message| message.to_string().len()).collect();
    assert!(sizes.len() > 20 && sizes.iter().all(|size| *size <= TELEMETRY_MAX_BYTES), "{sizes:?}");
}

#[test]
fn stock_messages_have_the_shape_of_the_contract() {
    let mut stocked = plan(vec![]);
    let item = "cable-type2-5m".to_owned();
    stocked.stock = vec![
        StockEvent { at: at(10), item: item.clone(), change: StockChange::Counted { on_hand: 3 } },
        StockEvent { at: at(20), item, change: StockChange::Moved { moved: -1, reason: "replaced".to_owned() } },
    ];
    let mut desk = Desk::new(&stocked);
    desk.pass(90, store_all);
    assert_eq!(
        desk.of(MessageKind::Stock),
        [
            &json!({ "messageId": "stock-20260601T100010Z-0001", "at": "2026-06-01T10:00:10Z", "item": "cable-type2-5m", "onHand": 3 }),
            &json!({ "messageId": "stock-20260601T100020Z-0002", "at": "2026-06-01T10:00:20Z", "item": "cable-type2-5m", "moved": -1, "reason": "replaced" }),
        ]
    );
    assert!(desk.station.is_finished());
    assert_eq!((desk.station.summary().stock_messages, desk.station.summary().stored), (2, 2));
}

#[test]
fn topics_are_those_of_the_contract() {
    for (kind, topic) in [
        (MessageKind::Telemetry, "ev/v1/station-001/telemetry"),
        (MessageKind::Transaction, "ev/v1/station-001/transaction"),
        (MessageKind::Stock, "ev/v1/station-001/stock"),
        (MessageKind::CommandResult, "ev/v1/station-001/commandResult"),
    ] {
        assert_eq!(kind.topic("station-001"), topic);
    }
}
