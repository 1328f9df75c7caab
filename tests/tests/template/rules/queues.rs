//! Queues, and where their messages end.

use super::alarms::{QUEUE_AGE, QUEUE_FILLED};
use crate::model::{Part, Problem, QUEUE, Template};
use crate::policies::{Statement, policy};

/// The longest that SQS keeps a message.
const TWO_WEEKS: &str = "1209600";

fn queues(template: &Template) -> impl Iterator<Item = Part<'_>> {
    template.of_type(QUEUE).into_iter().filter(|queue| !queue.is_dead_letters())
}

fn dead_letters(template: &Template) -> impl Iterator<Item = Part<'_>> {
    template.of_type(QUEUE).into_iter().filter(Part::is_dead_letters)
}

pub(super) fn encrypted(template: &Template) -> Vec<Problem> {
    let is_open = |queue: &Part| {
        queue.text("SqsManagedSseEnabled").as_deref() != Some("true") && queue.property("KmsMasterKeyId").is_none()
    };
    let queues = template.of_type(QUEUE).into_iter();
    queues.filter(is_open).map(|queue| queue.problem("is not encrypted")).collect()
}

pub(super) fn has_dead_letters(template: &Template) -> Vec<Problem> {
    let loses = |queue: &Part| {
        let target = queue.text("RedrivePolicy.deadLetterTargetArn");
        !template.behind(target.as_deref(), ".Arn", QUEUE).is_some_and(|target| target.is_dead_letters())
    };
    queues(template).filter(loses).map(|queue| queue.problem("has no dead letters")).collect()
}

pub(super) fn age_alarmed(template: &Template) -> Vec<Problem> {
    queues(template).filter_map(|queue| QUEUE_AGE.must_be_watched(template, &queue, &name(&queue))).collect()
}

pub(super) fn dead_letters_alarmed(template: &Template) -> Vec<Problem> {
    dead_letters(template).filter_map(|queue| QUEUE_FILLED.must_be_zero(template, &queue, &name(&queue))).collect()
}

fn name(queue: &Part) -> String {
    format!("${{{}.QueueName}}", queue.id)
}

pub(super) fn dead_letters_kept(template: &Template) -> Vec<Problem> {
    dead_letters(template).filter_map(|queue| queue.must_be("MessageRetentionPeriod", TWO_WEEKS)).collect()
}

/// A service may send for whom it was told to, not for any account.
pub(super) fn policy_names_source(template: &Template) -> Vec<Problem> {
    let policies = template.of_type("AWS::SQS::QueuePolicy");
    let statements = policies.iter().flat_map(policy);
    statements.filter(|one| !names_source(one)).map(|one| one.problem("lets others send for anybody")).collect()
}

fn names_source(statement: &Statement) -> bool {
    let sources = statement.condition("aws:SourceArn");
    statement.services().is_some()
        && statement.actions() == ["sqs:SendMessage"]
        && statement.resources().iter().all(|resource| !resource.contains('*'))
        && !sources.is_empty()
        && sources.iter().all(|source| source != "*")
}
