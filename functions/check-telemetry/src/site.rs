//! What the changes of a connector mean for its site, written with the connector.

use std::collections::BTreeMap;

use alerts::{AlertChange, Place, fold};
use faults::{Change, FaultId, Report, SiteConnector, Supply, Witness, group_voltage, voltage_faults};
use jiff::Timestamp;
use messages::SiteId;
use ports::{ConnectorRow, DisturbanceRow, PortError, Saved, Station};

use crate::connector::Save;
use crate::{CheckPorts, profile};

/// A station of the site with its connectors.
type Neighbour = (Station, Vec<ConnectorRow>);

/// What is known of the supply of the site for one fault, and the version of it.
type Known = (Supply, u64);

/// Writes the connector, what its voltage faults mean for the site, and what is to be told. The site is read when such a fault opened or
/// cleared.
pub(crate) async fn save<P>(ports: &P, place: &Place, save: &Save, now: Timestamp) -> Result<Saved, PortError>
where
    P: CheckPorts,
{
    let Save { row, changes } = save;
    let (mut supplies, mut versions) = (BTreeMap::new(), BTreeMap::new());
    for (fault, (supply, version)) in known(ports, &place.site, changes, now).await? {
        versions.insert(fault.clone(), version);
        supplies.insert(fault, supply);
    }
    let connector = SiteConnector { station: row.station.clone(), key: row.key };
    let grouped = group_voltage(&connector, changes.clone(), &supplies, now);
    let told = grouped.told.iter().map(|told| AlertChange::connector(&row.station, place, told, now));
    let alerts = fold(told.collect());
    let disturbances: Vec<_> = grouped
        .disturbances
        .into_iter()
        .map(|(fault, disturbance)| {
            let version = versions.get(&fault).copied().unwrap_or(0);
            DisturbanceRow { site: place.site.clone(), fault, disturbance, version }
        })
        .collect();
    match disturbances.as_slice() {
        [] => ports.save_connector(row, &alerts).await,
        disturbances => ports.save_disturbed(Some(row), disturbances, &alerts).await,
    }
}

/// The site as far as these changes need it. The disturbance is read before the connectors: whoever writes one of them in between has written
/// the disturbance, too, and the write that follows from this meets a conflict.
async fn known<P>(
    ports: &P,
    site: &SiteId,
    changes: &[Change],
    now: Timestamp,
) -> Result<BTreeMap<FaultId, Known>, PortError>
where
    P: CheckPorts,
{
    let mut known: BTreeMap<FaultId, Known> = BTreeMap::new();
    for fault in voltage_faults(changes) {
        let row = ports.disturbance(site, &fault).await?;
        let version = row.as_ref().map_or(0, |row| row.version);
        let supply = Supply { disturbance: row.map(|row| row.disturbance), ..Supply::default() };
        known.insert(fault, (supply, version));
    }
    if !known.iter().any(|(fault, (supply, _))| supply.asks_witnesses(fault, changes)) {
        return Ok(known);
    }
    let neighbours = neighbours(ports, site).await?;
    for (fault, (supply, _)) in &mut known {
        supply.stations = neighbours.len();
        supply.witnesses = neighbours.iter().flat_map(|neighbour| witnesses(neighbour, fault, now)).collect();
    }
    Ok(known)
}

async fn neighbours<P>(ports: &P, site: &SiteId) -> Result<Vec<Neighbour>, PortError>
where
    P: CheckPorts,
{
    let mut neighbours = Vec::new();
    for station in ports.stations_of(site).await? {
        let rows = ports.connectors(&station.id).await?;
        neighbours.push((station, rows));
    }
    Ok(neighbours)
}

fn witnesses((station, rows): &Neighbour, fault: &FaultId, now: Timestamp) -> Vec<Witness> {
    let report = |row: &ConnectorRow| {
        let connector = SiteConnector { station: row.station.clone(), key: row.key };
        let current = profile::of_connector(row.key, station, None, rows).current;
        Witness::of(Report { connector, current, detector: &row.detector, heard_at: row.saved_at }, fault, now)
    };
    rows.iter().filter_map(report).collect()
}
