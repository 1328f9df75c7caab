//! Templates that break a rule, each in one place. A rule that refuses none of them proves nothing.

mod delivery;
mod functions;
mod outside;
mod roles;
mod stations;
mod stores;

use crate::TEMPLATE;
use crate::model::Template;
use crate::rules::{RULES, findings};

/// A rule, the resource it must refuse, and what was changed.
type Mutant = (&'static str, &'static str, Change);

/// One change to the template's text.
#[derive(Debug)]
enum Change {
    /// Inside of this resource, the first time that the original occurs.
    In(&'static str, &'static str, &'static str),
    /// Anywhere, the first time that the original occurs.
    Anywhere(&'static str, &'static str),
    /// Without this resource.
    Without(&'static str),
    /// With one more resource.
    With(&'static str),
}

const MUTANTS: [&[Mutant]; 6] =
    [delivery::MUTANTS, functions::MUTANTS, outside::MUTANTS, roles::MUTANTS, stations::MUTANTS, stores::MUTANTS];

const RESOURCES: &str = "\nResources:\n";

#[test]
fn every_rule_refuses_its_mutants() {
    let mut missed = Vec::new();
    for (at, (rule, resource, change)) in MUTANTS.into_iter().flatten().enumerate() {
        let mutant = Template::parse(&change.apply(TEMPLATE));
        let (_, check) = RULES.iter().find(|(name, _)| name == rule).expect(rule);
        if !check(&mutant).iter().any(|problem| problem.resource == *resource) {
            let found: Vec<_> = findings(&mutant).iter().map(ToString::to_string).collect();
            missed.push(format!("{at}: {change:?}: {rule} does not refuse {resource}; what is found: {found:?}"));
        }
    }
    assert!(missed.is_empty(), "\n{}", missed.join("\n"));
}

#[test]
fn every_rule_has_a_mutant() {
    let has_one = |name: &str| MUTANTS.into_iter().flatten().any(|(rule, _, _)| *rule == name);
    let without: Vec<_> = RULES.iter().map(|(name, _)| *name).filter(|name| !has_one(name)).collect();
    assert!(without.is_empty(), "{without:?}");
}

impl Change {
    fn apply(&self, template: &str) -> String {
        match self {
            Self::In(id, original, changed) => {
                let (before, block, after) = around(template, id);
                assert!(block.contains(original), "{id} has no {original:?}");
                [before, &block.replacen(original, changed, 1), after].concat()
            }
            Self::Anywhere(original, changed) => {
                assert!(template.contains(original), "the template has no {original:?}");
                template.replacen(original, changed, 1)
            }
            Self::Without(id) => {
                let (before, _, after) = around(template, id);
                [before, after].concat()
            }
            Self::With(block) => template.replacen(RESOURCES, &format!("{RESOURCES}{block}"), 1),
        }
    }
}

/// The text before a resource, the resource, and the text after it.
fn around<'a>(template: &'a str, id: &str) -> (&'a str, &'a str, &'a str) {
    let resources = template.find(RESOURCES).expect("the template has resources");
    let header = format!("\n  {id}:\n");
    let start = resources + template[resources..].find(&header).expect(&header) + 1;
    let body = start + header.len() - 1;
    let lines = template[body..].split_inclusive('\n');
    let length: usize = lines.take_while(|line| line.starts_with("    ") || line.trim().is_empty()).map(str::len).sum();
    (&template[..start], &template[start..body + length], &template[body + length..])
}
