//! Stations that stay away, come and go, or are gone with their site: events as AWS IoT tells them, and a sweep every minute.

use alerts::{Fact, State};
use jiff::{SignedDuration, Timestamp};
use ports::{ListStations, RemoveStations};
use serde_json::json;

use crate::presence::envelope;
use crate::world::{NOW, World, at};

fn second(second: i64) -> Timestamp {
    at(NOW).checked_add(SignedDuration::from_secs(second)).unwrap()
}

/// What a station does at a second: `+` and `-` for the beginning and the loss of a connection.
type Did<'a> = (i64, &'a str, char, u64);

async fn hear(world: &World, (happened, station, what, version): Did<'_>) {
    let event = if what == '+' { "connected" } else { "disconnected" };
    let payload = json!({
        "clientId": station, "timestamp": second(happened).as_millisecond(), "eventType": event,
        "sessionIdentifier": format!("s-{version}"), "principalIdentifier": "0f", "versionNumber": version,
        "disconnectReason": (what == '-').then_some("MQTT_KEEP_ALIVE_TIMEOUT"),
    });
    let record = ports::Record { id: format!("{station}-{happened}"), body: envelope(station, event, &payload) };
    assert_eq!(track_presence::handle(&world.ports, second(happened), vec![record]).await, []);
}

/// Lets time pass until a second, with a sweep every minute.
async fn sweep_until(world: &World, from: i64, until: i64) {
    for minute in from / 60..until / 60 {
        assert_eq!(sweep::handle(&world.ports, second(minute * 60 + 60)).await.unwrap().failed, 0);
    }
}

/// What operators are told about connections: whom it is about, and whether it is over.
async fn told(world: &World) -> Vec<(String, State)> {
    let mut told: Vec<_> = world.ports.tables.all_alerts().await.unwrap();
    told.sort_by_key(|alert| (alert.opened_at, alert.id.clone()));
    let about = |alert: &alerts::Alert| match &alert.fact {
        Fact::Fault(fact) => {
            assert_eq!(fact.connector, None);
            (format!("{} {}", fact.station, fact.fault), alert.state())
        }
        Fact::SiteFault(fact) => (format!("{} of {} {}", fact.affected, fact.of, fact.fault), alert.state()),
        other => unreachable!("nothing else happens: {other:?}"),
    };
    told.iter().map(about).collect()
}

#[tokio::test]
async fn a_station_that_stays_away_is_told_within_three_minutes_and_again_when_it_is_back() {
    let world = World::new().await;
    for did in [(0, "station-001", '+', 1), (60, "station-001", '-', 1), (60, "station-001", '-', 1)] {
        hear(&world, did).await;
    }
    sweep_until(&world, 60, 120).await;
    assert_eq!(told(&world).await, []);
    sweep_until(&world, 120, 240).await;
    let offline = |state| ("station-001 offline".to_owned(), state);
    assert_eq!(told(&world).await, [offline(State::Open)]);
    // It comes for a moment, and its old events come again: nothing new.
    for did in [(300, "station-001", '+', 2), (360, "station-001", '-', 2), (60, "station-001", '-', 1)] {
        hear(&world, did).await;
    }
    sweep_until(&world, 360, 1_200).await;
    assert_eq!(told(&world).await, [offline(State::Open)]);
    hear(&world, (1_200, "station-001", '+', 3)).await;
    sweep_until(&world, 1_200, 1_740).await;
    assert_eq!(told(&world).await, [offline(State::Open)]);
    sweep_until(&world, 1_740, 1_860).await;
    assert_eq!(told(&world).await, [offline(State::Resolved)]);
    sweep_until(&world, 1_860, 2_400).await;
    assert_eq!(told(&world).await.len(), 1);
}

#[tokio::test]
async fn a_station_that_comes_and_goes_is_flapping_once() {
    let world = World::new().await;
    for n in 0..8_u8 {
        let (second, version) = (i64::from(n) * 60, u64::from(n));
        hear(&world, (second, "station-002", '+', version)).await;
        hear(&world, (second + 30, "station-002", '-', version)).await;
        sweep_until(&world, second, second + 60).await;
    }
    hear(&world, (485, "station-002", '+', 50)).await;
    sweep_until(&world, 480, 1_080).await;
    assert_eq!(told(&world).await, [("station-002 flapping".to_owned(), State::Open)]);
    sweep_until(&world, 1_080, 1_800).await;
    assert_eq!(told(&world).await, [("station-002 flapping".to_owned(), State::Resolved)]);
}

#[tokio::test]
async fn a_site_that_is_gone_is_one_message() {
    let world = World::new().await;
    let stations = world.ports.stations_of(&"demo".parse().unwrap()).await.unwrap();
    assert_eq!(stations.len(), 10);
    let gone: Vec<&str> = stations[..6].iter().map(|station| station.id.as_str()).collect();
    for (n, station) in (0..).zip(&gone) {
        hear(&world, (n, station, '-', 1)).await;
    }
    sweep_until(&world, 0, 600).await;
    assert_eq!(told(&world).await, [("6 of 10 offline".to_owned(), State::Open)]);
    // All but one are back, one of which is gone again; then the last.
    for station in &gone[1..] {
        hear(&world, (700, station, '+', 2)).await;
    }
    sweep_until(&world, 700, 2_000).await;
    assert_eq!(told(&world).await, [("6 of 10 offline".to_owned(), State::Open)]);
    hear(&world, (2_000, gone[0], '+', 2)).await;
    sweep_until(&world, 2_000, 2_700).await;
    assert_eq!(told(&world).await, [("6 of 10 offline".to_owned(), State::Resolved)]);
    // Four of ten are no outage of the site.
    for station in &gone[..4] {
        hear(&world, (3_000, station, '-', 2)).await;
    }
    sweep_until(&world, 3_000, 3_600).await;
    assert_eq!(told(&world).await.len(), 5);
}

#[tokio::test]
async fn a_station_that_is_retired_is_not_missed() {
    let world = World::new().await;
    for station in ["station-001", "station-002"] {
        hear(&world, (0, station, '-', 1)).await;
    }
    world.ports.remove_station(&"station-001".parse().unwrap()).await.unwrap();
    sweep_until(&world, 0, 600).await;
    assert_eq!(told(&world).await, [("station-002 offline".to_owned(), State::Open)]);
    world.ports.remove_station(&"station-002".parse().unwrap()).await.unwrap();
    sweep_until(&world, 3_720, 3_900).await;
    assert_eq!(told(&world).await, [("station-002 offline".to_owned(), State::Resolved)]);
}
