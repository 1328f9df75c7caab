//! IoT topic rules.

use super::error::TemplateError;
use super::names::kebab;
use super::node::{Node, Resources};
use super::queues;
use super::topology::Rule;

/// What every rule selects: a station's bytes as they came, and who sent them when.
const COLUMNS: &str =
    "SELECT encode(*, 'base64') AS data, topic() AS topic, clientid() AS client, timestamp() AS received_at FROM '";

/// The version of the SQL in which `encode(*, 'base64')` takes any bytes.
const SQL_VERSION: &str = "2016-03-23";

pub(super) fn read(resources: &Resources<'_>) -> Result<Vec<Rule>, TemplateError> {
    resources.of_type("AWS::IoT::TopicRule").map(|rule| read_one(resources, &rule)).collect()
}

fn read_one<'a>(resources: &Resources<'a>, rule: &Node<'a>) -> Result<Rule, TemplateError> {
    let payload = rule.field("Properties.TopicRulePayload")?;
    payload.field("AwsIotSqlVersion")?.must_be(SQL_VERSION)?;
    payload.field("RuleDisabled")?.must_be_flag(false)?;
    let error_queue = payload.field("ErrorAction.Sqs.QueueUrl")?;
    queues::resolve_dead_letters(resources, &error_queue, error_queue.reference()?)?;
    let action = payload.field("Actions")?.only_item()?.field("Sqs")?;
    action.field("UseBase64")?.must_be_flag(false)?;
    let queue = action.field("QueueUrl")?;
    Ok(Rule {
        name: kebab(rule.resource()),
        topic_filter: topic_filter(&payload.field("Sql")?)?,
        queue: queues::resolve(resources, &queue, queue.reference()?)?,
    })
}

fn topic_filter(sql: &Node<'_>) -> Result<String, TemplateError> {
    let text = sql.text()?.split_whitespace().collect::<Vec<_>>().join(" ");
    text.strip_prefix(COLUMNS)
        .and_then(|rest| rest.strip_suffix('\''))
        .filter(|filter| !filter.is_empty() && !filter.contains(['\'', ' ']))
        .map(str::to_owned)
        .ok_or_else(|| sql.refuse(format!("is not {COLUMNS}...'")))
}
