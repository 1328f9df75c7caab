//! Units that fail session after session.

use alerts::State;
use faults::FaultId;
use futures_util::future::join_all;
use messages::ConnectorKey;
use ports::ReadHealth;
use serde_json::{Value, json};

use crate::world::{NOW, World, at, record};

const KEY: ConnectorKey = ConnectorKey { evse_id: 1, connector_id: 1 };

/// A session between these minutes of 07:00, with so much energy.
fn session(transaction: &str, token: &str, (started, ended, wh): (u8, u8, u32)) -> Vec<Value> {
    let message = |seq_no: u8, event: &str, minute: u8, register: u32| {
        json!({
            "messageId": format!("{transaction}-{seq_no}"), "eventType": event, "transactionId": transaction,
            "seqNo": seq_no, "at": format!("2026-06-02T07:{minute:02}:00Z"), "evseId": 1, "connectorId": 1,
            "idToken": token, "chargingState": "Charging", "registerWh": register,
        })
    };
    vec![message(0, "Started", started, 10_000), message(1, "Ended", ended, 10_000 + wh)]
}

/// Five sessions by three drivers, of which nothing came.
fn five_aborted() -> Vec<Vec<Value>> {
    let tokens = ["04A1B2C3", "TOKEN-2", "04A1B2C3", "TOKEN-3", "TOKEN-2"];
    (0..).zip(tokens).map(|(n, token)| session(&format!("t-{n}"), token, (2 * n, 2 * n + 1, 80))).collect()
}

/// The state and the connector of every alert about a malfunctioning unit.
async fn alerts(world: &World) -> Vec<State> {
    let alerts = world.ports.tables.all_alerts().await.unwrap();
    let is_about = |alert: &&alerts::Alert| match &alert.fact {
        alerts::Fact::Fault(fact) => {
            assert!(!fact.evidence.contains("TOKEN"), "{}", fact.evidence);
            fact.fault == FaultId::MalfunctioningUnit
        }
        _ => false,
    };
    alerts.iter().filter(is_about).map(alerts::Alert::state).collect()
}

#[tokio::test]
async fn a_unit_that_aborts_session_after_session_is_told_once_and_a_good_session_ends_it() {
    let world = World::new().await;
    for (n, messages) in (1..).zip(five_aborted()) {
        world.record("station-001", &messages).await;
        let expected: &[State] = if n < 4 { &[] } else { &[State::Open] };
        assert_eq!(alerts(&world).await, expected, "after session {n}");
    }
    world.record("station-001", &session("t-9", "TOKEN-3", (20, 40, 2_000))).await;
    assert_eq!(alerts(&world).await, [State::Resolved]);
    let row = world.ports.health(&"station-001".parse().unwrap(), KEY).await.unwrap().unwrap();
    assert_eq!((row.version, row.episodes, row.site.as_str()), (6, Vec::new(), "demo"));
}

#[tokio::test]
async fn messages_that_come_again_or_in_any_order_change_nothing() {
    let sessions = five_aborted();
    let orders: [Vec<Value>; 3] = [
        sessions.iter().flatten().flat_map(|message| vec![message.clone(); 3]).collect(),
        sessions.iter().flatten().rev().cloned().collect(),
        // Every end before every beginning.
        [1, 0].into_iter().flat_map(|n| sessions.iter().map(move |session| session[n].clone())).collect(),
    ];
    for messages in orders {
        let world = World::new().await;
        world.record("station-001", &messages).await;
        assert_eq!(alerts(&world).await, [State::Open]);
        world.record("station-001", &session("t-9", "TOKEN-3", (20, 40, 2_000))).await;
        world.record("station-001", &messages).await;
        assert_eq!(alerts(&world).await, [State::Resolved]);
    }
}

#[tokio::test]
async fn sessions_that_end_at_once_are_all_counted() {
    let world = World::new().await;
    let sessions = five_aborted();
    for messages in &sessions {
        world.record("station-001", &messages[..1]).await;
    }
    let ends = sessions.iter().map(|messages| {
        let record = record("r", "station-001", "transaction", messages[1].to_string().into_bytes(), at(NOW));
        record_transaction::handle(&world.ports, at(NOW), vec![record])
    });
    let failed: Vec<_> = join_all(ends).await;
    // Who lost the race too often is delivered again.
    for messages in sessions.iter().zip(&failed).filter(|(_, failed)| !failed.is_empty()).map(|(messages, _)| messages)
    {
        world.record("station-001", &messages[1..]).await;
    }
    assert_eq!(alerts(&world).await, [State::Open]);
    let row = world.ports.health(&"station-001".parse().unwrap(), KEY).await.unwrap().unwrap();
    assert_eq!(row.version, 5);
}

#[tokio::test]
async fn a_session_that_cannot_be_billed_counts_too() {
    let world = World::new().await;
    for mut messages in five_aborted() {
        for message in &mut messages {
            message.as_object_mut().unwrap().remove("registerWh");
        }
        messages[1]["stoppedReason"] = json!("GroundFault");
        world.record("station-001", &messages).await;
    }
    assert_eq!(world.ports.tables.all_cdrs().await.unwrap().len(), 0);
    assert_eq!(alerts(&world).await, [State::Open]);
    // One by a clock that is years ahead does not keep the fault open for years.
    let mut future = session("t-8", "TOKEN-2", (12, 13, 0));
    for message in &mut future {
        message.as_object_mut().unwrap().remove("registerWh");
        message["at"] = json!(message["at"].as_str().unwrap().replace("2026", "2036"));
    }
    future[1]["stoppedReason"] = json!("GroundFault");
    world.record("station-001", &future).await;
    let mut good = session("t-9", "TOKEN-3", (20, 40, 2_000));
    for (message, time) in good.iter_mut().zip(["2026-06-02T08:10:00Z", "2026-06-02T08:40:00Z"]) {
        message["at"] = json!(time);
    }
    let received_at = at("2026-06-02T08:41:00Z");
    let bytes = |message: &Value| message.to_string().into_bytes();
    let records = good.iter().map(|message| record("r", "station-001", "transaction", bytes(message), received_at));
    assert_eq!(record_transaction::handle(&world.ports, received_at, records.collect()).await, []);
    assert_eq!(alerts(&world).await, [State::Resolved]);
}
