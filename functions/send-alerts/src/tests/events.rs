//! The sample events, as the stream delivers them.

use std::path::Path;

use serde_json::Value;

use super::*;

/// The alerts of a sample event as the table held them, and the records in their order. What is no alert id is left out.
fn sample(name: &str) -> (Vec<Alert>, Vec<Record<AlertId>>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../events/send-alerts/{name}.json"));
    let event: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let (mut stored, mut records) = (Vec::new(), Vec::new());
    for record in event["Records"].as_array().unwrap() {
        let change = &record["dynamodb"];
        let Some(Ok(id)) = change["Keys"]["pk"]["S"].as_str().map(str::parse) else { continue };
        stored.extend(change.get("NewImage").map(image));
        records.push(Record { id: change["SequenceNumber"].as_str().unwrap().to_owned(), body: id });
    }
    (stored, records)
}

fn image(image: &Value) -> Alert {
    let text = |name: &str| image[name]["S"].as_str();
    assert!(text("due_publish").is_some(), "the stream only passes on what wants to be published");
    let due_at = text("due_at").map(at);
    let version = image["version"]["N"].as_str().unwrap().parse().unwrap();
    let alert = Alert::read(text("body").unwrap(), text("resolved"), due_at, version).unwrap();
    assert_eq!(text("pk"), Some(alert.id.as_str()));
    alert
}

fn sent(name: &str) -> Vec<String> {
    let (stored, records) = sample(name);
    let store = Store::with(&stored);
    assert_eq!(block_on(handle(&store, at("2026-06-01T10:30:00Z"), records)), []);
    store.sent()
}

#[test]
fn every_sample_is_told() {
    assert_eq!(sent("one"), ["operators Opening"]);
    assert_eq!(
        sent("several"),
        [
            "operators Opening",
            "phone Opening",
            "phone Opening",
            "operators Opening",
            "operators Opening",
            "operators Opening"
        ]
    );
    // Over before it was told; and one alert twice.
    assert_eq!(sent("edge"), ["operators Both", "operators Opening"]);
    // Only one of the records names an alert that is there.
    assert_eq!(sent("malformed"), ["phone Opening"]);
}
