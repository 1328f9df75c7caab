//! Every place where an invocation can die, one after the other, and every two of them that are near each other.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use crate::chance::Chance;
use crate::invariants::{self, Violation};
use crate::kills::Kills;
use crate::rates::Rates;
use crate::script::{self, Fate, Script};
use crate::sites::{Pays, Prices};
use crate::wanted_back::WantedBack;
use crate::world::World;

/// Two deaths are near when no more than so many awaits lie between them.
const NEAR: u64 = 40;

/// What became of all schedules of the scenarios.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exhausted {
    /// Scenarios: worlds of one session.
    pub scenarios: u64,
    /// Schedules that were run.
    pub schedules: u64,
    /// Awaits of the longest scenario without a death.
    pub longest: u64,
    /// What does not hold, with the scenario and the awaits where invocations died.
    pub violations: Vec<(usize, Vec<u64>, Violation)>,
}

/// Stations of a world: one for each tariff.
const STATIONS: usize = Prices::ALL.len();

/// A dispute is looked at every day; one day is like the other.
const LONGEST_DISPUTE: SignedDuration = SignedDuration::from_hours(26);

/// One session, and chance as it is when the session begins.
struct Scenario {
    script: Script,
    chance: Chance,
}

/// Runs `count` worlds of one session, no two of one kind, with every single death and every pair of near ones.
#[must_use]
pub fn exhaust(count: usize) -> Exhausted {
    let mut exhausted = Exhausted::default();
    for (number, scenario) in scenarios().take(count).enumerate() {
        exhausted.scenarios += 1;
        let awaits = exhausted.run(number, &scenario, &[]);
        exhausted.longest = exhausted.longest.max(awaits);
        for first in 1..=awaits {
            let awaits = exhausted.run(number, &scenario, &[first]);
            for second in first + 1..=awaits.min(first + NEAR) {
                exhausted.run(number, &scenario, &[first, second]);
            }
        }
    }
    exhausted
}

/// Sessions that differ in what is unusual about them, the usual first.
fn scenarios() -> impl Iterator<Item = Scenario> {
    let mut seen = BTreeSet::new();
    (0..).filter_map(move |seed: usize| {
        let mut chance = Chance::of_seed(u64::try_from(seed).unwrap_or(0));
        let mut script = script::sessions(&mut chance, seed..seed + 1, STATIONS).pop()?;
        if !is_usual(&script) {
            script.wanted_back = WantedBack::default();
        }
        if let Some(dispute) = &mut script.wanted_back.dispute {
            dispute.lasts = dispute.lasts.min(LONGEST_DISPUTE);
        }
        seen.insert(kind(&script)).then_some(Scenario { script, chance })
    })
}

/// Whether money goes back of a session: of one that is paid well, and in which nothing else happens.
fn is_usual(script: &Script) -> bool {
    let (pays, unusual, _) = kind(script);
    pays == Some(Pays::Well) && unusual == [false; 5]
}

/// What is unusual about a session, and what goes back of it: by how many orders, and whether a bank wants it.
fn kind(script: &Script) -> (Option<Pays>, [bool; 5], (usize, bool)) {
    let has = |fate| script.lines.iter().any(|line| line.fate == fate);
    let unusual = [
        has(Fate::NoReading),
        has(Fate::Malformed),
        script.lines.iter().any(|line| line.sent_at.is_none()),
        script.is_clock_wrong,
        script.stretches.iter().all(|stretch| stretch.wh == 0),
    ];
    let WantedBack { orders, dispute } = &script.wanted_back;
    (script.driver.map(Pays::of), unusual, (orders.len(), dispute.is_some()))
}

impl Exhausted {
    /// Runs one schedule; how many awaits it took.
    fn run(&mut self, number: usize, scenario: &Scenario, deaths: &[u64]) -> u64 {
        self.schedules += 1;
        let Scenario { script, chance } = scenario;
        let kills = Kills::At(deaths.iter().copied().collect());
        let mut world = World::with(vec![script.clone()], chance.clone(), Rates::NONE, kills, None, STATIONS);
        world.run();
        for violation in invariants::check(&world) {
            self.violations.push((number, deaths.to_vec(), violation));
        }
        world.core.lock().totals.awaits
    }
}
