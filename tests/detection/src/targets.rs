//! The targets of the design, and whether they hold.

use faults::FaultId;
use serde::Serialize;

use crate::bench::Tried;
use crate::clean::Quiet;
use crate::contact::IN_TIME_S;
use crate::cost::Cost;
use crate::draw::Seed;
use crate::number::measure;
use crate::rare;
use crate::score::{Rate, Share};
use crate::trial::{Found, Outcome};

/// One target beside what was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Target {
    pub(crate) what: String,
    pub(crate) asked: String,
    pub(crate) measured: String,
    /// The interval of what was measured (95 %).
    pub(crate) interval: String,
    /// Trials, connector-days or samples.
    pub(crate) over: String,
    /// None where it was not measured.
    pub(crate) holds: Option<bool>,
}

/// Every target. Recall counts the trials with a full profile.
pub(crate) fn targets(tried: &[Tried<'_>], quiet: &[&Quiet], cost: Option<&Cost>, root: Seed) -> Vec<Target> {
    let mut targets = recalls(tried);
    let offline = rare::offline(root);
    targets.push(of_share("offline", "told within 3 min".to_owned(), offline, Some(offline.value >= 0.99)));
    let (units, wrong) = rare::malfunctioning(root);
    let asked = format!("found within 4 bad sessions ({wrong} healthy units told)");
    targets.push(of_share("malfunctioning unit", asked, units, Some(units.value >= 0.95)));
    targets.extend(false_alarms(quiet));
    targets.push(alerts_per_fault(tried));
    match cost {
        Some(cost) => targets.extend(cost_targets(cost)),
        None => targets.push(unmeasured("cost", "< 200 ns, <= 512 B")),
    }
    targets
}

fn recalls(tried: &[Tried<'_>]) -> Vec<Target> {
    let soon = |found: &Found| found.samples <= 2 || found.seconds <= 10.0;
    let of = |fault: FaultId| move |one: &Tried<'_>| one.scenario.fault == fault;
    let mut targets: Vec<Target> =
        [FaultId::Overvoltage, FaultId::Overcurrent, FaultId::Overtemperature, FaultId::RegisterRollback]
            .into_iter()
            .map(|fault| {
                let what = format!("{fault}, hard limit");
                recall(
                    tried,
                    &what,
                    0.99,
                    "within 2 samples or 10 s",
                    |one| one.scenario.hard && of(fault.clone())(one),
                    soon,
                )
            })
            .collect();
    let minute = |found: &Found| found.seconds <= 60.0;
    let contact = |one: &Tried<'_>| one.scenario.fault == FaultId::LooseConnection && is(one.scenario.amount, 0.010);
    let register = |one: &Tried<'_>| one.scenario.fault == FaultId::RegisterMismatch && is(one.scenario.amount, 0.90);
    let frozen = |found: &Found| found.seconds <= 1200.0;
    targets.extend([
        recall(tried, "phase loss", 0.99, "within 60 s", of(FaultId::PhaseLoss), minute),
        recall(tried, "contact +10 mohm", 0.95, "within 15 min", contact, |found| found.seconds <= IN_TIME_S),
        recall(tried, "register off by 10 %", 0.95, "within 1 kWh", register, |found| found.wh <= 1000.0),
        recall(tried, "frozen voltage", 0.95, "within 20 min", of(FaultId::FrozenVoltage), frozen),
        recall(tried, "frozen current", 0.5, "in the session", of(FaultId::FrozenCurrent), |_| true),
        recall(tried, "frozen temperature", 0.5, "in the session", of(FaultId::FrozenTemperature), |_| true),
    ]);
    targets
}

fn is(amount: f64, wanted: f64) -> bool {
    (amount - wanted).abs() < 1e-9
}

fn recall(
    tried: &[Tried<'_>],
    what: &str,
    asked: f64,
    how: &str,
    which: impl Fn(&Tried<'_>) -> bool,
    found: impl Fn(&Found) -> bool,
) -> Target {
    let outcomes = tried.iter().filter(|one| which(one)).flat_map(|one| &one.outcomes).filter(|one| one.told);
    let share = Share::found(outcomes, found);
    let asked_for = format!("recall >= {asked} {how}");
    if share.trials == 0 {
        return unmeasured(what, &asked_for);
    }
    of_share(what, asked_for, share, Some(share.value >= asked))
}

fn of_share(what: &str, asked: String, share: Share, holds: Option<bool>) -> Target {
    Target {
        what: what.to_owned(),
        asked,
        measured: format!("{:.3}", share.value),
        interval: format!("{:.3}..{:.3}", share.low, share.high),
        over: format!("{} trials", share.trials),
        holds,
    }
}

fn false_alarms(quiet: &[&Quiet]) -> Vec<Target> {
    let days: f64 = quiet.iter().map(|quiet| quiet.days).sum();
    [("P1", 0.001), ("P2", 0.01), ("all", 0.05)]
        .map(|(severity, asked)| {
            let counts = |quiet: &&Quiet| {
                quiet.alarms.iter().filter(|(_, of, _)| severity == "all" || of.as_str() == severity).count()
            };
            let rate = Rate::new(quiet.iter().map(counts).sum(), days);
            Target {
                what: format!("false alarms, {severity}"),
                asked: format!("<= {asked} per connector-day"),
                measured: format!("{:.4} ({})", rate.per_day, rate.count),
                interval: format!("up to {:.4}", rate.upper),
                over: format!("{days:.0} connector-days"),
                holds: (days > 0.0).then_some(rate.per_day <= asked),
            }
        })
        .into()
}

fn alerts_per_fault(tried: &[Tried<'_>]) -> Target {
    let found = || tried.iter().flat_map(|one| &one.outcomes).filter(|outcome| outcome.found.is_some());
    let once = |outcome: &&Outcome| outcome.duplicates == 0;
    let share = Share::new(found().filter(once).count(), found().count());
    let extra: usize = found().map(|outcome| outcome.duplicates).sum();
    let holds = (share.trials > 0).then_some(extra == 0);
    let target = of_share("alerts per fault", "exactly 1".to_owned(), share, holds);
    let mean = 1.0 + measure(extra) / measure(share.trials.max(1));
    Target { measured: format!("{mean:.3} ({:.2} % with exactly 1)", share.value * 100.0), ..target }
}

fn cost_targets(cost: &Cost) -> [Target; 2] {
    let target = |what: &str, asked: &str, measured: String, holds| Target {
        what: what.to_owned(),
        asked: asked.to_owned(),
        measured,
        interval: String::new(),
        over: format!("{} samples", cost.samples),
        holds: Some(holds),
    };
    [
        target("time per sample", "< 200 ns", format!("{:.0} ns", cost.step_ns), cost.step_ns < 200.0),
        target("state per connector", "<= 512 B", format!("{} B", cost.bytes), cost.bytes <= 512),
    ]
}

fn unmeasured(what: &str, asked: &str) -> Target {
    Target {
        what: what.to_owned(),
        asked: asked.to_owned(),
        measured: String::new(),
        interval: String::new(),
        over: String::new(),
        holds: None,
    }
}
