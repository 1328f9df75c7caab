//! Which stations are connected, as AWS IoT tells it.

use faults::PresenceState;
use futures_util::future::join_all;
use messages::Envelope;
use ports::{KeepPresence, Record};
use serde_json::{Value, json};

use crate::world::{NOW, World, at};

/// A lifecycle event as its rule hands it on: minutes after the hour, and which connection it is about.
fn lifecycle(client: &str, event: &str, (minute, version): (u8, u64)) -> Record<Envelope> {
    let time = at(&format!("2026-06-02T07:{minute:02}:00Z"));
    let payload = json!({
        "clientId": client, "timestamp": time.as_millisecond(), "eventType": event, "sessionIdentifier": format!("s-{version}"),
        "principalIdentifier": "0f", "versionNumber": version,
    });
    Record { id: format!("{client}-{event}-{minute}"), body: envelope(client, event, &payload) }
}

pub(crate) fn envelope(client: &str, event: &str, payload: &Value) -> Envelope {
    Envelope {
        data: payload.to_string().into_bytes(),
        topic: format!("$aws/events/presence/{event}/{client}"),
        client: String::new(),
        received_at: at(NOW),
    }
}

async fn state(world: &World, station: &str) -> Option<(PresenceState, u64)> {
    let row = world.ports.presence(&station.parse().unwrap()).await.unwrap()?;
    assert_eq!(row.site.as_str(), "demo");
    Some((row.presence.state, row.presence.version_number))
}

#[tokio::test]
async fn the_latest_event_counts_in_whatever_order_they_come() {
    use PresenceState::{Offline, Online};
    let events = [("connected", (0, 1)), ("disconnected", (5, 1)), ("connected", (6, 2)), ("disconnected", (9, 2))];
    let events = events.map(|(event, which)| lifecycle("station-001", event, which));
    for (order, expected) in [
        (&[0][..], (Online, 1)),
        (&[0, 1], (Offline, 1)),
        (&[1, 0, 0, 1], (Offline, 1)),
        (&[0, 1, 2], (Online, 2)),
        (&[2, 1, 0], (Online, 2)),
        (&[3, 2, 1, 0, 3], (Offline, 2)),
    ] {
        let world = World::new().await;
        let records = order.iter().map(|&number: &usize| events[number].clone()).collect();
        assert_eq!(track_presence::handle(&world.ports, at(NOW), records).await, []);
        assert_eq!(state(&world, "station-001").await, Some(expected), "{order:?}");
    }
}

#[tokio::test]
async fn events_at_once_leave_the_latest() {
    let world = World::new().await;
    for number in 1..=5 {
        let station = format!("station-{number:03}");
        let handle = |version: u64| {
            let records = vec![lifecycle(&station, "connected", (u8::try_from(version).unwrap(), version))];
            track_presence::handle(&world.ports, at(NOW), records)
        };
        // The latest is neither the first to ask nor the last.
        let outcomes = join_all([0, 1, 4, 2, 3].map(handle)).await;
        assert!(outcomes.iter().all(Vec::is_empty), "{outcomes:?}");
        assert_eq!(state(&world, &station).await, Some((PresenceState::Online, 4)));
    }
}

#[tokio::test]
async fn others_come_and_go_unnoticed_and_nonsense_is_kept() {
    let world = World::new().await;
    let mut lying = lifecycle("station-001", "connected", (0, 1));
    lying.body.topic = "$aws/events/presence/connected/station-002".to_owned();
    let half = Record { id: "half".to_owned(), body: envelope("station-001", "connected", &json!({})) };
    let records = vec![
        lifecycle("claim-7", "connected", (0, 1)),
        lifecycle("iotconsole 1/2#", "connected", (0, 1)),
        lying.clone(),
        half.clone(),
        lifecycle("station-003", "connected", (0, 1)),
    ];
    assert_eq!(track_presence::handle(&world.ports, at(NOW), records).await, []);
    for nobody in ["claim-7", "station-001", "station-002"] {
        assert_eq!(state(&world, nobody).await, None, "{nobody}");
    }
    assert_eq!(state(&world, "station-003").await, Some((PresenceState::Online, 1)));
    let kept = world.ports.tables.all_quarantined().await.unwrap();
    let mut kept: Vec<_> = kept.into_iter().map(|input| (input.id, input.reason, input.data)).collect();
    kept.sort();
    let reason = |reason: &str| reason.to_owned();
    assert_eq!(kept, [(half.id, reason("malformed"), half.body.data), (lying.id, reason("identity"), lying.body.data)]);
}
