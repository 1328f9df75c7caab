//! The statements of policies: of roles, of stations, of queues.

use serde_yaml_ng::Value;

use crate::model::{Part, Problem};
use crate::text::{leaves, text, texts};

/// Operators that restrict. Those that end in `IfExists` do not when the key is missing.
const OPERATORS: [&str; 5] = ["ArnEquals", "ArnLike", "Bool", "StringEquals", "StringLike"];

/// A statement that allows something.
pub(crate) struct Statement<'a> {
    pub(crate) owner: Part<'a>,
    pub(crate) value: &'a Value,
}

/// What a role may do.
pub(crate) fn permissions<'a>(role: &Part<'a>) -> Vec<Statement<'a>> {
    let policies = role.items("Policies");
    allowing(role, policies.into_iter().filter_map(|policy| policy.get("PolicyDocument")))
}

/// Who may take on a role.
pub(crate) fn trust<'a>(role: &Part<'a>) -> Vec<Statement<'a>> {
    allowing(role, role.property("AssumeRolePolicyDocument"))
}

/// The policy of a queue or of stations.
pub(crate) fn policy<'a>(part: &Part<'a>) -> Vec<Statement<'a>> {
    allowing(part, part.property("PolicyDocument"))
}

fn allowing<'a>(part: &Part<'a>, documents: impl IntoIterator<Item = &'a Value>) -> Vec<Statement<'a>> {
    statements(part, documents)
        .into_iter()
        .filter(|statement| statement.text("Effect").as_deref() != Some("Deny"))
        .collect()
}

/// All statements of these documents, also those that deny.
pub(crate) fn statements<'a>(part: &Part<'a>, documents: impl IntoIterator<Item = &'a Value>) -> Vec<Statement<'a>> {
    documents
        .into_iter()
        .filter_map(|document| document.get("Statement"))
        .flat_map(leaves)
        .map(|value| Statement { owner: *part, value })
        .collect()
}

impl Statement<'_> {
    fn text(&self, key: &str) -> Option<String> {
        text(self.value.get(key)?)
    }

    pub(crate) fn texts(&self, key: &str) -> Vec<String> {
        self.value.get(key).map(texts).unwrap_or_default()
    }

    pub(crate) fn actions(&self) -> Vec<String> {
        self.texts("Action")
    }

    pub(crate) fn resources(&self) -> Vec<String> {
        self.texts("Resource")
    }

    /// Whether an action is named. IAM does not tell cases apart.
    pub(crate) fn names(&self, action: &str) -> bool {
        self.actions().iter().any(|named| named.eq_ignore_ascii_case(action))
    }

    /// The services that a statement is about, when it is about nobody else.
    pub(crate) fn services(&self) -> Option<Vec<String>> {
        let principal = self.value.get("Principal")?.as_mapping()?;
        let services = texts(principal.get("Service")?);
        (principal.len() == 1 && !services.is_empty()).then_some(services)
    }

    /// The values that a condition asks of this key.
    pub(crate) fn condition(&self, key: &str) -> Vec<String> {
        let operators =
            OPERATORS.iter().filter_map(|operator| self.value.get("Condition")?.get(operator)?.as_mapping());
        operators
            .flatten()
            .filter(|(name, _)| name.as_str().is_some_and(|name| name.eq_ignore_ascii_case(key)))
            .flat_map(|(_, value)| texts(value))
            .collect()
    }

    pub(crate) fn problem(&self, problem: impl Into<String>) -> Problem {
        self.owner.problem(problem)
    }
}

/// The resources on which these statements allow an action.
pub(crate) fn resources_of(statements: &[Statement], action: &str) -> Vec<String> {
    statements.iter().filter(|statement| statement.names(action)).flat_map(Statement::resources).collect()
}
