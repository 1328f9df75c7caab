//! `simulate`: the handlers under every fault that the outside can have, seed after seed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use serde::Serialize;
use simulation::{Coverage, Exhausted, Mutant, Plan, Report, Totals, exhaust, run};

use crate::cli;
use crate::exit::Failure;
use crate::print_lines;

/// Violations that are printed of one run; all of them are counted.
const SHOWN: usize = 20;

/// Runs what was asked for.
pub(crate) fn simulate(options: &cli::Simulate) -> Result<(), Failure> {
    if options.exhaustive {
        return exhaustive(options.scenarios);
    }
    let sessions = usize::try_from(options.sessions).unwrap_or(usize::MAX);
    if options.mutants {
        return mutants(options.seed.unwrap_or(1), sessions);
    }
    let mutant = options.mutant.as_deref().map(|name| {
        Mutant::of_name(name).ok_or_else(|| Failure::Unusable(format!("--mutant: there is no mutant {name}")))
    });
    let mutant = mutant.transpose()?;
    let seeds: Vec<u64> = options.seed.map_or_else(|| (1..=options.seeds).collect(), |seed| vec![seed]);
    let plans: Vec<Plan> =
        seeds.into_iter().map(|seed| Plan { mutant, ..Plan::of_seed(seed).with_sessions(sessions) }).collect();
    seeds_hold(&plans, options.coverage)
}

/// One run, as it is printed.
#[derive(Serialize)]
struct Line<'a> {
    seed: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    mutant: Option<&'static str>,
    #[serde(flatten)]
    totals: &'a Totals,
    log: String,
    violations: usize,
    broken: Vec<String>,
}

impl<'a> Line<'a> {
    fn of(report: &'a Report) -> Self {
        Self {
            seed: report.plan.seed,
            mutant: report.plan.mutant.map(Mutant::as_str),
            totals: &report.totals,
            log: format!("{:016x}", report.log),
            violations: report.violations.len(),
            broken: report.violations.iter().take(SHOWN).map(ToString::to_string).collect(),
        }
    }
}

/// Runs every plan; prints a line for each, then what they went through together.
fn seeds_hold(plans: &[Plan], shows_coverage: bool) -> Result<(), Failure> {
    let (mut totals, mut coverage, mut broken) = (Totals::default(), Coverage::default(), Vec::new());
    in_order(plans, |report| {
        totals += report.totals;
        coverage.add(&report.coverage);
        if !report.violations.is_empty() {
            broken.push(report.plan.seed);
        }
        print(&Line::of(report))
    })?;
    if shows_coverage {
        for (point, visits) in coverage.points() {
            print(&serde_json::json!({
                "function": point.function.as_str(), "call": point.call, "side": format!("{:?}", point.side),
                "visited": visits.visited, "killed": visits.killed,
            }))?;
        }
    }
    print(&serde_json::json!({ "seeds": plans.len(), "failed_seeds": broken, "totals": totals }))?;
    match broken.as_slice() {
        [] => Ok(()),
        [seed, ..] => {
            Err(Failure::Failed(format!("{} of {} seeds do not hold, seed {seed} first", broken.len(), plans.len())))
        }
    }
}

/// Runs every mutant; each must be noticed.
fn mutants(seed: u64, sessions: usize) -> Result<(), Failure> {
    let plans: Vec<Plan> = Mutant::ALL
        .into_iter()
        .map(|mutant| Plan { mutant: Some(mutant), ..Plan::of_seed(seed).with_sessions(sessions) })
        .collect();
    let mut unnoticed = Vec::new();
    in_order(&plans, |report| {
        let mutant = report.plan.mutant.map_or("none", Mutant::as_str);
        let noticed: BTreeSet<&str> = report.violations.iter().map(|one| one.invariant.as_str()).collect();
        if noticed.is_empty() {
            unnoticed.push(mutant);
        }
        print(&serde_json::json!({
            "mutant": mutant, "noticed_by": noticed, "violations": report.violations.len(),
            "first": report.violations.first().map(ToString::to_string),
        }))
    })?;
    if unnoticed.is_empty() { Ok(()) } else { Err(Failure::Failed(format!("nobody noticed {}", unnoticed.join(", ")))) }
}

fn exhaustive(scenarios: usize) -> Result<(), Failure> {
    say(&format!("{scenarios} sessions, each with every death and every pair of near ones"));
    let Exhausted { scenarios, schedules, longest, violations } = exhaust(scenarios);
    let broken: Vec<String> = violations
        .iter()
        .take(SHOWN)
        .map(|(scenario, deaths, violation)| format!("scenario {scenario}, deaths at {deaths:?}: {violation}"))
        .collect();
    print(&serde_json::json!({
        "scenarios": scenarios, "schedules": schedules, "longest": longest, "violations": violations.len(), "broken": broken,
    }))?;
    if violations.is_empty() {
        Ok(())
    } else {
        Err(Failure::Failed(format!("{} schedules break something", violations.len())))
    }
}

/// Runs the plans on all processors, and hands the reports out in the order of the plans.
fn in_order(plans: &[Plan], mut take: impl FnMut(&Report) -> Result<(), Failure>) -> Result<(), Failure> {
    let next = AtomicUsize::new(0);
    let processors = thread::available_parallelism().map_or(1, usize::from).min(plans.len());
    thread::scope(|scope| {
        let (sender, reports) = channel();
        for _ in 0..processors {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || work(plans, next, &sender));
        }
        drop(sender);
        let (mut waiting, mut taken) = (BTreeMap::new(), 0);
        for (number, report) in reports {
            waiting.insert(number, report);
            while let Some(report) = waiting.remove(&taken) {
                taken += 1;
                say(&format!("{taken} of {}", plans.len()));
                if let Err(failure) = take(&report) {
                    next.store(plans.len(), Ordering::Relaxed);
                    return Err(failure);
                }
            }
        }
        Ok(())
    })
}

/// Runs the next plan that nobody runs, until there is none.
fn work(plans: &[Plan], next: &AtomicUsize, reports: &Sender<(usize, Report)>) {
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let Some(plan) = plans.get(number) else { return };
        if reports.send((number, run(plan))).is_err() {
            return;
        }
    }
}

fn print(value: &impl Serialize) -> Result<(), Failure> {
    let line = serde_json::to_string(value).map_err(|error| Failure::failed(&error))?;
    print_lines(&format!("{line}\n"))
}

/// Progress, for people who wait.
fn say(progress: &str) {
    let mut to = std::io::stderr();
    if to.is_terminal() {
        // Nobody is there who could be told that nobody is there.
        let _: std::io::Result<()> = writeln!(to, "{progress}");
    }
}
