//! One trial: a healthy world, a cause that comes and goes, and what was said about it.

use faults::{Change, ChangeKind, FaultId, Severity};

use crate::baseline::{Alarms, Baselines};
use crate::cause::Cause;
use crate::detector::{Detector, Watched};
use crate::draw::{Draw, Seed};
use crate::pool::Learned;
use crate::scenario::{Begins, Scenario};
use crate::session::Wish;
use crate::station::Kind;
use crate::world::Truth;

/// From here on an overtemperature can be seen, °C.
const WARM_C: f64 = 70.0;

/// What came of a trial.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outcome {
    /// Which trial of its scenario.
    pub(crate) number: usize,
    /// The station in its pool.
    pub(crate) place: usize,
    pub(crate) told: bool,
    /// When it was found, if it was.
    pub(crate) found: Option<Found>,
    /// Openings of faults that were not there.
    pub(crate) wrong: Vec<FaultId>,
    /// Openings of the fault after the first, other than as a more urgent one.
    pub(crate) duplicates: usize,
    /// Openings of the fault as a more urgent one.
    pub(crate) worsened: usize,
    /// Whether the fault was over at the end.
    pub(crate) cleared: bool,
    /// Whether each baseline saw it; none where it cannot.
    pub(crate) baselines: [Option<bool>; 3],
    pub(crate) bytes: usize,
    pub(crate) setting: Setting,
}

/// How a fault was found, from its onset on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Found {
    /// From the onset on.
    pub(crate) seconds: f64,
    /// What flowed since the onset.
    pub(crate) wh: f64,
    /// Since the onset, the one that showed it included.
    pub(crate) samples: usize,
}

/// The circumstances that recall is tabled over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Setting {
    pub(crate) current_a: f64,
    pub(crate) slow_s: f64,
    pub(crate) lag_s: f64,
    pub(crate) k_per_w: f64,
    pub(crate) ambient_c: f64,
}

/// A point of a series, for plots.
pub(crate) struct Point {
    pub(crate) truth: Truth,
    /// Whether the cause acts.
    pub(crate) acts: bool,
}

/// Runs one trial on a station that has a history.
pub(crate) fn run<D: Detector>(
    detector: &D,
    scenario: &Scenario,
    learned: &Learned<D>,
    (number, place): (usize, usize),
    seed: Seed,
    watch: &mut impl FnMut(&Point, &messages::Sample, &[Change]),
) -> Outcome {
    let station = &learned.station;
    let mut draw = Draw::new(seed);
    let cause = (scenario.cause)(&mut draw, scenario.amount, station);
    let lasts_s = draw.within(scenario.lasts_s.0, scenario.lasts_s.1);
    let before_s = draw.within(600.0, 2700.0);
    let mut series = learned.series.clone();
    series.reseed(seed.of(&[1]));
    let rest_s = lasts_s + scenario.after_s;
    let charging_s = match scenario.begins {
        Begins::Charging => before_s + rest_s + 120.0,
        Begins::AtTheEnd => before_s,
    };
    let session = series.plug_in(draw.within(300.0, 1500.0), &wish(scenario, learned, number, charging_s));
    let from = session.charge_from + before_s;
    let current_a = session.wanted_a(from);
    if scenario.begins == Begins::AtTheEnd {
        session.paused_until = session.charge_until;
        session.unplugged_at = session.charge_until + rest_s;
    }
    let until = from + lasts_s;
    series.hold_the_line(from);
    let heat = &station.heat;
    let mut verdict = Verdict::new(scenario);
    let mut watched = Watched::new(detector, &learned.profile, learned.state.clone());
    let mut baselines = Baselines::new(learned.profile.nominal_v);
    let compared = learned.told && Alarms::default().sees(&scenario.fault).is_some();
    let mut arrived = Vec::new();
    while series.world.now() < until + scenario.after_s {
        let now = series.world.now();
        let acts = now >= from && now < until;
        arrived.clear();
        let truth = series.advance(acts.then_some(&cause), &mut |sample| arrived.push(sample));
        verdict.look(&truth, &cause, acts);
        let point = Point { truth, acts };
        for sample in &arrived {
            let changes = watched.take(sample);
            // Methods that know nothing of a connector are compared where ours know everything.
            if compared {
                for (saw, alarms) in verdict.baselines.iter_mut().zip(baselines.take(sample)) {
                    *saw |= acts && alarms.sees(&scenario.fault) == Some(true);
                }
            }
            for change in &changes {
                verdict.take(change, &point);
            }
            watch(&point, sample, &changes);
        }
    }
    Outcome {
        number,
        place,
        told: learned.told,
        found: verdict.found,
        wrong: verdict.wrong,
        duplicates: verdict.duplicates,
        worsened: verdict.worsened,
        cleared: !verdict.open,
        baselines: verdict.baselines.map(|saw| compared.then_some(saw)),
        bytes: watched.bytes,
        setting: Setting {
            current_a,
            slow_s: heat.slow_s,
            lag_s: heat.lag_s,
            k_per_w: heat.k_per_w,
            ambient_c: heat.ambient_c,
        },
    }
}

fn wish<D: Detector>(scenario: &Scenario, learned: &Learned<D>, number: usize, charging_s: f64) -> Wish {
    let phases = if learned.station.kind == Kind::Ac3 { 3.0 } else { 1.0 };
    let current_a = match scenario.fault {
        FaultId::RegisterStuck => Some(scenario.amount / (phases * learned.station.nominal_v)),
        _ if scenario.currents.is_empty() => None,
        _ => Some(scenario.currents[number % scenario.currents.len()]),
    };
    Wish { charging_s: Some(charging_s), current_a, ..scenario.wish.clone() }
}

/// What has been said so far.
struct Verdict<'a> {
    scenario: &'a Scenario,
    onset: Option<Truth>,
    samples: usize,
    found: Option<Found>,
    wrong: Vec<FaultId>,
    duplicates: usize,
    worsened: usize,
    open: bool,
    /// The severity that ended last, and when.
    ended: Option<(jiff::Timestamp, Severity)>,
    baselines: [bool; 3],
}

impl<'a> Verdict<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        Self {
            scenario,
            onset: None,
            samples: 0,
            found: None,
            wrong: Vec::new(),
            duplicates: 0,
            worsened: 0,
            open: false,
            ended: None,
            baselines: [false; 3],
        }
    }

    /// Looks whether the cause can be seen, and counts samples from then on.
    fn look(&mut self, truth: &Truth, cause: &Cause, acts: bool) {
        let visible = match cause {
            Cause::Hot { .. } => truth.celsius >= WARM_C,
            Cause::Draws(of_offer) => truth.amperes[0] >= truth.offer_a * (0.1 + 0.9 * of_offer),
            _ => true,
        };
        if self.onset.is_none() && acts && visible {
            self.onset = Some(truth.clone());
        }
        self.samples += usize::from(self.onset.is_some());
    }

    fn take(&mut self, change: &Change, point: &Point) {
        let expected = change.fault == self.scenario.fault;
        match change.kind {
            ChangeKind::Cleared if expected => {
                self.open = false;
                self.ended = Some((change.at, change.severity));
            }
            ChangeKind::Opened if expected => {
                self.open = true;
                self.opened(change, point);
            }
            ChangeKind::Opened if self.onset.is_none() || !self.scenario.also.contains(&change.fault) => {
                self.wrong.push(change.fault.clone());
            }
            ChangeKind::Opened | ChangeKind::Cleared => {}
        }
    }

    fn opened(&mut self, change: &Change, point: &Point) {
        let worse = self.ended.is_some_and(|(at, severity)| at == change.at && change.severity < severity);
        if self.onset.is_none() && point.acts {
            // Noise showed it a little early.
            self.onset = Some(point.truth.clone());
        }
        match (&self.onset, self.found) {
            (_, Some(_)) if worse => self.worsened += 1,
            (_, Some(_)) => self.duplicates += 1,
            (Some(onset), None) if point.acts => {
                self.found = Some(Found {
                    seconds: point.truth.now - onset.now,
                    wh: point.truth.energy_wh - onset.energy_wh,
                    samples: self.samples,
                });
            }
            (_, None) => self.wrong.push(change.fault.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use faults::{DetectorState, Remedy, ResolvedProfile};
    use messages::Sample;

    use super::*;
    use crate::bench::{Plan, Pools, clean, trials};
    use crate::detector::Ours;
    use crate::draw::Half;
    use crate::scenario::scenarios;
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
}
