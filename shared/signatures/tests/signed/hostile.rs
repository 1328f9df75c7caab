//! Whatever a station sends, the answer comes, and is short.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ports::{Check, VerifyReadings};
use proptest::prelude::*;
use signatures::{Meters, check_key};

use crate::meter::{Meter, reading};

/// The most a message holds, bytes.
const MOST: usize = 16 * 1024;

#[test]
fn large_and_nested_texts_are_answered_in_few_words() {
    let meter = Meter::new(7);
    let fill = |unit: &str| unit.repeat(MOST / unit.len());
    for text in [
        fill("OCMF|"),
        fill("["),
        fill("{\"a\":"),
        format!("OCMF|{}", fill("{\"a\":")),
        format!("OCMF|{{\"RD\":{}", fill("[")),
        format!("OCMF|{{\"RD\":[{}{{}}]}}|{{\"SD\":\"00\"}}", fill("{},")),
        format!("OCMF|{{{}\"b\":1}}|{{\"SD\":\"00\"}}", fill("\"a\":1,")),
        format!("OCMF|{{\"TT\":\"{}\"}}|{{\"SD\":\"00\"}}", fill("\\u0041|")),
        format!("OCMF|{{}}|{{\"SD\":\"{}\"}}", fill("00")),
        format!("OCMF|{{}}|{{\"SD\":\"30{}\"}}", fill("84ffffffff")),
        STANDARD.encode(fill("OCMF|")),
        fill("="),
        fill("\u{fffd}"),
    ] {
        let check = Meters.verify_reading(&text, Some(&meter.key()));
        if let Check::Forged { why } = check {
            assert!(why.len() < 500, "{why}");
        }
    }
}

#[test]
fn of_a_record_beyond_all_measure_only_a_part_is_read() {
    let meter = Meter::new(7);
    let genuine = |readings: usize| {
        let rest = vec![r#"{"TX":"C","RV":1}"#; readings - 1].join(",");
        let record = meter.record(&format!("{},{rest}", reading('B', "1.000")));
        match Meters.verify_reading(&record, Some(&meter.key())) {
            Check::Genuine(readings) => Some(readings.len()),
            Check::Forged { .. } | Check::Unproven(_) => None,
        }
    };
    assert_eq!((genuine(512), genuine(600), genuine(1000)), (Some(512), Some(512), None));
}

proptest! {
    // A check takes a while unoptimised.
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// No text and no key is too strange to be answered, and none is genuine that was not signed.
    #[test]
    fn any_text_is_answered(text in "(OCMF\\|)?(\\{)?\\PC{0,200}", key in "\\PC{0,80}") {
        let real = Meter::new(7).key();
        prop_assert!(!matches!(Meters.verify_reading(&text, Some(&real)), Check::Genuine(_)));
        let _ = Meters.verify_reading(&text, Some(&key));
        let _ = check_key(&key);
    }

    /// Of a genuine record no byte of what is signed may change.
    #[test]
    fn a_genuine_record_has_no_byte_to_spare(place in any::<prop::sample::Index>(), letter in " -~") {
        let meter = Meter::new(7);
        let record = meter.record(&reading('B', "1.000"));
        let signed = "OCMF|".len()..record.rfind("|{").unwrap();
        let at = signed.start + place.index(signed.len());
        let mut changed = record.clone();
        changed.replace_range(at..=at, &letter);
        let genuine = matches!(Meters.verify_reading(&changed, Some(&meter.key())), Check::Genuine(_));
        prop_assert_eq!(genuine, changed == record);
    }

    #[test]
    fn a_damaged_key_never_verifies(place in any::<prop::sample::Index>(), digit in "[0-9a-f]") {
        let meter = Meter::new(7);
        let mut key = meter.key();
        // The point, behind the names of the curve and its own form.
        let point = key.len() - 128;
        let at = point + place.index(128);
        key.replace_range(at..=at, &digit);
        let record = meter.record(&reading('B', "1.000"));
        let genuine = matches!(Meters.verify_reading(&record, Some(&key)), Check::Genuine(_));
        prop_assert_eq!(genuine, key == meter.key());
    }
}
