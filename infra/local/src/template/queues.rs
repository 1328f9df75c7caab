//! SQS queues.

use super::error::TemplateError;
use super::names::{kebab, kebab_before};
use super::node::{Node, Resources};
use super::topology::Queue;

const QUEUE: &str = "AWS::SQS::Queue";
const DEAD_LETTERS: &str = "DeadLetters";

/// Every queue that is not a dead-letter queue.
pub(super) fn read(resources: &Resources<'_>) -> Result<Vec<Queue>, TemplateError> {
    resources
        .of_type(QUEUE)
        .filter(|queue| !queue.resource().ends_with(DEAD_LETTERS))
        .map(|queue| read_one(resources, &queue))
        .collect()
}

fn read_one<'a>(resources: &Resources<'a>, queue: &Node<'a>) -> Result<Queue, TemplateError> {
    let redrive = queue.field("Properties.RedrivePolicy")?;
    let dead_letters = redrive.field("deadLetterTargetArn")?;
    Ok(Queue {
        name: name(queue)?,
        visibility: queue.field("Properties.VisibilityTimeout")?.seconds()?,
        max_receive_count: redrive.field("maxReceiveCount")?.number()?,
        dead_letters: resolve_dead_letters(resources, &dead_letters, dead_letters.attribute_of("Arn")?)?,
    })
}

/// The name of the queue with this logical id.
pub(super) fn resolve<'a>(resources: &Resources<'a>, at: &Node<'a>, id: &str) -> Result<String, TemplateError> {
    name(&resources.resolve(at, id, QUEUE)?)
}

/// The name of the dead-letter queue with this logical id.
pub(super) fn resolve_dead_letters<'a>(
    resources: &Resources<'a>,
    at: &Node<'a>,
    id: &str,
) -> Result<String, TemplateError> {
    let queue = resources.resolve(at, id, QUEUE)?;
    if !queue.resource().ends_with(DEAD_LETTERS) {
        return Err(at.refuse(format!("{id} is not a dead-letter queue")));
    }
    Ok(kebab(queue.resource()))
}

fn name(queue: &Node<'_>) -> Result<String, TemplateError> {
    kebab_before(queue.resource(), "Queue")
        .ok_or_else(|| queue.refuse("the name of a queue ends in Queue or DeadLetters"))
}
