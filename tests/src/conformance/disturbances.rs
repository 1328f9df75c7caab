//! What the voltage faults of connectors mean for their site.

use alerts::{AlertChange, Ending};
use faults::{Disturbance, FaultId, Severity, SiteConnector};
use futures_util::future::join_all;
use jiff::Timestamp;
use ports::{
    ConnectorRow, DisturbanceRow, Due, FindDue, KeepAlerts, KeepConnectors, KeepDisturbances, KeepOutages, Saved,
};

use super::values::{at, completed, connector, key, session, station};

/// A disturbance that silences so many connectors; not stored yet.
fn row(name: &str, connectors: u16, check_at: Option<Timestamp>) -> DisturbanceRow {
    let silenced = |n| SiteConnector { station: station(name), key: key(n, 2) };
    let connectors = (1..=connectors).map(silenced).collect();
    let disturbance = Disturbance { since: at(1), severity: Severity::P2, connectors, check_at };
    DisturbanceRow {
        site: format!("site-{name}").parse().unwrap(),
        fault: FaultId::Overvoltage,
        disturbance,
        version: 0,
    }
}

async fn stored(ports: &impl KeepDisturbances, row: &DisturbanceRow) -> Option<DisturbanceRow> {
    ports.disturbance(&row.site, &row.fault).await.unwrap()
}

/// Catches an adapter that forgets one of the parts or stores it otherwise, and faults or sites that are taken for each other.
pub async fn what_a_fault_means_for_its_site_is_written_whole(
    ports: &(impl KeepDisturbances + KeepConnectors + KeepOutages + KeepAlerts),
) {
    let over = row("disturbed", 2, Some(at(300)));
    let under = DisturbanceRow { fault: FaultId::Undervoltage, ..row("disturbed", 1, None) };
    let connector = connector(&station("disturbed"), key(1, 1));
    let alert = completed(&session("disturbed"), at(0));
    let changes = [AlertChange::open(alert.clone())];
    assert_eq!(stored(ports, &over).await, None);
    let both = [over.clone(), under.clone()];
    assert_eq!(ports.save_disturbed(Some(&connector), &both, &changes).await.unwrap(), Saved::Done);
    for row in [&over, &under] {
        assert_eq!(stored(ports, row).await, Some(DisturbanceRow { version: 1, ..row.clone() }));
    }
    let rows = ports.connectors(&connector.station).await.unwrap();
    assert_eq!(rows, [ConnectorRow { version: 1, ..connector.clone() }]);
    let raised = ports.alert(&alert.id).await.unwrap().unwrap();
    // Without a connector, and without the other fault.
    let end = AlertChange::resolve(alert.id.clone(), Ending::Cleared, at(50), at(60));
    let next = DisturbanceRow { version: 1, ..row("disturbed", 0, None) };
    assert_eq!(ports.save_disturbed(None, std::slice::from_ref(&next), &[end]).await.unwrap(), Saved::Done);
    assert_eq!(stored(ports, &next).await, Some(DisturbanceRow { version: 2, ..next.clone() }));
    assert_eq!(stored(ports, &under).await, Some(DisturbanceRow { version: 1, ..under }));
    assert_eq!(ports.connectors(&connector.station).await.unwrap(), rows);
    let ended = ports.alert(&alert.id).await.unwrap().unwrap();
    assert_eq!((raised.resolution, ended.resolution.map(|end| end.at)), (None, Some(at(50))));
    assert_eq!(ports.outage(&next.site).await.unwrap(), None);
}

/// Catches a connector, a disturbance or an alert that is written although another of them is stale.
pub async fn a_stale_part_writes_nothing(ports: &(impl KeepDisturbances + KeepConnectors + KeepAlerts)) {
    let (over, connector) = (row("disturbed-stale", 1, None), connector(&station("disturbed-stale"), key(1, 1)));
    assert_eq!(ports.save_disturbed(Some(&connector), std::slice::from_ref(&over), &[]).await.unwrap(), Saved::Done);
    let alert = completed(&session("disturbed-stale"), at(0));
    let changes = [AlertChange::open(alert.clone())];
    let fresh = DisturbanceRow { fault: FaultId::Undervoltage, ..over.clone() };
    for (version, disturbance_version) in [(0, 1), (2, 1), (1, 0), (1, 2), (0, 0)] {
        let next = ConnectorRow { version, saved_at: Some(at(99)), ..connector.clone() };
        let later = DisturbanceRow { version: disturbance_version, ..row("disturbed-stale", 3, Some(at(9))) };
        let saved = ports.save_disturbed(Some(&next), &[fresh.clone(), later], &changes).await.unwrap();
        assert_eq!(saved, Saved::Conflict, "{version} {disturbance_version}");
        assert_eq!(stored(ports, &over).await, Some(DisturbanceRow { version: 1, ..over.clone() }));
        assert_eq!(stored(ports, &fresh).await, None);
        let rows = ports.connectors(&connector.station).await.unwrap();
        assert_eq!(rows, [ConnectorRow { version: 1, ..connector.clone() }]);
        assert_eq!(ports.alert(&alert.id).await.unwrap(), None);
    }
}

/// Catches connectors of one site that do not see each other: each writes its own row, and all the same disturbance.
pub async fn of_16_connectors_that_write_at_once_one_wins(ports: &(impl KeepDisturbances + KeepConnectors)) {
    let rows: Vec<_> = (1..=16).map(|n| connector(&station("disturbed-race"), key(n, 1))).collect();
    let disturbances: Vec<_> = (1..=16).map(|n| [row("disturbed-race", n, None)]).collect();
    let pairs = rows.iter().zip(&disturbances);
    let outcomes = join_all(pairs.map(|(row, one)| ports.save_disturbed(Some(row), one, &[]))).await;
    let won: Vec<_> = outcomes.into_iter().zip(rows).filter(|(saved, _)| matches!(saved, Ok(Saved::Done))).collect();
    assert_eq!(won.len(), 1);
    let written: Vec<_> = ports.connectors(&station("disturbed-race")).await.unwrap();
    assert_eq!(written.iter().map(|row| row.key).collect::<Vec<_>>(), [won[0].1.key]);
    let stored = stored(ports, &disturbances[0][0]).await.unwrap();
    assert_eq!(stored.disturbance.connectors.len(), usize::from(written[0].key.evse_id));
}

/// Catches a disturbance that nobody would look at, and one that is looked at for ever.
pub async fn a_disturbance_is_due_until_it_is_over(ports: &(impl KeepDisturbances + FindDue)) {
    let lasting = row("disturbed-due", 1, Some(at(300)));
    assert_eq!(ports.save_disturbed(None, std::slice::from_ref(&lasting), &[]).await.unwrap(), Saved::Done);
    let due = Due::Disturbance { site: lasting.site.clone(), fault: FaultId::Overvoltage, due_at: at(300) };
    for (before, is_found) in [(at(299), false), (at(300), true)] {
        assert_eq!(ports.find_due(before, 10_000).await.unwrap().contains(&due), is_found, "before {before}");
    }
    let over = DisturbanceRow { version: 1, ..row("disturbed-due", 0, None) };
    assert_eq!(ports.save_disturbed(None, &[over], &[]).await.unwrap(), Saved::Done);
    assert!(!ports.find_due(at(300), 10_000).await.unwrap().contains(&due));
}
