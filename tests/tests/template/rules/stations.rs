//! Stations: what a certificate allows, and how one is obtained.

use super::roles::IOT;
use super::topic_rules::{RULE, topic_filter};
use crate::model::{FUNCTION, PERMISSION, Part, Problem, Template};
use crate::policies::{Statement, policy};

const POLICY: &str = "AWS::IoT::Policy";
const PROVISIONING: &str = "AWS::IoT::ProvisioningTemplate";

/// The station that has connected.
const THING: &str = "${!iot:Connection.Thing.ThingName}";

/// What a station says, and what it is told.
const SAID: [&str; 4] = ["telemetry", "transaction", "stock", "commandResult"];
const TOLD: [&str; 2] = ["ack", "command"];

const CONNECT: &str = "iot:Connect";
const TALK: [&str; 3] = ["iot:Publish", "iot:Subscribe", "iot:Receive"];

/// A policy of certificates that may only be exchanged for another.
fn is_claim(policy: &Part) -> bool {
    policy.id == "ClaimPolicy"
}

/// The statements of the policies of stations, or of claims.
fn statements(template: &Template, of_claims: bool) -> Vec<Statement<'_>> {
    template.of_type(POLICY).iter().filter(|policy| is_claim(policy) == of_claims).flat_map(policy).collect()
}

pub(super) fn only_talks(template: &Template) -> Vec<Problem> {
    let is_known = |action: &String| action == CONNECT || TALK.contains(&action.as_str());
    let all = [statements(template, false), statements(template, true)].into_iter().flatten();
    all.filter(|one| !one.actions().iter().all(is_known)).map(|one| one.problem("allows more than to talk")).collect()
}

pub(super) fn connects_as_itself(template: &Template) -> Vec<Problem> {
    let own = format!("{IOT}client/{THING}");
    let connect = statements(template, false).into_iter().filter(|one| one.names(CONNECT));
    let is_itself = |one: &Statement| {
        one.resources() == [own.as_str()] && one.condition("iot:Connection.Thing.IsAttached") == ["true"]
    };
    connect.filter(|one| !is_itself(one)).map(|one| one.problem("lets a station connect as another")).collect()
}

pub(super) fn keeps_to_its_topics(template: &Template) -> Vec<Problem> {
    let own = |path: &str, kind: &str| format!("{IOT}{path}/ev/v1/{THING}/{kind}");
    let rules = template.of_type(RULE);
    let ingest = rules.iter().filter_map(|rule| {
        let filter = topic_filter(rule)?;
        let kind = filter.strip_prefix("ev/v1/+/").filter(|kind| SAID.contains(kind))?;
        Some(own(&format!("topic/$aws/rules/${{{}}}", rule.id), kind))
    });
    let said: Vec<_> = SAID.iter().map(|kind| own("topic", kind)).chain(ingest).collect();
    let heard: Vec<_> = TOLD.iter().map(|kind| own("topicfilter", kind)).collect();
    let received: Vec<_> = TOLD.iter().map(|kind| own("topic", kind)).collect();
    let found = statements(template, false).into_iter().flat_map(|statement| {
        let talks = TALK.into_iter().zip([&said, &heard, &received]).filter(|(action, _)| statement.names(action));
        let others = talks.flat_map(|(action, topics)| {
            let others = statement.resources().into_iter().filter(|topic| !topics.contains(topic));
            others.map(move |topic| format!("allows {action} on {topic}"))
        });
        others.map(|problem| statement.problem(problem)).collect::<Vec<_>>()
    });
    found.collect()
}

pub(super) fn claim_only_provisions(template: &Template) -> Vec<Problem> {
    let templates = template.of_type(PROVISIONING);
    let names = templates.iter().flat_map(|one| [Some(format!("${{{}}}", one.id)), one.text("TemplateName")]).flatten();
    let steps: Vec<_> = names.map(|name| format!("$aws/provisioning-templates/{name}/provision/")).collect();
    let provisions = |topic: &str| {
        topic.starts_with("$aws/certificates/create/") || steps.iter().any(|step| topic.starts_with(step.as_str()))
    };
    let is_allowed = |resource: &str| {
        let Some((kind, name)) = resource.strip_prefix(IOT).and_then(|resource| resource.split_once('/')) else {
            return false;
        };
        match kind {
            // Connected under any name, it would displace the station of that name.
            "client" => name == format!("{}*", admit_station::CLAIMING),
            "topic" | "topicfilter" => provisions(name),
            _ => false,
        }
    };
    let found = statements(template, true).into_iter().flat_map(|statement| {
        let others = statement.resources().into_iter().filter(|resource| !is_allowed(resource));
        others.map(|resource| statement.problem(format!("allows a claim {resource}"))).collect::<Vec<_>>()
    });
    found.collect()
}

/// Without a hook, whoever has a claim certificate gets as many stations as they ask for.
pub(super) fn provisioning_has_hook(template: &Template) -> Vec<Problem> {
    let check = |provisioning: Part| {
        let hook = provisioning.text("PreProvisioningHook.TargetArn");
        let function = template.behind(hook.as_deref(), ".Arn", FUNCTION);
        let may_ask = function.is_some_and(|function| {
            let names = [format!("${{{}}}", function.id), format!("${{{}.Arn}}", function.id)];
            let mut permissions = template.of_type(PERMISSION).into_iter();
            permissions.any(|permission| {
                permission.text("Principal").as_deref() == Some("iot.amazonaws.com")
                    && permission.text("FunctionName").is_some_and(|name| names.contains(&name))
            })
        });
        // AWS IoT tries the hook when the template is made.
        let waits = provisioning.attribute("DependsOn").is_some();
        let enabled = provisioning.text("Enabled").as_deref() == Some("true");
        [
            provisioning.problem_if(!may_ask, "has no hook that it may ask"),
            provisioning.problem_if(!waits, "is made before it may ask its hook"),
            provisioning.problem_if(!enabled, "is not enabled"),
        ]
    };
    template.of_type(PROVISIONING).into_iter().flat_map(check).flatten().collect()
}
