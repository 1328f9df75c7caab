//! The run that the arguments ask for, from seeds to text.

use crate::arguments::Arguments;
use crate::bench::{Plan, Pools, clean, trials};
use crate::clean::Quiet;
use crate::cost::{Cost, cost};
use crate::detector::Ours;
use crate::draw::Seed;
use crate::hostile::hostile;
use crate::misses::misses;
use crate::real::recorded;
use crate::report::{Parts, Report};
use crate::scenario::{Scenario, scenarios};
use crate::score::counted;
use crate::series::Cadence;
use crate::{plots, table};

/// Why there is no report: something could not be read or written.
pub type Failure = std::io::Error;

/// Runs what is asked for; the text to print.
///
/// # Errors
/// [`Failure`]: a directory cannot be read or written, or no trial has the fault that was asked for.
pub fn run(arguments: &Arguments) -> Result<String, Failure> {
    if let Some(samples) = arguments.hostile {
        let largest = hostile(samples, arguments.seed).map_err(Failure::other)?;
        return Ok(format!("{samples} hostile samples: no panic, the largest state has {largest} bytes\n"));
    }
    let scenarios = asked_for(arguments)?;
    let plan = plan(arguments);
    let detector = Ours;
    // First: a machine that has been busy for minutes is slower.
    let cost = cost(&detector, plan.root, if arguments.quick { 2 } else { 8 });
    let pools = Pools::learn(&detector, &plan);
    let tried = trials(&detector, &plan, &pools, &scenarios);
    let clean = if arguments.fault.is_some() { Vec::new() } else { clean(&detector, &plan) };
    let quiet: Vec<&Quiet> = clean.iter().map(|(_, quiet)| quiet).collect();
    let bytes = tried.iter().flat_map(|one| &one.outcomes).map(|outcome| outcome.bytes);
    let bytes = bytes.chain(quiet.iter().map(|quiet| quiet.bytes)).chain(pools.all().map(|learned| learned.bytes));
    let cost = Cost { bytes: bytes.max().unwrap_or(0), ..cost };
    let recorded = match &arguments.real {
        Some(from) => recorded(&detector, from, plan.root)?,
        None => Vec::new(),
    };
    if let Some(into) = &arguments.plots {
        plots::write(into, &detector, &plan, &pools, &scenarios)?;
    }
    let report = Report::new(Parts {
        half: arguments.half,
        seed: arguments.seed,
        tried: &tried,
        clean: &clean,
        histories: counted(pools.all().flat_map(|learned| &learned.wrong)),
        recorded,
        cost: Some(cost),
    });
    if arguments.json {
        return Ok(serde_json::to_string_pretty(&report)? + "\n");
    }
    let mut text = table::text(&report);
    if arguments.misses {
        text += &misses(&tried, &quiet);
    }
    Ok(text)
}

fn plan(arguments: &Arguments) -> Plan {
    let tenth = |count: usize| if arguments.quick { count / 10 } else { count };
    Plan {
        root: Seed::root(arguments.half, arguments.seed),
        cadences: arguments.cadence.map_or_else(|| Cadence::ALL.to_vec(), |seconds| vec![Cadence(seconds)]),
        trials: tenth(60),
        stations: if arguments.clean { 0 } else { tenth(24).max(4) },
        clean: if arguments.quick { 0.1 } else { 1.0 },
        threads: usize::from(arguments.threads),
        only: arguments.trial,
        tells: true,
    }
}

fn asked_for(arguments: &Arguments) -> Result<Vec<Scenario>, Failure> {
    let mut scenarios = scenarios();
    if arguments.clean {
        scenarios.clear();
    }
    if let Some(fault) = &arguments.fault {
        scenarios.retain(|scenario| scenario.fault == *fault);
        if scenarios.is_empty() {
            return Err(Failure::other(format!("no trial has the fault {fault}")));
        }
    }
    Ok(scenarios)
}
