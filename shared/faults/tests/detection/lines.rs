//! The lines of `wattwarden detect`.

use faults::{Detected, detect};

use crate::series::{profile, second};

fn line(rest: &str, seconds: i64, connectors: &str) -> String {
    format!(r#"{{"samples":[{{"at":"{}","connectors":[{connectors}]}}]{rest}}}"#, second(seconds))
}

fn hot(evse: u8, celsius: f64) -> String {
    format!(r#"{{"evseId":{evse},"connectorId":1,"status":"Charging","temperatureC":{celsius}}}"#)
}

#[test]
fn a_line_has_the_fields_of_the_contract() {
    let payload = line("", 0, r#"{"evseId":1,"connectorId":2,"status":"Charging","voltageV":[230,280.5,230]}"#);
    let detected = detect(&profile(), [payload.as_str()]).unwrap();
    let json: Vec<String> = detected.iter().map(|line| serde_json::to_string(line).unwrap()).collect();
    assert_eq!(
        json,
        [concat!(
            r#"{"at":"2026-06-01T10:00:00Z","evseId":1,"connectorId":2,"fault":"overvoltage","severity":"P1","change":"opened","#,
            r#""value":280.5,"limit":276.0,"unit":"V","evidence":"280.5 V on phase 2, 22.0 % above 230 V nominal","#,
            r#""remedy":"send_someone"}"#
        )]
    );
}

#[test]
fn connectors_are_watched_each_by_itself_whatever_the_order_of_lines() {
    let both = |seconds, one, other| line("", seconds, &format!("{},{}", hot(1, one), hot(2, other)));
    let lines = [both(0, 72.0, 30.0), String::new(), both(10, 30.0, 72.0), both(20, 72.0, 72.0), both(15, 30.0, 75.0)];
    for order in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 4, 0, 3, 1]] {
        let lines = order.map(|place| lines[place].as_str());
        let detected = detect(&profile(), lines.into_iter().chain(lines)).unwrap();
        let found: Vec<(u16, String)> = detected.iter().map(|line| (line.evse_id, line.at.to_string())).collect();
        assert_eq!(found, [(2, "2026-06-01T10:00:15Z".to_owned())], "{order:?}");
    }
}

#[test]
fn a_line_that_is_minutes_late_is_left_out() {
    let lines =
        [(0, 30.0), (600, 30.0), (0, 95.0), (610, 30.0)].map(|(seconds, celsius)| line("", seconds, &hot(1, celsius)));
    assert_eq!(detect(&profile(), lines.iter().map(String::as_str)).unwrap(), []);
}

#[test]
fn sessions_are_looked_at_too() {
    let message = |session: i64, event: &str, seconds: i64, more: &str| {
        format!(
            r#"{{"messageId":"{session}-{event}","eventType":"{event}","transactionId":"t{session}","seqNo":{},"at":"{}","evseId":1,"connectorId":1{more}}}"#,
            u8::from(event == "Ended"),
            second(1_000 * session + seconds)
        )
    };
    let session = |number: i64, wh: i64| {
        let register = |wh: i64| format!(r#","idToken":"token-{}","registerWh":{wh}"#, number % 3);
        let begin = 10_000 * number;
        [message(number, "Started", 0, &register(begin)), message(number, "Ended", 120, &register(begin + wh))]
    };
    let lines: Vec<String> = (0..5).flat_map(|number| session(number, 90)).chain(session(6, 2_000)).collect();
    let detected = detect(&profile(), lines.iter().map(String::as_str)).unwrap();
    let found: Vec<String> =
        detected.iter().map(|line| format!("{} {:?} {}", line.fault, line.change, line.at)).collect();
    assert_eq!(
        found,
        ["malfunctioning_unit Opened 2026-06-01T10:52:00Z", "malfunctioning_unit Cleared 2026-06-01T11:42:00Z"]
    );
}

#[test]
fn one_time_that_cannot_be_does_not_end_detection_where_the_receipt_is_known() {
    let received = r#","receivedAt":"2026-06-01T10:00:00Z""#;
    let wrong = line(received, 250_000_000_000, &hot(1, 30.0));
    let right = line(r#","receivedAt":"2026-06-01T10:01:00Z""#, 60, &hot(1, 95.0));
    let detected: Vec<Detected> = detect(&profile(), [wrong.as_str(), &right]).unwrap();
    assert_eq!(detected.len(), 1);
}

#[test]
fn a_bad_line_is_named() {
    let good = line("", 0, &hot(1, 30.0));
    for bad in ["{", "[]", r#"{"samples":[{"at":"now","connectors":[]}]}"#, r#"{"samples":[],"receivedAt":"now"}"#] {
        let error = detect(&profile(), [good.as_str(), "", bad]).unwrap_err();
        assert_eq!(error.line, 3, "{bad}");
        assert!(error.to_string().starts_with("line 3: "), "{error}");
    }
}
