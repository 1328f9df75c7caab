//! Secrets: who reads each of them, and that none is in the template.

use serde_yaml_ng::Value;

use crate::model::{FUNCTION, Part, Problem, ROLE, Template};
use crate::policies::{Statement, permissions};
use crate::text::text;

const SECRET: &str = "AWS::SecretsManager::Secret";

/// Every secret, and the functions that read it.
const READERS: [(&str, &str); 3] = [
    ("StripeKey", "CollectPayment"),
    ("StripeKey", "ReconcilePayments"),
    ("StripeWebhookSecret", "ReceiveStripeEvent"),
];

/// Parameters with such a name hold secrets.
const SECRET_NAMES: [&str; 4] = ["Key", "Password", "Secret", "Token"];

pub(super) fn one_reader(template: &Template) -> Vec<Problem> {
    let roles = template.of_type(ROLE);
    let statements = roles.iter().flat_map(permissions);
    let reads = |one: &Statement| one.actions().iter().any(|action| action.starts_with("secretsmanager:"));
    let others = statements
        .filter(|one| reads(one) && !reads_its_own(template, one))
        .map(|one| one.problem("may do more than read the secret of its function"));
    let unknown = template.of_type(SECRET).into_iter().filter(|secret| READERS.iter().all(|(id, _)| *id != secret.id));
    others.chain(unknown.map(|secret| secret.problem("has no reader that was agreed on"))).collect()
}

fn reads_its_own(template: &Template, statement: &Statement) -> bool {
    let role = format!("${{{}.Arn}}", statement.owner.id);
    let functions = template.of_type(FUNCTION).into_iter();
    let with_role: Vec<_> = functions.filter(|function| function.text("Role").as_ref() == Some(&role)).collect();
    let [function] = with_role.as_slice() else { return false };
    let may_read = |resource: &String| {
        let names = |id: &str| *resource == format!("${{{id}.Id}}") || *resource == format!("${{{id}}}");
        READERS.iter().any(|(secret, reader)| names(secret) && function.id == *reader)
    };
    statement.actions() == ["secretsmanager:GetSecretValue"] && statement.resources().iter().all(may_read)
}

pub(super) fn not_in_template(template: &Template) -> Vec<Problem> {
    let secrets = template.of_type(SECRET).into_iter();
    let is_known =
        |secret: &Part| secret.property("SecretString").is_some() || secret.property("GenerateSecretString").is_some();
    secrets.filter(is_known).map(|secret| secret.problem("has its value from the template")).collect()
}

/// A dynamic reference copies a secret into what the console shows.
pub(super) fn stays_in_its_store(template: &Template) -> Vec<Problem> {
    let resources = template.resources().into_iter().chain(template.parameters());
    let mut problems: Vec<_> =
        resources.filter(|part| resolves(part.value)).map(|part| part.problem("resolves a secret")).collect();
    if template.document().get("Globals").is_some_and(resolves) {
        problems.push(Problem { resource: "Globals".to_owned(), problem: "resolves a secret".to_owned() });
    }
    problems
}

fn resolves(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains("{{resolve:"),
        Value::Sequence(items) => items.iter().any(resolves),
        Value::Mapping(mapping) => mapping.values().any(resolves),
        Value::Tagged(tagged) => resolves(&tagged.value),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

pub(super) fn parameter_hides(template: &Template) -> Vec<Problem> {
    let secret = |part: &Part| SECRET_NAMES.iter().any(|name| part.id.contains(name));
    let is_hidden = |part: &Part| {
        part.attribute("NoEcho").and_then(text).as_deref() == Some("true") && part.attribute("Default").is_none()
    };
    let shown = template.parameters().into_iter().filter(|part| secret(part) && !is_hidden(part));
    shown.map(|part| part.problem("looks like a secret and is shown")).collect()
}
