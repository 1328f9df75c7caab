//! The end of a session: billed, or held with its reason.

use billing::assignment::AssignedTariff;
use billing::cdr::Seller;
use billing::payment;
use billing::readings::{Checks, MeterLimits};
use billing::receipt::Issued;
use billing::session::{Completeness, Folded, Head, OpenSession, SeqRange, SessionState, completeness, judge_open};
use billing::settlement::{Case, HeldReason, Outcome, Payer, Settlement, SiteFacts, settle};
use billing::{Flag, time_zone};
use jiff::Timestamp;
use messages::SessionId;

use crate::fixture::{Row, stored, tariff};

const STARTED: Row = ("Started", 0, "10:00:00", r#""registerWh":1000,"chargingState":"Charging""#, Some("10:00:01"));
const UPDATED: Row = ("Updated", 1, "10:30:00", r#""registerWh":4000"#, Some("10:30:01"));
const ENDED: Row = ("Ended", 2, "11:00:00", r#""registerWh":8311"#, Some("11:00:01"));

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn known() -> Payer {
    let contact = payment::Contact { phone: None, language: "en".to_owned() };
    Payer::Known {
        group: Some("staff".to_owned()),
        payer: payment::Payer {
            driver: "driver-1".parse().unwrap(),
            customer: None,
            payment_method: None,
            receipt_email: None,
            contact,
        },
    }
}

fn settled(rows: &[Row], payer: &Payer, tariff_from: &str, currency: &str) -> Settlement {
    let session: SessionId = "s-1:t".parse().unwrap();
    let site = SiteFacts {
        id: "site".parse().unwrap(),
        name: "Site".to_owned(),
        time_zone: time_zone("Europe/Berlin").unwrap(),
        currency: currency.parse().unwrap(),
        seller: Seller { name: "Parkhaus GmbH".to_owned(), ..Seller::default() },
    };
    let assigned = AssignedTariff {
        id: "day-2026".parse().unwrap(),
        site_id: site.id.clone(),
        evse_ids: Vec::new(),
        driver_group: None,
        from: time(tariff_from),
        tariff: tariff(),
    };
    let now = time("2026-06-01T12:00:00Z");
    let case = Case {
        session: &session,
        site: &site,
        messages: &stored(rows),
        checks: &Checks::new(),
        tariffs: &[assigned],
        payer,
        limits: &MeterLimits::default(),
    };
    settle(&case, now)
}

#[test]
fn a_whole_session_is_billed_and_the_head_says_so() {
    let Settlement { head, outcome } = settled(&[STARTED, UPDATED, ENDED], &known(), "2026-01-01T00:00:00Z", "EUR");
    let Outcome::Billed { cdr, due, payer } = outcome else { panic!("{outcome:?}") };
    // (1 + 7.311 · 0.30) · 1.2
    assert_eq!((due.minor, due.currency.code()), (383, "EUR"));
    assert_eq!(payer, known());
    assert_eq!(
        (head.state, head.energy_wh, head.total, head.due_at),
        (SessionState::Billed, Some(7311), Some(due), Some(cdr.created_at)),
        "its receipt is due"
    );
    assert_eq!((head.version, head.held, head.flags.len()), (0, None, 0));
    assert!(head.lacks_receipt());
    assert_eq!((cdr.energy_wh, cdr.charging_s, cdr.charging_periods.len()), (7311, 3600, 2));
    assert_eq!((cdr.token.as_str(), cdr.time_zone.as_str()), ("****B2C3", "Europe/Berlin"));
    assert_eq!((cdr.tariff_id.as_str(), cdr.tariffs.as_slice()), ("day-2026", &[tariff()][..]));
    assert_eq!(cdr.created_at, time("2026-06-01T12:00:00Z"));
}

#[test]
fn without_a_payer_it_is_priced_all_the_same() {
    let Settlement { head, outcome } =
        settled(&[STARTED, UPDATED, ENDED], &Payer::Nobody, "2026-01-01T00:00:00Z", "EUR");
    let Outcome::Billed { cdr, due, payer } = outcome else { panic!("{outcome:?}") };
    assert_eq!((due.minor, payer), (383, Payer::Nobody));
    assert!(cdr.flags.contains(&Flag::NoPayer) && head.flags.contains(&Flag::NoPayer));
}

#[test]
fn what_cannot_be_billed_is_held_with_its_reason() {
    let past = "2026-01-01T00:00:00Z";
    let negative: Row = ("Ended", 2, "11:00:00", r#""registerWh":900"#, None);
    let unread: [Row; 2] = [("Started", 0, "10:00:00", "", None), ("Ended", 1, "11:00:00", "", None)];
    for (what, rows, from, currency, reason, flag) in [
        ("no start", &[UPDATED, ENDED][..], past, "EUR", HeldReason::NoStarted, Some(Flag::Incomplete)),
        ("no end", &[STARTED, UPDATED], past, "EUR", HeldReason::NoEnded, Some(Flag::Incomplete)),
        ("nothing", &[], past, "EUR", HeldReason::NoStarted, Some(Flag::Incomplete)),
        ("no reading", &unread, past, "EUR", HeldReason::NoReading, None),
        (
            "negative",
            &[STARTED, UPDATED, negative],
            past,
            "EUR",
            HeldReason::NegativeEnergy,
            Some(Flag::NegativeEnergy),
        ),
        (
            "tariff of tomorrow",
            &[STARTED, UPDATED, ENDED],
            "2026-06-02T00:00:00Z",
            "EUR",
            HeldReason::NoTariff,
            Some(Flag::NoTariff),
        ),
        ("other currency", &[STARTED, UPDATED, ENDED], past, "SEK", HeldReason::UnusableTariff, None),
    ] {
        let Settlement { head, outcome } = settled(rows, &known(), from, currency);
        assert_eq!(outcome, Outcome::Held { reason }, "{what}");
        assert_eq!(
            (head.state, head.held, head.due_at, head.total),
            (SessionState::Review, Some(reason), None, None),
            "{what}"
        );
        assert!(!head.lacks_receipt(), "{what}");
        assert_eq!(head.flags.into_iter().next(), flag, "{what}");
    }
}

#[test]
fn a_session_with_a_gap_waits_and_then_is_billed_and_flagged() {
    let limits = MeterLimits::default();
    let late = [STARTED, ENDED];
    let missing = vec![SeqRange { from: 1, to: 1 }];
    let bill_at = time("2026-06-01T11:15:01Z");
    assert_eq!(completeness(&stored(&late), &limits), Completeness::Waiting { missing: missing.clone(), bill_at });
    assert_eq!(completeness(&stored(&[ENDED, STARTED, UPDATED]), &limits), Completeness::Complete);
    assert_eq!(completeness(&stored(&[STARTED, UPDATED]), &limits), Completeness::Open);
    let without_start = Completeness::Waiting { missing: vec![SeqRange { from: 0, to: 0 }], bill_at };
    assert_eq!(completeness(&stored(&[UPDATED, ENDED]), &limits), without_start);
    let unstarted: Row = ("Updated", 0, "10:00:00", "", None);
    let last: Row = ("Ended", 1, "11:00:00", "", Some("11:00:01"));
    assert_eq!(completeness(&stored(&[unstarted, last]), &limits), without_start);

    let Settlement { head, outcome } = settled(&late, &known(), "2026-01-01T00:00:00Z", "EUR");
    assert!(matches!(outcome, Outcome::Billed { .. }));
    assert_eq!((head.flags.contains(&Flag::Incomplete), &head.missing), (true, &missing));
    // What was missing comes after the bill; what was billed comes again and changes nothing.
    let stored = stored(&[UPDATED, ENDED]);
    let Folded::Changed(after) = head.with(&stored[0], &limits) else { panic!("a late message went unnoticed") };
    assert!(after.flags.contains(&Flag::AfterBill));
    assert_eq!(head.with(&stored[1], &limits), Folded::Unchanged);
}

#[test]
fn a_late_message_neither_takes_a_receipt_away_nor_asks_for_another() {
    let limits = MeterLimits::default();
    let head = settled(&[STARTED, ENDED], &known(), "2026-01-01T00:00:00Z", "EUR").head;
    let issued = Issued::after(None, &head.site, &head.session, time("2026-06-01T12:01:00Z"));
    let late = &stored(&[UPDATED])[0];
    let noted = |head: &Head| match head.with(late, &limits) {
        Folded::Changed(head) => *head,
        Folded::Unchanged => panic!("a late message went unnoticed"),
    };
    assert_eq!((noted(&head).lacks_receipt(), noted(&head).due_at), (true, head.due_at));
    let done = head.clone().with_receipt(&issued);
    assert_eq!((&done.receipt, done.due_at), (&Some(issued.number.clone()), None));
    assert_eq!(noted(&done), noted(&head).with_receipt(&issued));
    assert!(!noted(&done).lacks_receipt());
}

#[test]
fn numbers_that_a_hostile_station_leaves_out_are_not_counted_one_by_one() {
    let far: Row = ("Ended", 4_000_000_000, "11:00:00", r#""registerWh":8311"#, None);
    let Completeness::Waiting { missing, .. } = completeness(&stored(&[STARTED, far]), &MeterLimits::default()) else {
        panic!("nothing is missing")
    };
    assert_eq!(missing, [SeqRange { from: 1, to: 3_999_999_999 }]);
}

#[test]
fn a_silent_session_is_asked_for_and_then_given_up() {
    let messages = stored(&[STARTED, UPDATED]);
    let (ask_at, review_at) = (time("2026-06-02T10:30:01Z"), time("2026-06-03T10:30:01Z"));
    for (now, expected) in [
        ("2026-06-02T10:30:00Z", OpenSession::Fresh { ask_at }),
        ("2026-06-02T10:30:01Z", OpenSession::Silent { review_at }),
        ("2026-06-03T10:30:00Z", OpenSession::Silent { review_at }),
        ("2026-06-03T10:30:01Z", OpenSession::Lost),
    ] {
        assert_eq!(judge_open(&messages, time(now)), expected, "{now}");
    }
}
