//! How a record may be wrapped, and what is none.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ports::{Check, Doubt, Mark, SignedReading, VerifyReadings};
use serde_json::json;
use signatures::Meters;

use crate::meter::{Meter, reading};

#[test]
fn a_record_is_found_however_it_is_wrapped() {
    let meter = Meter::new(7);
    let record = meter.record(&reading('E', "1.2345"));
    let ocpp = json!({
        "signedMeterData": STANDARD.encode(&record), "signingMethod": "", "encodingMethod": "OCMF",
        "publicKey": Meter::new(8).public_key().to_oca_base64(),
    })
    .to_string();
    let expected = SignedReading {
        register: "01-00:01.08.00".to_owned(),
        mark: Mark::End,
        at_s: Some(1_780_308_000),
        wh: 1234..=1235,
    };
    for text in [
        record.clone(),
        format!("  {record}\n"),
        STANDARD.encode(&record),
        URL_SAFE_NO_PAD.encode(&record),
        STANDARD.encode(STANDARD.encode(&record)),
        STANDARD.encode(&ocpp),
        json!({ "signedMeterData": record }).to_string(),
        ocpp,
    ] {
        let check = Meters.verify_reading(&text, Some(&meter.key()));
        assert_eq!(check, Check::Genuine(vec![expected.clone()]), "{text}");
    }
}

#[test]
fn another_format_is_not_judged_and_a_broken_record_is_a_forgery() {
    let meter = Meter::new(7);
    let record = meter.record(&reading('B', "1.000"));
    for (text, forged) in [
        ("garbage", false),
        ("AP;0;3;AJ2KDVQOBQAAAAA=;", false),
        ("{}", false),
        (r#"{"signedMeterData":"AAAA"}"#, false),
        (&STANDARD.encode("garbage"), false),
        ("OCMF", true),
        ("OCMF|{}|{}", true),
        (&record[..record.len() - 1], true),
        (&record[..40], true),
        (&record.replace("SD", "SX"), true),
        (&record.replace(r#""SD":""#, r#""SD":"00"#), true),
        (&STANDARD.encode(&record[..40]), true),
    ] {
        match Meters.verify_reading(text, Some(&meter.key())) {
            Check::Forged { why } => assert!(forged && !why.contains('\n'), "{text}: {why}"),
            Check::Unproven(doubt) => assert!(!forged && doubt == Doubt::Format, "{text}: {doubt:?}"),
            Check::Genuine(_) => panic!("{text} is genuine"),
        }
    }
}

#[test]
fn a_meter_is_taken_at_its_word_only_for_energy_it_vouches_for() {
    let meter = Meter::new(7);
    let good = reading('B', "1.000");
    for (what, readings, expected) in [
        ("in kWh", good.clone(), Some(1000..=1000)),
        ("in Wh", good.replace("kWh", "Wh"), Some(1..=1)),
        ("as a text", good.replace("1.000", r#""00001.000""#), Some(1000..=1000)),
        ("a unit of something else", good.replace("kWh", "kvarh"), None),
        ("given back", good.replace("1.8.0", "2.8.0"), None),
        ("a power", good.replace("1.8.0", "1.7.0"), None),
        ("of no named register", good.replace(r#""RI":"1-0:1.8.0","#, ""), Some(1000..=1000)),
        ("with an error", good.replace(r#""EF":"""#, r#""EF":"E""#), None),
        ("from a broken meter", good.replace(r#""ST":"G""#, r#""ST":"M""#), None),
        ("without a state", good.replace(r#","ST":"G""#, ""), None),
        ("without a value", good.replace(r#""RV":1.000,"#, ""), None),
        ("beyond all numbers", good.replace("1.000", "79228162514264337593543950335"), None),
        ("beyond all registers", good.replace("1.000", "9999999999999999999999"), None),
        ("below zero", good.replace("1.000", "-0.0005"), Some(-1..=0)),
    ] {
        let check = Meters.verify_reading(&meter.record(&readings), Some(&meter.key()));
        let Check::Genuine(readings) = check else { panic!("{what}: {check:?}") };
        assert_eq!(readings.first().map(|reading| reading.wh.clone()), expected, "{what}");
    }
}
