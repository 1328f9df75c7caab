//! One cause, one message: when half of a site is gone at once, the site is told and not each of its stations.
//!
//! It begins with a station that is found to be offline while at least three of its site, and half of them, are missed.
//! Whoever is found to be offline while it lasts joins silently. It is over when the last of those that it silenced is back: people
//! are not told that a site is back of which stations are missing without their knowing.

use std::collections::BTreeSet;

use jiff::Timestamp;
use messages::StationId;
use serde::{Deserialize, Serialize};

use crate::{ChangeKind, FaultId, Presence, Severity, SiteChange, StationChange, Told};

/// An outage of a site takes at least so many stations.
const STATIONS: usize = 3;

/// An outage of a site while it lasts; over when it has no station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outage {
    /// Since when the station with which it began has been gone; with the site it names the outage.
    pub since: Timestamp,
    /// The stations that it keeps silent, until they are back.
    pub stations: BTreeSet<StationId>,
}

/// What is known of the site of a station.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SiteView {
    /// Its latest outage, over or not.
    pub outage: Option<Outage>,
    /// Its stations.
    pub stations: BTreeSet<StationId>,
    /// Stations of this site that are missed; some may not be registered any more.
    pub gone: BTreeSet<StationId>,
}

/// What follows from the changes of one station.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouped {
    /// The station.
    pub presence: Presence,
    /// The outage of its site, where it changes.
    pub outage: Option<Outage>,
    /// What is to be told.
    pub told: Vec<Told<StationChange>>,
}

/// What is to be told of these changes of a station: by itself, or with its site.
#[must_use]
pub fn group(station: &StationId, presence: Presence, changes: Vec<StationChange>, view: &SiteView) -> Grouped {
    let mut grouped = Grouped { presence, outage: None, told: Vec::new() };
    for change in changes {
        match (&change.episode.fault, change.kind) {
            (FaultId::Offline, ChangeKind::Opened) => grouped.offline(station, change, view),
            (FaultId::Offline, ChangeKind::Cleared) => grouped.back(station, change, view),
            (_, _) => grouped.told.push(Told::Own(change)),
        }
    }
    grouped
}

impl Grouped {
    fn offline(&mut self, station: &StationId, change: StationChange, view: &SiteView) {
        let lasting = view.outage.clone().filter(|outage| !outage.stations.is_empty());
        let gone = view.gone.intersection(&view.stations).filter(|other| *other != station).count() + 1;
        let of = view.stations.len();
        let mut outage = match lasting {
            Some(outage) => outage,
            None if gone >= STATIONS && 2 * gone >= of => {
                let since = change.episode.opened_at;
                let (fault, severity) = (FaultId::Offline, Severity::P2);
                self.told.push(Told::Site(SiteChange::Opened { fault, severity, since, affected: gone, of }));
                Outage { since, stations: BTreeSet::new() }
            }
            None => return self.told.push(Told::Own(change)),
        };
        outage.stations.insert(station.clone());
        self.presence.watch.told_with_site = Some(outage.since);
        self.outage = Some(outage);
    }

    fn back(&mut self, station: &StationId, change: StationChange, view: &SiteView) {
        let Some(since) = self.presence.watch.told_with_site.take() else {
            return self.told.push(Told::Own(change));
        };
        let Some(mut outage) = view.outage.clone().filter(|outage| outage.since == since) else { return };
        outage.stations.remove(station);
        if outage.stations.is_empty() {
            self.told.push(Told::Site(SiteChange::Cleared { fault: FaultId::Offline, since, at: change.at }));
        }
        self.outage = Some(outage);
    }
}

#[cfg(test)]
mod tests;
