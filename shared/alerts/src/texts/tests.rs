//! The texts, as people get them: read the snapshots, they are the specification.

use std::fmt::Write as _;

use faults::{FaultId, Remedy, Severity};
use jiff::Timestamp;

use crate::publication::compose;
use crate::samples::{
    at, books, completed, disputed, euros, every_kind, fault, now, open, overvoltage, refund_failed, review,
    site_offline, site_undervoltage, stock_low, unpaid,
};
use crate::{AfterFailure, Alert, Ending, Fact, FaultFact, Language, Resolution, ReviewReason, Stage};

const BOTH: [Language; 2] = [Language::En, Language::De];

/// Everything that goes out for an alert at one stage, in these languages.
fn shown(languages: &[Language], alert: &dyn Fn(Language) -> Alert, stage: Stage) -> String {
    let mut text = String::new();
    for language in languages.iter().copied() {
        let alert = alert(language);
        for delivery in &alert.deliveries {
            let publication = compose(&alert, delivery, stage);
            let texts = &publication.texts;
            writeln!(text, "{} to {:?}", publication.alert, publication.target).unwrap();
            writeln!(text, "subject: {}\nattributes: {:?}", publication.subject, publication.attributes).unwrap();
            writeln!(text, "sms ({} bytes): {}", texts.sms.len(), texts.sms).unwrap();
            writeln!(text, "push: {} | {}", texts.push_title, texts.push_body).unwrap();
            writeln!(text, "e-mail:\n{}", texts.email).unwrap();
        }
    }
    text
}

fn opening(fact: impl Fn(Language) -> Fact) -> String {
    shown(&BOTH, &|language| open(fact(language), language), Stage::Opening)
}

fn ending(fact: impl Fn(Language) -> Fact, ending: Ending, end: Timestamp) -> String {
    let alert = |language| open(fact(language), language).resolved(Resolution { at: end, ending });
    shown(&BOTH, &alert, Stage::Resolution)
}

#[test]
fn a_fault_opens_and_clears() {
    insta::assert_snapshot!("fault_opened", opening(|_| overvoltage()));
    insta::assert_snapshot!("fault_cleared", ending(|_| overvoltage(), Ending::Cleared, at("2026-06-01T10:12:30Z")));
}

#[test]
fn a_code_that_was_reported_needs_no_measurement() {
    let reported = |_| match fault(FaultId::reported("CX013").unwrap(), Severity::P3) {
        Fact::Fault(fact) => Fact::Fault(FaultFact { unit: String::new(), evidence: String::new(), ..fact }),
        other => other,
    };
    insta::assert_snapshot!("fault_reported", opening(reported));
}

#[test]
fn a_unit_that_fails_session_after_session_is_told_in_the_readers_words() {
    let failing = |_| match fault(FaultId::MalfunctioningUnit, Severity::P2) {
        Fact::Fault(fact) => Fact::Fault(FaultFact {
            value: 4.0,
            limit: 4.0,
            unit: "sessions".to_owned(),
            evidence:
                "4 sessions in a row by 3 drivers ended within 5 min and 0.5 kWh, the last at 2026-06-01T10:00:05Z"
                    .to_owned(),
            ..fact
        }),
        other => other,
    };
    insta::assert_snapshot!("fault_by_sessions", opening(failing));
}

#[test]
fn a_station_and_a_site_that_are_gone_are_told_without_a_connector() {
    let gone = |_| match fault(FaultId::Offline, Severity::P2) {
        Fact::Fault(fact) => Fact::Fault(FaultFact {
            connector: None,
            value: 140.0,
            limit: 120.0,
            unit: "s".to_owned(),
            evidence: "not connected since 2026-06-01T10:00:05Z (MQTT_KEEP_ALIVE_TIMEOUT)".to_owned(),
            ..fact
        }),
        other => other,
    };
    insta::assert_snapshot!("station_offline", opening(gone));
    insta::assert_snapshot!("station_back", ending(gone, Ending::Cleared, at("2026-06-01T10:20:00Z")));
    insta::assert_snapshot!("site_offline", opening(|_| site_offline()));
    insta::assert_snapshot!("site_back", ending(|_| site_offline(), Ending::Cleared, at("2026-06-01T10:20:00Z")));
}

#[test]
fn a_station_that_is_connected_and_silent_is_told_as_such() {
    let silent = |_| {
        match fault(FaultId::Offline, Severity::P2) {
        Fact::Fault(fact) => Fact::Fault(FaultFact {
            connector: None,
            value: 310.0,
            limit: 300.0,
            unit: faults::SILENCE_UNIT.to_owned(),
            evidence: "connected since 2026-06-01T08:00:00Z, but silent: last heard of at 2026-06-01T10:00:05Z, until then at least \
                every 100 s"
                .to_owned(),
            ..fact
        }),
        other => other,
    }
    };
    insta::assert_snapshot!("station_silent", opening(silent));
    insta::assert_snapshot!("station_heard", ending(silent, Ending::Cleared, at("2026-06-01T10:20:00Z")));
}

#[test]
fn a_site_whose_voltage_is_wrong_is_told_once_for_its_connectors() {
    insta::assert_snapshot!("site_voltage", opening(|_| site_undervoltage(Severity::P3)));
    insta::assert_snapshot!("site_voltage_is_dangerous", opening(|_| site_undervoltage(Severity::P1)));
    let end = at("2026-06-01T10:20:00Z");
    insta::assert_snapshot!("site_voltage_over", ending(|_| site_undervoltage(Severity::P3), Ending::Cleared, end));
}

#[test]
fn a_driver_reads_what_a_session_cost() {
    insta::assert_snapshot!("session_completed", opening(|language| completed(language, 12_345, 462)));
    insta::assert_snapshot!("session_without_energy", opening(|language| completed(language, 0, 0)));
}

#[test]
fn a_driver_and_the_operators_read_about_a_payment_in_their_own_words() {
    let retry = AfterFailure::Retry { at: at("2026-06-04T10:00:00Z") };
    insta::assert_snapshot!("payment_retried", opening(|language| unpaid(language, "insufficient_funds", retry)));
    let acts = |language| unpaid(language, "authentication_required", AfterFailure::DriverActs);
    insta::assert_snapshot!("payment_waits_for_the_driver", opening(acts));
    let given_up = |language| unpaid(language, "stolen_card", AfterFailure::GivenUp);
    insta::assert_snapshot!("payment_given_up", opening(given_up));
    let paid = Ending::Paid { amount: euros(462) };
    insta::assert_snapshot!("payment_settled", ending(given_up, paid, at("2026-06-05T10:00:00Z")));
}

#[test]
fn operators_read_what_goes_back_of_a_payment() {
    insta::assert_snapshot!("refund_refused", opening(|_| refund_failed("refused")));
    insta::assert_snapshot!("refund_failed", opening(|_| refund_failed("lost_or_stolen_card")));
    insta::assert_snapshot!("books_disagree", opening(|_| books()));
    insta::assert_snapshot!("disputed", opening(|_| disputed("fraudulent")));
    for (name, end) in [("dispute_won", Ending::Won), ("dispute_lost", Ending::Lost)] {
        insta::assert_snapshot!(name, ending(|_| disputed("of_next_year"), end, at("2026-07-20T10:00:00Z")));
    }
}

#[test]
fn a_stock_runs_low_and_is_replenished() {
    insta::assert_snapshot!("stock_low", opening(|_| stock_low(2)));
    insta::assert_snapshot!("stock_gone", opening(|_| stock_low(0)));
    let replenished = Ending::Replenished { on_hand: 10 };
    insta::assert_snapshot!("stock_replenished", ending(|_| stock_low(2), replenished, at("2026-06-03T07:15:00Z")));
}

#[test]
fn operators_read_what_waits_for_them() {
    for (name, reason) in [
        ("review_no_start", ReviewReason::NoStart),
        ("review_no_end", ReviewReason::NoEnd),
        ("review_after_bill", ReviewReason::AfterBill),
        ("review_signature_invalid", ReviewReason::SignatureInvalid),
    ] {
        insta::assert_snapshot!(name, opening(|_| review(reason.clone())));
    }
    let settled = ending(|_| review(ReviewReason::NoStart), Ending::Settled, at("2026-06-01T12:00:00Z"));
    insta::assert_snapshot!("review_settled", settled);
    insta::assert_snapshot!("no_payer", opening(|_| crate::samples::no_payer()));
}

#[test]
fn operators_read_who_should_not_talk_to_us() {
    let security = |languages: &[Language], kind: &'static str| {
        let alert = move |language| every_kind(language).into_iter().find(|alert| alert.fact.kind() == kind).unwrap();
        shown(languages, &alert, Stage::Opening)
    };
    // Nobody knows whose station it is, so there is one language only.
    insta::assert_snapshot!("unregistered_station", security(&[Language::En], "unregistered_station"));
    insta::assert_snapshot!("identity_mismatch", security(&[Language::En], "identity_mismatch"));
    insta::assert_snapshot!("claim_reused", security(&BOTH, "claim_reused"));
}

#[test]
fn every_fault_and_every_remedy_has_words_in_both_languages() {
    let mut words = String::new();
    for fault_id in FaultId::INFERRED {
        let subject = |language| {
            let alert = open(fault(fault_id.clone(), Severity::P2), language);
            compose(&alert, &alert.deliveries[0], Stage::Opening).subject
        };
        writeln!(words, "{fault_id}: {} / {}", subject(Language::En), subject(Language::De)).unwrap();
    }
    let all = [
        Remedy::Reset,
        Remedy::Unlock,
        Remedy::HalveOfferedCurrent,
        Remedy::SetUnavailable,
        Remedy::SendSomeone,
        Remedy::Watch,
    ];
    for (remedy, severity) in all.into_iter().flat_map(|remedy| [(remedy, Severity::P1), (remedy, Severity::P3)]) {
        for language in BOTH {
            let Fact::Fault(fact) = overvoltage() else { unreachable!("overvoltage is a fault") };
            let fact = FaultFact { remedy, severity, unit: String::new(), ..fact };
            let alert = open(Fact::Fault(fact), language);
            let texts = compose(&alert, &alert.deliveries[0], Stage::Opening).texts;
            let advice =
                texts.email.lines().find(|line| line.starts_with("What to do") || line.starts_with("Was zu tun"));
            writeln!(words, "{remedy} {severity}: {} | {}", advice.unwrap(), texts.sms).unwrap();
        }
    }
    insta::assert_snapshot!("words", words);
}

#[test]
fn a_site_with_an_unknown_clock_is_told_in_utc() {
    let mut alert = open(overvoltage(), Language::En);
    alert.place = alert.place.map(|place| crate::Place { time_zone: "Mars/Olympus".to_owned(), ..place });
    let email = compose(&alert, &alert.deliveries[0], Stage::Opening).texts.email;
    assert!(email.contains("since Monday 1 June 2026 at 10:00 UTC"), "{email}");
    assert_eq!(alert.opened_at, now());
}
