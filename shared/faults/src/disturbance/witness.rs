//! What the connectors of a site say of its supply.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::{CONNECTORS, Disturbance, STATIONS, SiteConnector};
use crate::{Change, ChangeKind, Current, DetectorState, FaultId, SiteChange, Told};

/// A connector reports while it was heard of within this time: the pause that ends a run of evidence, and the minute by which a row may lag.
const REPORTS_WITHIN: SignedDuration = SignedDuration::from_mins(6);

/// What is known of one connector of a site.
#[derive(Debug, Clone)]
pub struct Report<'a> {
    /// Which connector.
    pub connector: SiteConnector,
    /// AC or DC.
    pub current: Current,
    /// What its detectors remember.
    pub detector: &'a DetectorState,
    /// When it was heard of last.
    pub heard_at: Option<Timestamp>,
}

/// A connector that can say whether the supply is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// Which connector.
    pub connector: SiteConnector,
    /// It has the fault, or is on the way to it.
    pub suffers: bool,
}

/// What is known of the supply of a site, for one fault.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Supply {
    /// The latest disturbance, over or not.
    pub disturbance: Option<Disturbance>,
    /// Those that can say whether it is wrong, where they are asked.
    pub witnesses: Vec<Witness>,
    /// So many stations are registered.
    pub stations: usize,
}

/// How much of a site has a fault.
pub(super) struct Affected {
    connectors: usize,
    of: usize,
    stations: usize,
    of_stations: usize,
}

pub(super) fn reports(heard_at: Option<Timestamp>, now: Timestamp) -> bool {
    heard_at.is_some_and(|heard_at| now.duration_since(heard_at) <= REPORTS_WITHIN)
}

impl Witness {
    /// What a connector says of a fault; nothing when it does not report, when its vehicle sets the voltage, or when the fault shows only
    /// while charging and it does not charge.
    #[must_use]
    pub fn of(report: Report<'_>, fault: &FaultId, now: Timestamp) -> Option<Self> {
        let suffers = report.detector.suspects_voltage(fault);
        let shows = suffers || *fault != FaultId::Undervoltage || report.detector.is_charging();
        let can_tell = shows && report.current == Current::Ac && reports(report.heard_at, now);
        can_tell.then_some(Self { connector: report.connector, suffers })
    }
}

impl Supply {
    /// Whether the witnesses have to be asked what these changes of a connector mean: when its fault opens, unless it only joins a
    /// disturbance that is as urgent.
    #[must_use]
    pub fn asks_witnesses(&self, fault: &FaultId, changes: &[Change]) -> bool {
        let lasting = self.disturbance.as_ref().filter(|known| !known.connectors.is_empty());
        let joins = |change: &Change| lasting.is_some_and(|lasting| lasting.severity <= change.severity);
        let mut of_fault = changes.iter().filter(|change| change.fault == *fault);
        let opens = of_fault.clone().any(|change| change.kind == ChangeKind::Opened);
        opens && !of_fault.all(|change| change.kind == ChangeKind::Opened && joins(change))
    }

    /// How much of the site has the fault that has just opened at this connector.
    pub(super) fn affected(&self, connector: &SiteConnector) -> Affected {
        let others = self.witnesses.iter().filter(|witness| witness.connector != *connector);
        let suffering = others.clone().filter(|witness| witness.suffers).map(|witness| &witness.connector);
        let stations: BTreeSet<_> = suffering.clone().chain([connector]).map(|one| &one.station).collect();
        Affected {
            connectors: suffering.count() + 1,
            of: others.count() + 1,
            stations: stations.len(),
            of_stations: self.stations,
        }
    }
}

impl Affected {
    pub(super) fn is_site_wide(&self) -> bool {
        let stations = STATIONS.min(self.of_stations);
        self.connectors >= CONNECTORS && 2 * self.connectors >= self.of && self.stations >= stations
    }

    pub(super) fn told(&self, change: &Change, disturbance: &Disturbance) -> Told<Change> {
        let Disturbance { since, severity, .. } = *disturbance;
        let fault = change.fault.clone();
        Told::Site(SiteChange::Opened { fault, severity, since, affected: self.connectors, of: self.of })
    }
}
