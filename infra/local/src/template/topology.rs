//! The values that the dispatcher works with. Names are the logical ids of the template in kebab case, without `Queue` and `Table` at
//! their end: `CheckTelemetry` is `check-telemetry`, `TelemetryQueue` is `telemetry`, `SessionsTable` is `sessions`.

use std::collections::BTreeMap;

use aws::tables::TableSpec;
use jiff::SignedDuration;

/// Everything that is connected to a function; each list in the template's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topology {
    /// From topics to queues.
    pub rules: Vec<Rule>,
    /// Queues with a dead-letter queue; dead-letter queues themselves are not listed.
    pub queues: Vec<Queue>,
    /// From queues to functions.
    pub queue_mappings: Vec<QueueMapping>,
    /// From the streams of tables to functions.
    pub stream_mappings: Vec<StreamMapping>,
    /// What runs by the clock.
    pub schedules: Vec<Schedule>,
    /// What answers HTTP.
    pub http_routes: Vec<HttpRoute>,
    /// The tables.
    pub tables: Vec<TableSpec>,
    /// Every function.
    pub functions: Vec<Function>,
}

/// Messages on matching topics go to a queue, in the envelope of `messages::Envelope`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// An MQTT topic filter.
    pub topic_filter: String,
    /// The queue that gets the envelopes.
    pub queue: String,
}

/// A queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// Its name.
    pub name: String,
    /// How long a received message stays invisible.
    pub visibility: SignedDuration,
    /// After so many receipts a message goes to the dead-letter queue.
    pub max_receive_count: u32,
    /// Where it goes then.
    pub dead_letters: String,
}

/// A function reads a queue and reports the messages of a batch that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueMapping {
    /// The queue.
    pub queue: String,
    /// Its reader.
    pub function: String,
    /// The most messages of one batch.
    pub batch_size: usize,
    /// How long a batch waits to be filled.
    pub window: SignedDuration,
    /// The most batches at a time; none for no limit.
    pub max_concurrency: Option<u32>,
}

/// A function reads the changes of a table and reports the first record of a batch that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamMapping {
    /// The table.
    pub table: String,
    /// Its reader.
    pub function: String,
    /// The most records of one batch.
    pub batch_size: usize,
    /// How long a batch waits to be filled.
    pub window: SignedDuration,
    /// Only items that have this string attribute after the change.
    pub filter_attribute: String,
    /// After so many tries, the first one included, a record is given up.
    pub max_attempts: u32,
    /// A record that is older is given up.
    pub max_age: SignedDuration,
}

/// A function runs at a rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// What runs.
    pub function: String,
    /// The time between two runs.
    pub every: SignedDuration,
}

/// A function answers an HTTP request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRoute {
    /// `POST` and the like.
    pub method: String,
    /// The path, from `/` on.
    pub path: String,
    /// What answers.
    pub function: String,
}

/// A function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name: its folder in `functions/`.
    pub name: String,
    /// How long one invocation may take.
    pub timeout: SignedDuration,
    /// What its environment names, as variable and logical id, for variables that name a resource or parameter.
    pub variables: BTreeMap<String, String>,
}
