//! IoT rules: from a topic to one queue, whatever the bytes.

use serde_yaml_ng::Value;

use crate::model::{Part, Problem, QUEUE, ROLE, Template};
use crate::policies::{permissions, resources_of};
use crate::text::text;

pub(super) const RULE: &str = "AWS::IoT::TopicRule";

/// Without `encode`, a payload that is not JSON is dropped and nobody is told.
const SELECT: &str = "SELECT encode(*, 'base64') AS data, topic() AS topic, clientid() AS client, \
                      timestamp() AS received_at FROM '";

const ACTIONS: &str = "TopicRulePayload.Actions";
const ERROR_ACTION: &str = "TopicRulePayload.ErrorAction";

fn each(template: &Template, check: impl Fn(&Part) -> Option<Problem>) -> Vec<Problem> {
    template.of_type(RULE).iter().filter_map(check).collect()
}

/// The topic filter of a rule that selects the four columns of every message.
pub(super) fn topic_filter(rule: &Part) -> Option<String> {
    let sql = rule.text("TopicRulePayload.Sql")?;
    let words: Vec<_> = sql.split_whitespace().collect();
    let words = words.join(" ");
    let filter = words.strip_prefix(SELECT)?.strip_suffix('\'')?;
    (!filter.contains('\'')).then(|| filter.to_owned())
}

/// The queue that an action sends to as it is, and the role that it sends by.
fn queue_of<'a>(template: &'a Template, action: &Value) -> Option<(Part<'a>, Option<Part<'a>>)> {
    let mapping = action.as_mapping().filter(|mapping| mapping.len() == 1)?;
    let sqs = mapping.get("Sqs")?;
    let said = |key| sqs.get(key).and_then(text);
    let queue = template.behind(said("QueueUrl").as_deref(), "", QUEUE)?;
    let role = template.behind(said("RoleArn").as_deref(), ".Arn", ROLE);
    (said("UseBase64").as_deref() == Some("false")).then_some((queue, role))
}

pub(super) fn version(template: &Template) -> Vec<Problem> {
    each(template, |rule| rule.must_be("TopicRulePayload.AwsIotSqlVersion", "2016-03-23"))
}

pub(super) fn columns(template: &Template) -> Vec<Problem> {
    each(template, |rule| {
        rule.problem_if(topic_filter(rule).is_none(), "does not select the four columns of every message")
    })
}

pub(super) fn one_queue(template: &Template) -> Vec<Problem> {
    each(template, |rule| {
        let actions = rule.items(ACTIONS);
        let queue = match actions.as_slice() {
            [action] => queue_of(template, action),
            _ => None,
        };
        let feeds = queue.is_some_and(|(queue, _)| !queue.is_dead_letters());
        rule.problem_if(!feeds, "does not send to exactly one queue, unchanged")
    })
}

pub(super) fn errors(template: &Template) -> Vec<Problem> {
    each(template, |rule| {
        let queue = rule.property(ERROR_ACTION).and_then(|action| queue_of(template, action));
        rule.problem_if(!queue.is_some_and(|(queue, _)| queue.is_dead_letters()), "loses what it cannot deliver")
    })
}

/// The error action of a rule is never told that it may not send.
pub(super) fn role_may_send(template: &Template) -> Vec<Problem> {
    let may_send = |action: &Value| {
        let Some((queue, Some(role))) = queue_of(template, action) else { return false };
        resources_of(&permissions(&role), "sqs:SendMessage").contains(&format!("${{{}.Arn}}", queue.id))
    };
    each(template, |rule| {
        let actions = [rule.items(ACTIONS), rule.items(ERROR_ACTION)].concat();
        rule.problem_if(!actions.into_iter().all(may_send), "has a role that may not send to its queues")
    })
}

pub(super) fn enabled(template: &Template) -> Vec<Problem> {
    each(template, |rule| rule.must_be("TopicRulePayload.RuleDisabled", "false"))
}
