//! From messages to a CDR, in whatever order and however often they come.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::world::{NOW, World, at, record};

/// A session of five and a half hours over the boundary between the day's and the night's price (22:00 in Amsterdam), parking at its end.
pub(crate) fn night_session(transaction: &str, token: &str) -> Vec<Value> {
    let message = |seq_no: usize, event: &str, time: &str, state: &str, register: u32| {
        json!({
            "messageId": format!("{transaction}-{seq_no}"), "eventType": event, "transactionId": transaction,
            "seqNo": seq_no, "at": time, "evseId": 1, "connectorId": 1, "idToken": token,
            "chargingState": state, "registerWh": register,
        })
    };
    vec![
        message(0, "Started", "2026-06-01T18:30:00Z", "Charging", 100_000),
        message(1, "Updated", "2026-06-01T19:30:00Z", "Charging", 107_000),
        message(2, "Updated", "2026-06-01T20:30:00Z", "Charging", 114_000),
        message(3, "Updated", "2026-06-01T21:00:00Z", "SuspendedEV", 117_500),
        message(4, "Ended", "2026-06-02T00:00:00Z", "Idle", 117_500),
    ]
}

/// A CDR without what may differ: its id and the times of processing.
fn lasting(world: &billing::cdr::Cdr) -> String {
    let mut cdr = serde_json::to_value(world).unwrap();
    let fields = cdr.as_object_mut().unwrap();
    assert!(fields.remove("id").is_some() && fields.remove("created_at").is_some());
    serde_json::to_string(&cdr).unwrap()
}

#[tokio::test]
async fn order_and_repetition_change_nothing_in_the_bill() {
    let in_order = night_session("t-1", "04A1B2C3");
    let reversed: Vec<Value> = in_order.iter().rev().cloned().collect();
    let four_times: Vec<Value> = in_order.iter().flat_map(|message| vec![message.clone(); 4]).collect();
    let mixed: Vec<Value> = [3, 0, 4, 4, 1, 0, 2, 1].map(|index| in_order[index].clone()).to_vec();
    let mut cdrs = Vec::new();
    for messages in [&in_order, &reversed, &four_times, &mixed] {
        let world = World::new().await;
        world.record("station-001", messages).await;
        assert_eq!(world.acks().len(), messages.len());
        assert!(world.acks().iter().all(|ack| ack.ends_with("Stored")));
        cdrs.push(lasting(&world.only_cdr().await));
    }
    // 1.5 h of 7 kW by day, 1 h by night, 3 h of parking, 21 % VAT.
    let cost = serde_json::from_str::<Value>(&cdrs[0]).unwrap()["total_cost"].clone();
    assert_eq!(cost["excl_vat"].to_string(), "10.915");
    for cdr in &cdrs {
        assert_eq!(cdr, &cdrs[0]);
    }
}

#[tokio::test]
async fn fifty_ends_at_once_give_one_bill() {
    let world = World::new().await;
    let messages = night_session("t-1", "04A1B2C3");
    world.record("station-001", &messages[..4]).await;
    let ended = messages[4].to_string();
    let deliveries = (0..50).map(|copy| {
        let record = record(&format!("r-{copy}"), "station-001", "transaction", ended.clone().into_bytes(), at(NOW));
        record_transaction::handle(&world.ports, at(NOW), vec![record])
    });
    let failed: usize = join_all(deliveries).await.iter().map(Vec::len).sum();
    world.only_cdr().await;
    assert_eq!(world.ports.tables.all_debts().await.unwrap().len(), 1);
    // Who lost the race too often is delivered again, and finds everything done.
    assert_eq!(world.acks().len(), 4 + 50 - failed);
}

#[tokio::test]
async fn two_vehicles_on_one_station_pay_for_their_own_energy() {
    let world = World::new().await;
    let first = night_session("t-1", "04A1B2C3");
    let mut second = night_session("t-2", "04A1B2C3");
    for (message, register) in second.iter_mut().zip([50_000, 50_500, 51_000, 51_200, 51_200]) {
        message["evseId"] = json!(2);
        message["registerWh"] = json!(register);
    }
    let interleaved: Vec<Value> = first.into_iter().zip(second).flat_map(|(one, other)| [one, other]).collect();
    world.record("station-001", &interleaved).await;
    let mut energies: Vec<(String, i64)> = world
        .ports
        .tables
        .all_cdrs()
        .await
        .unwrap()
        .iter()
        .map(|cdr| (cdr.session_id.to_string(), cdr.energy_wh))
        .collect();
    energies.sort();
    assert_eq!(energies, [("station-001:t-1".to_owned(), 17_500), ("station-001:t-2".to_owned(), 1_200)]);
}
