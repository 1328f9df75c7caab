//! The sample events hold debts as they are stored, and each leads to the step that it is a sample of.

use std::path::PathBuf;

use billing::payment::{Call, Debt, Hold, HoldCall, HoldStep, Known, Step, next_hold_step, next_step};
use serde_json::Value;

/// The records of a sample: what is stored, as JSON, and its key, where there is one.
fn records(name: &str) -> Vec<Option<(String, String)>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../events/collect-payment").join(name);
    let event: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let record = |record: &Value| {
        let image = record["dynamodb"].get("NewImage")?;
        let text = |name: &str| image[name]["S"].as_str().unwrap().to_owned();
        Some((text("body"), text("pk")))
    };
    event["Records"].as_array().unwrap().iter().map(record).collect()
}

fn first_step(debt: &Debt) -> &'static str {
    match next_step(debt, Known::Stored, "2026-06-01T09:30:03Z".parse().unwrap()) {
        Step::Call { call: Call::Create { .. }, .. } => "create",
        Step::Call { call: Call::Read { .. }, .. } => "read",
        Step::Call { .. } => "another call",
        Step::Settle(debt) => debt.state.as_str(),
        Step::Wait { .. } => "wait",
        Step::Done => "done",
    }
}

#[test]
fn samples_hold_debts_that_lead_to_the_steps_they_stand_for() {
    for (name, steps) in [
        ("one.json", vec!["create"]),
        ("several.json", vec!["create", "read", "read"]),
        ("edge.json", vec!["not_billable", "create", "not_billable", "create", "uncollectible", "wait", "create"]),
        ("malformed.json", vec!["none", "none", "none", "none", "none", "create"]),
    ] {
        let found = records(name);
        let step = |record: &Option<(String, String)>| {
            let Some((stored, key)) = record else { return "none" };
            let debt: Debt = serde_json::from_str(stored).unwrap();
            assert_eq!(debt.session.to_string(), *key, "{name}");
            first_step(&debt)
        };
        assert_eq!(found.iter().map(step).collect::<Vec<_>>(), steps, "{name}");
    }
}

#[test]
fn the_sample_of_a_hold_asks_for_it() {
    let (stored, key) = records("hold.json").remove(0).unwrap();
    let hold: Hold = serde_json::from_str(&stored).unwrap();
    assert_eq!(key, format!("hold#{}", hold.id));
    let step = next_hold_step(&hold, Known::Stored, "2026-06-01T09:30:03Z".parse().unwrap());
    assert!(matches!(step, HoldStep::Call { call: HoldCall::Create { .. }, .. }), "{step:?}");
}
