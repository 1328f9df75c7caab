//! Queues and streams that feed functions.

use serde_yaml_ng::Value;

use super::alarms::STREAM_AGE;
use crate::model::{FUNCTION, Part, Problem, QUEUE, TABLE, Template};
use crate::policies::{permissions, resources_of};

const WINDOW: &str = "MaximumBatchingWindowInSeconds";

/// The largest batch that needs no window.
const SMALL_BATCH: u64 = 10;

/// What Lambda takes when a mapping, a queue or a function says nothing.
const DEFAULT_BATCH: u64 = 10;
const DEFAULT_VISIBILITY: u64 = 30;
const DEFAULT_TIMEOUT: u64 = 3;

fn queues(template: &Template) -> impl Iterator<Item = (Part<'_>, Part<'_>)> {
    template.events("SQS").into_iter()
}

fn streams(template: &Template) -> impl Iterator<Item = Part<'_>> {
    template.events("DynamoDB").into_iter().map(|(_, event)| event)
}

pub(super) fn reports_failures(template: &Template) -> Vec<Problem> {
    let sources = queues(template).map(|(_, event)| event).chain(streams(template));
    let fails_whole = |event: &Part| event.texts("FunctionResponseTypes") != ["ReportBatchItemFailures"];
    sources.filter(fails_whole).map(|event| event.problem("fails its batches as a whole")).collect()
}

/// The role reads what feeds the function, and nothing else.
pub(super) fn only_sources_readable(template: &Template) -> Vec<Problem> {
    let functions = template.of_type(FUNCTION).into_iter();
    let differs = |function: &Part| {
        let Some(role) = template.role_of(function) else { return true };
        let allowed = permissions(&role);
        let fed = |path| sorted(function.events().iter().filter_map(|event| event.text(path)).collect());
        [
            ("Queue", "sqs:ReceiveMessage"),
            ("Queue", "sqs:DeleteMessage"),
            ("Stream", "dynamodb:GetShardIterator"),
            ("Stream", "dynamodb:GetRecords"),
        ]
        .into_iter()
        .any(|(path, action)| fed(path) != sorted(resources_of(&allowed, action)))
    };
    functions.filter(differs).map(|function| function.problem("may not read exactly what feeds it")).collect()
}

fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort();
    texts
}

/// The mapping is refused otherwise, but only while it is being deployed.
pub(super) fn queue_window(template: &Template) -> Vec<Problem> {
    let lacks_window = |event: &Part| {
        event.number("BatchSize").unwrap_or(DEFAULT_BATCH) > SMALL_BATCH && event.number(WINDOW).unwrap_or(0) < 1
    };
    let events = queues(template).map(|(_, event)| event);
    events.filter(lacks_window).map(|event| event.problem("has large batches without a window")).collect()
}

pub(super) fn queue_hides_long_enough(template: &Template) -> Vec<Problem> {
    fed_queues(template, |queue, function, event| {
        let timeout = template.setting(function, "Timeout").and_then(Value::as_u64).unwrap_or(DEFAULT_TIMEOUT);
        let needed = 6 * timeout + event.number(WINDOW).unwrap_or(0);
        let hidden = queue.number("VisibilityTimeout").unwrap_or(DEFAULT_VISIBILITY);
        (hidden < needed)
            .then(|| queue.problem(format!("hides messages for {hidden} s; {} needs {needed} s", function.id)))
    })
}

pub(super) fn queue_tries_five_times(template: &Template) -> Vec<Problem> {
    fed_queues(template, |queue, _, _| queue.must_be_within("RedrivePolicy.maxReceiveCount", 5..=1000))
}

/// What is wrong with the queues that feed functions, or with a function that a queue outside the template feeds.
fn fed_queues(template: &Template, check: impl Fn(&Part, &Part, &Part) -> Option<Problem>) -> Vec<Problem> {
    let found = queues(template).filter_map(|(function, event)| {
        match template.behind(event.text("Queue").as_deref(), ".Arn", QUEUE) {
            Some(queue) => check(&queue, &function, &event),
            None => Some(event.problem("is no queue of this template")),
        }
    });
    found.collect()
}

pub(super) fn stream_window(template: &Template) -> Vec<Problem> {
    streams(template).filter_map(|event| event.must_be(WINDOW, "0")).collect()
}

/// Without bounds, or with -1, a poison record blocks its shard for a day.
pub(super) fn stream_bounds_retries(template: &Template) -> Vec<Problem> {
    let bounds = |event: Part| {
        let attempts = event.must_be_within("MaximumRetryAttempts", 1..=100);
        [attempts, event.must_be_within("MaximumRecordAgeInSeconds", 60..=43_200)]
    };
    streams(template).flat_map(bounds).flatten().collect()
}

pub(super) fn stream_bisects(template: &Template) -> Vec<Problem> {
    streams(template).filter_map(|event| event.must_be("BisectBatchOnFunctionError", "true")).collect()
}

pub(super) fn stream_has_dead_letters(template: &Template) -> Vec<Problem> {
    let check = |(function, event): (Part, Part)| {
        let destination = event.text("DestinationConfig.OnFailure.Destination");
        let queue = template.behind(destination.as_deref(), ".Arn", QUEUE);
        let role = template.role_of(&function);
        let sends = role.map(|role| resources_of(&permissions(&role), "sqs:SendMessage")).unwrap_or_default();
        let may_send = destination.is_some_and(|destination| sends.contains(&destination));
        [
            event.must_be("DestinationConfig.OnFailure.Type", "SQS"),
            event.problem_if(!queue.is_some_and(|queue| queue.is_dead_letters()), "gives up without dead letters"),
            event.problem_if(!may_send, "may not send to its dead letters"),
        ]
    };
    template.events("DynamoDB").into_iter().flat_map(check).flatten().collect()
}

pub(super) fn stream_filters(template: &Template) -> Vec<Problem> {
    let is_unfiltered = |event: &Part| event.items("FilterCriteria.Filters").is_empty();
    streams(template).filter(is_unfiltered).map(|event| event.problem("invokes for every write")).collect()
}

/// From the latest on, what is written while the mapping is made is never read.
pub(super) fn stream_starts_at_oldest(template: &Template) -> Vec<Problem> {
    streams(template).filter_map(|event| event.must_be("StartingPosition", "TRIM_HORIZON")).collect()
}

pub(super) fn stream_has_two_readers(template: &Template) -> Vec<Problem> {
    let read: Vec<_> = streams(template).filter_map(|event| event.text("Stream")).collect();
    let tables = template.of_type(TABLE).into_iter();
    let is_crowded = |table: &Part| {
        let stream = format!("${{{}.StreamArn}}", table.id);
        read.iter().filter(|reader| **reader == stream).count() > 2
    };
    tables.filter(is_crowded).map(|table| table.problem("has a stream with more than two readers")).collect()
}

pub(super) fn stream_age_alarmed(template: &Template) -> Vec<Problem> {
    let events = template.events("DynamoDB").into_iter();
    let watch =
        |(function, _): (Part, Part)| STREAM_AGE.must_be_watched(template, &function, &format!("${{{}}}", function.id));
    events.filter_map(watch).collect()
}
