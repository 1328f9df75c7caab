//! Records of real meters are what their makers say, and nothing else once a digit is changed.

use ports::{Check, Doubt, Mark, VerifyReadings};
use serde::Deserialize;
use signatures::{Meters, check_key};

#[derive(Deserialize)]
struct Published {
    meter: String,
    key: String,
    record: String,
}

fn published() -> Vec<Published> {
    serde_json::from_str(include_str!("published.json")).unwrap()
}

fn of(maker: &str) -> Published {
    published().into_iter().find(|published| published.meter.starts_with(maker)).unwrap()
}

/// Where each reading was taken, and the whole Wh on both sides of it.
fn said(check: &Check) -> Option<Vec<(Mark, i64, i64)>> {
    match check {
        Check::Genuine(readings) => {
            Some(readings.iter().map(|said| (said.mark, *said.wh.start(), *said.wh.end())).collect())
        }
        Check::Forged { .. } | Check::Unproven(_) => None,
    }
}

#[test]
fn real_meters_are_verified_and_read() {
    for (maker, expected) in [
        ("KEBA", vec![(Mark::Begin, 259, 260), (Mark::End, 259, 260)]),
        ("eBZ", vec![(Mark::Begin, 2_850_685, 2_850_685), (Mark::End, 2_850_951, 2_850_951)]),
        // What it gives back is no energy taken.
        ("LEM", vec![(Mark::Begin, 57_584, 57_584), (Mark::End, 58_685, 58_685)]),
        ("DZG", vec![(Mark::Begin, 9038, 9038)]),
        ("NZR EcoCount SL, secp384r1", vec![(Mark::Begin, 0, 0)]),
        // It is genuine, and the meter itself says that it was not in order.
        ("Isabellenhuette", vec![]),
    ] {
        let Published { meter, key, record } = of(maker);
        assert_eq!(check_key(&key), Ok(()), "{meter}");
        assert_eq!(said(&Meters.verify_reading(&record, Some(&key))), Some(expected), "{meter}");
    }
}

#[test]
fn one_changed_digit_or_another_meters_key_is_a_forgery() {
    for Published { meter, key, record } in published().iter().filter(|published| !published.meter.contains("brain")) {
        let forged = |record: &str, key: &str| matches!(Meters.verify_reading(record, Some(key)), Check::Forged { .. });
        let digit = record.find(r#""RV""#).and_then(|at| Some(at + record[at..].find(|c: char| c.is_ascii_digit())?));
        let digit = digit.unwrap();
        let other = if record[digit..].starts_with('9') { "8" } else { "9" };
        let mut changed = record.clone();
        changed.replace_range(digit..=digit, other);
        assert!(forged(&changed, key), "{meter}: a digit");
        assert!(forged(&record.replacen(r#""PG""#, r#" "PG""#, 1), key), "{meter}: a space");
        for theirs in published().iter().filter(|theirs| theirs.key != *key) {
            assert!(forged(record, &theirs.key), "{meter} under the key of {}", theirs.meter);
        }
    }
}

#[test]
fn a_curve_that_cannot_be_checked_here_proves_nothing() {
    let Published { key, record, .. } = of("NZR EcoCount SL, brainpool");
    assert_eq!(check_key(&key), Ok(()));
    assert_eq!(Meters.verify_reading(&record, Some(&key)), Check::Unproven(Doubt::Algorithm));
}
