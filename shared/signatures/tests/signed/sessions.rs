//! Whole sessions: what a meter signs, as the bill shows it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use billing::cdr::SignedReadings::{self, Invalid, None as Unsigned, Unverified, Verified};
use billing::readings::{Checks, MeterLimits, signed_text};
use billing::tariff::Tariff;
use billing::{BillLine, Delivered, Flag, bill, time_zone};
use ports::VerifyReadings;
use serde_json::{Value, json};
use signatures::Meters;

use crate::meter::{Meter, reading};

/// A session from 1,000 Wh to 8,311 Wh with these signed texts at its beginning and its end, billed under a key.
fn billed(first: Option<&str>, last: Option<&str>, key: Option<&str>) -> BillLine {
    let message = |seq_no: usize, kind: &str, at: &str, register_wh: u32, signed: Option<&str>| {
        json!({
            "messageId": "m", "eventType": kind, "transactionId": "t", "seqNo": seq_no, "at": at, "evseId": 1,
            "connectorId": 1, "idToken": "04A1B2C3", "registerWh": register_wh, "signedMeterValue": signed,
        })
    };
    bill_of(
        &[
            message(0, "Started", "2026-06-01T10:00:00Z", 1000, first),
            message(1, "Ended", "2026-06-01T11:00:00Z", 8311, last),
        ],
        key,
    )
}

fn bill_of(messages: &[Value], key: Option<&str>) -> BillLine {
    let delivered: Vec<Delivered> =
        messages.iter().map(|message| Delivered::parse(message.to_string().as_bytes()).unwrap()).collect();
    let texts = delivered.iter().filter_map(|delivered| signed_text(&delivered.message));
    let checks: Checks = texts.map(|text| (text.to_owned(), Meters.verify_reading(text, key))).collect();
    let tariff = Tariff::from_json(
        r#"{"id":"day","currency":"EUR","last_updated":"2026-01-01T00:00:00Z","elements":[
            {"price_components":[{"type":"ENERGY","price":0.3,"step_size":0}]}]}"#,
    );
    let zone = time_zone("UTC").unwrap();
    bill(&tariff.unwrap(), &zone, &MeterLimits::default(), &checks, delivered).remove(0)
}

fn shown(line: &BillLine) -> SignedReadings {
    let cdr = line.cdr.as_ref().unwrap();
    assert_eq!(line.flags.contains(&Flag::SignatureInvalid), cdr.signed_readings == Invalid);
    assert_eq!((line.held, cdr.rounded_cost.incl_minor > 0), (false, true));
    cdr.signed_readings
}

#[test]
fn a_bill_shows_what_its_signatures_are_worth() {
    let (meter, other) = (Meter::new(7), Meter::new(8));
    let (begin, end) = (reading('B', "1.000"), reading('E', "8.311"));
    let [first, last, both] = [&begin, &end, &format!("{begin},{end}")].map(|readings| meter.record(readings));
    let ocpp = json!({ "signedMeterData": STANDARD.encode(&last), "encodingMethod": "OCMF" }).to_string();
    let in_wh = meter.record(&end.replace("8.311", "8311.0").replace("kWh", "Wh"));
    let of_yesterday = meter.record(&begin.replace("06-01", "05-31"));
    let (more, tampered) = (meter.record(&reading('E', "8.312")), last.replace("8.311", "8.312"));
    let key = Some(meter.key());
    for (what, first, last, key, expected) in [
        ("both ends signed", Some(&first), Some(&last), &key, Verified),
        ("the last record holds both ends", None, Some(&both), &key, Verified),
        ("in Base64", Some(&STANDARD.encode(&first)), Some(&STANDARD.encode(&last)), &key, Verified),
        ("in OCPP's form", Some(&first), Some(&ocpp), &key, Verified),
        ("in Wh", Some(&first), Some(&in_wh), &key, Verified),
        ("a digit changed afterwards", Some(&first), Some(&tampered), &key, Invalid),
        ("another meter's signature", Some(&first), Some(&other.record(&end)), &key, Invalid),
        ("another meter's key", Some(&first), Some(&last), &Some(other.key()), Invalid),
        ("more signed than sent", Some(&first), Some(&more), &key, Invalid),
        ("a broken record", Some(&first), Some(&last[..last.len() - 2].to_owned()), &key, Invalid),
        ("only the end signed", None, Some(&last), &key, Unverified),
        ("only the beginning signed", Some(&first), None, &key, Unverified),
        ("the beginning of yesterday's session", Some(&of_yesterday), Some(&last), &key, Unverified),
        ("no key", Some(&first), Some(&last), &None, Unverified),
        ("no key for what was changed", Some(&first), Some(&tampered), &None, Unverified),
        ("another format", Some(&first), Some(&"garbage".to_owned()), &key, Unverified),
        ("nothing signed", None, None, &key, Unsigned),
    ] {
        let line = billed(first.map(String::as_str), last.map(String::as_str), key.as_deref());
        assert_eq!(shown(&line), expected, "{what}");
    }
}

/// One minute and seventeen seconds at a fast charger, as its meter has signed them in one record.
#[test]
fn a_session_of_a_real_meter_is_verified_until_a_digit_is_changed() {
    let published: Value = serde_json::from_str(include_str!("published.json")).unwrap();
    let lem = published.as_array().unwrap().iter().find(|lem| lem["meter"].as_str().unwrap().starts_with("LEM"));
    let (record, key) = (lem.unwrap()["record"].as_str().unwrap(), lem.unwrap()["key"].as_str());
    let session = |signed: &str, register_kwh: f64| {
        let message = |seq_no: usize, kind: &str, at: &str, kwh: f64, signed: Option<&str>| {
            json!({
                "messageId": "m", "eventType": kind, "transactionId": "t", "seqNo": seq_no, "at": at, "evseId": 1,
                "connectorId": 1, "idToken": "04A1B2C3", "registerKwh": kwh, "signedMeterValue": signed,
            })
        };
        shown(&bill_of(
            &[
                message(0, "Started", "2021-10-06T11:13:56Z", 57.584, None),
                message(1, "Ended", "2021-10-06T11:15:13Z", register_kwh, Some(signed)),
            ],
            key,
        ))
    };
    assert_eq!(session(record, 58.685), Verified);
    assert_eq!(session(&record.replace("58.685", "58.695"), 58.695), Invalid);
    assert_eq!(session(record, 58.695), Invalid);
}
