//! Any tariff and any session.

use billing::assignment::AssignedTariff;
use billing::cdr::Seller;
use billing::payment;
use billing::pricing::Period;
use billing::readings::{Checks, MeterLimits};
use billing::session::StoredMessage;
use billing::settlement::{Case, Payer, Settlement, SiteFacts, settle};
use billing::tariff::Tariff;
use billing::{Exact, time_zone};
use jiff::{SignedDuration, Timestamp};
use messages::{SessionId, TransactionMessage};
use proptest::prelude::*;
use proptest::sample::select;

/// For so many cases each law must hold.
pub(crate) const CASES: u32 = 10_000;

/// What a tariff may ask of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Restricted {
    /// Anything.
    ByAnything,
    /// Anything but energy, current and power; and no steps, of which more energy can leave a cheaper rest.
    NotByEnergy,
}

pub(crate) const ZONE: &str = "Europe/Amsterdam";

/// A tariff in this currency with up to four elements.
pub(crate) fn tariff(currency: &'static str, restricted: Restricted) -> impl Strategy<Value = Tariff> {
    let limits = select(vec![
        "",
        r#""min_price":{"excl_vat":2,"incl_vat":2.4},"#,
        r#""max_price":{"excl_vat":5.555,"incl_vat":6.1},"#,
        r#""min_price":{"excl_vat":1.1},"max_price":{"excl_vat":3.5},"#,
    ]);
    let taxes = select(vec!["", r#""tax_included":"YES","#, r#""tax_included":"NO","#]);
    (prop::collection::vec(element(restricted), 1..5), limits, taxes).prop_map(move |(elements, limits, taxes)| {
        let elements = elements.join(",");
        let json = format!(
            r#"{{"id":"t","currency":"{currency}",{limits}{taxes}"elements":[{elements}],"last_updated":"2026-01-01T00:00:00Z"}}"#
        );
        Tariff::from_json(&json).unwrap()
    })
}

fn element(restricted: Restricted) -> impl Strategy<Value = String> {
    let components = prop::collection::vec(component(restricted), 1..4);
    let restrictions = prop::collection::vec(restriction(restricted), 0..3);
    (components, restrictions).prop_map(|(components, restrictions)| {
        format!(
            r#"{{"price_components":[{}],"restrictions":{{{}}}}}"#,
            components.join(","),
            unique(restrictions).join(",")
        )
    })
}

/// Only the first of restrictions of one name.
fn unique(mut restrictions: Vec<String>) -> Vec<String> {
    let name = |restriction: &String| restriction.split(':').next().unwrap().to_owned();
    restrictions.sort();
    restrictions.dedup_by_key(|restriction| name(restriction));
    restrictions
}

fn component(restricted: Restricted) -> impl Strategy<Value = String> {
    let dimension = select(vec!["FLAT", "ENERGY", "TIME", "PARKING_TIME"]);
    let vat = select(vec!["", r#""vat":0,"#, r#""vat":5.2,"#, r#""vat":20,"#]);
    let step = select(match restricted {
        Restricted::ByAnything => vec![0, 1, 60, 500, 900],
        Restricted::NotByEnergy => vec![0],
    });
    (dimension, 0..800_i32, vat, step).prop_map(|(dimension, price, vat, step)| {
        format!(r#"{{"type":"{dimension}","price":{}.{:02},{vat}"step_size":{step}}}"#, price / 100, price % 100)
    })
}

fn restriction(restricted: Restricted) -> impl Strategy<Value = String> {
    let by_time = prop_oneof![
        (0..24, select(vec!["00", "30"])).prop_map(|(h, m)| format!(r#""start_time":"{h:02}:{m}""#)),
        (0..24, select(vec!["00", "30"])).prop_map(|(h, m)| format!(r#""end_time":"{h:02}:{m}""#)),
        Just(r#""day_of_week":["SATURDAY","MONDAY"]"#.to_owned()),
        (0..9000).prop_map(|s| format!(r#""min_duration":{s}"#)),
        (0..9000).prop_map(|s| format!(r#""max_duration":{s}"#)),
    ]
    .boxed();
    match restricted {
        Restricted::NotByEnergy => by_time,
        Restricted::ByAnything => prop_oneof![
            3 => by_time,
            1 => (0..9000).prop_map(|wh| format!(r#""min_kwh":{}.{:03}"#, wh / 1000, wh % 1000)),
            1 => (0..9000).prop_map(|wh| format!(r#""max_kwh":{}.{:03}"#, wh / 1000, wh % 1000)),
            1 => (0..30).prop_map(|kw| format!(r#""max_power":{kw}"#)),
        ]
        .boxed(),
    }
}

/// Starts before midnight, before a clock goes forward, before it goes back.
fn start() -> impl Strategy<Value = i64> {
    let starts = ["2026-06-05T20:00:00Z", "2026-03-29T00:00:00Z", "2026-10-25T00:00:00Z"];
    let starts = starts.map(|text| text.parse::<Timestamp>().unwrap().as_second());
    (select(starts.to_vec()), 0..7200_i64).prop_map(|(start, later)| start + later)
}

/// What happens between two messages: how long, how much, and in which state.
pub(crate) type Stretch = (i64, i64, &'static str);

fn stretches() -> impl Strategy<Value = Vec<Stretch>> {
    let state = select(vec!["Charging", "Charging", "SuspendedEV", "SuspendedEVSE", "EVConnected"]);
    prop::collection::vec((1..2400_i64, 0..6000_i64, state), 1..7)
}

/// Charging periods, one after the other.
pub(crate) fn periods() -> impl Strategy<Value = Vec<Period>> {
    (start(), stretches()).prop_map(|(start, stretches)| lay_out(start, stretches))
}

/// Charging periods of whole minutes with whole tenths of a kilowatt-hour: however they are cut, their shares are exact.
pub(crate) fn even_periods() -> impl Strategy<Value = Vec<Period>> {
    (start(), stretches()).prop_map(|(start, stretches)| {
        let even = stretches.into_iter().map(|(seconds, wh, state)| ((seconds / 60 + 1) * 60, wh / 100 * 100, state));
        lay_out(start / 60 * 60, even.collect())
    })
}

fn lay_out(start: i64, stretches: Vec<Stretch>) -> Vec<Period> {
    let mut at = start;
    let mut periods = Vec::new();
    for (seconds, wh, state) in stretches {
        let [from, until] = [at, at + seconds].map(|second| Timestamp::from_second(second).unwrap());
        let charges = state == "Charging";
        periods.push(Period {
            energy_wh: Exact::whole(if charges { wh } else { 0 }),
            charging_s: if charges { seconds } else { 0 },
            parking_s: if charges { 0 } else { seconds },
            ..Period::empty(from, until)
        });
        at += seconds;
    }
    periods
}

/// A complete session: its messages in order and its start and end register, Wh. The register rolls over at 10,000,000 Wh.
pub(crate) fn session() -> impl Strategy<Value = (Vec<StoredMessage>, i64, i64)> {
    (start(), 0..10_000_000_i64, stretches(), any::<bool>()).prop_map(|(start, register, stretches, reserved)| {
        let last = stretches.len();
        let (mut at, mut wh) = (start, register);
        let mut messages = Vec::new();
        let following = stretches.iter().copied().map(Some).chain([None]);
        for (seq_no, stretch) in following.enumerate() {
            let kind = if seq_no == 0 {
                "Started"
            } else if seq_no == last {
                "Ended"
            } else {
                "Updated"
            };
            let state = stretch.map_or("Idle", |(_, _, state)| state);
            let reserved = if reserved && seq_no == 0 { Some(start - 900) } else { None };
            messages.push(message(kind, seq_no, at, wh % 10_000_000, state, reserved));
            if let Some((seconds, energy, _)) = stretch {
                at += seconds;
                wh += energy;
            }
        }
        (messages, register, wh)
    })
}

fn message(kind: &str, seq_no: usize, at: i64, wh: i64, state: &str, reserved: Option<i64>) -> StoredMessage {
    let time = |second| Timestamp::from_second(second).unwrap();
    let reserved = reserved.map_or(String::new(), |second| format!(r#","reservedFrom":"{}""#, time(second)));
    let json = format!(
        r#"{{"messageId":"m-{seq_no}","eventType":"{kind}","transactionId":"t","seqNo":{seq_no},"at":"{}","evseId":1,
            "connectorId":1,"idToken":"TOKEN","chargingState":"{state}","registerWh":{wh}{reserved}}}"#,
        time(at)
    );
    let received_at = time(at) + SignedDuration::from_secs(2);
    StoredMessage { message: TransactionMessage::parse(json.as_bytes()).unwrap(), received_at }
}

pub(crate) fn limits() -> MeterLimits {
    MeterLimits { register_modulus_wh: Some(10_000_000), ..MeterLimits::default() }
}

pub(crate) fn session_id() -> SessionId {
    "s:t".parse().unwrap()
}

/// Settles a session of a known driver.
pub(crate) fn settled(tariff: &Tariff, messages: &[StoredMessage], now: i64) -> Settlement {
    let site = SiteFacts {
        id: "site".parse().unwrap(),
        name: "Site".to_owned(),
        time_zone: time_zone(ZONE).unwrap(),
        currency: tariff.currency,
        seller: Seller { name: "Seller".to_owned(), ..Seller::default() },
    };
    let assigned = AssignedTariff {
        id: "assigned".parse().unwrap(),
        site_id: site.id.clone(),
        evse_ids: Vec::new(),
        driver_group: None,
        from: Timestamp::UNIX_EPOCH,
        tariff: tariff.clone(),
    };
    let payer = payment::Payer {
        driver: "driver".parse().unwrap(),
        customer: None,
        payment_method: None,
        receipt_email: None,
        contact: payment::Contact { phone: None, language: "en".to_owned() },
    };
    let payer = Payer::Known { group: None, payer };
    let now = Timestamp::from_second(now).unwrap();
    let case = Case {
        session: &session_id(),
        site: &site,
        messages,
        checks: &Checks::new(),
        tariffs: &[assigned],
        payer: &payer,
        limits: &limits(),
    };
    settle(&case, now)
}
