//! From two prices to the rules that explain their difference.

use std::collections::BTreeSet;

use crate::amounts::{Amount, Totals};
use crate::case::Case;
use crate::reading::{Reading, read};
use crate::rules::{RULES, Rule};
use crate::{ours, theirs};

/// How two engines compare on a case.
#[derive(Debug, Clone)]
pub(crate) enum Verdict {
    /// They say the same.
    Agree,
    /// They say the same once these rules are followed; none of them can be left out.
    Explained(BTreeSet<Rule>),
    /// They do not, or one of them has no price.
    Unexplained(String),
}

/// Prices a case with both and compares.
pub(crate) fn compare(case: &Case) -> Verdict {
    let ours = match ours::price(case) {
        Ok(ours) => ours,
        Err(error) => return Verdict::Unexplained(format!("ours: {error}")),
    };
    match explain(case, &ours) {
        Ok(verdict) => verdict,
        Err(error) => Verdict::Unexplained(format!("ocpi-tariffs: {error}")),
    }
}

fn explain(case: &Case, ours: &Totals) -> Result<Verdict, String> {
    let zone = case.zone.parse().map_err(|_| format!("no zone {}", case.zone))?;
    let plain = theirs::price(&case.tariff, &case.session, zone)?;
    if plain.agree(ours, true) {
        return Ok(Verdict::Agree);
    }
    let every: BTreeSet<Rule> = RULES.iter().map(|about| about.rule).collect();
    let shown = read(case, &every)?.shown;
    let mut rules: BTreeSet<Rule> = every.into_iter().filter(|rule| rule.applies(case, &shown)).collect();
    let reading = read(case, &rules)?;
    if !agree(&reading, ours) {
        let names: Vec<&str> = names(&rules).collect();
        return Ok(Verdict::Unexplained(format!(
            "ours:                {ours}\nocpi-tariffs:        {plain}\nunder all its rules: {}\nrules: {}",
            reading.totals,
            names.join(", ")
        )));
    }
    for rule in rules.clone() {
        let fewer: BTreeSet<Rule> = rules.iter().copied().filter(|other| *other != rule).collect();
        if agree(&read(case, &fewer)?, ours) {
            rules = fewer;
        }
    }
    Ok(Verdict::Explained(rules))
}

fn agree(reading: &Reading, ours: &Totals) -> bool {
    let mut theirs = reading.totals;
    if reading.open {
        theirs.total = Amount { incl: ours.total.incl, ..theirs.total };
    }
    theirs.agree(ours, reading.rounded)
}

/// The names of rules, as they are told.
pub(crate) fn names(rules: &BTreeSet<Rule>) -> impl Iterator<Item = &'static str> {
    RULES.iter().filter(|about| rules.contains(&about.rule)).map(|about| about.name)
}
