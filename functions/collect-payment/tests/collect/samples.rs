//! The sample events hold debts as they are stored, and each leads to the step that it is a sample of.

use std::path::PathBuf;

use billing::payment::{Call, Debt, Known, Step, next_step};
use serde_json::Value;

/// The records of a sample: the debt and the session of its key, where there is one.
fn records(name: &str) -> Vec<Option<(Debt, String)>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../events/collect-payment").join(name);
    let event: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let record = |record: &Value| {
        let image = record["dynamodb"].get("NewImage")?;
        let debt = serde_json::from_str(image["body"]["S"].as_str().unwrap()).unwrap();
        Some((debt, image["pk"]["S"].as_str().unwrap().to_owned()))
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
        let step = |record: &Option<(Debt, String)>| {
            let Some((debt, key)) = record else { return "none" };
            assert_eq!(debt.session.to_string(), *key, "{name}");
            first_step(debt)
        };
        assert_eq!(found.iter().map(step).collect::<Vec<_>>(), steps, "{name}");
    }
}
