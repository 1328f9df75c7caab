//! A disturbance of a site that is due for a look: those that it silences may not report any more.

use std::collections::BTreeSet;

use alerts::AlertChange;
use faults::{FaultId, Silenced};
use jiff::Timestamp;
use messages::{SiteId, StationId};
use ports::{DisturbanceRow, KeepConnectors, KeepDisturbances, ListStations, PortError, ReadStations, Saved};

use crate::place;

/// How often a write that lost a race is decided again before the site is left for the next sweep.
const ATTEMPTS: usize = 5;

/// Looks at one disturbance. Looking again changes nothing.
pub(crate) async fn look_at<P>(ports: &P, now: Timestamp, site: &SiteId, fault: &FaultId) -> Result<(), PortError>
where
    P: KeepDisturbances + KeepConnectors + ReadStations + ListStations + Sync,
{
    for _ in 0..ATTEMPTS {
        let Some(row) = ports.disturbance(site, fault).await? else { return Ok(()) };
        let silenced = silenced(ports, &row).await?;
        let (disturbance, told) = row.disturbance.looked_at(fault, silenced, now);
        let place = place(ports, site, told.len()).await?;
        let alerts: Vec<_> = told.iter().map(|told| AlertChange::disturbance(&place, told, now)).collect();
        match ports.save_disturbed(None, &[DisturbanceRow { disturbance, ..row }], &alerts).await? {
            Saved::Done => {
                for change in &told {
                    tracing::info!(site.id = %site, ?change, "the voltage of a site means something else");
                }
                return Ok(());
            }
            Saved::Conflict => {}
        }
    }
    Err(PortError::new("look at the voltage of a site", "others kept writing it"))
}

/// Those of its connectors that are registered at the site.
async fn silenced<P>(ports: &P, row: &DisturbanceRow) -> Result<Vec<Silenced>, PortError>
where
    P: KeepConnectors + ListStations + Sync,
{
    let here: BTreeSet<StationId> = ports.stations_of(&row.site).await?.into_iter().map(|station| station.id).collect();
    let silenced = &row.disturbance.connectors;
    let stations: BTreeSet<&StationId> = silenced.iter().map(|one| &one.station).collect();
    let mut found = Vec::new();
    for station in stations.into_iter().filter(|station| here.contains(station)) {
        let rows = ports.connectors(station).await?;
        let of_station = silenced.iter().filter(|one| one.station == *station);
        found.extend(of_station.map(|connector| {
            let stored = rows.iter().find(|stored| stored.key == connector.key);
            let mut episodes = stored.iter().flat_map(|stored| &stored.episodes);
            Silenced {
                connector: connector.clone(),
                episode: episodes.find(|episode| episode.fault == row.fault).cloned(),
                heard_at: stored.and_then(|stored| stored.saved_at),
            }
        }));
    }
    Ok(found)
}
