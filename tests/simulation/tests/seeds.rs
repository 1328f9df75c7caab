//! Five seeds of 10,000 sessions with every fault, and every seed that ever failed.

use simulation::{Coverage, Invariant, Plan, Report, Violation, run};

/// The seeds of every run of the tests.
const SEEDS: [u64; 5] = [1, 2, 3, 4, 5];

/// Seeds that failed once, with the sessions they failed with: they stay.
const FAILED_ONCE: [(u64, usize); 2] = [(34, 10_000), (70, 10_000)];

fn holds(report: &Report) {
    let shown: Vec<String> = report.violations.iter().take(10).map(Violation::to_string).collect();
    let (seed, count) = (report.plan.seed, report.violations.len());
    assert!(shown.is_empty(), "seed {seed}: {count} violations, the first of them:\n{}", shown.join("\n"));
}

#[test]
fn five_seeds_hold_and_nobody_is_spared() {
    let mut coverage = Coverage::default();
    for seed in SEEDS {
        let report = run(&Plan::of_seed(seed));
        holds(&report);
        coverage.add(&report.coverage);
        assert!(report.totals.kills > 10_000 && report.totals.lost_replies > 1_000, "{:?}", report.totals);
        assert!(report.totals.oracle_checked > 8_000 && report.totals.paid > 6_000, "{:?}", report.totals);
    }
    let spared: Vec<String> = coverage.never_killed().map(|point| format!("{point:?}")).collect();
    assert!(spared.is_empty(), "nobody ever died here:\n{}", spared.join("\n"));
}

#[test]
fn seeds_that_failed_once_hold() {
    for (seed, sessions) in FAILED_ONCE {
        holds(&run(&Plan::of_seed(seed).with_sessions(sessions)));
    }
}

/// Invariant (h).
#[test]
fn the_same_seed_gives_the_same_run() {
    let plan = Plan::of_seed(77).with_sessions(1_000);
    let (first, second) = (run(&plan), run(&plan));
    assert_eq!(first, second, "{}", Invariant::SameAgain.as_str());
    assert_ne!(first.log, run(&Plan { seed: 78, ..plan }).log);
}
