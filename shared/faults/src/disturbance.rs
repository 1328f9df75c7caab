//! One cause, one message: when the supply of half of a site is wrong, the site is told and not each of its connectors.
//!
//! It begins with a connector whose voltage fault opens while half of those that could tell, at least two of at least two stations (of one
//! where the site has no other), have it or are on the way to it. Two meters that agree have one supply in common; the connectors of one
//! station have its own wiring in common, too. Who is on the way counts, since all of a site come to the end of their debounce in the same
//! second, and the first must know already. Whoever gets the fault while it lasts joins silently, and what is more urgent than what was
//! told is told of the site again. It is over when none of those that it silenced has the fault any more. Of who was silenced and can no
//! longer say whether it has, people hear then: see [`Disturbance::looked_at`].

mod witness;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use messages::{ConnectorKey, StationId};
use serde::{Deserialize, Serialize};

pub use witness::{Report, Supply, Witness};

use crate::{Change, ChangeKind, Episode, FaultId, Severity, SiteChange, Told};

/// A disturbance takes at least so many connectors.
const CONNECTORS: usize = 2;

/// They are of at least so many stations, where the site has them.
const STATIONS: usize = 2;

/// Somebody looks so often whether those that a disturbance silences still report.
const LOOK_EVERY: SignedDuration = SignedDuration::from_mins(5);

/// One connector among those of a site.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SiteConnector {
    /// Its station.
    pub station: StationId,
    /// Which connector.
    pub key: ConnectorKey,
}

/// A voltage fault of a site while it lasts; over when it has no connector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disturbance {
    /// With site and fault it names the disturbance: when the fault of the connector opened with which it began.
    pub since: Timestamp,
    /// How bad it is, as it was told.
    pub severity: Severity,
    /// The connectors that it keeps silent, until their fault clears.
    pub connectors: BTreeSet<SiteConnector>,
    /// When somebody has to look whether these still report; none when it is over.
    pub check_at: Option<Timestamp>,
}

/// What follows from the changes of one connector.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GroupedVoltage {
    /// The disturbances of its site that are to be written with it. One is also written, unchanged, when a fault is told by itself: of two
    /// that open at once, the second has to see the first.
    pub disturbances: BTreeMap<FaultId, Disturbance>,
    /// What is to be told.
    pub told: Vec<Told<Change>>,
}

/// A connector that was silenced when somebody looks at a disturbance.
#[derive(Debug, Clone, PartialEq)]
pub struct Silenced {
    /// Which connector.
    pub connector: SiteConnector,
    /// Its fault, while it is open.
    pub episode: Option<Episode>,
    /// When it was heard of last.
    pub heard_at: Option<Timestamp>,
}

/// A connector whose fault is open and was told with its site, which has recovered.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftBehind {
    /// Which connector.
    pub connector: SiteConnector,
    /// Its fault.
    pub episode: Episode,
}

/// The voltage faults of these changes.
#[must_use]
pub fn voltage_faults(changes: &[Change]) -> BTreeSet<FaultId> {
    changes.iter().map(|change| &change.fault).filter(|fault| is_of_supply(fault)).cloned().collect()
}

fn is_of_supply(fault: &FaultId) -> bool {
    matches!(fault, FaultId::Overvoltage | FaultId::Undervoltage)
}

/// What is to be told of these changes of a connector: by itself, or with its site. `supplies` holds what is known of the site for each fault
/// that [`voltage_faults`] names.
#[must_use]
pub fn group_voltage(
    connector: &SiteConnector,
    changes: Vec<Change>,
    supplies: &BTreeMap<FaultId, Supply>,
    now: Timestamp,
) -> GroupedVoltage {
    let mut grouped = GroupedVoltage::default();
    for change in changes {
        match (supplies.get(&change.fault), change.kind) {
            (Some(supply), ChangeKind::Opened) => grouped.opened(connector, change, supply, now),
            (Some(supply), ChangeKind::Cleared) => grouped.cleared(connector, change, supply, now),
            (None, _) => grouped.told.push(Told::Own(change)),
        }
    }
    grouped
}

impl GroupedVoltage {
    fn opened(&mut self, connector: &SiteConnector, change: Change, supply: &Supply, now: Timestamp) {
        let known = self.known(&change.fault, supply).cloned();
        let affected = supply.affected(connector);
        let lasts = known.as_ref().is_some_and(|known| !known.connectors.is_empty());
        let mut disturbance = match known {
            Some(known) if lasts && known.severity <= change.severity => known,
            Some(known) if lasts => {
                let (fault, since) = (change.fault.clone(), known.since);
                self.told.push(Told::Site(SiteChange::Cleared { fault, since, at: change.at }));
                let worse = Disturbance { connectors: known.connectors.clone(), ..begun(&change, Some(&known)) };
                self.told.push(affected.told(&change, &worse));
                worse
            }
            known if affected.is_site_wide() => {
                let begun = begun(&change, known.as_ref());
                self.told.push(affected.told(&change, &begun));
                begun
            }
            known => {
                let unchanged = known.unwrap_or_else(|| begun(&change, None));
                self.disturbances.insert(change.fault.clone(), unchanged);
                return self.told.push(Told::Own(change));
            }
        };
        disturbance.connectors.insert(connector.clone());
        self.disturbances.insert(change.fault, disturbance.looked_at_from(now));
    }

    fn cleared(&mut self, connector: &SiteConnector, change: Change, supply: &Supply, now: Timestamp) {
        let mut disturbance = match self.known(&change.fault, supply) {
            Some(known) if known.connectors.contains(connector) => known.clone(),
            Some(_) | None => return self.told.push(Told::Own(change)),
        };
        disturbance.connectors.remove(connector);
        if disturbance.connectors.is_empty() {
            let (fault, since) = (change.fault.clone(), disturbance.since);
            self.told.push(Told::Site(SiteChange::Cleared { fault, since, at: change.at }));
        }
        self.disturbances.insert(change.fault, disturbance.looked_at_from(now));
    }

    /// What is known of a disturbance after the changes so far.
    fn known<'a>(&'a self, fault: &FaultId, supply: &'a Supply) -> Option<&'a Disturbance> {
        self.disturbances.get(fault).or(supply.disturbance.as_ref())
    }
}

/// A disturbance that begins with this change; no two of a site have the same name.
fn begun(change: &Change, before: Option<&Disturbance>) -> Disturbance {
    let next = |before: &Disturbance| before.since.saturating_add(SignedDuration::from_millis(1));
    let free_from = before.map_or(Ok(Timestamp::MIN), next).unwrap_or(Timestamp::MAX);
    let since = change.opened_at.max(free_from);
    Disturbance { since, severity: change.severity, connectors: BTreeSet::new(), check_at: None }
}

impl Disturbance {
    fn looked_at_from(self, now: Timestamp) -> Self {
        let next = now.saturating_add(LOOK_EVERY).unwrap_or(Timestamp::MAX);
        let check_at = (!self.connectors.is_empty()).then_some(next);
        Self { check_at, ..self }
    }

    /// What is known after a look `now`, and what is to be told. `silenced` are those of its connectors that are still registered at the site.
    ///
    /// It lasts while one of them reports and has the fault. When the others do not report any more, the site has recovered as far as anybody
    /// can tell, and what they still have open is told by itself.
    #[must_use]
    pub fn looked_at(&self, fault: &FaultId, silenced: Vec<Silenced>, now: Timestamp) -> (Self, Vec<Told<LeftBehind>>) {
        let reports = |one: &Silenced| witness::reports(one.heard_at, now);
        let lasts = silenced.iter().any(|one| one.episode.is_some() && reports(one));
        let open = silenced
            .into_iter()
            .filter_map(|Silenced { connector, episode, .. }| episode.map(|episode| LeftBehind { connector, episode }));
        if lasts {
            let connectors = open.map(|left| left.connector).collect();
            return (Self { connectors, ..self.clone() }.looked_at_from(now), Vec::new());
        }
        let over = SiteChange::Cleared { fault: fault.clone(), since: self.since, at: now };
        let told = [Told::Site(over)].into_iter().chain(open.map(Told::Own)).collect();
        (Self { connectors: BTreeSet::new(), check_at: None, ..self.clone() }, told)
    }
}

#[cfg(test)]
mod tests;
