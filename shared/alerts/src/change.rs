//! What a write has to say about alerts: the outbox, handed to whoever saves the state that makes it necessary.

use std::collections::BTreeMap;

use faults::{ChangeKind, Episode, LeftBehind, Remedy, SiteChange, SiteConnector, StationChange, Told};
use jiff::Timestamp;
use messages::{ConnectorKey, StationId};

use crate::{Alert, AlertId, Ending, Fact, FaultFact, Place, Resolution, SiteFaultFact};

/// One change of the alerts, written together with its cause.
///
/// A store keeps an alert as its JSON in `body` and, beside it, what it must reach without reading: `version`, `due_at`, `due_part`,
/// the stream mark `due_publish`, and `resolved`. [`Alert::read`] puts them together again.
///
/// Neither change may stop the write it belongs to:
/// - an `Open` puts the item if its id is not there yet, with `due_publish` when the alert has a `due_at`; where the id is there,
///   its cause has raised it before and nothing changes;
/// - a `Resolve` reads nothing: it sets `resolved` (the JSON of the resolution), `due_at`, `due_part` and `due_publish`, and adds 1
///   to `version`; where the item is not there, or `resolved` already is, nothing changes. Resolving an alert that is resolved in
///   its `body` is harmless: the first resolution stays.
///
/// Two changes of one alert do not fit into one transaction: see [`fold`].
#[derive(Debug, Clone, PartialEq)]
pub enum AlertChange {
    /// A fact is to be told.
    Open(Box<Alert>),
    /// Its cause is gone.
    Resolve {
        /// Of which alert.
        id: AlertId,
        /// How and when it ended.
        resolution: Resolution,
        /// When that is to be told: now.
        due_at: Timestamp,
    },
}

impl AlertChange {
    /// Tells a fact.
    #[must_use]
    pub fn open(alert: Alert) -> Self {
        Self::Open(Box::new(alert))
    }

    /// The alert `id` ended `at` that time; to be told `now`.
    #[must_use]
    pub fn resolve(id: AlertId, ending: Ending, at: Timestamp, now: Timestamp) -> Self {
        Self::Resolve { id, resolution: Resolution { at, ending }, due_at: now }
    }

    /// What a change of a station's faults means: its alert opens, or ends.
    #[must_use]
    pub fn fault(station: &StationId, place: &Place, change: &faults::Change, now: Timestamp) -> Self {
        match change.kind {
            ChangeKind::Opened => {
                let fact = Fact::Fault(FaultFact::opened(station, change));
                Self::open(Alert::open(fact, Some(place.clone()), now))
            }
            ChangeKind::Cleared => {
                let id = AlertId::fault(station, change.connector, &change.fault, change.opened_at);
                Self::resolve(id, Ending::Cleared, change.at, now)
            }
        }
    }

    /// What a change of a station's connection means: an alert about it or about its site opens, or ends.
    #[must_use]
    pub fn connection(station: &StationId, place: &Place, told: &Told<StationChange>, now: Timestamp) -> Self {
        match told {
            Told::Own(StationChange { kind: ChangeKind::Opened, at: _, episode }) => {
                Self::episode(station, None, place, episode, now)
            }
            Told::Own(StationChange { kind: ChangeKind::Cleared, at, episode }) => {
                let id = AlertId::fault(station, None, &episode.fault, episode.opened_at);
                Self::resolve(id, Ending::Cleared, *at, now)
            }
            Told::Site(change) => Self::site(place, change, now),
        }
    }

    /// What a change of a connector's faults means: an alert about it or about its site opens, or ends.
    #[must_use]
    pub fn connector(station: &StationId, place: &Place, told: &Told<faults::Change>, now: Timestamp) -> Self {
        match told {
            Told::Own(change) => Self::fault(station, place, change, now),
            Told::Site(change) => Self::site(place, change, now),
        }
    }

    /// What the end of a disturbance means: the alert about the site ends, and one about a connector that still has the fault opens.
    #[must_use]
    pub fn disturbance(place: &Place, told: &Told<LeftBehind>, now: Timestamp) -> Self {
        match told {
            Told::Own(LeftBehind { connector: SiteConnector { station, key }, episode }) => {
                Self::episode(station, Some(*key), place, episode, now)
            }
            Told::Site(change) => Self::site(place, change, now),
        }
    }

    fn episode(
        station: &StationId,
        connector: Option<ConnectorKey>,
        place: &Place,
        episode: &Episode,
        now: Timestamp,
    ) -> Self {
        let fact = Fact::Fault(FaultFact::of_episode(station, connector, episode));
        Self::open(Alert::open(fact, Some(place.clone()), now))
    }

    fn site(place: &Place, change: &SiteChange, now: Timestamp) -> Self {
        let site = place.site.clone();
        match change {
            SiteChange::Opened { fault, severity, since, affected, of } => {
                let (fault, severity) = (fault.clone(), *severity);
                let remedy = Remedy::against_on_site(&fault, severity);
                let (affected, of, since) = (*affected, *of, *since);
                let fact = SiteFaultFact { site, fault, severity, affected, of, remedy, since };
                Self::open(Alert::open(Fact::SiteFault(fact), Some(place.clone()), now))
            }
            SiteChange::Cleared { fault, since, at } => {
                Self::resolve(AlertId::site_fault(&site, fault, *since), Ending::Cleared, *at, now)
            }
        }
    }

    /// Which alert changes.
    #[must_use]
    pub fn id(&self) -> &AlertId {
        match self {
            Self::Open(alert) => &alert.id,
            Self::Resolve { id, .. } => id,
        }
    }
}

/// At most one change per alert, in the order of their ids: an alert that opens and ends in one write opens resolved.
#[must_use]
pub fn fold(changes: Vec<AlertChange>) -> Vec<AlertChange> {
    let mut folded: BTreeMap<AlertId, AlertChange> = BTreeMap::new();
    for change in changes {
        let id = change.id().clone();
        let merged = match (folded.remove(&id), change) {
            (None, change) => change,
            (Some(AlertChange::Open(alert)), AlertChange::Resolve { resolution, .. })
            | (Some(AlertChange::Resolve { resolution, .. }), AlertChange::Open(alert)) => {
                AlertChange::open(alert.resolved(resolution))
            }
            (Some(first @ AlertChange::Open(_)), AlertChange::Open(_))
            | (Some(first @ AlertChange::Resolve { .. }), AlertChange::Resolve { .. }) => first,
        };
        folded.insert(id, merged);
    }
    folded.into_values().collect()
}

#[cfg(test)]
mod tests {
    use faults::{Change, FaultId, Severity};

    use super::*;
    use crate::samples::{at, completed, connector, now, open, overvoltage, place};
    use crate::{Language, State};

    fn end(id: &AlertId, minute: i8) -> AlertChange {
        AlertChange::resolve(id.clone(), Ending::Cleared, at(&format!("2026-06-01T10:{minute:02}:00Z")), now())
    }

    #[test]
    fn an_alert_that_opens_and_ends_in_one_write_opens_resolved() {
        let alert = open(overvoltage(), Language::En);
        let other = open(completed(Language::En, 1, 1), Language::En);
        let id = alert.id.clone();
        let changes = vec![
            AlertChange::open(alert.clone()),
            end(&id, 5),
            AlertChange::open(other.clone()),
            end(&id, 6),
            AlertChange::open(alert),
        ];
        let folded = fold(changes);
        assert_eq!(folded.len(), 2);
        let AlertChange::Open(first) = &folded[0] else { unreachable!("the fault comes first by its id") };
        assert_eq!((first.state(), first.due_at), (State::Resolved, Some(now())));
        assert_eq!(first.resolution.as_ref().map(|end| end.at), Some(at("2026-06-01T10:05:00Z")));
        assert_eq!(folded[1], AlertChange::open(other));
    }

    #[test]
    fn two_ends_are_the_first_and_an_order_upside_down_makes_no_difference() {
        let alert = open(overvoltage(), Language::En);
        assert_eq!(fold(vec![end(&alert.id, 5), end(&alert.id, 6)]), [end(&alert.id, 5)]);
        let folded = fold(vec![end(&alert.id, 5), AlertChange::open(alert)]);
        assert!(matches!(folded.as_slice(), [AlertChange::Open(alert)] if alert.state() == State::Resolved));
    }

    #[test]
    fn what_a_connection_opens_it_resolves() {
        let station = "station-001".parse().unwrap();
        let (since, severity) = (at("2026-06-01T10:00:00Z"), Severity::P2);
        let change = |kind| {
            let (value, limit) = (140.0, 120.0);
            let (fault, unit) = (FaultId::Offline, "s".to_owned());
            let episode = Episode { fault, severity, opened_at: since, value, limit, unit, evidence: String::new() };
            Told::Own(StationChange { kind, at: at("2026-06-01T10:20:00Z"), episode })
        };
        for (opens, ends, id) in [
            (change(ChangeKind::Opened), change(ChangeKind::Cleared), "fault:station-001:offline:1780308000000"),
            (
                Told::Site(SiteChange::Opened { fault: FaultId::Offline, severity, since, affected: 3, of: 4 }),
                Told::Site(SiteChange::Cleared { fault: FaultId::Offline, since, at: at("2026-06-01T10:20:00Z") }),
                "site-fault:harbour:offline:1780308000000",
            ),
        ] {
            let [opened, ended] =
                [&opens, &ends].map(|told| AlertChange::connection(&station, &place(Language::En), told, now()));
            assert_eq!((opened.id().as_str(), ended.id().as_str()), (id, id));
            let folded = fold(vec![opened, ended]);
            let [AlertChange::Open(alert)] = folded.as_slice() else { unreachable!("one alert: {folded:?}") };
            assert_eq!(alert.resolution.as_ref().map(|end| end.at), Some(at("2026-06-01T10:20:00Z")));
        }
    }

    #[test]
    fn what_a_disturbance_leaves_behind_ends_as_any_fault_of_the_connector() {
        let station: StationId = "station-001".parse().unwrap();
        let opened_at = at("2026-06-01T10:00:00Z");
        let episode = Episode {
            fault: FaultId::Overvoltage,
            severity: Severity::P2,
            opened_at,
            value: 254.0,
            limit: 253.0,
            unit: "V".to_owned(),
            evidence: String::new(),
        };
        let connector = SiteConnector { station: station.clone(), key: connector() };
        let left = AlertChange::disturbance(&place(Language::En), &Told::Own(LeftBehind { connector, episode }), now());
        assert_eq!(left.id(), &AlertId::fault(&station, crate::samples::connector(), &FaultId::Overvoltage, opened_at));
        let AlertChange::Open(alert) = left else { unreachable!("it is told") };
        assert_eq!(alert.fact.severity(), Severity::P2);
    }

    #[test]
    fn a_fault_that_clears_resolves_the_alert_it_opened() {
        let station = "station-001".parse().unwrap();
        let change = |kind, minute: i8| Change {
            at: at(&format!("2026-06-01T10:{minute:02}:00Z")),
            connector: connector(),
            fault: FaultId::Overvoltage,
            severity: Severity::P1,
            kind,
            value: 277.3,
            limit: 276.0,
            unit: "V",
            evidence: String::new(),
            remedy: Remedy::SendSomeone,
            opened_at: at("2026-06-01T10:00:00Z"),
        };
        let tell = |kind, minute| AlertChange::fault(&station, &place(Language::En), &change(kind, minute), now());
        let (opened, cleared) = (tell(ChangeKind::Opened, 0), tell(ChangeKind::Cleared, 7));
        assert_eq!(opened.id(), cleared.id());
        let folded = fold(vec![opened, cleared]);
        let [AlertChange::Open(alert)] = folded.as_slice() else { unreachable!("one alert") };
        assert_eq!(alert.resolution.as_ref().map(|end| end.at), Some(at("2026-06-01T10:07:00Z")));
        assert_eq!(alert.site, Some("harbour".parse().unwrap()));
    }
}
