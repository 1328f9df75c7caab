//! What AWS does between a message and a function: rules, queues, stream mappings, schedules. Routes, batch sizes, windows, limits and
//! rates come from the template, so that there is one truth.

mod queue;
mod queues;
mod rules;
mod schedules;
mod streams;

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::broker::Published;
use crate::database::Database;
use crate::facts::Facts;
use crate::functions::Functions;
use crate::template::Topology;

pub use queue::Message;
pub use queues::{Queues, Standing};

/// What every part of the dispatcher works with.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The clock of the whole system.
    pub clock: station::Clock,
    /// The functions.
    pub functions: Arc<Functions>,
    /// The tables whose streams are read.
    pub database: Arc<Database>,
    /// The queues.
    pub queues: Arc<Queues>,
    /// Where what happens is announced.
    pub facts: Arc<Facts>,
}

/// Starts every rule, queue mapping, stream mapping and schedule. The set runs until it is dropped; a task that ends by itself has failed.
#[must_use]
pub fn start(topology: &Topology, parts: &Parts, published: mpsc::Receiver<Published>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    tasks.spawn(queues::route(topology.rules.clone(), Arc::clone(&parts.queues), parts.clock.clone(), published));
    for mapping in &topology.queue_mappings {
        tasks.spawn(queues::serve(mapping.clone(), parts.clone()));
    }
    for (table, mappings) in streams::by_table(&topology.stream_mappings) {
        tasks.spawn(streams::serve(table, mappings, parts.clone()));
    }
    for schedule in &topology.schedules {
        tasks.spawn(schedules::serve(schedule.clone(), parts.clone()));
    }
    tasks
}
