//! Functions and what invokes them.

mod filter;
mod rate;

use super::error::TemplateError;
use super::names::kebab;
use super::node::{Node, Resources};
use super::topology::{Function, QueueMapping, Schedule, StreamMapping};
use super::{queues, tables};

const FUNCTION: &str = "AWS::Serverless::Function";

/// The functions and their event sources, in the template's order.
#[derive(Default)]
pub(super) struct Functions {
    pub(super) all: Vec<Function>,
    pub(super) queue_mappings: Vec<QueueMapping>,
    pub(super) stream_mappings: Vec<StreamMapping>,
    pub(super) schedules: Vec<Schedule>,
}

pub(super) fn read(resources: &Resources<'_>) -> Result<Functions, TemplateError> {
    let mut found = Functions::default();
    for node in resources.of_type(FUNCTION) {
        let function = read_one(resources, &node)?;
        if let Some(events) = node.optional("Properties.Events") {
            for (_, event) in events.entries()? {
                found.add_event(resources, &function.name, &event)?;
            }
        }
        found.all.push(function);
    }
    Ok(found)
}

/// The name of the function with this logical id.
pub(super) fn resolve<'a>(resources: &Resources<'a>, at: &Node<'a>, id: &str) -> Result<String, TemplateError> {
    Ok(kebab(resources.resolve(at, id, FUNCTION)?.resource()))
}

fn read_one<'a>(resources: &Resources<'a>, node: &Node<'a>) -> Result<Function, TemplateError> {
    let name = kebab(node.resource());
    node.field("Metadata.BuildProperties.Binary")?.must_be(&name)?;
    let timeout = match node.optional("Properties.Timeout").or_else(|| resources.global("Timeout")) {
        Some(timeout) => timeout.seconds()?,
        None => return Err(node.refuse("has no Timeout, and neither have the Globals")),
    };
    let mut function = Function { name, timeout, variables: std::collections::BTreeMap::new() };
    if let Some(variables) = node.optional("Properties.Environment.Variables") {
        for (variable, value) in variables.entries()? {
            function.variables.insert(variable.to_owned(), value.reference()?.to_owned());
        }
    }
    Ok(function)
}

impl Functions {
    fn add_event<'a>(
        &mut self,
        resources: &Resources<'a>,
        function: &str,
        event: &Node<'a>,
    ) -> Result<(), TemplateError> {
        let kind = event.field("Type")?;
        let properties = event.field("Properties")?;
        match kind.text()? {
            "SQS" => self.queue_mappings.push(queue_mapping(resources, function, &properties)?),
            "DynamoDB" => self.stream_mappings.push(stream_mapping(resources, function, &properties)?),
            "Schedule" => self.schedules.push(schedule(function, &properties)?),
            other => return Err(kind.refuse(format!("{other} is not an event that is known here"))),
        }
        Ok(())
    }
}

fn queue_mapping<'a>(
    resources: &Resources<'a>,
    function: &str,
    event: &Node<'a>,
) -> Result<QueueMapping, TemplateError> {
    reports_failures(event)?;
    let queue = event.field("Queue")?;
    Ok(QueueMapping {
        queue: queues::resolve(resources, &queue, queue.attribute_of("Arn")?)?,
        function: function.to_owned(),
        batch_size: event.field("BatchSize")?.number()?,
        window: event.field("MaximumBatchingWindowInSeconds")?.seconds()?,
        max_concurrency: event.optional("ScalingConfig.MaximumConcurrency").map(|most| most.number()).transpose()?,
    })
}

fn stream_mapping<'a>(
    resources: &Resources<'a>,
    function: &str,
    event: &Node<'a>,
) -> Result<StreamMapping, TemplateError> {
    reports_failures(event)?;
    event.field("BisectBatchOnFunctionError")?.must_be_flag(true)?;
    let failures = event.field("DestinationConfig.OnFailure.Destination")?;
    queues::resolve_dead_letters(resources, &failures, failures.attribute_of("Arn")?)?;
    let stream = event.field("Stream")?;
    let retries = event.field("MaximumRetryAttempts")?.number::<u16>()?;
    Ok(StreamMapping {
        table: tables::resolve(resources, &stream, stream.attribute_of("StreamArn")?)?,
        function: function.to_owned(),
        batch_size: event.field("BatchSize")?.number()?,
        window: event.field("MaximumBatchingWindowInSeconds")?.seconds()?,
        filter_attribute: filter::attribute(&event.field("FilterCriteria.Filters")?.only_item()?.field("Pattern")?)?,
        max_attempts: u32::from(retries) + 1,
        max_age: event.field("MaximumRecordAgeInSeconds")?.seconds()?,
    })
}

fn schedule(function: &str, event: &Node<'_>) -> Result<Schedule, TemplateError> {
    event.field("Enabled")?.must_be_flag(true)?;
    Ok(Schedule { function: function.to_owned(), every: rate::every(&event.field("Schedule")?)? })
}

fn reports_failures(event: &Node<'_>) -> Result<(), TemplateError> {
    event.field("FunctionResponseTypes")?.only_item()?.must_be("ReportBatchItemFailures")
}
