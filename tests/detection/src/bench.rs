//! The whole run: pools, trials and clean days, with any detector.

use std::collections::HashMap;

use crate::clean::{self, Quiet};
use crate::detector::Detector;
use crate::draw::Seed;
use crate::pool::{Learned, Place, learn, places};
use crate::scenario::Scenario;
use crate::series::Cadence;
use crate::station::Kind;
use crate::trial::{self, Outcome};
use crate::work::each;

/// How much is run.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) root: Seed,
    pub(crate) cadences: Vec<Cadence>,
    /// Trials of each scenario at each cadence with a full profile, and as many with none.
    pub(crate) trials: usize,
    /// Stations of each kind, cadence and profile.
    pub(crate) stations: usize,
    /// How much of the clean days is run.
    pub(crate) clean: f64,
    pub(crate) threads: usize,
    /// Only this trial of each scenario.
    pub(crate) only: Option<usize>,
    /// Whether it says on stderr how far it is.
    pub(crate) tells: bool,
}

impl Plan {
    fn telling(&self, what: &'static str) -> Option<&'static str> {
        self.tells.then_some(what)
    }
}

/// The outcomes of a scenario at a cadence.
pub(crate) struct Tried<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) cadence: Cadence,
    pub(crate) outcomes: Vec<Outcome>,
}

/// Stations that have a history, by what they are.
pub(crate) struct Pools<D: Detector>(HashMap<(Cadence, Kind, bool), Vec<Learned<D>>>);

impl<D: Detector> Pools<D> {
    /// Lets every station live through its history.
    pub(crate) fn learn(detector: &D, plan: &Plan) -> Self {
        let places = places(&plan.cadences, plan.stations);
        let learned =
            each(plan.telling("histories"), plan.threads, &places, |_, place| learn(detector, plan.root, *place));
        let mut pools: HashMap<_, Vec<Learned<D>>> = HashMap::new();
        for (Place { cadence, kind, told, .. }, learned) in places.into_iter().zip(learned) {
            pools.entry((cadence, kind, told)).or_default().push(learned);
        }
        Self(pools)
    }

    /// The stations that suit a scenario, each kind in turn.
    pub(crate) fn suitable(&self, scenario: &Scenario, cadence: Cadence, told: bool) -> Vec<(usize, &Learned<D>)> {
        let of_kind = |kind: &Kind| {
            let pool = self.0.get(&(cadence, *kind, told)).map_or(&[][..], Vec::as_slice);
            pool.iter().enumerate().filter(|(_, learned)| (scenario.suits)(&learned.station)).collect::<Vec<_>>()
        };
        let kinds: Vec<Vec<(usize, &Learned<D>)>> = scenario.kinds.iter().map(of_kind).collect();
        let most = kinds.iter().map(Vec::len).max().unwrap_or(0);
        let nth = |n: usize| kinds.iter().filter_map(move |kind| kind.get(n % kind.len().max(1)).copied());
        (0..most).flat_map(nth).collect()
    }

    /// Every station.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Learned<D>> {
        self.0.values().flatten()
    }
}

/// Runs every scenario at every cadence.
pub(crate) fn trials<'a, D: Detector>(
    detector: &D,
    plan: &Plan,
    pools: &Pools<D>,
    scenarios: &'a [Scenario],
) -> Vec<Tried<'a>> {
    let cells: Vec<(usize, Cadence)> =
        plan.cadences.iter().flat_map(|cadence| (0..scenarios.len()).map(|index| (index, *cadence))).collect();
    each(plan.telling("trials"), plan.threads, &cells, |_, (index, cadence)| {
        let scenario = &scenarios[*index];
        let mut outcomes = Vec::new();
        for told in [true, false] {
            let stations = pools.suitable(scenario, *cadence, told);
            let all = 0..if stations.is_empty() { 0 } else { plan.trials };
            for number in all.filter(|number| plan.only.is_none_or(|only| only == *number)) {
                // A station meets each of the currents before the next station comes.
                let (place, learned) = stations[number / scenario.currents.len().max(1) % stations.len()];
                let seed = trial_seed(plan.root, scenario, *cadence, told, number);
                let outcome = trial::run(detector, scenario, learned, (number, place), seed, &mut |_, _, _| ());
                outcomes.push(outcome);
            }
        }
        Tried { scenario, cadence: *cadence, outcomes }
    })
}

/// The seed of a trial; the same whichever other scenarios run.
pub(crate) fn trial_seed(root: Seed, scenario: &Scenario, cadence: Cadence, told: bool, number: usize) -> Seed {
    let name = scenario.fault.to_string() + &scenario.magnitude;
    let name = name.bytes().fold(0_usize, |hash, byte| hash.wrapping_mul(131).wrapping_add(usize::from(byte)));
    root.of(&[3, name, usize::from(cadence.0), usize::from(told), number])
}

/// Runs every clean day.
pub(crate) fn clean<D: Detector>(detector: &D, plan: &Plan) -> Vec<(Cadence, Quiet)> {
    let stays = clean::stays(&plan.cadences, plan.clean);
    let quiet =
        each(plan.telling("clean days"), plan.threads, &stays, |_, stay| clean::run(detector, plan.root, *stay));
    stays.into_iter().map(|stay| stay.cadence).zip(quiet).collect()
}
