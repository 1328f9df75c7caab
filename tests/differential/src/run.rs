//! Many cases: what agrees, what is explained by which rule, and what is not.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::draw;
use crate::explain::{Verdict, compare, names};
use crate::rules::{RULES, Rule};
use crate::shrink::shrink;

/// So many unexplained cases are shown.
const SHOWN: usize = 5;

/// What came of a run.
#[derive(Debug, Default)]
struct Tally {
    agree: u64,
    explained: u64,
    by_rule: BTreeMap<Rule, u64>,
    /// Cases that one rule alone explains.
    alone: BTreeMap<Rule, u64>,
    unexplained: Vec<u64>,
}

impl Tally {
    fn count(&mut self, number: u64, verdict: &Verdict) {
        match verdict {
            Verdict::Agree => self.agree += 1,
            Verdict::Explained(rules) => {
                self.explained += 1;
                for rule in rules {
                    *self.by_rule.entry(*rule).or_default() += 1;
                }
                if let (1, Some(rule)) = (rules.len(), rules.first()) {
                    *self.alone.entry(*rule).or_default() += 1;
                }
            }
            Verdict::Unexplained(_) => self.unexplained.push(number),
        }
    }
}

/// Compares so many cases of a seed; whether everything is explained, and the report.
pub(crate) fn run(seed: u64, cases: u64) -> (bool, String) {
    let mut tally = Tally::default();
    for number in 0..cases {
        tally.count(number, &compare(&draw::case(seed, number)));
    }
    let mut text = table(seed, cases, &tally);
    for number in tally.unexplained.iter().take(SHOWN) {
        let _ = write!(text, "\n{}", tell(seed, *number).1);
    }
    (tally.unexplained.is_empty(), text)
}

fn table(seed: u64, cases: u64, tally: &Tally) -> String {
    let mut text = format!("seed {seed}, {cases} cases\n");
    let mut row = |name: &str, count: u64, more: &str| {
        let tenths = (count * 1000 + cases / 2) / cases.max(1);
        let _ = writeln!(text, "{name:22}{count:8}{:5}.{} %{more}", tenths / 10, tenths % 10);
    };
    row("agree as they are", tally.agree, "");
    row("explained", tally.explained, "");
    for about in RULES {
        let count = |counts: &BTreeMap<Rule, u64>| counts.get(&about.rule).copied().unwrap_or(0);
        row(&format!("  {}", about.name), count(&tally.by_rule), &format!("{:8} alone", count(&tally.alone)));
    }
    row("unexplained", tally.unexplained.len() as u64, "");
    text
}

/// One case: whether it is explained, and what there is to say of it. What is not explained is made small first.
pub(crate) fn tell(seed: u64, number: u64) -> (bool, String) {
    let case = draw::case(seed, number);
    let verdict = compare(&case);
    match verdict {
        Verdict::Agree => (true, format!("seed {seed}, case {number}: agree\n{}\n", case.json())),
        Verdict::Explained(rules) => (true, explained(seed, number, &rules, &case.json())),
        Verdict::Unexplained(_) => {
            let least = shrink(case, |smaller| matches!(compare(smaller), Verdict::Unexplained(_)));
            let why = match compare(&least) {
                Verdict::Unexplained(why) => why,
                Verdict::Agree | Verdict::Explained(_) => String::new(),
            };
            (false, format!("seed {seed}, case {number}: unexplained\n{why}\n{}\n", least.json()))
        }
    }
}

fn explained(seed: u64, number: u64, rules: &BTreeSet<Rule>, json: &str) -> String {
    let names: Vec<&str> = names(rules).collect();
    format!("seed {seed}, case {number}: explained by {}\n{json}\n", names.join(", "))
}

/// The rules with their reasons, as a table of Markdown.
pub(crate) fn rules() -> String {
    let mut text = String::from("| rule | why the engines differ | so that both must agree |\n|---|---|---|\n");
    for about in RULES {
        let _ = writeln!(text, "| {} | {} | {} |", about.name, about.reason, about.change);
    }
    text
}
