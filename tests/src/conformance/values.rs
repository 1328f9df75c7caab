//! Values to store: valid, and different where a test has to tell them apart.

use alerts::stock::Stock;
use alerts::{Alert, AlertId, Contact, Fact, Place, SessionFact};
use billing::assignment::AssignedTariff;
use billing::cdr::Seller;
use billing::money::{Currency, Money};
use billing::payment::{self, Debt, ExcessPolicy, Hold, HoldOrder, HoldPayer};
use billing::readings::{Checks, MeterLimits};
use billing::session::{Head, StoredMessage};
use billing::settlement::{self, Outcome, SiteFacts};
use billing::tariff::Tariff;
use faults::{Cadence, DetectorState, Episode, FaultId, Health, Profile, SessionOutcome, Severity};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use messages::{ConnectorKey, SessionId, StationId, TransactionMessage, parse_telemetry};
use ports::{ConnectorRow, HealthRow, Live, Settled};

/// Noon of a day in June, and so many seconds.
pub(crate) fn at(seconds: i64) -> Timestamp {
    let noon: Timestamp = "2026-06-01T12:00:00Z".parse().unwrap();
    noon.checked_add(SignedDuration::from_secs(seconds)).unwrap()
}

/// A session of this name; every promise has names of its own.
pub(crate) fn session(name: &str) -> SessionId {
    format!("s-{name}:t").parse().unwrap()
}

pub(crate) fn station(name: &str) -> StationId {
    format!("s-{name}").parse().unwrap()
}

pub(crate) fn euros() -> Currency {
    "EUR".parse().unwrap()
}

/// A message that `word` tells from others with the same number.
pub(crate) fn message(seq_no: u32, word: &str) -> StoredMessage {
    let json = format!(
        r#"{{"messageId":"m-{seq_no}-{word}","eventType":"Updated","transactionId":"t","seqNo":{seq_no},
            "at":"2026-06-01T10:00:00.123456789Z","registerWh":1000,"stoppedReason":"{word}"}}"#
    );
    StoredMessage { message: TransactionMessage::parse(json.as_bytes()).unwrap(), received_at: at(0) }
}

/// The first and the last message of a session of one hour and 10 kWh.
fn whole_session() -> Vec<StoredMessage> {
    let event =
        |json: &str| StoredMessage { message: TransactionMessage::parse(json.as_bytes()).unwrap(), received_at: at(0) };
    vec![
        event(
            r#"{"messageId":"a","eventType":"Started","transactionId":"t","seqNo":0,"at":"2026-06-01T10:00:00Z","evseId":1,
                "connectorId":1,"idToken":"04A1B2C3","chargingState":"Charging","registerWh":1000}"#,
        ),
        event(
            r#"{"messageId":"b","eventType":"Ended","transactionId":"t","seqNo":1,"at":"2026-06-01T11:00:00Z","registerWh":11000}"#,
        ),
    ]
}

/// A head that nobody has stored, due at that time.
pub(crate) fn head(session: &SessionId, due_at: Option<Timestamp>) -> Head {
    let site = "site".parse().unwrap();
    let head = Head::of(session.clone(), site, &whole_session(), &MeterLimits::default());
    Head { due_at, ..head }
}

pub(crate) fn tariff(id: &str, site: &str, from: &str) -> AssignedTariff {
    let tariff = Tariff::from_json(
        r#"{"id":"t","currency":"EUR","elements":[{"price_components":[{"type":"ENERGY","price":0.25,"vat":20,"step_size":1}]}],
            "last_updated":"2026-01-01T00:00:00Z"}"#,
    );
    AssignedTariff {
        id: id.parse().unwrap(),
        site_id: site.parse().unwrap(),
        evse_ids: vec![1, 2],
        driver_group: None,
        from: from.parse().unwrap(),
        tariff: tariff.unwrap(),
    }
}

pub(crate) fn seller() -> Seller {
    Seller { name: "Seller".to_owned(), vat_id: None, address: None, contact: None }
}

/// What a driver owes, due at that time; not stored yet.
pub(crate) fn debt(session: &SessionId, due_at: Option<Timestamp>) -> Debt {
    let payer = payment::Payer {
        driver: "driver".parse().unwrap(),
        customer: Some("cus_1".to_owned()),
        payment_method: Some("pm_1".to_owned()),
        receipt_email: None,
        contact: payment::Contact { phone: None, language: "de".to_owned() },
    };
    let place =
        payment::Place { name: "Hafen".to_owned(), time_zone: "Europe/Berlin".to_owned(), language: "de".to_owned() };
    let amount = Money { minor: 300, currency: euros() };
    Debt { due_at, ..Debt::computed(session.clone(), "site".parse().unwrap(), amount, payer, place, at(0)) }
}

/// A hold that was asked for, due at that time; not stored yet.
pub(crate) fn hold(name: &str, due_at: Option<Timestamp>) -> Hold {
    let order = HoldOrder {
        id: name.parse().unwrap(),
        site: "site".parse().unwrap(),
        station: station(name),
        connector: key(1, 2),
        amount: Money { minor: 2_000, currency: euros() },
        payer: HoldPayer {
            customer: "cus_1".to_owned(),
            payment_method: "pm_1".to_owned(),
            receipt_email: Some("driver@example.com".to_owned()),
            contact: payment::Contact { phone: None, language: "de".to_owned() },
        },
        place: payment::Place {
            name: "Hafen".to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
            language: "de".to_owned(),
        },
        excess: ExcessPolicy { least_minor: Some(200), ..ExcessPolicy::default() },
        expires_at: at(1800),
    };
    Hold { due_at, ..Hold::asked(order, at(0)).unwrap() }
}

/// The end of a session as the billing rules make it, with what is owed and an alert; its head was read at `version`.
pub(crate) fn settled(session: &SessionId, version: u64) -> Settled {
    let site = SiteFacts {
        id: "site".parse().unwrap(),
        name: "Site".to_owned(),
        time_zone: TimeZone::UTC,
        currency: euros(),
        seller: seller(),
    };
    let tariffs = [tariff("day", "site", "2026-01-01T00:00:00Z")];
    let (payer, limits) = (settlement::Payer::Nobody, MeterLimits::default());
    let case = settlement::Case {
        session,
        site: &site,
        messages: &whole_session(),
        checks: &Checks::new(),
        tariffs: &tariffs,
        payer: &payer,
        limits: &limits,
    };
    let settlement = settlement::settle(&case, at(0));
    let cdr = match settlement.outcome {
        Outcome::Billed { cdr, .. } => Some(*cdr),
        Outcome::Held { .. } => None,
    };
    assert!(cdr.is_some(), "the session can be billed");
    Settled {
        head: Head { version, ..settlement.head },
        cdr,
        debt: Some(debt(session, Some(at(0)))),
        hold: None,
        health: None,
        alerts: vec![alerts::AlertChange::open(completed(session, at(0)))],
    }
}

/// The alert of a completed session, opened at that time.
pub(crate) fn completed(session: &SessionId, opened_at: Timestamp) -> Alert {
    let fact = SessionFact {
        session: session.clone(),
        connector: None,
        driver: Contact { phone: Some("+4912345".to_owned()), ..Contact::default() },
        energy_wh: 10_000,
        total: Money { minor: 300, currency: euros() },
        started_at: at(-7200),
        ended_at: at(-3600),
    };
    Alert::open(Fact::SessionCompleted(fact), Some(Place::unknown("site".parse().unwrap())), opened_at)
}

pub(crate) fn completed_id(session: &SessionId) -> AlertId {
    AlertId::session_completed(session)
}

/// A connector that has seen a sample; not stored yet.
pub(crate) fn connector(station: &StationId, key: ConnectorKey) -> ConnectorRow {
    let sample = format!(
        r#"{{"samples":[{{"at":"2026-06-01T10:00:00Z","connectors":[{{"evseId":{},"connectorId":{},"status":"Charging",
            "voltageV":[230.4],"currentA":[15.9],"powerW":3663,"offeredA":16,"temperatureC":41.3,"registerWh":1000}}]}}]}}"#,
        key.evse_id, key.connector_id
    );
    let sample = &parse_telemetry(sample.as_bytes()).unwrap()[0];
    let (detector, _) = faults::step(DetectorState::default(), &Profile::default().resolve(), sample);
    ConnectorRow {
        station: station.clone(),
        key,
        site: "site".parse().unwrap(),
        detector,
        episodes: Vec::new(),
        live: Live {
            at: Some(sample.at),
            status: Some("Charging".to_owned()),
            power_w: sample.power_w,
            ..Live::default()
        },
        cadence: Some(Cadence::after(None, at(0))),
        saved_at: Some(at(0)),
        version: 0,
    }
}

/// What is known of a connector with one aborted session and an open fault; not stored yet.
pub(crate) fn health(station: &StationId, key: ConnectorKey) -> HealthRow {
    let outcome = SessionOutcome {
        ended_at: at(-60),
        duration: SignedDuration::from_secs(60),
        energy_wh: Some(3),
        id_token: Some("04A1B2C3".parse().unwrap()),
        stopped_reason: Some("GroundFault".to_owned()),
    };
    let episode = Episode {
        fault: FaultId::MalfunctioningUnit,
        severity: Severity::P2,
        opened_at: at(-60),
        value: 4.0,
        limit: 4.0,
        unit: "sessions".to_owned(),
        evidence: "4 sessions in a row".to_owned(),
    };
    HealthRow {
        station: station.clone(),
        key,
        site: "site".parse().unwrap(),
        health: Health::default().after(key, &[], &outcome).0,
        episodes: vec![episode],
        version: 0,
    }
}

pub(crate) fn key(evse_id: u16, connector_id: u16) -> ConnectorKey {
    ConnectorKey { evse_id, connector_id }
}

pub(crate) fn stock(site: &str, on_hand: i64) -> Stock {
    Stock::new(site.parse().unwrap(), "cable-type2-5m".parse().unwrap(), on_hand, 2)
}
