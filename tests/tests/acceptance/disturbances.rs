//! A voltage that is wrong at a whole site: telemetry as stations send it, people as they are told.

use alerts::{Fact, State};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use messages::Envelope;
use ports::{ListStations, Record, RemoveStations};
use serde_json::json;

use crate::world::{NOW, World, at, record};

fn second(second: i64) -> Timestamp {
    at(NOW).checked_add(SignedDuration::from_secs(second)).unwrap()
}

/// The stations of the site, and those of its connectors that have AC.
async fn stations(world: &World) -> Vec<(String, Vec<messages::ConnectorKey>)> {
    let all = world.ports.stations_of(&"demo".parse().unwrap()).await.unwrap();
    let ac = |station: &ports::Station| {
        let connectors = station.connectors.iter().filter(|connector| connector.current == ports::Current::Ac);
        connectors.map(|connector| connector.key).collect::<Vec<_>>()
    };
    all.iter().map(|station| (station.id.to_string(), ac(station))).filter(|(_, ac)| !ac.is_empty()).collect()
}

/// What a station measures at that time at its connectors.
fn measured((station, connectors): &(String, Vec<messages::ConnectorKey>), now: i64, volts: f64) -> Record<Envelope> {
    let of = |key: &messages::ConnectorKey| {
        json!({
            "evseId": key.evse_id, "connectorId": key.connector_id, "status": "Charging", "voltageV": volts, "currentA": 16,
        })
    };
    let connectors: Vec<_> = connectors.iter().map(of).collect();
    let payload = json!({ "samples": [{ "at": second(now), "connectors": connectors }] });
    record(&format!("{station}@{now}"), station, "telemetry", payload.to_string().into_bytes(), second(now))
}

/// Samples of these stations every ten seconds, each station in a batch of its own and all of them at once; sweeps every minute.
async fn play(
    world: &World,
    stations: &[(String, Vec<messages::ConnectorKey>)],
    seconds: std::ops::Range<i64>,
    volts: f64,
) {
    for now in seconds.step_by(10) {
        let batches = stations
            .iter()
            .map(|station| check_telemetry::handle(&world.ports, second(now), vec![measured(station, now, volts)]));
        // Who meets too many others is delivered again.
        for (failed, station) in join_all(batches).await.into_iter().zip(stations) {
            if !failed.is_empty() {
                let again = vec![measured(station, now, volts)];
                assert_eq!(check_telemetry::handle(&world.ports, second(now), again).await, []);
            }
        }
        if now % 60 == 0 {
            sweep(world, now).await;
        }
    }
}

async fn sweep(world: &World, now: i64) {
    assert_eq!(sweep::handle(&world.ports, second(now)).await.unwrap().failed, 0);
}

/// What people are told: `site overvoltage` or the connector with its fault, and where that stands.
async fn told(world: &World) -> Vec<(String, State)> {
    let mut told = world.ports.tables.all_alerts().await.unwrap();
    told.sort_by_key(|alert| (alert.opened_at, alert.id.clone()));
    let about = |alert: &alerts::Alert| match &alert.fact {
        Fact::Fault(fact) => format!("{} {}", fact.station, fact.fault),
        Fact::SiteFault(fact) => {
            assert!(2 * fact.affected >= fact.of, "{fact:?}");
            format!("site {}", fact.fault)
        }
        other => unreachable!("nothing else happens: {other:?}"),
    };
    told.iter().map(|alert| (about(alert), alert.state())).collect()
}

#[tokio::test]
async fn a_site_that_is_supplied_too_high_is_one_alert_and_one_end() {
    let world = World::new().await;
    let stations = stations(&world).await;
    assert!(stations.len() >= 4);
    play(&world, &stations, 0..60, 230.0).await;
    play(&world, &stations, 60..400, 256.0).await;
    let site = |state| [("site overvoltage".to_owned(), state)];
    assert_eq!(told(&world).await, site(State::Open));
    let open = world.ports.tables.all_connectors().await.unwrap();
    assert!(open.iter().all(|row| row.episodes.len() == 1), "every connector has its fault");
    play(&world, &stations, 400..760, 230.0).await;
    assert_eq!(told(&world).await, site(State::Resolved));
    let open = world.ports.tables.all_connectors().await.unwrap();
    assert!(open.iter().all(|row| row.episodes.is_empty()));
}

#[tokio::test]
async fn a_station_that_goes_silent_or_is_retired_does_not_hold_up_the_end() {
    let world = World::new().await;
    let stations = stations(&world).await;
    let [silent, retired] = [&stations[0].0, &stations[1].0];
    play(&world, &stations, 0..60, 230.0).await;
    play(&world, &stations, 60..400, 256.0).await;
    world.ports.remove_station(&retired.parse().unwrap()).await.unwrap();
    play(&world, &stations[2..], 400..1_260, 230.0).await;
    // The site has recovered; of the one that nobody hears of any more, people hear now.
    let left = stations[0].1.iter().map(|_| (format!("{silent} overvoltage"), State::Open));
    let expected: Vec<_> = [("site overvoltage".to_owned(), State::Resolved)].into_iter().chain(left).collect();
    assert_eq!(told(&world).await, expected);
    // It is heard of again, and everybody who was told hears the end.
    play(&world, &stations[..1], 1_300..1_700, 230.0).await;
    assert!(told(&world).await.iter().all(|(_, state)| *state == State::Resolved));
}
