//! A station whose connection is due for a look: it may be offline, silent or flapping, or no longer.

use alerts::AlertChange;
use faults::{Cadence, Grouped, SiteView, StationChange, group};
use jiff::Timestamp;
use messages::{SiteId, StationId};
use ports::{
    KeepConnectors, KeepOutages, KeepPresence, ListStations, OutageRow, PortError, PresenceRow, ReadStations, Saved,
};

use crate::place;

/// How often a write that lost a race is decided again before the station is left for the next sweep.
const ATTEMPTS: usize = 5;

/// Looks at one station. Looking again changes nothing.
pub(crate) async fn look_at<P>(ports: &P, now: Timestamp, station: &StationId) -> Result<(), PortError>
where
    P: KeepPresence + KeepOutages + KeepConnectors + ReadStations + ListStations + Sync,
{
    for _ in 0..ATTEMPTS {
        let Some(row) = ports.presence(station).await? else { return Ok(()) };
        let connectors = ports.connectors(station).await?;
        let heard = Cadence::of_station(connectors.into_iter().filter_map(|connector| connector.cadence));
        let (presence, changes) = match ports.station(station).await? {
            Some(_) => row.presence.looked_at(now, heard.as_ref()),
            None => row.presence.given_up(now),
        };
        let (view, version) = view(ports, &row.site, &changes).await?;
        let Grouped { presence, outage, told } = group(station, presence, changes, &view);
        let place = place(ports, &row.site, told.len()).await?;
        let alerts: Vec<_> = told.iter().map(|told| AlertChange::connection(station, &place, told, now)).collect();
        let outage = outage.map(|outage| OutageRow { site: row.site.clone(), outage, version });
        match ports.save_watch(&PresenceRow { presence, ..row }, outage.as_ref(), &alerts).await? {
            Saved::Done => {
                for change in &told {
                    tracing::info!(station.id = %station, ?change, "the connection of a station means something else");
                }
                return Ok(());
            }
            Saved::Conflict => {}
        }
    }
    Err(PortError::new("look at a station's connection", "others kept writing it"))
}

/// The site as far as these changes need it, and the version of its outage.
async fn view<P>(ports: &P, site: &SiteId, changes: &[StationChange]) -> Result<(SiteView, u64), PortError>
where
    P: KeepOutages + ListStations + Sync,
{
    if changes.is_empty() {
        return Ok((SiteView::default(), 0));
    }
    let stations = ports.stations_of(site).await?.into_iter().map(|station| station.id).collect();
    let gone = ports.gone(site).await?;
    let row = ports.outage(site).await?;
    let version = row.as_ref().map_or(0, |row| row.version);
    Ok((SiteView { outage: row.map(|row| row.outage), stations, gone }, version))
}
