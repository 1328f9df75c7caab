//! What signed readings are worth to a bill, row by row.

use billing::cdr::SignedReadings;
use billing::readings::{Check, Checks, Doubt, Mark, MeterLimits, SignedReading, measure, signed_texts};
use billing::session::StoredMessage;
use billing::{BillLine, Flag, bill, time_zone};
use proptest::prelude::*;

use SignedReadings::{Invalid, None as Unsigned, Unverified, Verified};

use crate::fixture::{Row, delivered, stored, tariff};

/// A session of 7,311 Wh, in which every message carries its own signed text.
const SESSION: [Row; 3] = [
    ("Started", 0, "10:00:00", r#""registerWh":1000,"signedMeterValue":"first""#, None),
    ("Updated", 1, "10:30:00", r#""registerWh":4000,"signedMeterValue":"between""#, None),
    ("Ended", 2, "11:00:00", r#""registerWh":8311,"signedMeterValue":"last""#, None),
];

fn reading(mark: Mark, register: &str, wh: i64) -> SignedReading {
    // A clock that nobody has set; what is read between is read after half an hour, and the end after an hour.
    let at_s = match mark {
        Mark::Begin => 100,
        Mark::Between => 1900,
        Mark::End => 3700,
        Mark::None => 500,
    };
    SignedReading { register: register.to_owned(), mark, at_s: Some(at_s), wh: wh..=wh }
}

fn genuine(readings: &[(Mark, &str, i64)]) -> Check {
    Check::Genuine(readings.iter().map(|&(mark, register, wh)| reading(mark, register, wh)).collect())
}

fn forged() -> Check {
    Check::Forged { why: "it is not theirs".to_owned() }
}

fn begin() -> Check {
    genuine(&[(Mark::Begin, "import", 1000)])
}

fn between() -> Check {
    genuine(&[(Mark::Between, "import", 4000)])
}

fn end() -> Check {
    genuine(&[(Mark::End, "import", 8311)])
}

fn billed(rows: &[Row], checks: &Checks) -> BillLine {
    let zone = time_zone("UTC").unwrap();
    let mut lines = bill(&tariff(), &zone, &MeterLimits::default(), checks, rows.iter().map(delivered).collect());
    lines.remove(0)
}

/// What the session is worth under these checks of its first, middle and last text; the same in any order and any repetition.
fn worth(rows: &[Row; 3], checks: [Check; 3]) -> SignedReadings {
    let checks: Checks = ["first", "between", "last"].into_iter().map(str::to_owned).zip(checks).collect();
    let line = billed(rows, &checks);
    for order in [[0, 2, 1, 0, 0], [1, 0, 2, 2, 1], [2, 1, 0, 1, 2], [2, 0, 1, 1, 1]] {
        let again = billed(&order.map(|index| rows[index]), &checks);
        assert_eq!(again.cdr, line.cdr, "{order:?}");
    }
    let cdr = line.cdr.unwrap();
    assert_eq!(cdr.flags.contains(&Flag::SignatureInvalid), cdr.signed_readings == Invalid);
    assert_eq!(
        (line.held, line.flags == cdr.flags, cdr.energy_wh),
        (false, true, 7311),
        "a bill is never held by this"
    );
    cdr.signed_readings
}

#[test]
fn readings_that_are_genuine_and_say_what_is_billed_verify_the_bill() {
    let doubtful = || Check::Unproven(Doubt::Algorithm);
    let both = [(Mark::Begin, "import", 1000), (Mark::End, "import", 8311)];
    let whole =
        [both[0], (Mark::Between, "import", 2000), (Mark::Between, "import", 6000), both[1], (Mark::End, "loss", 17)];
    for (what, checks) in [
        ("every message is signed", [begin(), between(), end()]),
        ("between nobody can tell", [begin(), doubtful(), end()]),
        ("the last record holds both", [doubtful(), doubtful(), genuine(&both)]),
        ("the last record repeats the whole transaction", [begin(), between(), genuine(&whole)]),
        ("the first record comes late", [doubtful(), genuine(&[both[0], (Mark::Between, "import", 4000)]), end()]),
        (
            "the meter knows of no transactions",
            [
                genuine(&[(Mark::None, "import", 1000)]),
                genuine(&[(Mark::None, "import", 4000)]),
                genuine(&[(Mark::None, "import", 8311)]),
            ],
        ),
        (
            "one of several registers is the one that is sent",
            [
                genuine(&[(Mark::Begin, "total", 991_000), (Mark::Begin, "import", 1000)]),
                between(),
                genuine(&[(Mark::End, "import", 8311), (Mark::End, "total", 998_311)]),
            ],
        ),
    ] {
        assert_eq!(worth(&SESSION, checks), Verified, "{what}");
    }
}

#[test]
fn what_is_not_genuine_or_says_something_else_is_invalid() {
    for (what, checks) in [
        ("the first is forged", [forged(), between(), end()]),
        ("the last is forged", [begin(), between(), forged()]),
        ("one between is forged", [begin(), forged(), end()]),
        ("all are", [forged(), forged(), forged()]),
        ("the first says more", [genuine(&[(Mark::Begin, "import", 1001)]), between(), end()]),
        ("the last says less", [begin(), between(), genuine(&[(Mark::End, "import", 8310)])]),
        ("one between says something else", [begin(), genuine(&[(Mark::Between, "import", 4001)]), end()]),
        (
            "the last record contradicts the beginning",
            [begin(), between(), genuine(&[(Mark::Begin, "import", 900), (Mark::End, "import", 8311)])],
        ),
        ("no register says it", [begin(), between(), genuine(&[(Mark::End, "import", 1), (Mark::End, "total", 2)])]),
    ] {
        assert_eq!(worth(&SESSION, checks), Invalid, "{what}");
    }
}

#[test]
fn what_nobody_can_tell_is_unverified() {
    let nothing = || genuine(&[]);
    let doubt = Check::Unproven;
    for (what, checks) in [
        ("no key is known", [doubt(Doubt::NoKey), doubt(Doubt::NoKey), doubt(Doubt::NoKey)]),
        ("an end in another format", [begin(), between(), doubt(Doubt::Format)]),
        ("a beginning with another algorithm", [doubt(Doubt::Algorithm), between(), end()]),
        ("the meter does not vouch for the end", [begin(), between(), nothing()]),
        ("only what lies between is signed", [nothing(), between(), nothing()]),
        ("the first record again at the end", [begin(), between(), begin()]),
        ("each end of another register", [begin(), between(), genuine(&[(Mark::End, "total", 8311)])]),
    ] {
        assert_eq!(worth(&SESSION, checks), Unverified, "{what}");
    }
    // A text that nobody has checked.
    assert_eq!(billed(&SESSION, &Checks::new()).cdr.unwrap().signed_readings, Unverified);
}

#[test]
fn a_session_without_signed_readings_has_none() {
    let [mut started, mut updated, mut ended] = SESSION;
    started.3 = r#""registerWh":1000"#;
    updated.3 = r#""registerWh":4000,"signedMeterValue":null"#;
    ended.3 = r#""registerWh":8311,"signedMeterValue":" ""#;
    assert_eq!(worth(&[started, updated, ended], [begin(), between(), end()]), Unsigned);
    started.3 = SESSION[0].3;
    assert_eq!(worth(&[started, updated, ended], [begin(), between(), end()]), Unverified);
}

#[test]
fn a_fraction_of_a_wh_is_no_other_value() {
    for (from, until, expected) in [(8310, 8311, Verified), (8311, 8312, Verified), (8312, 8313, Invalid)] {
        let last = SignedReading { wh: from..=until, ..reading(Mark::End, "import", 0) };
        assert_eq!(worth(&SESSION, [begin(), between(), Check::Genuine(vec![last])]), expected, "{from} to {until}");
    }
}

#[test]
fn readings_of_two_sessions_are_not_one_bill() {
    for (begin_s, end_s, expected) in [
        (Some(100), Some(3700), Verified),
        (Some(2000), Some(2000), Verified),
        (Some(0), Some(3600 + 300), Verified),
        (Some(0), Some(3600 + 301), Unverified),
        (Some(2001), Some(2000), Unverified),
        (Some(i64::MIN), Some(i64::MAX), Unverified),
        (None, Some(3700), Unverified),
        (Some(100), None, Unverified),
    ] {
        let at = |mark, wh, at_s| SignedReading { at_s, ..reading(mark, "import", wh) };
        let (begin, end) = (at(Mark::Begin, 1000, begin_s), at(Mark::End, 8311, end_s));
        let checks = [Check::Genuine(vec![begin.clone()]), between(), Check::Genuine(vec![end.clone()])];
        assert_eq!(worth(&SESSION, checks), expected, "{begin_s:?} to {end_s:?}");
        // One more reading that fits does not make up for one that does not.
        let both = Check::Genuine(vec![reading(Mark::Begin, "import", 1000), end]);
        assert_eq!(
            worth(&SESSION, [Check::Genuine(vec![begin]), between(), both]),
            expected,
            "{begin_s:?} to {end_s:?}"
        );
    }
}

#[test]
fn of_two_messages_under_one_number_the_same_counts_in_any_order() {
    let checks = Checks::from([
        ("first".to_owned(), begin()),
        ("between".to_owned(), between()),
        ("last".to_owned(), end()),
        ("a text of its own".to_owned(), forged()),
    ]);
    let [started, updated, ended] = SESSION;
    let other =
        Row::from((ended.0, ended.1, ended.2, r#""registerWh":8311,"signedMeterValue":"a text of its own""#, ended.4));
    let [one, two] =
        [[started, updated, ended, other], [other, ended, updated, started]].map(|rows| billed(&rows, &checks));
    assert_eq!(one.cdr.unwrap().signed_readings, two.cdr.unwrap().signed_readings);
}

#[test]
fn a_bill_that_follows_from_other_readings_is_not_verified() {
    let checks = |first: i64, between: i64, last: i64| -> Checks {
        [("first", Mark::Begin, first), ("between", Mark::Between, between), ("last", Mark::End, last)]
            .map(|(text, mark, wh)| (text.to_owned(), genuine(&[(mark, "import", wh)])))
            .into()
    };
    let [started, updated, ended] = SESSION;
    let with = |row: Row, fields: &'static str| Row::from((row.0, row.1, row.2, fields, row.4));
    for (what, rows, checks, energy_wh) in [
        (
            "the start was replaced",
            [
                with(started, r#""registerWh":0,"signedMeterValue":"first""#),
                with(updated, r#""registerWh":910000,"signedMeterValue":"between""#),
                with(ended, r#""registerWh":910083,"signedMeterValue":"last""#),
            ],
            checks(0, 910_000, 910_083),
            83,
        ),
        (
            "the register began again",
            [
                with(started, r#""registerWh":3000,"signedMeterValue":"first""#),
                with(updated, r#""registerWh":3500,"signedMeterValue":"between""#),
                with(ended, r#""registerWh":3400,"signedMeterValue":"last""#),
            ],
            checks(3000, 3500, 3400),
            500,
        ),
        (
            "the end has no reading of its own",
            [started, updated, with(ended, r#""signedMeterValue":"last""#)],
            checks(1000, 4000, 8311),
            3000,
        ),
    ] {
        let cdr = billed(&rows, &checks).cdr.unwrap();
        assert_eq!((cdr.signed_readings, cdr.energy_wh), (Unverified, energy_wh), "{what}");
    }
}

#[test]
fn a_flood_of_signed_texts_is_checked_at_both_ends() {
    let texts: Vec<String> = (0..1000).map(|n| format!(r#""registerWh":{n},"signedMeterValue":"text {n}""#)).collect();
    let messages: Vec<StoredMessage> = (0..)
        .zip(&texts)
        .flat_map(|(n, fields)| {
            let kind = match n {
                0 => "Started",
                999 => "Ended",
                _ => "Updated",
            };
            let fields: &'static str = Box::leak(fields.clone().into_boxed_str());
            stored(&[(kind, n, "10:00:00", fields, None)])
        })
        .collect();
    let checked = signed_texts(&messages);
    assert_eq!(checked.len(), 32);
    for text in ["text 0", "text 15", "text 984", "text 999"] {
        assert!(checked.contains(text), "{text}");
    }
    assert_eq!(signed_texts(&messages[..999]), [].into(), "nothing is billed yet");
}

fn any_check() -> impl Strategy<Value = Check> {
    let mark = prop_oneof![Just(Mark::Begin), Just(Mark::Between), Just(Mark::End), Just(Mark::None)];
    let wh = prop_oneof![Just(1000), Just(4000), Just(8311), Just(1)];
    let reading = (mark, prop_oneof![Just("import"), Just("total")], wh);
    prop_oneof![
        1 => Just(forged()),
        1 => Just(Check::Unproven(Doubt::NoKey)),
        6 => prop::collection::vec(reading, 0..4).prop_map(|readings| genuine(&readings)),
    ]
}

proptest! {
    /// One forged reading is enough, whatever else is said; and no bill is verified from one end.
    #[test]
    fn nothing_makes_up_for_a_forgery(checks in [any_check(), any_check(), any_check()], place in 0_usize..3) {
        let before = worth(&SESSION, checks.clone());
        let says = |check: &Check, wh: i64| match check {
            Check::Genuine(readings) => readings.iter().any(|reading| reading.wh.contains(&wh)),
            Check::Forged { .. } | Check::Unproven(_) => false,
        };
        if before == Verified {
            prop_assert!(checks.iter().any(|check| says(check, 1000)) && checks.iter().any(|check| says(check, 8311)));
        }
        let mut checks = checks;
        checks[place] = forged();
        prop_assert_eq!(worth(&SESSION, checks), Invalid);
    }
}

#[test]
fn a_measurement_is_worth_nothing_until_it_is_judged() {
    let messages = stored(&SESSION);
    let measured = measure(&messages, &MeterLimits::default()).unwrap();
    assert_eq!(measured.signed_readings, Unsigned);
    assert_eq!(measured.judged(&messages, &Checks::new()).signed_readings, Unverified);
}
