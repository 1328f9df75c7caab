//! The rules that the template keeps, and the proof that each of them refuses a template that breaks it.

#![expect(clippy::expect_used, reason = "a test says by panicking what broke")]

mod model;
mod mutants;
mod policies;
mod rules;
mod text;

use std::collections::BTreeSet;

use model::Template;
use rules::{RULES, findings};

/// Compiled in: what is judged is what this commit deploys.
const TEMPLATE: &str = include_str!("../../../infra/template.yaml");

#[test]
fn the_template_keeps_every_rule() {
    let findings: Vec<_> = findings(&Template::parse(TEMPLATE)).iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}

#[test]
fn every_rule_has_a_name_of_its_own() {
    let names: BTreeSet<_> = RULES.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), RULES.len());
}
