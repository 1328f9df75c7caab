//! Who is told when the voltage of several connectors of a site is wrong.

use proptest::prelude::*;

use super::*;
use crate::{Current, DetectorState, Profile, Remedy, step};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).unwrap()
}

fn key(evse_id: u16) -> ConnectorKey {
    ConnectorKey { evse_id, connector_id: 1 }
}

/// The connector of the EVSE of a station.
fn connector(station: usize, evse: u16) -> SiteConnector {
    SiteConnector { station: format!("s-{station}").parse().unwrap(), key: key(evse) }
}

fn change(kind: ChangeKind, severity: Severity, (opened_at, decided_at): (i64, i64)) -> Change {
    Change {
        at: at(decided_at),
        connector: key(1),
        fault: FaultId::Overvoltage,
        severity,
        kind,
        value: 254.0,
        limit: 253.0,
        unit: "V",
        evidence: String::new(),
        remedy: Remedy::SetUnavailable,
        opened_at: at(opened_at),
    }
}

fn opened(second: i64) -> Change {
    change(ChangeKind::Opened, Severity::P2, (second, second))
}

/// A site whose connectors stand in one table: a station for each row, and how many of its connectors suffer.
fn supply(disturbance: Option<Disturbance>, stations: &[(u16, u16)]) -> Supply {
    let witness =
        |station, evse, suffering| Witness { connector: connector(station, evse), suffers: evse <= suffering };
    let of_station = |(station, &(all, suffering))| (1..=all).map(move |evse| witness(station, evse, suffering));
    Supply {
        disturbance,
        witnesses: stations.iter().enumerate().flat_map(of_station).collect(),
        stations: stations.len(),
    }
}

fn group(one: &SiteConnector, changes: Vec<Change>, supply: Supply) -> (Vec<String>, Option<Disturbance>) {
    let grouped = group_voltage(one, changes, &[(FaultId::Overvoltage, supply)].into(), at(5_000));
    let word = |told: &Told<Change>| match told {
        Told::Own(change) => format!("{:?} {}", change.kind, change.severity),
        Told::Site(SiteChange::Opened { severity, since, affected, of, .. }) => {
            format!("site {severity} since {} ({affected} of {of})", since.as_second() - 1_780_000_000)
        }
        Told::Site(SiteChange::Cleared { since, at, .. }) => {
            let second = |at: &Timestamp| at.as_second() - 1_780_000_000;
            format!("site back at {} since {}", second(at), second(since))
        }
    };
    (grouped.told.iter().map(word).collect(), grouped.disturbances.into_values().next())
}

fn lasting(severity: Severity, connectors: &[SiteConnector]) -> Disturbance {
    Disturbance { since: at(7), severity, connectors: connectors.iter().cloned().collect(), check_at: Some(at(300)) }
}

#[test]
fn half_of_those_that_can_tell_are_one_message() {
    let alone = "Opened P2";
    for (stations, expected) in [
        (&[(1, 1)][..], alone),
        (&[(1, 1), (1, 0)], alone),
        (&[(1, 1), (1, 1)], "site P2 since 60 (2 of 2)"),
        (&[(1, 1), (1, 1), (1, 0), (1, 0)], "site P2 since 60 (2 of 4)"),
        (&[(1, 1), (1, 1), (1, 0), (1, 0), (1, 0)], alone),
        // The connectors of one station have its wiring in common, too; unless it is the site.
        (&[(2, 2), (2, 0)], alone),
        (&[(4, 4), (1, 0)], alone),
        (&[(2, 2)], "site P2 since 60 (2 of 2)"),
        (&[(2, 1)], alone),
        (&[(2, 2), (2, 1), (2, 0)], "site P2 since 60 (3 of 6)"),
        (&[(20, 20), (20, 20)], "site P2 since 60 (40 of 40)"),
    ] {
        let (told, disturbance) = group(&connector(0, 1), vec![opened(60)], supply(None, stations));
        assert_eq!(told, [expected], "{stations:?}");
        // It is written in any case, so that of two that open at once the second sees the first.
        let silenced = usize::from(expected != alone);
        let disturbance = disturbance.unwrap();
        assert_eq!((disturbance.connectors.len(), disturbance.check_at.is_some()), (silenced, silenced == 1));
    }
}

#[test]
fn whoever_opens_counts_itself_whatever_its_row_says() {
    let (told, _) = group(&connector(0, 1), vec![opened(60)], supply(None, &[(1, 0), (1, 1)]));
    assert_eq!(told, ["site P2 since 60 (2 of 2)"]);
    // Not even when it was not heard of before.
    let mut unknown = supply(None, &[(1, 1)]);
    unknown.stations = 2;
    assert_eq!(group(&connector(1, 1), vec![opened(60)], unknown).0, ["site P2 since 60 (2 of 2)"]);
}

#[test]
fn a_disturbance_silences_those_that_join_and_is_over_with_the_last_of_them() {
    let (first, second, early) = (connector(0, 1), connector(1, 1), connector(2, 1));
    let all = [(1, 1), (1, 1), (1, 1)];
    let (_, begun) = group(&first, vec![opened(60)], supply(None, &all));
    let (told, joined) = group(&second, vec![opened(61)], supply(begun, &all));
    assert_eq!((told.len(), joined.as_ref().unwrap().connectors.len()), (0, 2));
    let cleared = |opened_at| vec![change(ChangeKind::Cleared, Severity::P2, (opened_at, 900))];
    // Who was told by itself before is told its end by itself, and nothing is to be written for the site.
    let (told, unchanged) = group(&early, cleared(30), supply(joined.clone(), &[]));
    assert_eq!((told, unchanged), (vec!["Cleared P2".to_owned()], None));
    let (told, left) = group(&first, cleared(60), supply(joined, &[]));
    assert_eq!((told.len(), left.as_ref().unwrap().connectors.len()), (0, 1));
    let (told, over) = group(&second, cleared(61), supply(left, &[]));
    assert_eq!(told, ["site back at 900 since 60"]);
    let over = over.unwrap();
    assert_eq!((over.connectors.len(), over.check_at), (0, None));
    // The next one is another, even if it began at the same moment.
    let (told, next) = group(&first, vec![opened(60)], supply(Some(over), &all));
    assert_eq!(told, ["site P2 since 60 (3 of 3)"]);
    assert_eq!(next.unwrap().since, at(60) + SignedDuration::from_millis(1));
}

#[test]
fn what_is_more_urgent_is_told_of_the_site_again() {
    let (first, second) = (connector(0, 1), connector(1, 1));
    let both = [first.clone(), second.clone()];
    let dangerous = |second| change(ChangeKind::Opened, Severity::P1, (second, second));
    let worse = |second| vec![change(ChangeKind::Cleared, Severity::P2, (60, second)), dangerous(second)];
    let all = [(1, 1), (1, 1)];
    for (known, changes, expected) in [
        (lasting(Severity::P2, &both), worse(100), vec!["site back at 100 since 7", "site P1 since 100 (2 of 2)"]),
        // The only one that it silenced.
        (lasting(Severity::P2, &both[..1]), worse(100), vec!["site back at 100 since 7", "site P1 since 100 (2 of 2)"]),
        (
            lasting(Severity::P2, &both[1..]),
            vec![dangerous(100)],
            vec!["site back at 100 since 7", "site P1 since 100 (2 of 2)"],
        ),
        (lasting(Severity::P1, &both[1..]), vec![dangerous(100)], vec![]),
        (lasting(Severity::P1, &both[1..]), vec![opened(100)], vec![]),
    ] {
        let (told, after) = group(&first, changes, supply(Some(known.clone()), &all));
        assert_eq!(told, expected, "{known:?}");
        assert!(after.unwrap().connectors.contains(&first));
    }
}

#[test]
fn other_faults_are_told_by_themselves_and_need_no_look_at_the_site() {
    let other = Change { fault: FaultId::Overcurrent, ..opened(60) };
    let under = Change { fault: FaultId::Undervoltage, ..change(ChangeKind::Cleared, Severity::P3, (1, 60)) };
    assert_eq!(voltage_faults(std::slice::from_ref(&other)), BTreeSet::new());
    let both = [FaultId::Overvoltage, FaultId::Undervoltage].into();
    assert_eq!(voltage_faults(&[under, other.clone(), opened(60)]), both);
    let grouped = group_voltage(&connector(0, 1), vec![other.clone()], &BTreeMap::new(), at(60));
    assert_eq!(grouped, GroupedVoltage { disturbances: BTreeMap::new(), told: vec![Told::Own(other)] });
}

#[test]
fn the_others_are_asked_when_their_answer_counts() {
    let lasting = |severity, connectors: &[SiteConnector]| Some(lasting(severity, connectors));
    let (one, over) = ([connector(0, 1)], change(ChangeKind::Cleared, Severity::P2, (1, 60)));
    for (disturbance, changes, asks) in [
        (None, vec![opened(60)], true),
        (lasting(Severity::P2, &[]), vec![opened(60)], true),
        (lasting(Severity::P2, &one), vec![opened(60)], false),
        (lasting(Severity::P1, &one), vec![opened(60)], false),
        (lasting(Severity::P3, &one), vec![opened(60)], true),
        // It may be the last that leaves before it comes again.
        (lasting(Severity::P1, &one), vec![over.clone(), opened(90)], true),
        (lasting(Severity::P2, &one), vec![over], false),
        (None, vec![Change { fault: FaultId::Overcurrent, ..opened(60) }], false),
    ] {
        let supply = Supply { disturbance, ..Supply::default() };
        assert_eq!(supply.asks_witnesses(&FaultId::Overvoltage, &changes), asks, "{supply:?} {changes:?}");
    }
}

#[test]
fn a_look_ends_what_nobody_who_reports_has_any_more() {
    let (first, second) = (connector(0, 1), connector(1, 1));
    let known = lasting(Severity::P2, &[first.clone(), second.clone()]);
    let episode = Episode {
        fault: FaultId::Overvoltage,
        severity: Severity::P2,
        opened_at: at(60),
        value: 254.0,
        limit: 253.0,
        unit: "V".to_owned(),
        evidence: String::new(),
    };
    let now = at(5_000);
    let one = |connector: &SiteConnector, is_open: bool, silent_s: i64| Silenced {
        connector: connector.clone(),
        episode: is_open.then(|| episode.clone()),
        heard_at: Some(at(5_000 - silent_s)),
    };
    let left =
        |connector: &SiteConnector| Told::Own(LeftBehind { connector: connector.clone(), episode: episode.clone() });
    let over = Told::Site(SiteChange::Cleared { fault: FaultId::Overvoltage, since: at(7), at: now });
    for (silenced, kept, expected) in [
        (vec![one(&first, true, 10), one(&second, true, 10)], 2, vec![]),
        (vec![one(&first, true, 10), one(&second, true, 4_000)], 2, vec![]),
        // The second was retired, or what it had is over.
        (vec![one(&first, true, 10)], 1, vec![]),
        (vec![one(&first, true, 10), one(&second, false, 10)], 1, vec![]),
        (vec![one(&first, true, 361), one(&second, false, 10)], 0, vec![over.clone(), left(&first)]),
        (vec![one(&first, true, 361), one(&second, true, 4_000)], 0, vec![over.clone(), left(&first), left(&second)]),
        (vec![], 0, vec![over.clone()]),
    ] {
        let (after, told) = known.looked_at(&FaultId::Overvoltage, silenced.clone(), now);
        assert_eq!((after.connectors.len(), told), (kept, expected), "{silenced:?}");
        assert_eq!(after.check_at, (kept > 0).then(|| now + LOOK_EVERY));
    }
}

/// A connector that charges, or does not, with samples of that voltage.
fn detector(status: &str, volts: f64) -> DetectorState {
    let profile = Profile { nominal_v: Some(230.0), ..Profile::default() }.resolve();
    let sample = |second| {
        let json = format!(
            r#"{{"samples":[{{"at":"{}","connectors":[{{"evseId":1,"connectorId":1,"status":"{status}","voltageV":{volts},"currentA":16}}]}}]}}"#,
            at(second)
        );
        messages::parse_telemetry(json.as_bytes()).unwrap().remove(0)
    };
    [0, 10].into_iter().fold(DetectorState::default(), |state, second| step(state, &profile, &sample(second)).0)
}

#[test]
fn who_can_tell_is_who_reports_and_would_show_it() {
    use FaultId::{Overvoltage, Undervoltage};
    for (status, volts, fault, current, silent_s, expected) in [
        ("Charging", 230.0, Overvoltage, Current::Ac, 10, Some(false)),
        ("Available", 230.0, Overvoltage, Current::Ac, 360, Some(false)),
        // On the way to the fault.
        ("Available", 255.0, Overvoltage, Current::Ac, 10, Some(true)),
        ("Available", 290.0, Overvoltage, Current::Ac, 10, Some(true)),
        ("Charging", 255.0, Overvoltage, Current::Ac, 361, None),
        ("Charging", 255.0, Overvoltage, Current::Dc, 10, None),
        ("Charging", 255.0, Undervoltage, Current::Ac, 10, Some(false)),
        ("Charging", 200.0, Undervoltage, Current::Ac, 10, Some(true)),
        ("Available", 200.0, Undervoltage, Current::Ac, 10, None),
        ("Charging", 200.0, Overvoltage, Current::Ac, 10, Some(false)),
    ] {
        let state = detector(status, volts);
        let report = Report { connector: connector(0, 1), current, detector: &state, heard_at: Some(at(-silent_s)) };
        let witness = Witness::of(report, &fault, at(0));
        assert_eq!(witness.map(|witness| witness.suffers), expected, "{status} {volts} V {fault} {current:?}");
    }
}

proptest! {
    /// Whatever opens and clears, in whatever order: of a site that is told something is open at most one disturbance, each connector's own
    /// alert is told at most once until it ends, and when nothing is open any more everything that was told has ended.
    #[test]
    fn what_is_told_ends(turns in prop::collection::vec((0usize..6, any::<bool>()), 0..60)) {
        let all: Vec<SiteConnector> = (0..6).map(|n| connector(n, 1)).collect();
        let (mut open, mut told_open) = (BTreeMap::new(), BTreeSet::new());
        let (mut disturbance, mut site_open) = (None::<Disturbance>, false);
        let ends = (0..6).map(|n| (n, false));
        for (second, (n, opens)) in (0_i64..).zip(turns.into_iter().chain(ends)) {
            let one = &all[n];
            let change = match (opens, open.get(one).copied()) {
                (true, None) => opened(second),
                (false, Some(since)) => change(ChangeKind::Cleared, Severity::P2, (since, second)),
                _ => continue,
            };
            let witness = |other: &SiteConnector| Witness { connector: other.clone(), suffers: open.contains_key(other) };
            let supply = Supply { disturbance: disturbance.clone(), witnesses: all.iter().map(witness).collect(), stations: 6 };
            let grouped = group_voltage(one, vec![change], &[(FaultId::Overvoltage, supply)].into(), at(second));
            disturbance = grouped.disturbances.into_values().next().or(disturbance);
            for told in grouped.told {
                match told {
                    Told::Own(change) if change.kind == ChangeKind::Opened => prop_assert!(told_open.insert(one.clone())),
                    Told::Own(_) => prop_assert!(told_open.remove(one)),
                    Told::Site(SiteChange::Opened { affected, of, .. }) => {
                        prop_assert!(!site_open && 2 * affected >= of);
                        site_open = true;
                    }
                    Told::Site(SiteChange::Cleared { .. }) => {
                        prop_assert!(site_open);
                        site_open = false;
                    }
                }
            }
            if opens { open.insert(one.clone(), second) } else { open.remove(one) };
            // Nobody's fault is open without somebody having been told, of it or of the site.
            prop_assert!(open.keys().all(|one| told_open.contains(one) || site_open));
            prop_assert_eq!(site_open, disturbance.as_ref().is_some_and(|known| !known.connectors.is_empty()));
        }
        prop_assert!(told_open.is_empty() && !site_open);
    }

    #[test]
    fn a_disturbance_is_read_back_as_it_was_written(stations in prop::collection::vec(0usize..9, 0..9)) {
        let connectors: Vec<_> = stations.iter().map(|n| connector(*n, 2)).collect();
        let written = lasting(Severity::P3, &connectors);
        let json = serde_json::to_string(&written).unwrap();
        prop_assert_eq!(serde_json::from_str::<Disturbance>(&json).unwrap(), written);
    }
}
