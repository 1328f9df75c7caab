use super::*;

fn message(id: Option<&str>, body: Option<&str>) -> SqsMessage {
    serde_json::from_value(serde_json::json!({ "messageId": id, "body": body })).unwrap()
}

#[test]
fn an_envelope_keeps_every_byte_of_the_station() {
    let body = r#"{"data":"AP97Ig==","topic":"ev/v1/s-1/stock","client":"s-1","received_at":1780000000123}"#;
    let record = envelope(&message(Some("q-1"), Some(body))).unwrap();
    assert_eq!(record.id, "q-1");
    assert_eq!(record.body.data, [0, 255, b'{', b'"']);
    assert_eq!((record.body.topic.as_str(), record.body.client.as_str()), ("ev/v1/s-1/stock", "s-1"));
    assert_eq!(record.body.received_at.to_string(), "2026-05-28T20:26:40.123Z");
}

#[test]
fn what_no_rule_wrote_is_a_value_and_keeps_its_bytes() {
    let with = |fields: &str| format!(r#"{{"topic":"t","client":"c",{fields}}}"#);
    for (body, good) in [
        (with(r#""data":"","received_at":0"#), true),
        (with(r#""data":"AA==","received_at":0,"someday":1"#), true),
        (with(r#""data":"AA","received_at":0"#), false),
        (with(r#""data":"A A==","received_at":0"#), false),
        (with(r#""data":null,"received_at":0"#), false),
        (with(r#""data":"AA==","received_at":"0""#), false),
        (with(r#""data":"AA==","received_at":9300000000000000"#), false),
        (with(r#""data":"AA==","received_at":1e400"#), false),
        (with(r#""data":"AA==""#), false),
        (r#"{"data":"AA==","topic":"t","received_at":0}"#.to_owned(), true),
        (r#"{"data":"AA==","client":"c","received_at":0}"#.to_owned(), false),
        (String::new(), false),
        ("null".to_owned(), false),
        ("\u{0}\u{feff}".to_owned(), false),
        ("[".repeat(100_000), false),
        (format!(r#"{{"data":"AA==","topic":"t","client":{}"#, "{\"a\":".repeat(10_000)), false),
    ] {
        let shown: String = body.chars().take(60).collect();
        match envelope(&message(Some("q-1"), Some(&body))) {
            Ok(_) => assert!(good, "{shown}"),
            Err(refused) => {
                assert!(!good, "{shown}: {}", refused.reason);
                assert_eq!((refused.id.as_str(), refused.bytes.as_slice()), ("q-1", body.as_bytes()), "{shown}");
            }
        }
    }
}

#[test]
fn inputs_without_an_id_are_told_apart_by_their_bytes() {
    let id = |body| envelope(&message(None, body)).unwrap_err().id;
    assert_eq!(id(Some("a")), id(Some("a")));
    assert_ne!(id(Some("a")), id(Some("b")));
    assert_ne!(id(None), "");
}

#[test]
fn undecodable_input_goes_to_quarantine_whole() {
    let now = "2026-06-01T10:00:00Z".parse().unwrap();
    let kept = envelope(&message(Some("q-1"), Some("{"))).unwrap_err().quarantined("telemetry", now);
    assert_eq!((kept.id.as_str(), kept.source.as_str(), kept.reason.as_str()), ("q-1", "telemetry", "malformed"));
    assert_eq!((kept.received_at, kept.data.as_slice()), (now, b"{".as_slice()));
}

fn change(keys: &serde_json::Value) -> EventRecord {
    serde_json::from_value(serde_json::json!({
        "awsRegion": "eu-central-1", "eventID": "e-1", "eventName": "MODIFY",
        "dynamodb": { "ApproximateCreationDateTime": 1.78e9, "Keys": keys, "SequenceNumber": "42", "SizeBytes": 10 },
    }))
    .unwrap()
}

#[test]
fn a_stream_record_names_what_changed() {
    let debt = |session: &str| Some(Payable::Debt(session.parse().unwrap()));
    let hold = |id: &str| Some(Payable::Hold(id.parse().unwrap()));
    let card = |driver: &str| Some(Payable::Card(driver.parse().unwrap()));
    for (key, payable, alert_id) in [
        (serde_json::json!({"pk": {"S": "s-1:7a1c"}, "sk": {"S": "debt"}}), debt("s-1:7a1c"), Some("s-1:7a1c")),
        (serde_json::json!({"pk": {"S": "hold#7k2m"}, "sk": {"S": "hold"}}), hold("7k2m"), None),
        (serde_json::json!({"pk": {"S": "hold:7a1c"}, "sk": {"S": "debt"}}), debt("hold:7a1c"), Some("hold:7a1c")),
        (serde_json::json!({"pk": {"S": "hold#"}, "sk": {"S": "hold"}}), None, None),
        (serde_json::json!({"pk": {"S": "card#driver-1"}, "sk": {"S": "card"}}), card("driver-1"), None),
        (serde_json::json!({"pk": {"S": "card:7a1c"}, "sk": {"S": "debt"}}), debt("card:7a1c"), Some("card:7a1c")),
        (serde_json::json!({"pk": {"S": "card#"}, "sk": {"S": "card"}}), None, None),
        (serde_json::json!({"pk": {"S": "no-payer:s-1:7a1c"}}), None, Some("no-payer:s-1:7a1c")),
        (serde_json::json!({"pk": {"S": "event#evt_1"}, "sk": {"S": "event"}}), None, None),
        (serde_json::json!({"pk": {"N": "1"}}), None, None),
        (serde_json::json!({"pk": {"S": ""}}), None, None),
        (serde_json::json!({}), None, None),
    ] {
        let record = change(&key);
        let as_payable = due_payment(&record).map(|record| record.body);
        assert_eq!(as_payable.as_ref().ok(), payable.as_ref(), "{key}");
        let as_alert = due_alert(&record).map(|record| record.body.to_string());
        assert_eq!(as_alert.as_ref().ok().map(String::as_str), alert_id, "{key}");
        if let Err(refused) = as_payable {
            assert_eq!(refused.id, "42");
            assert_eq!(serde_json::from_slice::<serde_json::Value>(&refused.bytes).unwrap(), key);
        }
    }
}
