//! One alert of every kind, for tests.

use billing::money::Money;
use faults::{FaultId, Remedy, Severity};
use jiff::Timestamp;
use messages::{ConnectorKey, Envelope, SessionId};

use crate::{
    AfterFailure, Alert, BooksFact, Contact, DisputeFact, Fact, FaultFact, Language, NoPayerFact, PaymentFact, Place,
    RefundFact, ReviewFact, ReviewReason, SessionFact, SiteFaultFact, StockFact,
};

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn now() -> Timestamp {
    at("2026-06-01T10:01:00Z")
}

pub(crate) fn place(language: Language) -> Place {
    Place {
        site: "harbour".parse().unwrap(),
        name: "Hafengarage Süd".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
        language,
    }
}

pub(crate) fn phone(language: Language) -> Contact {
    Contact { language, phone: Some("+4915100000001".to_owned()), endpoint: None }
}

pub(crate) fn euros(minor: i64) -> Money {
    Money { minor, currency: "EUR".parse().unwrap() }
}

pub(crate) fn session() -> SessionId {
    "station-001:7a1c".parse().unwrap()
}

pub(crate) fn connector() -> ConnectorKey {
    ConnectorKey { evse_id: 1, connector_id: 1 }
}

pub(crate) fn fault(fault: FaultId, severity: Severity) -> Fact {
    Fact::Fault(FaultFact {
        station: "station-001".parse().unwrap(),
        connector: Some(connector()),
        remedy: Remedy::against(&fault, severity),
        fault,
        severity,
        value: 277.3,
        limit: 276.0,
        unit: "V".to_owned(),
        evidence: "Phase 1 measured 277.3 V, above the limit of 276 V.".to_owned(),
        since: at("2026-06-01T10:00:05Z"),
    })
}

pub(crate) fn overvoltage() -> Fact {
    fault(FaultId::Overvoltage, Severity::P1)
}

pub(crate) fn completed(language: Language, energy_wh: i64, minor: i64) -> Fact {
    Fact::SessionCompleted(SessionFact {
        session: session(),
        connector: Some(connector()),
        driver: phone(language),
        energy_wh,
        total: euros(minor),
        started_at: at("2026-06-01T08:00:00Z"),
        ended_at: at("2026-06-01T09:30:00Z"),
    })
}

pub(crate) fn unpaid(language: Language, reason: &str, after: AfterFailure) -> Fact {
    Fact::PaymentFailed(PaymentFact {
        session: session(),
        driver: phone(language),
        amount: euros(462),
        reason: reason.to_owned(),
        after,
    })
}

pub(crate) fn refund_failed(reason: &str) -> Fact {
    let reason = reason.to_owned();
    Fact::RefundFailed(RefundFact { session: session(), payment: 1, number: 2, amount: euros(200), reason })
}

pub(crate) fn disputed(reason: &str) -> Fact {
    let (dispute, reason) = ("dp_1".to_owned(), reason.to_owned());
    Fact::PaymentDisputed(DisputeFact { session: session(), dispute, amount: euros(462), reason })
}

pub(crate) fn books() -> Fact {
    let line = "payment_amount pi_1 of station-001:7a1c: 462 here, 463 there (EUR)";
    Fact::BooksDisagree(BooksFact { at: now(), places: 2, first: vec![line.to_owned(); 2] })
}

pub(crate) fn site_offline() -> Fact {
    let (fault, severity) = (FaultId::Offline, Severity::P2);
    Fact::SiteFault(SiteFaultFact {
        site: "harbour".parse().unwrap(),
        remedy: Remedy::against(&fault, severity),
        fault,
        severity,
        affected: 3,
        of: 4,
        since: at("2026-06-01T10:00:05Z"),
    })
}

pub(crate) fn site_undervoltage(severity: Severity) -> Fact {
    let fault = FaultId::Undervoltage;
    Fact::SiteFault(SiteFaultFact {
        site: "harbour".parse().unwrap(),
        remedy: Remedy::against_on_site(&fault, severity),
        fault,
        severity,
        affected: 5,
        of: 8,
        since: at("2026-06-01T10:00:05Z"),
    })
}

pub(crate) fn stock_low(on_hand: i64) -> Fact {
    Fact::StockLow(StockFact {
        site: "harbour".parse().unwrap(),
        item: "cable-type2-5m".parse().unwrap(),
        on_hand,
        threshold: 3,
        station: "station-001".parse().unwrap(),
        used_by: vec![connector(), ConnectorKey { evse_id: 2, connector_id: 1 }],
        shortage: 1,
        since: at("2026-06-01T10:00:00Z"),
    })
}

pub(crate) fn review(reason: ReviewReason) -> Fact {
    let since = at("2026-06-01T08:00:00Z");
    Fact::SessionReview(ReviewFact { session: session(), connector: Some(connector()), reason, since })
}

pub(crate) fn no_payer() -> Fact {
    Fact::NoPayer(NoPayerFact {
        session: session(),
        connector: Some(connector()),
        token_ending: Some(NoPayerFact::token_ending(&"04A1B2C3".parse().unwrap())),
        since: at("2026-06-01T08:00:00Z"),
    })
}

pub(crate) fn envelope(topic: &str, client: &str) -> Envelope {
    Envelope { data: b"{}".to_vec(), topic: topic.to_owned(), client: client.to_owned(), received_at: now() }
}

pub(crate) fn open(fact: Fact, language: Language) -> Alert {
    Alert::open(fact, Some(place(language)), now())
}

/// An alert of every kind, in a language.
pub(crate) fn every_kind(language: Language) -> Vec<Alert> {
    let retry = AfterFailure::Retry { at: at("2026-06-04T10:00:00Z") };
    let facts = [
        overvoltage(),
        completed(language, 12_345, 462),
        unpaid(language, "insufficient_funds", retry),
        refund_failed("refused"),
        disputed("fraudulent"),
        books(),
        stock_low(2),
        review(ReviewReason::NoStart),
        no_payer(),
        site_offline(),
        site_undervoltage(Severity::P3),
    ];
    let mut alerts: Vec<Alert> = facts.into_iter().map(|fact| open(fact, language)).collect();
    alerts.push(Alert::unregistered_station(&"station-099".parse().unwrap(), now()));
    alerts.push(Alert::identity_mismatch(&envelope("ev/v1/station-001/telemetry", "station-002"), now()));
    alerts.push(Alert::claim_reused(&"station-001".parse().unwrap(), place(language), now()));
    alerts
}
