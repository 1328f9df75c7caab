//! Stations that are connected and say nothing: events and telemetry as they come, and a sweep every minute.

use alerts::{Fact, State};
use faults::SILENCE_UNIT;
use jiff::{SignedDuration, Timestamp};
use ports::{KeepPresence, RemoveStations};
use serde_json::json;

use crate::presence::envelope;
use crate::world::{NOW, World, at, record};

fn second(second: i64) -> Timestamp {
    at(NOW).checked_add(SignedDuration::from_secs(second)).unwrap()
}

/// A connection begins (`+`) or is lost (`-`).
async fn hear(world: &World, now: i64, station: &str, what: char, version: u64) {
    let event = if what == '+' { "connected" } else { "disconnected" };
    let payload = json!({
        "clientId": station, "timestamp": second(now).as_millisecond(), "eventType": event,
        "sessionIdentifier": format!("s-{version}"), "principalIdentifier": "0f", "versionNumber": version,
        "disconnectReason": (what == '-').then_some("MQTT_KEEP_ALIVE_TIMEOUT"),
    });
    let event = ports::Record { id: format!("{station}-{now}"), body: envelope(station, event, &payload) };
    assert_eq!(track_presence::handle(&world.ports, second(now), vec![event]).await, []);
}

/// Time passes until a second: these stations send a sample so often, and somebody sweeps every minute.
async fn pass(world: &World, seconds: std::ops::Range<i64>, every: i64, stations: &[&str]) {
    for now in seconds.step_by(10) {
        for station in stations.iter().filter(|_| now % every == 0) {
            let connector = json!({ "evseId": 1, "connectorId": 1, "status": "Available", "voltageV": 230 });
            let payload = json!({ "samples": [{ "at": second(now), "connectors": [connector] }] });
            let message =
                record(&format!("m-{now}"), station, "telemetry", payload.to_string().into_bytes(), second(now));
            assert_eq!(check_telemetry::handle(&world.ports, second(now), vec![message]).await, []);
        }
        if now % 60 == 0 {
            assert_eq!(sweep::handle(&world.ports, second(now)).await.unwrap().failed, 0);
        }
    }
}

/// What operators are told: `station-001 silent`, `station-001 gone` or the site, and where that stands.
async fn told(world: &World) -> Vec<(String, State)> {
    let mut told = world.ports.tables.all_alerts().await.unwrap();
    told.sort_by_key(|alert| (alert.opened_at, alert.id.clone()));
    let about = |alert: &alerts::Alert| match &alert.fact {
        Fact::Fault(fact) => {
            let how = if fact.unit == SILENCE_UNIT { "silent" } else { "gone" };
            format!("{} {how}", fact.station)
        }
        Fact::SiteFault(fact) => format!("{} of {} {}", fact.affected, fact.of, fact.fault),
        other => unreachable!("nothing else happens: {other:?}"),
    };
    told.iter().map(|alert| (about(alert), alert.state())).collect()
}

fn one(about: &str, state: State) -> Vec<(String, State)> {
    vec![(about.to_owned(), state)]
}

#[tokio::test]
async fn a_connected_station_that_says_nothing_is_told_until_it_is_heard_again() {
    let world = World::new().await;
    for station in ["station-001", "station-002"] {
        hear(&world, 0, station, '+', 1).await;
    }
    pass(&world, 10..1_200, 10, &["station-001", "station-002"]).await;
    pass(&world, 1_200..1_380, 10, &["station-002"]).await;
    assert_eq!(told(&world).await, []);
    pass(&world, 1_380..1_500, 10, &["station-002"]).await;
    assert_eq!(told(&world).await, one("station-001 silent", State::Open));
    pass(&world, 1_500..1_800, 10, &["station-002"]).await;
    assert_eq!(told(&world).await, one("station-001 silent", State::Open));
    pass(&world, 1_800..2_200, 10, &["station-001", "station-002"]).await;
    assert_eq!(told(&world).await, one("station-001 silent", State::Resolved));
}

#[tokio::test]
async fn a_station_that_reports_seldom_is_not_missed_between_its_messages() {
    let world = World::new().await;
    hear(&world, 0, "station-001", '+', 1).await;
    pass(&world, 0..7_200, 300, &["station-001"]).await;
    // The first interval was not known before its end.
    assert_eq!(told(&world).await, one("station-001 silent", State::Resolved));
    pass(&world, 7_200..7_800, 300, &[]).await;
    assert_eq!(told(&world).await.len(), 1);
    pass(&world, 7_800..8_100, 300, &[]).await;
    assert_eq!(told(&world).await[1], ("station-001 silent".to_owned(), State::Open));
}

#[tokio::test]
async fn a_station_that_is_gone_is_told_once_and_a_retired_one_not_at_all() {
    let world = World::new().await;
    for station in ["station-001", "station-002", "station-003"] {
        hear(&world, 0, station, '+', 1).await;
    }
    pass(&world, 0..600, 60, &["station-001", "station-002"]).await;
    hear(&world, 600, "station-001", '-', 1).await;
    world.ports.remove_station(&"station-002".parse().unwrap()).await.unwrap();
    pass(&world, 600..7_200, 60, &[]).await;
    assert_eq!(told(&world).await, one("station-001 gone", State::Open));
    // The one that never sent anything is not missed; nobody looks at the retired one any more.
    for (station, is_looked_at) in [("station-002", false), ("station-003", true)] {
        let row = world.ports.presence(&station.parse().unwrap()).await.unwrap().unwrap();
        assert_eq!(row.presence.watch.check_at.is_some(), is_looked_at, "{station}");
    }
}

#[tokio::test]
async fn a_look_that_finds_nothing_writes_the_presence_only() {
    let world = World::new().await;
    hear(&world, 0, "station-001", '+', 1).await;
    pass(&world, 0..3_600, 60, &["station-001"]).await;
    let row = world.ports.presence(&"station-001".parse().unwrap()).await.unwrap().unwrap();
    let looks = row.version - 1;
    assert!((14..=20).contains(&looks), "{looks} looks an hour");
}
