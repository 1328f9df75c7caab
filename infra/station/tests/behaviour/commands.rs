//! What a station does when it is told to.

use crate::plans::{Desk, arrival, at, plan, stay_silent, store_all};
use serde_json::{Value, json};
use station::contract::MessageKind;

const TRANSACTION: &str = "20260601T100030Z-0001";

impl Desk {
    /// Sends a command and gives back the result and the detail of the answer.
    fn command(&mut self, command: &Value) -> (Value, Value) {
        self.station.receive_command(command.to_string().as_bytes(), at(self.second));
        self.pass(1, store_all);
        let answers = self.of(MessageKind::CommandResult);
        let answer = answers[answers.len() - 1];
        assert_eq!(answer["commandId"], command["commandId"]);
        (answer["result"].clone(), answer["detail"].clone())
    }

    fn status(&self) -> Value {
        let telemetry = self.of(MessageKind::Telemetry);
        let samples = telemetry[telemetry.len() - 1]["samples"].as_array().unwrap();
        samples[samples.len() - 1]["connectors"][0]["status"].clone()
    }
}

/// A station that has charged for some minutes.
fn charging() -> Desk {
    let mut desk = Desk::new(&plan(vec![arrival(30, 5000), arrival(600, 1000)]));
    desk.pass(180, store_all);
    desk
}

#[test]
fn every_command_is_answered() {
    for (command, result) in [
        (json!({ "kind": "stopTransaction", "transactionId": TRANSACTION }), "accepted"),
        (json!({ "kind": "stopTransaction", "transactionId": "other" }), "rejected"),
        (json!({ "kind": "stopTransaction" }), "rejected"),
        (
            json!({ "kind": "stopTransaction", "transactionId": TRANSACTION, "expiresAt": "2026-06-01T10:02:59Z" }),
            "expired",
        ),
        (
            json!({ "kind": "stopTransaction", "transactionId": TRANSACTION, "expiresAt": "2026-06-01T10:03:01Z" }),
            "accepted",
        ),
        (json!({ "kind": "setUnavailable", "evseId": 1 }), "accepted"),
        (json!({ "kind": "setUnavailable", "evseId": null }), "accepted"),
        (json!({ "kind": "setUnavailable", "evseId": 9 }), "rejected"),
        (json!({ "kind": "setAvailable" }), "accepted"),
        (json!({ "kind": "limitCurrent", "evseId": 1, "limitA": 8 }), "accepted"),
        (json!({ "kind": "limitCurrent", "evseId": 9, "limitA": 8 }), "rejected"),
        (json!({ "kind": "limitCurrent" }), "rejected"),
        (json!({ "kind": "limitCurrent", "limitA": -1 }), "rejected"),
        (json!({ "kind": "startTransaction", "evseId": 1, "idToken": "04A1B2C3" }), "rejected"),
        (json!({ "kind": "unlock" }), "rejected"),
        (json!({ "kind": "reset" }), "rejected"),
        (json!({ "kind": "dance" }), "rejected"),
        (json!({ "kind": 7 }), "rejected"),
    ] {
        let mut command = command;
        command["commandId"] = json!("c-1");
        assert_eq!(charging().command(&command).0, result, "{command}");
    }
}

#[test]
fn a_command_without_an_id_is_not_obeyed() {
    let mut desk = charging();
    for payload in ["", "{}", r#"{"kind":"stopTransaction","transactionId":"20260601T100030Z-0001"}"#] {
        desk.station.receive_command(payload.as_bytes(), at(desk.second));
    }
    desk.pass(5, stay_silent);
    assert!(desk.of(MessageKind::CommandResult).is_empty());
    assert_eq!(desk.station.summary().sessions, 0);
}

#[test]
fn a_stopped_transaction_ends_at_once_and_the_next_vehicle_comes() {
    let mut desk = charging();
    let stop = json!({ "commandId": "c-1", "kind": "stopTransaction", "transactionId": TRANSACTION });
    assert_eq!(desk.command(&stop), (json!("accepted"), Value::Null));
    let messages = desk.of(MessageKind::Transaction);
    let ended = messages[messages.len() - 1];
    let told = ["eventType", "stoppedReason", "chargingState", "at"].map(|key| ended[key].as_str().unwrap().to_owned());
    assert_eq!(told, ["Ended", "Remote", "EVConnected", "2026-06-01T10:03:00Z"]);
    let energy_wh = ended["registerWh"].as_u64().unwrap() - 1_284_533;
    assert!((400..450).contains(&energy_wh), "142 s at 10.8 kW are not {energy_wh} Wh");

    assert_eq!(desk.command(&stop), (json!("accepted"), Value::Null), "delivered twice, obeyed once, answered alike");
    desk.pass(2000, store_all);
    assert_eq!(desk.station.summary().sessions, 2);
    assert_eq!(desk.station.summary().commands, 1);
    assert!(desk.station.is_finished());
}

#[test]
fn an_evse_out_of_use_finishes_its_session_and_turns_others_away() {
    let mut desk = charging();
    let (result, detail) = desk.command(&json!({ "commandId": "c-1", "kind": "setUnavailable", "evseId": 1 }));
    assert_eq!((result, detail), (json!("accepted"), json!("after the running transaction")));
    desk.pass(3000, store_all);
    let summary = desk.station.summary();
    assert_eq!((summary.sessions, summary.turned_away), (1, 1));
    assert_eq!(desk.status(), "Unavailable");
    assert!(desk.station.is_finished());
    desk.command(&json!({ "commandId": "c-2", "kind": "setAvailable" }));
    desk.pass(60, store_all);
    assert_eq!(desk.status(), "Available");
}

#[test]
fn a_limit_lowers_the_current_and_below_six_amperes_pauses() {
    let mut desk = charging();
    for (limit_a, status, low_w, high_w) in [
        (8.0, "Charging", 5200, 5600),
        (0.0, "SuspendedEVSE", 0, 0),
        (5.9, "SuspendedEVSE", 0, 0),
        (99.0, "Charging", 10_600, 11_000),
    ] {
        desk.command(&json!({ "commandId": format!("limit-{limit_a}"), "kind": "limitCurrent", "limitA": limit_a }));
        desk.pass(60, store_all);
        let telemetry = desk.of(MessageKind::Telemetry);
        let connector = &telemetry[telemetry.len() - 1]["samples"][5]["connectors"][0];
        assert_eq!(connector["status"], status, "at {limit_a} A");
        assert!((low_w..=high_w).contains(&connector["powerW"].as_u64().unwrap()), "at {limit_a} A: {connector}");
    }
    let states: Vec<_> = desk
        .of(MessageKind::Transaction)
        .iter()
        .map(|message| message["chargingState"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(states, ["EVConnected", "Charging", "SuspendedEVSE", "Charging"]);
}
