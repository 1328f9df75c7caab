//! What became of a run.

use billing::session::SessionState;

use crate::invariants::{self, Violation};
use crate::oracle;
use crate::plan::Plan;
use crate::points::Coverage;
use crate::totals::Totals;
use crate::world::World;

/// What became of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The plan.
    pub plan: Plan,
    /// What it went through.
    pub totals: Totals,
    /// Where its invocations gave way and died.
    pub coverage: Coverage,
    /// Everything that happened, as one number.
    pub log: u64,
    /// What does not hold.
    pub violations: Vec<Violation>,
}

/// Runs a plan to its end.
#[must_use]
pub fn run(plan: &Plan) -> Report {
    let mut world = World::of(plan);
    world.run();
    report(&world, plan)
}

/// What became of a world.
pub(crate) fn report(world: &World, plan: &Plan) -> Report {
    let violations = invariants::check(world);
    let heads = world.tables.heads();
    let (mut totals, coverage, mut log) = {
        let core = world.core.lock();
        (core.totals, core.coverage.clone(), core.log)
    };
    totals.paid = count(world.stripe.charged().len());
    totals.refunds = count(world.stripe.given_back().len());
    totals.disputes = count(world.stripe.disputed().len());
    totals.reviews = count(heads.iter().filter(|head| head.state == SessionState::Review).count());
    let checked = world.scripts.iter().filter(|script| {
        let head = world.tables.head_of(&script.session);
        head.is_some_and(|head| invariants::is_checkable(&head, script)) && oracle::due_minor(script).is_some()
    });
    totals.oracle_checked = count(checked.count());
    for head in &heads {
        log.text(&format!("{head:?}"));
    }
    for debt in world.tables.debts() {
        log.text(&format!("{debt:?}"));
    }
    for returns in world.tables.all_returns() {
        log.text(&format!("{returns:?}"));
    }
    Report { plan: *plan, totals, coverage, log: log.value(), violations }
}

fn count(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
