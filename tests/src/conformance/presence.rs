//! Which stations are connected, and what it means when they are not.

use std::collections::BTreeSet;

use alerts::{AlertChange, Ending};
use faults::{Cadence, Episode, FaultId, Outage, Presence, PresenceState, Severity, Watch};
use futures_util::future::join_all;
use messages::SiteId;
use ports::{Due, FindDue, KeepAlerts, KeepConnectors, KeepOutages, KeepPresence, OutageRow, PresenceRow, Saved};

use super::values::{at, completed, connector, key, session, station};

fn row(name: &str, second: i64) -> PresenceRow {
    let presence = Presence {
        state: PresenceState::Offline,
        since: at(second),
        version_number: u64::MAX,
        session: "5a-1".to_owned(),
        reason: Some("MQTT_KEEP_ALIVE_TIMEOUT".to_owned()),
        watch: Watch::default(),
    };
    PresenceRow { station: station(name), site: "site".parse().unwrap(), presence, version: 0 }
}

/// Catches fields that are dropped on their way, and a presence that is taken for a connector.
pub async fn a_presence_is_read_back_whole(ports: &(impl KeepPresence + KeepConnectors)) {
    let mut gone = row("presence", 1);
    gone.presence.watch.check_at = Some(at(120));
    gone.presence.watch.told_with_site = Some(at(1));
    gone.presence.watch.episodes = vec![Episode {
        fault: FaultId::Offline,
        severity: Severity::P2,
        opened_at: at(1),
        value: 140.0,
        limit: 120.0,
        unit: "s".to_owned(),
        evidence: "not connected".to_owned(),
    }];
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

/// Catches a station that nobody would look at, and one that is looked at for ever.
pub async fn a_station_is_due_until_somebody_has_looked(ports: &(impl KeepPresence + KeepOutages + FindDue)) {
    let mut row = row("presence-due", 1);
    row.presence.watch.check_at = Some(at(121));
    assert_eq!(ports.save_presence(&row).await.unwrap(), Saved::Done);
    let due = Due::Presence { id: row.station.clone(), due_at: at(121) };
    for (before, is_found) in [(at(120), false), (at(121), true)] {
        assert_eq!(ports.find_due(before, 10_000).await.unwrap().contains(&due), is_found, "before {before}");
    }
    row.version = 1;
    row.presence.watch.check_at = None;
    assert_eq!(ports.save_watch(&row, None, &[]).await.unwrap(), Saved::Done);
    assert!(!ports.find_due(at(121), 10_000).await.unwrap().contains(&due));
}

/// Catches stations of other sites, those that are there, and those that left by themselves; and one that is there and silent.
pub async fn the_stations_of_a_site_that_are_gone_are_known(ports: &(impl KeepPresence + KeepOutages)) {
    let (here, elsewhere) = (site("gone"), site("gone-2"));
    let at_site = |name: &str, site: &SiteId| PresenceRow { site: site.clone(), ..row(name, 1) };
    let mut back = at_site("gone-b", &here);
    let mut by_itself = at_site("gone-c", &here);
    by_itself.presence.reason = Some("CLIENT_INITIATED_DISCONNECT".to_owned());
    let online =
        PresenceRow { presence: Presence { state: PresenceState::Online, ..back.presence.clone() }, ..back.clone() };
    let reports = PresenceRow { station: station("gone-e"), ..online.clone() };
    let (silent, _) = online.presence.looked_at(at(9_000), Some(&Cadence::after(None, at(1))));
    let silent = PresenceRow { station: station("gone-f"), presence: silent, ..online };
    for row in [&at_site("gone-a", &here), &back, &by_itself, &at_site("gone-d", &elsewhere), &reports, &silent] {
        assert_eq!(ports.save_presence(row).await.unwrap(), Saved::Done);
    }
    assert_eq!(ports.presence(&silent.station).await.unwrap(), Some(PresenceRow { version: 1, ..silent.clone() }));
    let missed = ["gone-a", "gone-b", "gone-f"].map(station);
    assert_eq!(ports.gone(&here).await.unwrap(), BTreeSet::from(missed));
    back.version = 1;
    back.presence.state = PresenceState::Online;
    back.presence.reason = None;
    assert_eq!(ports.save_presence(&back).await.unwrap(), Saved::Done);
    assert_eq!(ports.gone(&here).await.unwrap(), BTreeSet::from(["gone-a", "gone-f"].map(station)));
    assert_eq!(ports.gone(&site("gone-3")).await.unwrap(), BTreeSet::new());
}

/// Catches an adapter that forgets one of the parts, or stores it otherwise.
pub async fn what_an_absence_means_is_written_whole(ports: &(impl KeepPresence + KeepOutages + KeepAlerts)) {
    let row = row("watch", 1);
    let outage = outage("watch", 2);
    let alert = completed(&session("watch"), at(0));
    assert_eq!(ports.outage(&outage.site).await.unwrap(), None);
    let changes = [AlertChange::open(alert.clone())];
    assert_eq!(ports.save_watch(&row, Some(&outage), &changes).await.unwrap(), Saved::Done);
    let presence = ports.presence(&row.station).await.unwrap();
    assert_eq!(presence, Some(PresenceRow { version: 1, ..row.clone() }));
    let stored = OutageRow { version: 1, ..outage };
    assert_eq!(ports.outage(&stored.site).await.unwrap().as_ref(), Some(&stored));
    let raised = ports.alert(&alert.id).await.unwrap().unwrap();
    // An outage that does not change stays, and an alert that ends is read back.
    let end = AlertChange::resolve(alert.id.clone(), Ending::Cleared, at(50), at(60));
    let again = PresenceRow { version: 1, ..row };
    assert_eq!(ports.save_watch(&again, None, &[end]).await.unwrap(), Saved::Done);
    assert_eq!(ports.outage(&stored.site).await.unwrap().as_ref(), Some(&stored));
    let ended = ports.alert(&alert.id).await.unwrap().unwrap();
    assert_eq!((raised.resolution, ended.resolution.map(|end| end.at)), (None, Some(at(50))));
    // One that changes is the next version of it.
    let (again, more) = (PresenceRow { version: 2, ..again }, OutageRow { version: 1, ..self::outage("watch", 3) });
    assert_eq!(ports.save_watch(&again, Some(&more), &[]).await.unwrap(), Saved::Done);
    assert_eq!(ports.outage(&stored.site).await.unwrap(), Some(OutageRow { version: 2, ..more }));
}

/// Catches a presence, an outage or an alert that is written although another of them is stale.
pub async fn a_stale_watch_writes_nothing(ports: &(impl KeepPresence + KeepOutages + KeepAlerts)) {
    let (row, outage) = (row("watch-stale", 1), outage("watch-stale", 1));
    assert_eq!(ports.save_watch(&row, Some(&outage), &[]).await.unwrap(), Saved::Done);
    let alert = completed(&session("watch-stale"), at(0));
    for (version, outage_version) in [(0, 1), (2, 1), (1, 0), (1, 2)] {
        let mut next = PresenceRow { version, ..row.clone() };
        next.presence.since = at(99);
        let more = OutageRow { version: outage_version, ..self::outage("watch-stale", 9) };
        let changes = [AlertChange::open(alert.clone())];
        assert_eq!(ports.save_watch(&next, Some(&more), &changes).await.unwrap(), Saved::Conflict);
        let presence = ports.presence(&row.station).await.unwrap();
        assert_eq!(presence, Some(PresenceRow { version: 1, ..row.clone() }), "{version} {outage_version}");
        assert_eq!(ports.outage(&outage.site).await.unwrap(), Some(OutageRow { version: 1, ..outage.clone() }));
        assert_eq!(ports.alert(&alert.id).await.unwrap(), None);
    }
}

fn site(name: &str) -> SiteId {
    format!("site-{name}").parse().unwrap()
}

/// An outage of so many stations; not stored yet.
fn outage(name: &str, stations: usize) -> OutageRow {
    let stations = (0..stations).map(|n| station(&format!("{name}-{n}"))).collect();
    OutageRow { site: site(name), outage: Outage { since: at(1), stations }, version: 0 }
}
