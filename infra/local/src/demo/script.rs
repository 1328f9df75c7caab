//! What happens in the demonstration: an ordinary morning, with everything that goes wrong in a month.

use jiff::{SignedDuration, Timestamp};
use messages::{IdToken, StationId};
use ports::{Current, Driver, Station};
use station::contract::{MessageKind, StockChange};
use station::{Arrival, Demand, EvseSpec, FaultKind, Plan, RawMessage, ScriptedFault, StockEvent, Upload, Vehicle};

use super::Expected;
use crate::seed::Seed;

/// Sessions per EVSE.
const SESSIONS: usize = 2;

/// The token of the driver whose card is declined.
const DECLINED_TOKEN: &str = "0D0E0C01";

/// Drivers besides the one of the default seed: name, token, Stripe test card.
const DRIVERS: [(&str, &str, &str); 4] = [
    ("Sam de Vries", "5E3A0001", "pm_card_visa"),
    ("Alex Bakker", "5E3A0002", "pm_card_mastercard"),
    ("Kim Visser", "5E3A0003", "pm_card_visa"),
    ("Lou Smit", DECLINED_TOKEN, "pm_card_visa_chargeDeclinedLostCard"),
];

/// The seed of the demonstration: the default system, with more drivers and as many stations as wanted.
#[must_use]
pub(crate) fn seed(mut seed: Seed, stations: usize) -> Seed {
    for (number, (name, token, card)) in (2..).zip(DRIVERS) {
        let template = seed.drivers.first().cloned();
        seed.drivers.extend(template.and_then(|first| driver(first, number, name, token, card)));
    }
    let models: Vec<Station> = seed.stations.clone();
    for number in models.len()..stations {
        let Some(model) = models.get(number % models.len().max(1)) else { break };
        let Ok(id) = format!("station-{:03}", number + 1).parse() else { break };
        seed.stations.push(Station { id, ..model.clone() });
    }
    seed
}

fn driver(first: Driver, number: u32, name: &str, token: &str, card: &str) -> Option<Driver> {
    Some(Driver {
        id: format!("driver-{number}").parse().ok()?,
        name: name.to_owned(),
        email: Some(format!("driver-{number}@driver.example")),
        phone: Some(format!("+316000001{number}")),
        tokens: vec![token.parse::<IdToken>().ok()?],
        stripe_customer: Some(format!("cus_demo_{number}")),
        payment_method: Some(card.to_owned()),
        ..first
    })
}

/// What each station does, from `start` on. The same seed gives the same morning.
#[must_use]
pub(crate) fn plans(stations: &[Station], start: Timestamp, seed: u64) -> Vec<(StationId, Plan)> {
    (0_u64..)
        .zip(stations)
        .map(|(number, station)| {
            let mut plan = ordinary(station, start, seed.wrapping_mul(1_000).wrapping_add(number));
            special(&mut plan, number + 1, start);
            (station.id.clone(), plan)
        })
        .collect()
}

/// How many sessions of these plans are sent twice, and how many out of order.
pub(crate) fn delivered<'a>(plans: impl Iterator<Item = &'a Plan>) -> Expected {
    let mut expected = Expected::default();
    for plan in plans {
        if plan.duplicates {
            expected.duplicated_sessions += plan.sessions();
        }
        let arrivals = plan.evses.iter().flat_map(|evse| &evse.arrivals);
        expected.reordered_sessions += arrivals.filter(|arrival| is_reordered(arrival.upload)).count();
    }
    expected
}

fn is_reordered(upload: Upload) -> bool {
    match upload {
        Upload::SwappedPairs | Upload::OfflineReversed => true,
        Upload::Live | Upload::Offline => false,
    }
}

fn after(start: Timestamp, minutes: i64) -> Timestamp {
    start.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(start)
}

/// Arrivals and energies from distributions, held within what fits into two hours.
fn ordinary(station: &Station, start: Timestamp, seed: u64) -> Plan {
    let evses = evses(station);
    let demand = Demand {
        sessions: SESSIONS * evses.len(),
        mean_gap: SignedDuration::from_mins(4),
        median_energy_wh: 4_500,
        energy_sigma: 0.35,
        mean_park: SignedDuration::from_mins(5),
        id_tokens: ["04A1B2C3"]
            .into_iter()
            .chain(DRIVERS.map(|(_, token, _)| token))
            .filter(|token| *token != DECLINED_TOKEN)
            .map(str::to_owned)
            .collect(),
    };
    let mut plan = Plan::generate(seed, start, &evses, &demand);
    for evse in &mut plan.evses {
        for (turn, arrival) in (0_i64..).zip(&mut evse.arrivals) {
            arrival.plug_in = arrival.plug_in.min(after(start, 5 + 45 * turn));
            arrival.park = arrival.park.min(SignedDuration::from_mins(10));
            arrival.vehicle = match evse.spec.current {
                station::Current::AcSinglePhase => Vehicle::ac_single_phase(60_000, 0.3, 7_400),
                station::Current::AcThreePhase => Vehicle::ac_three_phase(60_000, 0.3, 11_000),
                station::Current::Dc => arrival.vehicle.clone(),
            };
            arrival.asked_wh = arrival.asked_wh.clamp(2_500, 6_500);
        }
    }
    plan
}

/// The EVSEs of a station of the seed file, as a simulated one has them.
#[must_use]
pub fn evses(station: &Station) -> Vec<EvseSpec> {
    station.connectors.iter().map(|connector| spec(station, connector)).collect()
}

fn spec(station: &Station, connector: &ports::StationConnector) -> EvseSpec {
    let evse_id = u32::from(connector.key.evse_id);
    let spec = match (connector.current, connector.phases) {
        (Current::Dc, _) => EvseSpec::dc(evse_id),
        (Current::Ac, Some(3)) => EvseSpec::ac_three_phase(evse_id),
        (Current::Ac, _) => EvseSpec::ac_single_phase(evse_id),
    };
    // Meters have lived before: every station starts at a reading of its own.
    let lived: u64 = station.id.as_str().bytes().map(u64::from).sum::<u64>() * 1_000 + u64::from(evse_id) * 137;
    EvseSpec { connector_id: u32::from(connector.key.connector_id), ..spec }.with_register(lived)
}

/// What goes wrong, by the number of the station.
fn special(plan: &mut Plan, number: u64, start: Timestamp) {
    match number {
        // Two vehicles at once, each billed for its own energy.
        1 => {
            for (evse, token) in plan.evses.iter_mut().zip(["04A1B2C3", "5E3A0001"]) {
                if let Some(first) = evse.arrivals.first_mut() {
                    first.plug_in = after(start, 1);
                    token.clone_into(&mut first.id_token);
                    first.asked_wh = 5_000;
                }
            }
        }
        2 => fault(plan, start, FaultKind::Overvoltage { ratio: 1.14 }),
        // Every message comes twice.
        3 => plan.duplicates = true,
        4 => {
            fault(plan, start, FaultKind::Overtemperature { celsius: 78.0 });
            // One session is uploaded late and backwards, one in pairs that are swapped.
            if let Some(evse) = plan.evses.last_mut() {
                for (arrival, upload) in evse.arrivals.iter_mut().zip([Upload::OfflineReversed, Upload::SwappedPairs]) {
                    arrival.upload = upload;
                }
            }
        }
        5 => {
            if let Some(arrival) = plan.evses.first_mut().and_then(|evse| evse.arrivals.first_mut()) {
                DECLINED_TOKEN.clone_into(&mut arrival.id_token);
            }
        }
        6 => fault(plan, start, FaultKind::Overcurrent { ratio: 1.18 }),
        // Plugged in, nothing charged, gone again.
        7 => {
            if let Some(evse) = plan.evses.last_mut() {
                evse.arrivals
                    .insert(0, Arrival { asked_wh: 0, park: SignedDuration::ZERO, ..evse.arrivals[0].clone() });
            }
        }
        8 => {
            fault(plan, start, FaultKind::Undervoltage { ratio: 0.86 });
            let item = "cable-type2-5m".to_owned();
            let moved = |minutes, by| StockEvent {
                at: after(start, minutes),
                item: item.clone(),
                change: StockChange::Moved { moved: by, reason: "replaced".to_owned() },
            };
            plan.stock = vec![moved(10, -1), moved(20, -1), moved(30, -1)];
        }
        9 => {
            let payload = r#"{"messageId":"broken-1","eventType":"Started","seqNo":"zero"}"#.to_owned();
            let message_id = Some("broken-1".to_owned());
            plan.raw = vec![RawMessage { at: after(start, 12), kind: MessageKind::Transaction, payload, message_id }];
        }
        _ => {}
    }
}

/// A fault of six minutes while the first vehicle of the first EVSE charges.
fn fault(plan: &mut Plan, start: Timestamp, kind: FaultKind) {
    let Some(evse) = plan.evses.first_mut() else { return };
    if let Some(first) = evse.arrivals.first_mut() {
        first.plug_in = after(start, 2);
        first.asked_wh = 6_500;
    }
    plan.faults = vec![ScriptedFault {
        evse_id: evse.spec.evse_id,
        kind,
        start: after(start, 8),
        duration: SignedDuration::from_mins(6),
    }];
}
