//! What makes the other rules sufficient: there is nothing in the template that they do not look at.

use serde_yaml_ng::Value;

use crate::model::{Problem, ROLE, Template};
use crate::policies::{Statement, statements};
use crate::text::is_readable;

/// Types that rules look at, or that grant and store nothing. A policy beside its role, a function that SAM does not
/// know or a topic's own policy would pass by every other rule.
const TYPES: [&str; 20] = [
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Authorizer",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::Stage",
    "AWS::CloudWatch::Alarm",
    "AWS::DynamoDB::Table",
    "AWS::IAM::Role",
    "AWS::IoT::Policy",
    "AWS::IoT::ProvisioningTemplate",
    "AWS::IoT::TopicRule",
    "AWS::Lambda::Permission",
    "AWS::Logs::LogGroup",
    "AWS::Logs::MetricFilter",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::SecretsManager::Secret",
    "AWS::Serverless::Function",
];

/// What a statement may consist of. `NotAction` and `NotPrincipal` allow what nobody has listed.
const KEYS: [&str; 7] = ["Action", "Condition", "Effect", "NotResource", "Principal", "Resource", "Sid"];

pub(super) fn types_are_known(template: &Template) -> Vec<Problem> {
    let unknown = template.resources().into_iter().filter(|part| !TYPES.contains(&part.kind()));
    unknown.map(|part| part.problem(format!("is of the type {:?}, which no rule knows", part.kind()))).collect()
}

pub(super) fn statements_are_plain(template: &Template) -> Vec<Problem> {
    let parts = template.resources();
    let all = parts.iter().flat_map(|part| {
        let inline = part.items("Policies").into_iter().filter(|_| part.kind() == ROLE);
        let documents = inline.filter_map(|policy| policy.get("PolicyDocument"));
        let named = ["AssumeRolePolicyDocument", "PolicyDocument"].into_iter().filter_map(|path| part.property(path));
        statements(part, documents.chain(named))
    });
    all.filter(|statement| !is_plain(statement))
        .map(|statement| statement.problem("has a statement with parts that no rule can read"))
        .collect()
}

fn is_plain(statement: &Statement) -> bool {
    let Some(mapping) = statement.value.as_mapping() else { return false };
    let known = mapping.keys().all(|key| key.as_str().is_some_and(|key| KEYS.contains(&key)));
    let effect = mapping.get("Effect").and_then(Value::as_str);
    let readable = ["Action", "NotResource", "Resource"].iter().filter_map(|key| mapping.get(key)).all(is_readable);
    known && readable && matches!(effect, Some("Allow" | "Deny")) && !statement.actions().is_empty()
}
