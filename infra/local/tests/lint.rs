//! `wattwarden lint`, as it is called.
#![cfg(test)]

use std::process::{Command, Output};

use serde_json::Value;

fn lint(tariff: &str) -> Output {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("tariff.json");
    std::fs::write(&file, tariff).unwrap();
    Command::new(env!("CARGO_BIN_EXE_wattwarden")).arg("lint").arg(&file).output().unwrap()
}

fn tariff(step_size: &str) -> String {
    format!(
        r#"{{"country_code":"NL","party_id":"EXA","id":"t","currency":"EUR","last_updated":"2026-01-01T00:00:00Z",
            "elements":[{{"price_components":[{{"type":"ENERGY","price":0,"vat":21,"step_size":{step_size}}}]}}]}}"#
    )
}

#[test]
fn a_warning_fails_advice_does_not_and_what_is_no_tariff_is_named_by_its_place() {
    let codes = |output: &Output| -> Vec<String> {
        let lines = String::from_utf8(output.stdout.clone()).unwrap();
        let code = |line: &str| serde_json::from_str::<Value>(line).unwrap()["code"].as_str().unwrap().to_owned();
        lines.lines().map(code).collect()
    };
    let warned = lint(&tariff("500"));
    assert_eq!(
        (warned.status.code(), codes(&warned)),
        (Some(1), vec!["zero_price".to_owned(), "step_size".to_owned()])
    );
    let advised = lint(&tariff("1"));
    assert_eq!((advised.status.code(), codes(&advised)), (Some(0), vec!["zero_price".to_owned()]));
    let broken = lint(&tariff("\"one\""));
    assert_eq!((broken.status.code(), codes(&broken)), (Some(2), Vec::new()));
    let said = String::from_utf8(broken.stderr).unwrap();
    assert!(said.contains("tariff.json: elements[0].price_components[0].step_size: "), "{said}");
}
