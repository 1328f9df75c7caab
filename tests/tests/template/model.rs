//! The template as the rules look at it: resources, the events of functions, and the values they hold.

use std::fmt;
use std::ops::RangeInclusive;

use serde_yaml_ng::Value;

use crate::text::{leaves, text, texts};

pub(crate) const FUNCTION: &str = "AWS::Serverless::Function";
pub(crate) const LOG_GROUP: &str = "AWS::Logs::LogGroup";
pub(crate) const PERMISSION: &str = "AWS::Lambda::Permission";
pub(crate) const QUEUE: &str = "AWS::SQS::Queue";
pub(crate) const ROLE: &str = "AWS::IAM::Role";
pub(crate) const TABLE: &str = "AWS::DynamoDB::Table";

/// A template that can be asked.
pub(crate) struct Template {
    document: Value,
}

/// A resource, or an event of a function; both have a type and properties.
#[derive(Clone, Copy)]
pub(crate) struct Part<'a> {
    /// The logical id of the resource.
    pub(crate) id: &'a str,
    event: Option<&'a str>,
    pub(crate) value: &'a Value,
}

/// What is wrong with a resource.
pub(crate) struct Problem {
    pub(crate) resource: String,
    pub(crate) problem: String,
}

/// A problem, and the rule that it breaks.
pub(crate) struct Finding {
    pub(crate) rule: &'static str,
    pub(crate) resource: String,
    pub(crate) problem: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.rule, self.resource, self.problem)
    }
}

/// The value at a dotted path.
fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, part| value.get(part))
}

/// The entries of a mapping, in the template's order.
fn entries(value: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    value
        .and_then(Value::as_mapping)
        .into_iter()
        .flat_map(|mapping| mapping.iter().filter_map(|(key, value)| Some((key.as_str()?, value))))
}

impl Template {
    pub(crate) fn parse(text: &str) -> Self {
        Self { document: serde_yaml_ng::from_str(text).expect("the template is YAML") }
    }

    pub(crate) fn document(&self) -> &Value {
        &self.document
    }

    pub(crate) fn resources(&self) -> Vec<Part<'_>> {
        entries(self.document.get("Resources")).map(|(id, value)| Part { id, event: None, value }).collect()
    }

    pub(crate) fn parameters(&self) -> Vec<Part<'_>> {
        entries(self.document.get("Parameters")).map(|(id, value)| Part { id, event: None, value }).collect()
    }

    pub(crate) fn of_type(&self, kind: &str) -> Vec<Part<'_>> {
        self.resources().into_iter().filter(|part| part.kind() == kind).collect()
    }

    /// The resource that `${X}` names, or `${X.Arn}` when the attribute is `.Arn`.
    pub(crate) fn behind(&self, reference: Option<&str>, attribute: &str, kind: &str) -> Option<Part<'_>> {
        let id = reference?.strip_prefix("${")?.strip_suffix('}')?.strip_suffix(attribute)?;
        self.of_type(kind).into_iter().find(|part| part.id == id)
    }

    /// The value that a function has of its own, or with all others.
    pub(crate) fn setting<'a>(&'a self, function: &Part<'a>, path: &str) -> Option<&'a Value> {
        function.property(path).or_else(|| at(self.document.get("Globals")?.get("Function")?, path))
    }

    pub(crate) fn role_of(&self, function: &Part) -> Option<Part<'_>> {
        self.behind(function.text("Role").as_deref(), ".Arn", ROLE)
    }

    /// Every event of this type with its function.
    pub(crate) fn events(&self, kind: &str) -> Vec<(Part<'_>, Part<'_>)> {
        let functions = self.of_type(FUNCTION).into_iter();
        functions
            .flat_map(|function| function.events().into_iter().map(move |event| (function, event)))
            .filter(|(_, event)| event.kind() == kind)
            .collect()
    }
}

impl<'a> Part<'a> {
    pub(crate) fn kind(&self) -> &'a str {
        self.attribute("Type").and_then(Value::as_str).unwrap_or_default()
    }

    /// A value beside the properties, such as `Condition`.
    pub(crate) fn attribute(&self, name: &str) -> Option<&'a Value> {
        self.value.get(name)
    }

    pub(crate) fn property(&self, path: &str) -> Option<&'a Value> {
        at(self.value.get("Properties")?, path)
    }

    pub(crate) fn text(&self, path: &str) -> Option<String> {
        text(self.property(path)?)
    }

    pub(crate) fn texts(&self, path: &str) -> Vec<String> {
        self.property(path).map(texts).unwrap_or_default()
    }

    pub(crate) fn number(&self, path: &str) -> Option<u64> {
        self.property(path)?.as_u64()
    }

    /// The elements of a sequence.
    pub(crate) fn items(&self, path: &str) -> Vec<&'a Value> {
        self.property(path).map(leaves).unwrap_or_default()
    }

    /// What invokes this function.
    pub(crate) fn events(&self) -> Vec<Self> {
        entries(self.property("Events")).map(|(name, value)| Self { id: self.id, event: Some(name), value }).collect()
    }

    /// Whether this is a queue that only a person empties.
    pub(crate) fn is_dead_letters(&self) -> bool {
        self.kind() == QUEUE && self.id.ends_with("DeadLetters")
    }

    pub(crate) fn problem(&self, problem: impl Into<String>) -> Problem {
        let problem = problem.into();
        let problem = self.event.map_or_else(|| problem.clone(), |event| format!("{event} {problem}"));
        Problem { resource: self.id.to_owned(), problem }
    }

    pub(crate) fn problem_if(&self, is_one: bool, problem: &str) -> Option<Problem> {
        is_one.then(|| self.problem(problem))
    }

    /// A problem unless the property is there and says this.
    pub(crate) fn must_be(&self, path: &str, expected: &str) -> Option<Problem> {
        let problem = || self.problem(format!("does not set {path} to {expected}"));
        (self.text(path).as_deref() != Some(expected)).then(problem)
    }

    /// A problem unless the property is there and within these bounds.
    pub(crate) fn must_be_within(&self, path: &str, bounds: RangeInclusive<u64>) -> Option<Problem> {
        let problem = || self.problem(format!("does not set {path} to {} to {}", bounds.start(), bounds.end()));
        (!self.number(path).is_some_and(|number| bounds.contains(&number))).then(problem)
    }
}
