//! Who is told when several stations of a site are gone.

use super::*;
use crate::{Episode, PresenceState, Watch};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).unwrap()
}

fn station(n: usize) -> StationId {
    format!("s-{n}").parse().unwrap()
}

fn presence() -> Presence {
    Presence {
        state: PresenceState::Offline,
        since: at(0),
        version_number: 1,
        session: "a".to_owned(),
        reason: None,
        watch: Watch::default(),
    }
}

fn change(fault: FaultId, kind: ChangeKind, (opened_at, decided_at): (i64, i64)) -> StationChange {
    let episode = Episode {
        fault,
        severity: Severity::P2,
        opened_at: at(opened_at),
        value: 130.0,
        limit: 120.0,
        unit: "s".to_owned(),
        evidence: String::new(),
    };
    StationChange { kind, at: at(decided_at), episode }
}

/// A site of so many stations, of which those are found offline one after the other, while so many are gone; what is told of each.
fn told(of: usize, gone: usize, found: &[usize]) -> (Vec<String>, Option<Outage>, Vec<Presence>) {
    let mut view = SiteView {
        outage: None,
        stations: (0..of).map(station).collect(),
        // One that was retired is gone for ever, and does not count.
        gone: (0..gone).map(station).chain([station(99)]).collect(),
    };
    let (mut words, mut presences) = (Vec::new(), Vec::new());
    for n in found {
        let opened = change(FaultId::Offline, ChangeKind::Opened, (i64::try_from(*n).unwrap(), 150));
        let grouped = group(&station(*n), presence(), vec![opened], &view);
        view.outage = grouped.outage.or(view.outage);
        words.push(word(&grouped.told));
        presences.push(grouped.presence);
    }
    (words, view.outage, presences)
}

fn word(told: &[Told<StationChange>]) -> String {
    match told {
        [] => "nobody".to_owned(),
        [Told::Own(change)] => change.episode.fault.to_string(),
        [Told::Site(SiteChange::Opened { fault: FaultId::Offline, severity: Severity::P2, since, affected, of })] => {
            format!("site since {} ({affected} of {of})", since.as_second() - 1_780_000_000)
        }
        [Told::Site(SiteChange::Cleared { fault: FaultId::Offline, since, at })] => {
            format!("site back at {} since {}", at.as_second() - 1_780_000_000, since.as_second() - 1_780_000_000)
        }
        more => format!("{more:?}"),
    }
}

#[test]
fn half_of_a_site_and_at_least_three_are_one_message() {
    let alone = "offline";
    for (of, gone, expected) in [
        (1, 1, vec![alone]),
        (2, 2, vec![alone, alone]),
        (3, 3, vec!["site since 0 (3 of 3)", "nobody", "nobody"]),
        (4, 3, vec!["site since 0 (3 of 4)", "nobody", "nobody"]),
        (6, 3, vec!["site since 0 (3 of 6)", "nobody", "nobody"]),
        (7, 3, vec![alone, alone, alone]),
        (10, 4, vec![alone, alone, alone, alone]),
        (40, 40, {
            let mut expected = vec!["nobody"; 40];
            expected[0] = "site since 0 (40 of 40)";
            expected
        }),
    ] {
        let found: Vec<usize> = (0..gone).collect();
        assert_eq!(told(of, gone, &found).0, expected, "{gone} of {of}");
    }
}

#[test]
fn an_outage_is_over_when_the_last_of_those_it_silenced_is_back() {
    let (_, mut outage, presences) = told(4, 4, &[2, 0, 1, 3]);
    let since = outage.as_ref().unwrap().since;
    assert_eq!(since, at(2));
    let mut words = Vec::new();
    for (n, presence) in [2, 0, 1, 3].into_iter().zip(presences) {
        assert_eq!(presence.watch.told_with_site, Some(since));
        let cleared = change(FaultId::Offline, ChangeKind::Cleared, (i64::try_from(n).unwrap(), 900));
        let view = SiteView { outage: outage.clone(), ..SiteView::default() };
        let grouped = group(&station(n), presence, vec![cleared], &view);
        assert_eq!(grouped.presence.watch.told_with_site, None);
        outage = grouped.outage;
        words.push(word(&grouped.told));
    }
    assert_eq!(words, ["nobody", "nobody", "nobody", "site back at 900 since 2"]);
    assert_eq!(outage.as_ref().map(|outage| outage.stations.len()), Some(0));
    // The next one is another.
    let view = SiteView { outage, stations: (0..3).map(station).collect(), gone: (0..3).map(station).collect() };
    let opened = change(FaultId::Offline, ChangeKind::Opened, (5_000, 5_150));
    assert_eq!(word(&group(&station(1), presence(), vec![opened], &view).told), "site since 5000 (3 of 3)");
}

#[test]
fn a_station_that_was_told_by_itself_ends_by_itself_and_flapping_is_its_own() {
    let view = SiteView {
        outage: Some(Outage { since: at(7), stations: [station(1)].into() }),
        stations: (0..3).map(station).collect(),
        gone: (0..3).map(station).collect(),
    };
    for (fault, kind, expected) in [
        (FaultId::Offline, ChangeKind::Cleared, "offline"),
        (FaultId::Flapping, ChangeKind::Opened, "flapping"),
        (FaultId::Flapping, ChangeKind::Cleared, "flapping"),
    ] {
        let grouped = group(&station(0), presence(), vec![change(fault, kind, (0, 150))], &view);
        assert_eq!((word(&grouped.told).as_str(), grouped.outage), (expected, None));
    }
    // The outage that it was part of is forgotten: it ends no other.
    let mut part = presence();
    part.watch.told_with_site = Some(at(3));
    let grouped = group(&station(1), part, vec![change(FaultId::Offline, ChangeKind::Cleared, (0, 150))], &view);
    assert_eq!((grouped.told, grouped.outage), (Vec::new(), None));
}
