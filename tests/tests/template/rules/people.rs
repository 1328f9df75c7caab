//! People: what they are told is encrypted, and what does not reach them is kept.

use crate::model::{Part, Problem, QUEUE, Template};
use crate::policies::{Statement, policy};

const TOPIC: &str = "AWS::SNS::Topic";

/// Reviewed: alarms cannot publish under the key that AWS manages, and name no person.
const OPEN_TOPICS: [&str; 1] = ["AlarmsTopic"];

pub(super) fn topic_encrypted(template: &Template) -> Vec<Problem> {
    let is_open = |topic: &Part| topic.property("KmsMasterKeyId").is_none() && !OPEN_TOPICS.contains(&topic.id);
    let topics = template.of_type(TOPIC).into_iter();
    topics.filter(is_open).map(|topic| topic.problem("is not encrypted")).collect()
}

pub(super) fn subscription_has_dead_letters(template: &Template) -> Vec<Problem> {
    let check = |subscription: Part| {
        let target = subscription.text("RedrivePolicy.deadLetterTargetArn");
        let queue = template.behind(target.as_deref(), ".Arn", QUEUE).filter(Part::is_dead_letters);
        let topic = subscription.text("TopicArn").unwrap_or_default();
        let is_kept = queue.is_some_and(|queue| may_send(template, &queue, &topic));
        subscription.problem_if(!is_kept, "has no dead letters that its topic may send to")
    };
    let own = template.of_type("AWS::SNS::Subscription").into_iter().filter_map(check);
    let topics = template.of_type(TOPIC).into_iter();
    let inline = topics.filter(|topic| topic.property("Subscription").is_some());
    own.chain(inline.map(|topic| topic.problem("has subscriptions without dead letters"))).collect()
}

/// Whether SNS may send to a queue for a topic.
fn may_send(template: &Template, queue: &Part, topic: &str) -> bool {
    let policies = template.of_type("AWS::SQS::QueuePolicy").into_iter();
    let about = policies.filter(|policy| policy.texts("Queues").contains(&format!("${{{}}}", queue.id)));
    let lets = |statement: &Statement| {
        let sns = statement.services().is_some_and(|services| services == ["sns.amazonaws.com"]);
        let on_queue = statement.resources().contains(&format!("${{{}.Arn}}", queue.id));
        sns && on_queue && statement.condition("aws:SourceArn").iter().any(|source| source == topic)
    };
    about.into_iter().flat_map(|part| policy(&part)).any(|statement| lets(&statement))
}
