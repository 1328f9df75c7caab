//! Signed readings: what a meter has signed is on the bill, and what it has not is told to a person.

use alerts::{Fact, ReviewReason};
use billing::Flag;
use billing::cdr::SignedReadings;
use billing::session::SessionState;
use ports::{KeepAssets, KeepSessions, ReadStations};
use serde_json::{Value, json};

use crate::world::World;

/// What a fast charger's meter has signed: the session from 57.584 kWh to 58.685 kWh in one record.
fn published() -> (String, String) {
    let all: Value =
        serde_json::from_str(include_str!("../../../shared/signatures/tests/signed/published.json")).unwrap();
    let text = |record: &Value, field: &str| record[field].as_str().unwrap().to_owned();
    let lem = all.as_array().unwrap().iter().find(|record| text(record, "meter").starts_with("LEM")).unwrap();
    (text(lem, "record"), text(lem, "key"))
}

/// The session as its station sends it, with this signed reading at its end.
fn session(signed: &str) -> Vec<Value> {
    let message = |seq_no: usize, event: &str, time: &str, register_wh: u32, signed: Option<&str>| {
        json!({
            "messageId": format!("m-{seq_no}"), "eventType": event, "transactionId": "t-1", "seqNo": seq_no,
            "at": time, "evseId": 1, "connectorId": 1, "idToken": "04A1B2C3", "registerWh": register_wh,
            "signedMeterValue": signed,
        })
    };
    vec![
        message(0, "Started", "2026-06-02T07:00:00Z", 57_584, None),
        message(1, "Ended", "2026-06-02T07:01:17Z", 58_685, Some(signed)),
    ]
}

/// Has the session recorded by a system that knows this key of the meter: what its bill shows, and what operators are told about it.
async fn shown(signed: &str, key: Option<&str>) -> (SignedReadings, Vec<String>) {
    let world = World::new().await;
    let tables = &world.ports.tables;
    let mut station = tables.station(&"station-001".parse().unwrap()).await.unwrap().unwrap();
    for connector in &mut station.connectors {
        connector.meter_public_key = key.map(str::to_owned);
    }
    tables.put_station(&station).await.unwrap();
    world.record("station-001", &session(signed)).await;
    let cdr = world.only_cdr().await;
    assert_eq!(cdr.energy_wh, 1101);
    let head = tables.head(&cdr.session_id).await.unwrap().unwrap();
    assert_eq!((head.state, &head.flags), (SessionState::Billed, &cdr.flags));
    assert_eq!(cdr.flags.contains(&Flag::SignatureInvalid), cdr.signed_readings == SignedReadings::Invalid);
    // Whatever the signature is worth, the driver pays and hears of it.
    assert_eq!(tables.all_debts().await.unwrap().len(), 1);
    let alerts = tables.all_alerts().await.unwrap();
    assert!(alerts.iter().any(|alert| matches!(alert.fact, Fact::SessionCompleted(_))));
    let review = |alert: &alerts::Alert| match &alert.fact {
        Fact::SessionReview(review) => {
            assert_eq!(review.reason, ReviewReason::SignatureInvalid);
            Some(alert.id.to_string())
        }
        _ => None,
    };
    (cdr.signed_readings, alerts.iter().filter_map(review).collect())
}

#[tokio::test]
async fn a_bill_shows_what_the_meter_has_signed_and_a_forgery_is_told() {
    let (record, key) = published();
    let told = vec!["signature-invalid:station-001:t-1".to_owned()];
    let tampered = record.replace("58.685", "58.686");
    for (what, signed, key, expected) in [
        ("genuine", &record, Some(&key), (SignedReadings::Verified, vec![])),
        ("a digit changed", &tampered, Some(&key), (SignedReadings::Invalid, told)),
        ("no key is known", &tampered, None, (SignedReadings::Unverified, vec![])),
    ] {
        assert_eq!(shown(signed, key.map(String::as_str)).await, expected, "{what}");
    }
}
