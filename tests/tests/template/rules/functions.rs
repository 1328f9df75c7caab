//! Functions: a role, logs and an alarm of their own, and bounds on how they are invoked.

use super::alarms::ERRORS;
use crate::model::{FUNCTION, LOG_GROUP, PERMISSION, Part, Problem, Template};
use crate::policies::permissions;
use crate::text::text;

/// Events that need no permission of SAM's making. Others open routes or topics that no rule sees.
const EVENTS: [&str; 3] = ["DynamoDB", "SQS", "Schedule"];

/// What the functions' check finds, one function after the other.
fn each<const N: usize>(template: &Template, check: impl Fn(&Part) -> [Option<Problem>; N]) -> Vec<Problem> {
    template.of_type(FUNCTION).iter().flat_map(check).flatten().collect()
}

/// Whether another function has the same value here.
fn is_shared(template: &Template, function: &Part, path: &str) -> bool {
    let others = template.of_type(FUNCTION).into_iter().filter(|other| other.id != function.id);
    others.into_iter().any(|other| other.text(path) == function.text(path))
}

pub(super) fn own_role(template: &Template) -> Vec<Problem> {
    each(template, |function| {
        [
            function.problem_if(template.role_of(function).is_none(), "has no role of this template"),
            function.problem_if(is_shared(template, function, "Role"), "shares its role"),
            function.problem_if(template.setting(function, "Policies").is_some(), "has policies beside its role"),
        ]
    })
}

pub(super) fn own_logs(template: &Template) -> Vec<Problem> {
    const GROUP: &str = "LoggingConfig.LogGroup";
    each(template, |function| {
        let group = template.behind(function.text(GROUP).as_deref(), "", LOG_GROUP);
        [
            function.problem_if(group.is_none(), "has no log group of this template"),
            function.problem_if(is_shared(template, function, GROUP), "shares its log group"),
            function.must_be("LoggingConfig.LogFormat", "JSON"),
        ]
    })
}

pub(super) fn writes_only_its_logs(template: &Template) -> Vec<Problem> {
    each(template, |function| {
        let group = template.behind(function.text("LoggingConfig.LogGroup").as_deref(), "", LOG_GROUP);
        let own = group.map(|group| format!("${{{}.Arn}}", group.id)).unwrap_or_default();
        let statements = template.role_of(function).map(|role| permissions(&role)).unwrap_or_default();
        let (mut writes, mut others) = (false, false);
        for statement in statements.iter().filter(|one| one.actions().iter().any(|action| action.starts_with("logs:")))
        {
            let is_own = statement.resources() == [own.as_str()];
            writes |= is_own && statement.names("logs:CreateLogStream") && statement.names("logs:PutLogEvents");
            others |= !is_own;
        }
        [
            function.problem_if(!writes, "may not write to its log group"),
            function.problem_if(others, "may write to other logs than its own"),
        ]
    })
}

pub(super) fn errors_alarmed(template: &Template) -> Vec<Problem> {
    each(template, |function| [ERRORS.must_be_zero(template, function, &format!("${{{}}}", function.id))])
}

pub(super) fn runtime(template: &Template) -> Vec<Problem> {
    each(template, |function| {
        let runtime = template.setting(function, "Runtime").and_then(text);
        [function.problem_if(runtime.as_deref() != Some("provided.al2023"), "does not run on provided.al2023")]
    })
}

pub(super) fn timeout(template: &Template) -> Vec<Problem> {
    each(template, |function| {
        let seconds = template.setting(function, "Timeout").and_then(serde_yaml_ng::Value::as_u64);
        [function.problem_if(!seconds.is_some_and(|seconds| (1..=900).contains(&seconds)), "has no timeout")]
    })
}

pub(super) fn known_events(template: &Template) -> Vec<Problem> {
    each(template, |function| {
        let unknown = function.events().iter().any(|event| !EVENTS.contains(&event.kind()));
        [
            function.problem_if(unknown, "has an event that no rule knows"),
            function.problem_if(template.setting(function, "FunctionUrlConfig").is_some(), "has an address of its own"),
        ]
    })
}

/// A function that nobody waits for has its event tried again for six hours, unless it says otherwise.
pub(super) fn bounds_asynchronous_calls(template: &Template) -> Vec<Problem> {
    each(template, |function| {
        let events = function.events();
        let schedule = events.iter().find(|event| event.kind() == "Schedule");
        let is_waited_for = events.iter().any(|event| event.kind() != "Schedule") || is_permitted(template, function);
        let mut problems = [const { None }; 4];
        if schedule.is_some() || !is_waited_for {
            problems[0] = function.must_be_within("EventInvokeConfig.MaximumEventAgeInSeconds", 60..=3600);
            problems[1] = function.must_be_within("EventInvokeConfig.MaximumRetryAttempts", 0..=2);
        }
        if let Some(schedule) = schedule {
            problems[2] = schedule.must_be_within("RetryPolicy.MaximumEventAgeInSeconds", 60..=3600);
            problems[3] = schedule.must_be_within("RetryPolicy.MaximumRetryAttempts", 0..=5);
        }
        problems
    })
}

/// Whether a service has the permission to invoke a function: a route or a provisioning hook, which both wait.
fn is_permitted(template: &Template, function: &Part) -> bool {
    let names = [format!("${{{}}}", function.id), format!("${{{}.Arn}}", function.id)];
    let permissions = template.of_type(PERMISSION).into_iter();
    permissions.filter_map(|permission| permission.text("FunctionName")).any(|name| names.contains(&name))
}

pub(super) fn logs_are_not_kept_forever(template: &Template) -> Vec<Problem> {
    let groups = template.of_type(LOG_GROUP).into_iter();
    let is_bounded = |group: &Part| group.text("RetentionInDays").is_some_and(|days| days != "${AWS::NoValue}");
    groups.filter(|group| !is_bounded(group)).map(|group| group.problem("keeps its lines forever")).collect()
}
