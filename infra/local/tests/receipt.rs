//! `receipt`, from what the other commands print.
#![cfg(test)]

use std::path::Path;
use std::process::{Command, Output};

const TARIFF: &str = r#"{"id":"day","currency":"EUR","last_updated":"2026-01-01T00:00:00Z","elements":[{"price_components":[
    {"type":"ENERGY","price":0.3,"vat":20,"step_size":0}]}]}"#;
const MESSAGES: &str = r#"{"messageId":"1","eventType":"Started","transactionId":"t","seqNo":0,"at":"2026-06-01T10:00:00Z","evseId":1,"connectorId":1,"idToken":"04A1B2C3","registerWh":1000,"chargingState":"Charging"}
{"messageId":"2","eventType":"Ended","transactionId":"t","seqNo":1,"at":"2026-06-01T11:00:00Z","registerWh":8311}"#;

fn wattwarden(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wattwarden")).current_dir(folder).args(arguments).output().unwrap()
}

#[test]
fn a_line_of_a_bill_becomes_a_receipt_and_what_is_none_is_refused_by_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("tariff.json", TARIFF);
    write("messages.ndjson", MESSAGES);
    let billed = wattwarden(
        folder.path(),
        &["bill", "--tariff", "tariff.json", "--time-zone", "Europe/Berlin", "messages.ndjson"],
    );
    let line = String::from_utf8(billed.stdout).unwrap();
    write("line.json", &line);

    // 7.311 · 0.30 · 1.2
    for (more, title, total) in [
        (&[][..], "<h1>Receipt</h1>", "2.63\u{a0}EUR"),
        (&["--language", "de", "--issued-at", "2026-06-01T22:30:00Z"], "<dd>02.06.2026</dd>", "2,63\u{a0}EUR"),
    ] {
        let shown = wattwarden(folder.path(), &[&["receipt", "--cdr", "line.json"][..], more].concat());
        let html = String::from_utf8(shown.stdout).unwrap();
        assert!(shown.status.success() && html.contains(title) && html.contains(total), "{html}");
    }

    write("broken.json", &line.replace("\"2026-06-01T10:00:00Z\"", "\"yesterday\""));
    for (arguments, said) in [
        (&["receipt", "--cdr", "broken.json"][..], "wattwarden: broken.json: cdr.start_date_time: "),
        (&["receipt", "--cdr", "line.json", "--number", "7"], "wattwarden: line.json: cdr_location: "),
        (&["receipt", "--cdr", "tariff.json"], "wattwarden: tariff.json: .: missing field"),
        (&["receipt", "--cdr", "nowhere.json"], "wattwarden: nowhere.json: "),
    ] {
        let refused = wattwarden(folder.path(), arguments);
        let error = String::from_utf8(refused.stderr).unwrap();
        assert!(error.starts_with(said) && error.lines().count() == 1, "{error}");
        assert_eq!((refused.status.code(), refused.stdout.len()), (Some(2), 0));
    }
}
