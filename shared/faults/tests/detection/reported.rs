//! D20 reported codes: what the station says itself, each code with its severity and its debounce.

use crate::series::{Reading, amperes, celsius, changes_of, check, profile, samples, volts, written};
use faults::{FaultId, Remedy};

/// Every code of OCPP 1.6 that is an error: when it opens while it is reported every 10 s, and how urgent it is.
const OCPP: [(&str, &str); 15] = [
    ("ConnectorLockFailure", "30 opened P3"),
    ("EVCommunicationError", "30 opened P4"),
    ("GroundFailure", "60 opened P1"),
    ("HighTemperature", "30 opened P2"),
    ("InternalError", "30 opened P2"),
    ("LocalListConflict", "30 opened P4"),
    ("OtherError", "30 opened P3"),
    ("OverCurrentFailure", "30 opened P2"),
    ("OverVoltage", "30 opened P2"),
    ("PowerMeterFailure", "30 opened P2"),
    ("PowerSwitchFailure", "0 opened P1"),
    ("ReaderFailure", "30 opened P3"),
    ("ResetFailure", "30 opened P3"),
    ("UnderVoltage", "30 opened P3"),
    ("WeakSignal", "30 opened P4"),
];

/// The same of the codes of `ChargeX`.
const CHARGEX: [(&str, &str); 26] = [
    ("CX001", "30 opened P3"),
    ("CX002", "60 opened P1"),
    ("CX003", "30 opened P3"),
    ("CX004", "30 opened P2"),
    ("CX005", "30 opened P2"),
    ("CX006", "30 opened P3"),
    ("CX007", "30 opened P4"),
    ("CX008", "0 opened P1"),
    ("CX009", "30 opened P4"),
    ("CX010", "30 opened P4"),
    ("CX011", "0 opened P1"),
    ("CX012", "30 opened P3"),
    ("CX013", "30 opened P3"),
    ("CX014", "30 opened P2"),
    ("CX015", "30 opened P2"),
    ("CX016", "30 opened P4"),
    ("CX017", "0 opened P1"),
    ("CX018", "30 opened P3"),
    ("CX019", "0 opened P1"),
    ("CX020", "30 opened P4"),
    ("CX021", "30 opened P2"),
    ("CX022", "0 opened P1"),
    ("CX023", "30 opened P3"),
    ("CX024", "0 opened P1"),
    ("CX025", "30 opened P2"),
    ("CX026", "0 opened P1"),
];

fn error(code: &'static str) -> Reading {
    Reading { error_code: Some(code), ..Reading::default() }
}

fn vendor(code: &'static str) -> Reading {
    Reading { vendor_code: Some(code), ..error("OtherError") }
}

/// Each change with its fault, as `30 opened P2 reported:OverVoltage`.
fn told(stretches: &[(i64, Reading)]) -> Vec<String> {
    let (_, changes) = changes_of(&profile(), &samples(10, stretches));
    changes.iter().map(|change| format!("{} {}", written(change), change.fault)).collect()
}

#[test]
fn every_code_has_its_severity_and_its_debounce() {
    for (code, expected) in OCPP {
        assert_eq!(told(&[(100, error(code))]), [format!("{expected} reported:{code}")]);
    }
    for (code, expected) in CHARGEX {
        // Whatever the error code beside it says.
        for reading in [
            vendor(code),
            Reading { error_code: None, ..vendor(code) },
            Reading { error_code: Some("NoError"), ..vendor(code) },
        ] {
            assert_eq!(told(&[(100, reading)]), [format!("{expected} reported:{code}")]);
        }
    }
}

#[test]
fn the_debounce_of_a_code_needs_two_samples() {
    for (cadence_s, opens) in [(1, "30 opened P2"), (60, "60 opened P2")] {
        let fault = [FaultId::reported("InternalError").unwrap()];
        check(&fault, &profile(), cadence_s, &[(100, error("InternalError"))], &[opens]);
    }
    assert_eq!(told(&[(30, error("InternalError")), (300, error("NoError"))]), [""; 0]);
    // A protection against ground faults first tries by itself to close again.
    assert_eq!(told(&[(60, error("GroundFailure")), (300, error("NoError"))]), [""; 0]);
}

#[test]
fn a_code_clears_half_a_minute_after_it_was_last_reported() {
    let expected = ["30 opened P2 reported:InternalError", "90 cleared P2 reported:InternalError"];
    for good in [error("NoError"), Reading::default()] {
        assert_eq!(told(&[(60, error("InternalError")), (100, good)]), expected);
    }
    let again = [(60, error("InternalError")), (30, Reading::default()), (60, error("InternalError"))];
    assert_eq!(told(&again), expected[..1]);
}

#[test]
fn another_code_ends_the_one_before() {
    let two = [(60, error("InternalError")), (60, error("ReaderFailure"))];
    let expected = [
        "30 opened P2 reported:InternalError",
        "60 cleared P2 reported:InternalError",
        "90 opened P3 reported:ReaderFailure",
    ];
    assert_eq!(told(&two), expected);
    // Also one that had not opened yet.
    let hasty = [(20, error("InternalError")), (60, error("ReaderFailure"))];
    assert_eq!(told(&hasty), ["50 opened P3 reported:ReaderFailure"]);
}

#[test]
fn a_vendors_own_code_is_told_as_it_is_written() {
    let long = "x".repeat(33);
    let long: &'static str = Box::leak(long.into_boxed_str());
    for (reading, code) in [
        (vendor("E-77"), "E-77"),
        (vendor(" E-77 "), "E-77"),
        (vendor(&long[1..]), &long[1..]),
        (vendor(long), "OtherError"),
        (vendor("a#b"), "OtherError"),
        (vendor("CX027"), "CX027"),
        (vendor(""), "OtherError"),
        (error("Overheated"), "Overheated"),
        (error("much too hot"), "OtherError"),
        // What OCPP names is not left open.
        (Reading { vendor_code: Some("E-77"), ..error("WeakSignal") }, "WeakSignal"),
    ] {
        let severity = if code == "WeakSignal" { "P4" } else { "P3" };
        assert_eq!(told(&[(60, reading)]), [format!("30 opened {severity} reported:{code}")]);
    }
    // Without an error a vendor's own code is no fault.
    for quiet in
        [Reading { error_code: None, ..vendor("E-77") }, Reading { error_code: Some("NoError"), ..vendor("E-77") }]
    {
        assert_eq!(told(&[(100, quiet)]), [""; 0]);
    }
}

#[test]
fn a_code_silences_the_detector_of_the_same_cause() {
    let with = |code, reading: Reading| Reading { error_code: Some(code), ..reading };
    for (code, reading, alone) in [
        ("OverVoltage", volts(254.0), "60 opened P2 overvoltage"),
        ("OverCurrentFailure", amperes(19.0, 16.0), "10 opened P2 overcurrent"),
        ("HighTemperature", celsius(72.0), "10 opened P3 overtemperature"),
        ("UnderVoltage", volts(206.0), "70 opened P3 undervoltage"),
        ("PowerSwitchFailure", amperes(6.0, 16.0).idle(), "30 opened P1 welded_contactor"),
    ] {
        assert_eq!(told(&[(300, reading.clone())]), [alone]);
        let told = told(&[(300, with(code, reading))]);
        assert!(told.len() == 1 && told[0].ends_with(&format!("reported:{code}")), "{told:?}");
    }
    // Another cause is not explained.
    let other = told(&[(100, with("OverVoltage", amperes(19.0, 16.0)))]);
    assert_eq!(other, ["10 opened P2 overcurrent", "30 opened P2 reported:OverVoltage"]);
}

#[test]
fn what_is_more_urgent_is_told_all_the_same() {
    let hot = |reading: Reading| Reading { error_code: Some("HighTemperature"), ..reading };
    let danger = told(&[(60, hot(celsius(72.0))), (60, hot(celsius(86.0)))]);
    assert_eq!(danger, ["30 opened P2 reported:HighTemperature", "70 opened P1 overtemperature"]);
    let low = Reading { error_code: Some("UnderVoltage"), ..volts(190.0) };
    assert_eq!(told(&[(100, low)]), ["30 opened P3 reported:UnderVoltage", "70 opened P2 undervoltage"]);
}

#[test]
fn a_code_explains_for_ten_minutes() {
    let later = |seconds| {
        let code = Reading { error_code: Some("OverCurrentFailure"), ..Reading::default() };
        told(&[(10, code), (seconds, Reading::default()), (30, amperes(19.0, 16.0))])
    };
    assert_eq!(later(560), [""; 0]);
    assert_eq!(later(590), ["620 opened P2 overcurrent"]);
    // An episode that is open already goes on, and clears.
    let open =
        [(20, amperes(19.0, 16.0)), (60, Reading { error_code: Some("OverCurrentFailure"), ..amperes(19.0, 16.0) })];
    let cleared = told(&[&open[..], &[(100, amperes(10.0, 16.0))]].concat());
    assert_eq!(cleared[0], "10 opened P2 overcurrent");
    assert!(cleared.contains(&"140 cleared P2 overcurrent".to_owned()), "{cleared:?}");
}

#[test]
fn a_code_says_what_it_means() {
    let (_, changes) = changes_of(&profile(), &samples(10, &[(60, vendor("CX026"))]));
    assert_eq!(changes[0].evidence, "the station reports that its cable is cut");
    assert_eq!(changes[0].remedy, Remedy::SendSomeone);
    let (_, changes) = changes_of(&profile(), &samples(10, &[(60, vendor("E-77"))]));
    assert_eq!(changes[0].evidence, "the station reports its own code E-77, for 30 s");
}
