//! Whole runs with the real detectors and with ones that never or always speak.

use faults::{Change, ChangeKind, DetectorState, FaultId, Remedy, ResolvedProfile, Severity};
use messages::Sample;

use crate::bench::{Plan, Pools, clean, trials};
use crate::detector::{Detector, Ours};
use crate::draw::{Half, Seed};
use crate::scenario::{Scenario, scenarios};
use crate::score::rows;
use crate::series::Cadence;

fn plan() -> Plan {
    let root = Seed::root(Half::Tune, 99);
    Plan {
        root,
        cadences: vec![Cadence(60)],
        trials: 4,
        stations: 2,
        clean: 0.01,
        threads: 2,
        only: None,
        tells: false,
    }
}

fn of(fault: &FaultId) -> Vec<Scenario> {
    scenarios().into_iter().filter(|scenario| scenario.fault == *fault).collect()
}

/// Says nothing, or says overvoltage at every sample.
struct Fake(bool);

impl Detector for Fake {
    type State = DetectorState;

    fn step(&self, state: DetectorState, _: &ResolvedProfile, sample: &Sample) -> (DetectorState, Vec<Change>) {
        let change = Change {
            at: sample.at,
            connector: sample.connector,
            fault: FaultId::Overvoltage,
            severity: Severity::P1,
            kind: ChangeKind::Opened,
            value: 0.0,
            limit: 0.0,
            unit: "V",
            evidence: String::new(),
            remedy: Remedy::Reset,
            opened_at: sample.at,
        };
        (state, if self.0 { vec![change] } else { Vec::new() })
    }

    fn bytes(&self, _: &DetectorState) -> usize {
        1
    }
}

#[test]
fn an_overvoltage_opens_once_and_clears() {
    let (plan, scenarios) = (plan(), of(&FaultId::Overvoltage));
    let tried = trials(&Ours, &plan, &Pools::learn(&Ours, &plan), &scenarios);
    for outcome in tried.iter().flat_map(|one| &one.outcomes).filter(|outcome| outcome.told) {
        assert!(outcome.found.is_some() && outcome.cleared, "{outcome:?}");
        assert_eq!((outcome.wrong.len(), outcome.duplicates), (0, 0), "{outcome:?}");
        assert!(outcome.baselines[0] == Some(true), "{outcome:?}");
    }
}

#[test]
fn who_never_speaks_finds_nothing_and_is_never_wrong() {
    let (plan, scenarios, fake) = (plan(), of(&FaultId::Overvoltage), Fake(false));
    let tried = trials(&fake, &plan, &Pools::learn(&fake, &plan), &scenarios);
    for one in &tried {
        for row in rows(&one.scenario.fault, &one.scenario.magnitude, 60, &one.outcomes) {
            assert_eq!((row.recall.hits, row.recall.trials), (0, 8));
            assert!(row.wrong.is_empty() && row.median_s.is_none());
        }
    }
    assert!(clean(&fake, &plan).iter().all(|(_, quiet)| quiet.alarms.is_empty()));
}

#[test]
fn who_always_speaks_is_counted_as_wrong() {
    let (plan, scenarios, fake) = (plan(), of(&FaultId::Overvoltage), Fake(true));
    let pools = Pools::learn(&fake, &plan);
    assert!(pools.all().all(|learned| learned.wrong.len() > 100));
    let tried = trials(&fake, &plan, &pools, &scenarios);
    for outcome in tried.iter().flat_map(|one| &one.outcomes) {
        assert!(!outcome.wrong.is_empty() && outcome.duplicates > 5 && !outcome.cleared, "{outcome:?}");
    }
    for (_, quiet) in clean(&fake, &plan) {
        assert!(quiet.alarms.len() > 1000, "{}", quiet.stay);
    }
}

#[test]
fn the_number_of_threads_changes_no_outcome() {
    let scenarios = of(&FaultId::Overcurrent);
    let outcomes = |threads| {
        let plan = Plan { threads, ..plan() };
        let tried = trials(&Ours, &plan, &Pools::learn(&Ours, &plan), &scenarios);
        tried.into_iter().flat_map(|one| one.outcomes).collect::<Vec<_>>()
    };
    assert_eq!(outcomes(1), outcomes(2));
}
