//! What many trials and days come to.

use std::collections::BTreeMap;

use faults::FaultId;
use serde::Serialize;

use crate::clean::Quiet;
use crate::interval::{poisson_upper, quantile, wilson};
use crate::number::measure;
use crate::trial::{Found, Outcome};

/// A share of trials with its Wilson interval (95 %).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Share {
    pub(crate) hits: usize,
    pub(crate) trials: usize,
    /// Hits over trials.
    pub(crate) value: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Share {
    pub(crate) fn new(hits: usize, trials: usize) -> Self {
        let (low, high) = wilson(hits, trials);
        Self { hits, trials, value: measure(hits) / measure(trials.max(1)), low, high }
    }

    /// The share of the outcomes that are found in a way.
    pub(crate) fn found<'a>(outcomes: impl Iterator<Item = &'a Outcome>, how: impl Fn(&Found) -> bool) -> Self {
        let (mut hits, mut trials) = (0, 0);
        for outcome in outcomes {
            trials += 1;
            hits += usize::from(outcome.found.as_ref().is_some_and(&how));
        }
        Self::new(hits, trials)
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.low <= other.high && other.low <= self.high
    }
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Row {
    pub(crate) fault: String,
    pub(crate) magnitude: String,
    pub(crate) cadence_s: u16,
    /// `full`, `none`, or `any` where both find as much.
    pub(crate) profile: &'static str,
    pub(crate) recall: Share,
    pub(crate) median_s: Option<f64>,
    pub(crate) p95_s: Option<f64>,
    pub(crate) median_wh: Option<f64>,
    pub(crate) p95_wh: Option<f64>,
    /// Openings of faults that were not there, by fault.
    pub(crate) wrong: BTreeMap<String, usize>,
    pub(crate) duplicates: usize,
    pub(crate) worsened: usize,
    /// Of the trials in which it was found, those in which it was over at the end.
    pub(crate) cleared: Share,
}

/// The rows of one scenario at one cadence: one, or two where the profile makes a difference.
pub(crate) fn rows(fault: &FaultId, magnitude: &str, cadence_s: u16, outcomes: &[Outcome]) -> Vec<Row> {
    let row = |profile, outcomes: &[&Outcome]| row((fault, magnitude, cadence_s), profile, outcomes);
    let (full, none): (Vec<&Outcome>, Vec<&Outcome>) = outcomes.iter().partition(|outcome| outcome.told);
    let (full_row, none_row) = (row("full", &full), row("none", &none));
    if full.is_empty() {
        vec![none_row]
    } else if none.is_empty() {
        vec![full_row]
    } else if full_row.recall.overlaps(&none_row.recall) {
        vec![row("any", &outcomes.iter().collect::<Vec<_>>())]
    } else {
        vec![full_row, none_row]
    }
}

fn row((fault, magnitude, cadence_s): (&FaultId, &str, u16), profile: &'static str, outcomes: &[&Outcome]) -> Row {
    let found: Vec<Found> = outcomes.iter().filter_map(|outcome| outcome.found).collect();
    let mut seconds: Vec<f64> = found.iter().map(|found| found.seconds).collect();
    let mut energy: Vec<f64> = found.iter().map(|found| found.wh).collect();
    let cleared = outcomes.iter().filter(|outcome| outcome.found.is_some() && outcome.cleared).count();
    Row {
        fault: fault.to_string(),
        magnitude: magnitude.to_owned(),
        cadence_s,
        profile,
        recall: Share::new(found.len(), outcomes.len()),
        median_s: quantile(&mut seconds, 0.5),
        p95_s: quantile(&mut seconds, 0.95),
        median_wh: quantile(&mut energy, 0.5),
        p95_wh: quantile(&mut energy, 0.95),
        wrong: counted(outcomes.iter().flat_map(|outcome| &outcome.wrong)),
        duplicates: outcomes.iter().map(|outcome| outcome.duplicates).sum(),
        worsened: outcomes.iter().map(|outcome| outcome.worsened).sum(),
        cleared: Share::new(cleared, found.len()),
    }
}

/// How often each comes.
pub(crate) fn counted<T: ToString>(of: impl Iterator<Item = T>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for one in of {
        *counts.entry(one.to_string()).or_insert(0) += 1;
    }
    counts
}

/// How often something is said in a connector-day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Rate {
    pub(crate) count: usize,
    pub(crate) per_day: f64,
    /// What the count leaves open (one-sided 95 %).
    pub(crate) upper: f64,
}

impl Rate {
    pub(crate) fn new(count: usize, days: f64) -> Self {
        let days = days.max(1e-9);
        Self { count, per_day: measure(count) / days, upper: poisson_upper(count, days) }
    }
}

/// Clean operation at one cadence, or at all.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Calm {
    pub(crate) cadence: String,
    pub(crate) profile: &'static str,
    pub(crate) days: f64,
    pub(crate) all: Rate,
    pub(crate) by_severity: BTreeMap<String, Rate>,
    pub(crate) by_fault: BTreeMap<String, Rate>,
}

impl Calm {
    pub(crate) fn new<'a>(cadence: String, profile: &'static str, of: impl Iterator<Item = &'a Quiet> + Clone) -> Self {
        let days: f64 = of.clone().map(|quiet| quiet.days).sum();
        let alarms = of.flat_map(|quiet| &quiet.alarms);
        let mut by_severity: BTreeMap<String, Rate> =
            ["P1", "P2", "P3", "P4"].map(|severity| (severity.to_owned(), Rate::new(0, days))).into();
        by_severity.extend(rates(alarms.clone().map(|(_, severity, _)| severity), days));
        let by_fault = rates(alarms.clone().map(|(fault, _, _)| fault), days);
        Self { cadence, profile, days, all: Rate::new(alarms.count(), days), by_severity, by_fault }
    }
}

fn rates<T: ToString>(of: impl Iterator<Item = T>, days: f64) -> BTreeMap<String, Rate> {
    counted(of).into_iter().map(|(what, count)| (what, Rate::new(count, days))).collect()
}
