//! Roles: each for one service, with actions and resources by name.

use crate::model::{Part, Problem, ROLE, Template};
use crate::policies::{Statement, permissions, trust};

/// The beginning of everything that IoT owns in this account.
pub(super) const IOT: &str = "arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:";

/// Reviewed: what a role may do on resources that have no single name (`iot:` begins those of this account's IoT).
const EXCEPTIONS: [(&str, &[&str], &[&str]); 13] = [
    // Which station it is about is known only from its message.
    ("RecordTransactionRole", &["iot:Publish"], &["iot:topic/ev/v1/*/ack", "iot:topic/ev/v1/*/command"]),
    ("AdjustStockRole", &["iot:Publish"], &["iot:topic/ev/v1/*/ack"]),
    ("SweepRole", &["iot:Publish"], &["iot:topic/ev/v1/*/command"]),
    ("CollectPaymentRole", &["iot:Publish"], &["iot:topic/ev/v1/*/command"]),
    // Lambda asks which streams a table has.
    ("CollectPaymentRole", &["dynamodb:ListStreams"], &["${SessionsTable.Arn}/stream/*"]),
    ("SendAlertsRole", &["dynamodb:ListStreams"], &["${AlertsTable.Arn}/stream/*"]),
    // A text to a phone number has no resource of its own.
    ("SendAlertsRole", &["sns:Publish"], &["not arn:${AWS::Partition}:sns:*:*:*"]),
    // AWS knows no resource of these actions.
    ("AdmitStationRole", &ADMISSION_OF_ANYTHING, &["*"]),
    ("ProvisioningRole", &PROVISIONING_OF_ANYTHING, &["*"]),
    // Stations and certificates whose names are known only once somebody asks.
    ("AdmitStationRole", &["iot:CreateThing", "iot:DeleteThing"], &["iot:thing/*"]),
    ("AdmitStationRole", &ADMISSION_OF_CERTIFICATES, &["iot:cert/*"]),
    ("ProvisioningRole", &["iot:CreateThing", "iot:DescribeThing", "iot:UpdateThing"], &["iot:thing/*"]),
    ("ProvisioningRole", &PROVISIONING_OF_CERTIFICATES, &["iot:cert/*"]),
];

/// What is done by order of an operator.
const ADMISSION_OF_ANYTHING: [&str; 5] = [
    "iot:CreateKeysAndCertificate",
    "iot:DescribeEndpoint",
    "iot:AttachThingPrincipal",
    "iot:DetachThingPrincipal",
    "iot:ListThingPrincipals",
];
const ADMISSION_OF_CERTIFICATES: [&str; 4] =
    ["iot:AttachPolicy", "iot:DetachPolicy", "iot:UpdateCertificate", "iot:DeleteCertificate"];

/// What AWS IoT does by itself when the hook has agreed.
const PROVISIONING_OF_ANYTHING: [&str; 5] = [
    "iot:RegisterThing",
    "iot:AttachThingPrincipal",
    "iot:ListThingPrincipals",
    "iot:ListAttachedPolicies",
    "iot:ListPrincipalPolicies",
];
const PROVISIONING_OF_CERTIFICATES: [&str; 4] =
    ["iot:DescribeCertificate", "iot:UpdateCertificate", "iot:AttachPolicy", "iot:AttachPrincipalPolicy"];

fn statements(template: &Template) -> Vec<Statement<'_>> {
    template.of_type(ROLE).iter().flat_map(permissions).collect()
}

pub(super) fn names_actions(template: &Template) -> Vec<Problem> {
    let is_named = |action: &String| action.contains(':') && !action.contains(['*', '?']);
    let all = statements(template).into_iter();
    all.filter(|one| !one.actions().iter().all(is_named))
        .map(|one| one.problem("has actions with a wildcard"))
        .collect()
}

pub(super) fn names_resources(template: &Template) -> Vec<Problem> {
    let all = statements(template).into_iter();
    let found = all.flat_map(|statement| {
        let wide = wide_resources(&statement);
        let on_nothing = statement.resources().is_empty() && statement.texts("NotResource").is_empty();
        let unreviewed = wide.into_iter().filter(|(action, resource)| !is_reviewed(statement.owner, action, resource));
        let mut problems: Vec<_> = unreviewed
            .map(|(action, resource)| statement.problem(format!("is allowed {action} on {resource}")))
            .collect();
        problems.extend(on_nothing.then(|| statement.problem("has a statement without a resource")));
        problems
    });
    found.collect()
}

fn is_reviewed(role: Part, action: &str, resource: &str) -> bool {
    EXCEPTIONS
        .iter()
        .any(|(id, actions, resources)| *id == role.id && actions.contains(&action) && resources.contains(&resource))
}

/// Every action of a statement on every resource of it that has no single name.
fn wide_resources(statement: &Statement) -> Vec<(String, String)> {
    let named = statement.resources().into_iter().filter(|resource| resource.contains(['*', '?']));
    let others = statement.texts("NotResource").into_iter().map(|resource| format!("not {resource}"));
    let wide: Vec<_> = named.chain(others).map(|resource| resource.replace(IOT, "iot:")).collect();
    let pair = |action: String| wide.iter().map(move |resource| (action.clone(), resource.clone()));
    statement.actions().into_iter().flat_map(pair).collect()
}

/// An exception that a role no longer makes use of is taken off the list.
pub(super) fn exceptions_are_needed(template: &Template) -> Vec<Problem> {
    let roles = template.of_type(ROLE);
    let found = EXCEPTIONS.iter().filter_map(|(id, actions, resources)| {
        let role = roles.iter().find(|role| role.id == *id)?;
        let wide: Vec<_> = permissions(role).iter().flat_map(wide_resources).collect();
        let is_unused =
            |action: &str| wide.iter().all(|(used, on)| used != action || !resources.contains(&on.as_str()));
        let surplus: Vec<_> = actions.iter().filter(|action| is_unused(action)).collect();
        (!surplus.is_empty())
            .then(|| role.problem(format!("does not need its exception for {surplus:?} on {resources:?}")))
    });
    found.collect()
}

pub(super) fn never_scans(template: &Template) -> Vec<Problem> {
    let scans = |statement: &Statement| statement.names("dynamodb:Scan") || statement.names("dynamodb:PartiQLSelect");
    statements(template).into_iter().filter(scans).map(|one| one.problem("may read whole tables")).collect()
}

pub(super) fn no_managed_policy(template: &Template) -> Vec<Problem> {
    let roles = template.of_type(ROLE).into_iter();
    let managed = roles.filter(|role| role.property("ManagedPolicyArns").is_some());
    managed.map(|role| role.problem("has policies that others write")).collect()
}

pub(super) fn one_service(template: &Template) -> Vec<Problem> {
    let is_for_one = |role: &Part| {
        let statements = trust(role);
        let [statement] = statements.as_slice() else { return false };
        let known = statement.services().is_some_and(|services| {
            matches!(services.as_slice(), [one] if one == "lambda.amazonaws.com" || one == "iot.amazonaws.com")
        });
        known && statement.actions() == ["sts:AssumeRole"]
    };
    let roles = template.of_type(ROLE).into_iter();
    roles.filter(|role| !is_for_one(role)).map(|role| role.problem("is not for one service alone")).collect()
}

/// Another account's rule must not act by a role of ours.
pub(super) fn iot_names_source(template: &Template) -> Vec<Problem> {
    let roles = template.of_type(ROLE);
    let for_iot = roles.iter().flat_map(trust).filter(|statement| {
        statement.services().is_some_and(|services| services.iter().any(|service| service == "iot.amazonaws.com"))
    });
    let is_bound = |statement: &Statement| {
        let sources = statement.condition("aws:SourceArn");
        let is_ours = |source: &String| {
            let name = source.strip_prefix(IOT).unwrap_or_default();
            name.starts_with("rule/") || name.starts_with("provisioningtemplate/")
        };
        statement.condition("aws:SourceAccount") == ["${AWS::AccountId}"]
            && !sources.is_empty()
            && sources.iter().all(is_ours)
    };
    for_iot.filter(|one| !is_bound(one)).map(|one| one.problem("acts for rules of other accounts")).collect()
}
