//! Which stations are connected.

use faults::{Presence, PresenceState};
use futures_util::future::join_all;
use ports::{KeepConnectors, KeepPresence, PresenceRow, Saved};

use super::values::{at, connector, key, station};

fn row(name: &str, second: i64) -> PresenceRow {
    let presence = Presence {
        state: PresenceState::Offline,
        since: at(second),
        version_number: u64::MAX,
        session: "5a-1".to_owned(),
        reason: Some("MQTT_KEEP_ALIVE_TIMEOUT".to_owned()),
    };
    PresenceRow { station: station(name), site: "site".parse().unwrap(), presence, version: 0 }
}

/// Catches fields that are dropped on their way, and a presence that is taken for a connector.
pub async fn a_presence_is_read_back_whole(ports: &(impl KeepPresence + KeepConnectors)) {
    let gone = row("presence", 1);
    let online = Presence { state: PresenceState::Online, version_number: 0, reason: None, ..gone.presence.clone() };
    let there = PresenceRow { presence: online, ..row("presence-2", 2) };
    assert_eq!(ports.save_connector(&connector(&gone.station, key(1, 1)), &[]).await.unwrap(), Saved::Done);
    for row in [gone, there] {
        assert_eq!(ports.presence(&row.station).await.unwrap(), None);
        assert_eq!(ports.save_presence(&row).await.unwrap(), Saved::Done);
        let stored = PresenceRow { version: 1, ..row };
        assert_eq!(ports.presence(&stored.station).await.unwrap().as_ref(), Some(&stored));
    }
    assert_eq!(ports.connectors(&station("presence")).await.unwrap().len(), 1);
}

/// Catches a missing version condition.
pub async fn a_presence_is_written_by_whoever_read_it_last(ports: &impl KeepPresence) {
    let first = row("presence-versions", 1);
    let early = PresenceRow { version: 1, ..first.clone() };
    assert_eq!(ports.save_presence(&early).await.unwrap(), Saved::Conflict);
    assert_eq!(ports.save_presence(&first).await.unwrap(), Saved::Done);
    let next = PresenceRow { version: 1, ..row("presence-versions", 2) };
    assert_eq!(ports.save_presence(&next).await.unwrap(), Saved::Done);
    for version in [0, 1, 3] {
        let stale = PresenceRow { version, ..first.clone() };
        assert_eq!(ports.save_presence(&stale).await.unwrap(), Saved::Conflict, "version {version}");
    }
    assert_eq!(ports.presence(&first.station).await.unwrap(), Some(PresenceRow { version: 2, ..next }));
}

/// Catches an adapter that compares versions before it writes instead of while it writes.
pub async fn of_16_that_write_at_once_one_wins(ports: &impl KeepPresence) {
    let rows: Vec<_> = (0..16).map(|second| row("presence-race", second)).collect();
    let outcomes = join_all(rows.iter().map(|row| ports.save_presence(row))).await;
    let won: Vec<_> = outcomes.into_iter().zip(rows).filter(|(saved, _)| matches!(saved, Ok(Saved::Done))).collect();
    assert_eq!(won.len(), 1);
    let stored = ports.presence(&station("presence-race")).await.unwrap().unwrap();
    assert_eq!(stored.presence.since, won[0].1.presence.since);
}
