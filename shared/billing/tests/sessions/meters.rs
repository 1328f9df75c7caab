//! What meters and clocks get wrong, row by row.

use billing::readings::{Checks, MeterLimits};
use billing::{BillLine, Delivered, Diagnostic, Flag, bill, time_zone};

use crate::fixture::{Row, delivered, tariff};

fn billed(limits: &str, rows: &[Row]) -> BillLine {
    let limits: MeterLimits = serde_json::from_str(limits).unwrap();
    let zone = time_zone("Europe/Amsterdam").unwrap();
    let mut lines = bill(&tariff(), &zone, &limits, &Checks::new(), rows.iter().map(delivered).collect());
    assert_eq!(lines.len(), 1);
    lines.remove(0)
}

struct Case {
    what: &'static str,
    limits: &'static str,
    rows: Vec<Row>,
    /// None: held.
    energy_wh: Option<i64>,
    flags: Vec<Flag>,
    diagnostics: Vec<Diagnostic>,
}

const fn row(kind: &'static str, seq_no: u32, at: &'static str, fields: &'static str) -> Row {
    (kind, seq_no, at, fields, None)
}

const STARTED: Row = row("Started", 0, "10:00:00", r#""registerWh":1000,"chargingState":"Charging""#);
const UPDATED: Row = row("Updated", 1, "10:30:00", r#""registerWh":4000"#);
const ENDED: Row = row("Ended", 2, "11:00:00", r#""registerWh":8311"#);

fn case(what: &'static str, rows: &[Row], energy_wh: Option<i64>) -> Case {
    Case { what, limits: "{}", rows: rows.to_vec(), energy_wh, flags: Vec::new(), diagnostics: Vec::new() }
}

/// How messages come in and what is missing.
fn deliveries() -> Vec<Case> {
    vec![
        case("in order", &[STARTED, UPDATED, ENDED], Some(7311)),
        Case {
            diagnostics: vec![Diagnostic::OutOfOrder],
            ..case("in another order", &[ENDED, UPDATED, STARTED], Some(7311))
        },
        Case {
            diagnostics: vec![Diagnostic::Duplicate],
            ..case("with repetitions", &[STARTED, STARTED, UPDATED, UPDATED, ENDED, ENDED], Some(7311))
        },
        case(
            "kWh and Wh mixed",
            &[
                STARTED,
                row("Updated", 1, "10:30:00", r#""registerKwh":4.0"#),
                row("Ended", 2, "11:00:00", r#""registerKwh":8.3109"#),
            ],
            Some(7311),
        ),
        Case {
            flags: vec![Flag::StopValueMissing],
            ..case("end without a reading", &[STARTED, UPDATED, row("Ended", 2, "11:00:00", "")], Some(3000))
        },
        case("start without a reading", &[row("Started", 0, "10:00:00", ""), UPDATED, ENDED], Some(4311)),
        case("no reading at all", &[row("Started", 0, "10:00:00", ""), row("Ended", 1, "11:00:00", "")], None),
        Case {
            limits: r#"{"min_energy_wh":10}"#,
            flags: vec![Flag::BelowMinEnergy],
            ..case(
                "less than the meter can tell",
                &[STARTED, row("Ended", 1, "11:00:00", r#""registerWh":1001"#)],
                Some(1),
            )
        },
        Case { flags: vec![Flag::Incomplete], ..case("a message is missing", &[STARTED, ENDED], Some(7311)) },
        Case { flags: vec![Flag::Incomplete], ..case("no start", &[UPDATED, ENDED], None) },
        Case { flags: vec![Flag::Incomplete], ..case("no end", &[STARTED, UPDATED], None) },
        Case {
            flags: vec![Flag::ClockStep],
            ..case(
                "the clock steps back",
                &[
                    STARTED,
                    row("Updated", 1, "10:30:00", r#""registerWh":4000"#),
                    row("Updated", 2, "10:20:00", r#""registerWh":5000"#),
                    row("Ended", 3, "11:00:00", r#""registerWh":8311"#),
                ],
                Some(7311),
            )
        },
    ]
}

/// What registers get wrong.
fn registers() -> Vec<Case> {
    vec![
        Case {
            limits: r#"{"register_modulus_wh":1000000,"max_power_w":22000}"#,
            flags: vec![Flag::Rollover],
            ..case(
                "register passes its highest value",
                &[
                    row("Started", 0, "10:00:00", r#""registerWh":998000"#),
                    row("Ended", 1, "11:00:00", r#""registerWh":3000"#),
                ],
                Some(5000),
            )
        },
        Case {
            flags: vec![Flag::Reset],
            ..case(
                "register starts again in the session",
                &[
                    STARTED,
                    UPDATED,
                    row("Updated", 2, "10:40:00", r#""registerWh":50"#),
                    row("Ended", 3, "11:00:00", r#""registerWh":2050"#),
                ],
                Some(5000),
            )
        },
        Case {
            limits: r#"{"max_power_w":11000}"#,
            flags: vec![Flag::ImplausibleStartReplaced],
            ..case(
                "0, then the register of a lifetime",
                &[
                    row("Started", 0, "10:00:00", r#""registerWh":0"#),
                    row("Updated", 1, "10:05:00", r#""registerWh":910000"#),
                    row("Ended", 2, "10:10:00", r#""registerWh":910083"#),
                ],
                Some(83),
            )
        },
        Case {
            flags: vec![Flag::NegativeEnergy],
            ..case("end below start", &[STARTED, row("Ended", 1, "11:00:00", r#""registerWh":900"#)], None)
        },
    ]
}

#[test]
fn every_case_gives_its_energy_or_is_held() {
    for case in deliveries().into_iter().chain(registers()) {
        let line = billed(case.limits, &case.rows);
        assert_eq!((!line.held).then_some(line.energy_wh), case.energy_wh, "{}", case.what);
        assert_eq!(line.flags.iter().copied().collect::<Vec<_>>(), case.flags, "{}: flags", case.what);
        assert_eq!(line.diagnostics.iter().copied().collect::<Vec<_>>(), case.diagnostics, "{}: delivery", case.what);
        assert_eq!(line.cdr.is_none(), line.held, "{}", case.what);
        assert!(line.duration_s >= 0 && line.charging_s >= 0 && line.parking_s >= 0, "{}", case.what);
    }
}

#[test]
fn energy_that_does_not_count_costs_nothing_but_the_fee() {
    let rows = [
        row("Started", 0, "10:00:00", r#""registerWh":1000,"chargingState":"Charging""#),
        row("Ended", 1, "11:00:00", r#""registerWh":1400"#),
    ];
    let cdr = billed(r#"{"min_energy_wh":500}"#, &rows).cdr.unwrap();
    assert_eq!((cdr.energy_wh, cdr.rounded_cost.incl_minor), (0, 120));
    assert_eq!((cdr.register_start_wh, cdr.register_end_wh), (1000, 1400));
}

#[test]
fn a_clock_that_is_constantly_ahead_is_corrected() {
    let rows = [
        ("Started", 0, "11:00:00", r#""registerWh":1000,"reservedFrom":"2026-06-01T10:45:00Z""#, Some("10:00:01")),
        ("Ended", 1, "12:00:00", r#""registerWh":8311"#, Some("11:00:01")),
    ];
    let line = billed("{}", &rows);
    assert_eq!((line.skew_s, line.duration_s, line.energy_wh), (3599, 3600, 7311));
    assert_eq!(line.flags.into_iter().collect::<Vec<_>>(), [Flag::ClockSkew]);
    assert_eq!(line.tariff_as_of.unwrap().to_string(), "2026-06-01T10:00:01Z");
    let cdr = line.cdr.unwrap();
    assert_eq!((cdr.start_date_time.to_string().as_str(), cdr.reservation_s), ("2026-06-01T09:45:01Z", 900));
}

#[test]
fn a_session_that_comes_late_is_priced_at_its_start_and_booked_when_it_came() {
    let rows = [
        ("Started", 0, "2026-05-31T22:00:00Z", r#""registerWh":1000"#, Some("2026-06-03T09:00:00Z")),
        ("Ended", 1, "2026-05-31T23:00:00Z", r#""registerWh":8311"#, Some("2026-07-01T00:00:01+02:00")),
    ];
    let line = billed("{}", &rows);
    assert_eq!(line.tariff_as_of.unwrap().to_string(), "2026-05-31T22:00:00Z");
    assert_eq!(line.service_date.unwrap().to_string(), "2026-06-01");
    assert_eq!(line.accounting_period.as_deref(), Some("2026-07"));
    assert!(line.flags.is_empty());
    assert_eq!(line.diagnostics.into_iter().collect::<Vec<_>>(), [Diagnostic::Late]);
}

#[test]
fn our_pause_costs_no_time_and_parking_does() {
    let rows = [
        row("Started", 0, "10:00:00", r#""registerWh":1000,"chargingState":"Charging""#),
        row("Updated", 1, "10:30:00", r#""registerWh":4000,"chargingState":"SuspendedEVSE""#),
        row("Updated", 2, "10:40:00", r#""chargingState":"SuspendedEV""#),
        row("Ended", 3, "11:00:00", r#""registerWh":4000,"chargingState":"Idle""#),
    ];
    let line = billed("{}", &rows);
    assert_eq!((line.charging_s, line.parking_s, line.duration_s), (1800, 1200, 3600));
    // 1 + 3 kWh · 0.30 + 1/3 h · 6, and 20 % VAT.
    assert_eq!(line.cdr.unwrap().rounded_cost.incl_minor, 468);
}

#[test]
fn a_message_that_cannot_be_read_is_refused_with_the_place_of_its_fault() {
    let whole = r#"{"messageId":"m","eventType":"Started","transactionId":"t","seqNo":0,"at":"2026-06-01T10:00:00Z",
        "evseId":1,"connectorId":1,"idToken":"T","registerWh":1000,"receivedAt":"2026-06-01T10:00:01Z"}"#;
    assert!(Delivered::parse(whole.as_bytes()).is_ok());
    for (from, to, said) in [
        ("1000", "\"much\"", "registerWh: invalid type: string"),
        ("\"evseId\":1", "\"evseId\":70000", "evseId: 70000 is out of range"),
        ("2026-06-01T10:00:00Z", "ten o'clock", "at: "),
        ("\"seqNo\":0", "\"seqNo\":-1", "seqNo: "),
        ("2026-06-01T10:00:01Z", "later", "receivedAt: "),
        ("1000", "-5", "the register is not between 0 and"),
        ("\"seqNo\":0,", "", "missing field `seqNo`"),
        ("}", "", "EOF while parsing"),
    ] {
        let error = Delivered::parse(whole.replacen(from, to, 1).as_bytes()).unwrap_err().to_string();
        assert!(error.starts_with(said), "{said}: {error}");
    }
}
