//! Every place where an invocation can die, one after the other, and every two of them that are near each other.

use std::collections::BTreeSet;

use crate::chance::Chance;
use crate::invariants::{self, Violation};
use crate::kills::Kills;
use crate::rates::Rates;
use crate::script;
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

/// Runs each of the first `scenarios` worlds of one session with every single death and every pair of near ones.
#[must_use]
pub fn exhaust(scenarios: usize) -> Exhausted {
    let mut exhausted = Exhausted::default();
    for scenario in 0..scenarios {
        exhausted.scenarios += 1;
        let awaits = exhausted.run(scenario, &[]);
        exhausted.longest = exhausted.longest.max(awaits);
        for first in 1..=awaits {
            let awaits = exhausted.run(scenario, &[first]);
            for second in first + 1..=awaits.min(first + NEAR) {
                exhausted.run(scenario, &[first, second]);
            }
        }
    }
    exhausted
}

impl Exhausted {
    /// Runs one schedule; how many awaits it took.
    fn run(&mut self, scenario: usize, deaths: &[u64]) -> u64 {
        self.schedules += 1;
        let mut chance = Chance::of_seed(u64::try_from(scenario).unwrap_or(0));
        let scripts = script::sessions(&mut chance, 1, 1);
        let kills = Kills::At(deaths.iter().copied().collect::<BTreeSet<u64>>());
        let mut world = World::with(scripts, chance, Rates::NONE, kills, None, 1);
        world.run();
        for violation in invariants::check(&world) {
            self.violations.push((scenario, deaths.to_vec(), violation));
        }
        world.core.lock().totals.awaits
    }
}
