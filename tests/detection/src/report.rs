//! The whole report as a value: what `--json` prints.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::baseline::Method;
use crate::bench::Tried;
use crate::clean::Quiet;
use crate::contact::{Band, bands};
use crate::cost::Cost;
use crate::draw::{Half, Seed};
use crate::not_tried::NOT_TRIED;
use crate::real::Recorded;
use crate::score::{Calm, Rate, Row, Share, rows};
use crate::series::Cadence;
use crate::targets::{Target, targets};

/// Everything that was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    pub(crate) half: Half,
    pub(crate) seed: u64,
    pub(crate) targets: Vec<Target>,
    pub(crate) rows: Vec<Row>,
    pub(crate) contact: Vec<Band>,
    pub(crate) clean: Vec<Calm>,
    /// What opened during the clean sessions that trials have as their history.
    pub(crate) histories: BTreeMap<String, usize>,
    /// Recorded series, which are clean too.
    pub(crate) recorded: Vec<Recorded>,
    pub(crate) baselines: Vec<Compared>,
    pub(crate) cost: Option<Cost>,
    /// Faults that were not tried, and why.
    pub(crate) not_tried: BTreeMap<String, &'static str>,
}

/// A method beside ours on the same data.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Compared {
    pub(crate) method: &'static str,
    pub(crate) false_alarms: Rate,
    /// By fault, over all magnitudes and cadences.
    pub(crate) recall: BTreeMap<String, Share>,
}

/// What a report is made of.
pub(crate) struct Parts<'a> {
    pub(crate) half: Half,
    pub(crate) seed: u64,
    pub(crate) tried: &'a [Tried<'a>],
    pub(crate) clean: &'a [(Cadence, Quiet)],
    pub(crate) histories: BTreeMap<String, usize>,
    pub(crate) recorded: Vec<Recorded>,
    pub(crate) cost: Option<Cost>,
}

impl Report {
    pub(crate) fn new(parts: Parts<'_>) -> Self {
        let Parts { half, seed, tried, clean, histories, recorded, cost } = parts;
        let quiet: Vec<&Quiet> = clean.iter().map(|(_, quiet)| quiet).collect();
        let row = |one: &Tried<'_>| rows(&one.scenario.fault, &one.scenario.magnitude, one.cadence.0, &one.outcomes);
        let mut rows: Vec<(usize, Row)> =
            tried.iter().flat_map(|one| row(one).into_iter().map(|row| (place(tried, one), row))).collect();
        rows.sort_by_key(|(place, row)| (*place, row.cadence_s));
        Self {
            half,
            seed,
            targets: targets(tried, &quiet, cost.as_ref(), Seed::root(half, seed)),
            rows: rows.into_iter().map(|(_, row)| row).collect(),
            contact: bands(tried),
            clean: calm(clean),
            histories,
            recorded,
            baselines: compared(tried, &quiet),
            cost,
            not_tried: NOT_TRIED.iter().map(|(fault, why)| (fault.to_string(), *why)).collect(),
        }
    }
}

/// Where a scenario comes first: rows are by scenario, then by cadence.
fn place(tried: &[Tried<'_>], one: &Tried<'_>) -> usize {
    tried.iter().position(|other| std::ptr::eq(other.scenario, one.scenario)).unwrap_or(0)
}

fn calm(clean: &[(Cadence, Quiet)]) -> Vec<Calm> {
    let mut cadences: Vec<Cadence> = clean.iter().map(|(cadence, _)| *cadence).collect();
    cadences.dedup();
    let mut calm = Vec::new();
    for (profile, told) in [("full", true), ("none", false)] {
        for cadence in &cadences {
            let of = clean.iter().filter(|(of, quiet)| of == cadence && quiet.told == told).map(|(_, quiet)| quiet);
            calm.push(Calm::new(format!("{} s", cadence.0), profile, of));
        }
    }
    if !clean.is_empty() {
        calm.push(Calm::new("all".to_owned(), "both", clean.iter().map(|(_, quiet)| quiet)));
    }
    calm
}

fn compared(tried: &[Tried<'_>], quiet: &[&Quiet]) -> Vec<Compared> {
    let days: f64 = quiet.iter().map(|quiet| quiet.days).sum();
    let mut compared: Vec<Compared> = Method::ALL
        .into_iter()
        .enumerate()
        .map(|(index, method)| Compared {
            method: method.name(),
            false_alarms: Rate::new(quiet.iter().map(|quiet| quiet.baselines[index]).sum(), days),
            recall: by_fault(tried, |outcome| outcome.baselines[index]),
        })
        .collect();
    let ours = Rate::new(quiet.iter().map(|quiet| quiet.alarms.len()).sum(), days);
    let recall = by_fault(tried, |outcome| Some(outcome.found.is_some()));
    compared.insert(0, Compared { method: "ours", false_alarms: ours, recall });
    compared
}

fn by_fault(tried: &[Tried<'_>], hit: impl Fn(&crate::trial::Outcome) -> Option<bool>) -> BTreeMap<String, Share> {
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for one in tried {
        for hit in one.outcomes.iter().filter(|outcome| outcome.told).filter_map(&hit) {
            let (hits, trials) = counts.entry(one.scenario.fault.to_string()).or_default();
            *hits += usize::from(hit);
            *trials += 1;
        }
    }
    counts.into_iter().map(|(fault, (hits, trials))| (fault, Share::new(hits, trials))).collect()
}
