//! The live state of connectors.

use faults::{Cadence, Episode, FaultId, Severity};
use futures_util::future::join_all;
use ports::{ConnectorRow, KeepConnectors, Live, Saved};

use super::values::{at, connector, key, station};

/// Catches fields that are dropped or rounded on their way: a detector state must decide as before.
pub async fn a_row_is_read_back_whole(ports: &impl KeepConnectors) {
    let station = station("row");
    let episode = Episode {
        fault: FaultId::Overvoltage,
        severity: Severity::P1,
        opened_at: at(1),
        value: 271.3,
        limit: 264.5,
        unit: "V".to_owned(),
        evidence: "271.3 V for 10 s".to_owned(),
    };
    let live = Live {
        at: Some(at(2)),
        status: Some("Charging".to_owned()),
        power_w: Some(0.1 + 0.2),
        register_wh: Some(10_000_000_000),
        temperature_c: Some(-12.5),
        transaction: Some("t".parse().unwrap()),
    };
    let cadence = Some(Cadence::after(Some(Cadence::after(None, at(-60))), at(0)));
    let full = ConnectorRow { episodes: vec![episode], live, cadence, ..connector(&station, key(1, 1)) };
    let empty = ConnectorRow { live: Live::default(), cadence: None, saved_at: None, ..connector(&station, key(1, 2)) };
    for row in [&full, &empty] {
        assert_eq!(ports.save_connector(row, &[]).await.unwrap(), Saved::Done);
    }
    let stored = |row: ConnectorRow| ConnectorRow { version: 1, ..row };
    assert_eq!(ports.connectors(&station).await.unwrap(), [stored(full), stored(empty)]);
}

/// Catches connectors of other stations, and numbers that are taken for each other.
pub async fn all_connectors_of_a_station_come_in_one_read(ports: &impl KeepConnectors) {
    let (this, other) = (station("many"), station("many-2"));
    let keys = [key(1, 1), key(1, 11), key(11, 1), key(2, 1), key(u16::MAX, u16::MAX)];
    assert_eq!(ports.save_connector(&connector(&other, key(1, 1)), &[]).await.unwrap(), Saved::Done);
    for key in keys {
        assert_eq!(ports.save_connector(&connector(&this, key), &[]).await.unwrap(), Saved::Done);
    }
    let mut read: Vec<_> = ports.connectors(&this).await.unwrap().into_iter().map(|row| row.key).collect();
    read.sort();
    assert_eq!(read, [key(1, 1), key(1, 11), key(2, 1), key(11, 1), key(u16::MAX, u16::MAX)]);
    assert_eq!(ports.connectors(&station("many-3")).await.unwrap(), []);
}

/// Catches a missing version condition.
pub async fn a_row_is_written_by_whoever_read_it_last(ports: &impl KeepConnectors) {
    let station = station("row-versions");
    let row = connector(&station, key(1, 1));
    let early = ConnectorRow { version: 1, ..row.clone() };
    assert_eq!(ports.save_connector(&early, &[]).await.unwrap(), Saved::Conflict);
    assert_eq!(ports.save_connector(&row, &[]).await.unwrap(), Saved::Done);
    let next = ConnectorRow { version: 1, saved_at: Some(at(60)), ..row };
    assert_eq!(ports.save_connector(&next, &[]).await.unwrap(), Saved::Done);
    for version in [0, 1, 3] {
        let stale = ConnectorRow { version, saved_at: Some(at(99)), ..next.clone() };
        assert_eq!(ports.save_connector(&stale, &[]).await.unwrap(), Saved::Conflict, "version {version}");
    }
    assert_eq!(ports.connectors(&station).await.unwrap(), [ConnectorRow { version: 2, ..next }]);
}

/// Catches an adapter that compares versions before it writes instead of while it writes.
pub async fn of_16_that_write_at_once_one_wins(ports: &impl KeepConnectors) {
    let station = station("row-race");
    let rows: Vec<_> =
        (0..16).map(|n| ConnectorRow { saved_at: Some(at(n)), ..connector(&station, key(1, 1)) }).collect();
    let outcomes = join_all(rows.iter().map(|row| ports.save_connector(row, &[]))).await;
    let won: Vec<_> = outcomes.into_iter().zip(rows).filter(|(saved, _)| matches!(saved, Ok(Saved::Done))).collect();
    assert_eq!(won.len(), 1);
    assert_eq!(ports.connectors(&station).await.unwrap()[0].saved_at, won[0].1.saved_at);
}
