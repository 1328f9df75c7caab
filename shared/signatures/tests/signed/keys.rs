//! Keys as they are written down.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ports::{Check, Doubt, VerifyReadings};
use signatures::{BadKey, Meters, check_key};

use crate::meter::{Meter, hex, reading};

#[test]
fn a_key_is_read_in_every_form_that_is_in_use() {
    let meter = Meter::new(7);
    let record = meter.record(&reading('B', "1.000"));
    let (spki, point) = (meter.public_key().to_spki(), meter.public_key().sec1_bytes().to_vec());
    let compressed = [&[2 + (point[64] & 1)], &point[1..33]].concat();
    let spaced: Vec<String> = spki.chunks(2).map(hex).collect();
    for key in [
        hex(&spki),
        hex(&spki).to_uppercase(),
        spaced.join(" "),
        STANDARD.encode(&spki),
        hex(&point),
        hex(&point[1..]),
        hex(&compressed),
        format!("oca:base16:asn1:{}", hex(&spki)),
        meter.public_key().to_oca_base64(),
    ] {
        assert_eq!(check_key(&key), Ok(()), "{key}");
        assert!(matches!(Meters.verify_reading(&record, Some(&key)), Check::Genuine(_)), "{key}");
    }
}

#[test]
fn what_is_no_key_is_refused_and_proves_nothing() {
    let meter = Meter::new(7);
    let record = meter.record(&reading('B', "1.000"));
    let beside = |mut bytes: Vec<u8>| {
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        hex(&bytes)
    };
    for (key, expected) in [
        (String::new(), None),
        ("not a key".to_owned(), None),
        ("04".to_owned(), None),
        (hex(&meter.public_key().to_spki()[..80]), None),
        ("ab".repeat(2_000), Some(BadKey::TooLong)),
        (beside(meter.public_key().to_spki()), Some(BadKey::NoPoint)),
    ] {
        let error = check_key(&key).unwrap_err();
        if let Some(expected) = expected {
            assert_eq!(error, expected, "{key}");
        }
        assert_eq!(Meters.verify_reading(&record, Some(&key)), Check::Unproven(Doubt::BadKey), "{key}");
    }
    assert_eq!(Meters.verify_reading(&record, None), Check::Unproven(Doubt::NoKey));
}

#[test]
fn a_point_that_is_good_makes_a_record_on_another_curve_a_forgery() {
    let meter = Meter::new(7);
    let point = hex(meter.public_key().sec1_bytes());
    for algorithm in ["ECDSA-secp256k1-SHA256", "ECDSA-secp384r1-SHA256", "ECDSA-secp192r1-SHA256"] {
        let record = meter.record(&reading('B', "1.000")).replace(r#"{"SD""#, &format!(r#"{{"SA":"{algorithm}","SD""#));
        for key in [&meter.key(), &point] {
            let check = Meters.verify_reading(&record, Some(key));
            assert!(matches!(check, Check::Forged { .. }), "{algorithm} under {key}: {check:?}");
        }
    }
}
