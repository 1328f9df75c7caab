//! Queues and the mappings that hand their messages to functions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio::task::JoinSet;

use super::Parts;
use super::queue::{Message, Policy, Queue};
use super::rules::{envelope, matches};
use crate::broker::Published;
use crate::template::{QueueMapping, Rule, Topology};

/// How many batches of one queue run at once where the template sets no limit (as many pollers as Lambda starts with).
const POLLERS: usize = 5;

/// Every queue of the template.
#[derive(Debug)]
pub struct Queues {
    by_name: BTreeMap<String, Slot>,
    /// Message ids are unique over restarts too, since what they name is kept.
    run: String,
    sent: Mutex<u64>,
}

#[derive(Debug)]
struct Slot {
    queue: Mutex<Queue>,
    arrived: Notify,
}

/// How a queue stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its name.
    pub queue: String,
    /// Messages not done yet.
    pub waiting: usize,
    /// Messages that nobody could handle.
    pub dead: usize,
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queues {
    /// Empty queues; `run` tells this run of the system from all others.
    #[must_use]
    pub(crate) fn new(topology: &Topology, run: String) -> Self {
        let slot = |queue: &crate::template::Queue| {
            let policy = Policy { visibility: queue.visibility, max_receive_count: queue.max_receive_count };
            (queue.name.clone(), Slot { queue: Mutex::new(Queue::new(policy)), arrived: Notify::new() })
        };
        Self { by_name: topology.queues.iter().map(slot).collect(), run, sent: Mutex::new(0) }
    }

    /// Adds a message.
    pub(crate) fn send(&self, queue: &str, body: String, now: Timestamp) {
        let Some(slot) = self.by_name.get(queue) else { return };
        let number = {
            let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
            *sent += 1;
            *sent
        };
        slot.lock().send(format!("{}-{number}", self.run), body, now);
        slot.arrived.notify_one();
    }

    /// How every queue stands.
    #[must_use]
    pub(crate) fn standing(&self) -> Vec<Standing> {
        self.by_name
            .iter()
            .map(|(name, slot)| {
                let queue = slot.lock();
                Standing { queue: name.clone(), waiting: queue.depth(), dead: queue.dead().len() }
            })
            .collect()
    }
}

/// Hands what stations publish to the queues of the rules that match; ends when the broker has ended.
pub(crate) async fn route(
    rules: Vec<Rule>,
    queues: Arc<Queues>,
    clock: station::Clock,
    mut published: mpsc::Receiver<Published>,
) {
    while let Some(message) = published.recv().await {
        let now = clock.now();
        for rule in rules.iter().filter(|rule| matches(&rule.topic_filter, &message.topic)) {
            queues.send(&rule.queue, envelope(&message, now), now);
        }
    }
}

/// Hands batches of one queue to its function, for ever.
pub(crate) async fn serve(mapping: QueueMapping, parts: Parts) {
    let Some(slot) = parts.queues.by_name.get(&mapping.queue) else { return };
    let pollers =
        Arc::new(Semaphore::new(mapping.max_concurrency.map_or(POLLERS, |most| most.try_into().unwrap_or(POLLERS))));
    let mut running = JoinSet::new();
    loop {
        let Ok(poller) = Arc::clone(&pollers).acquire_owned().await else { return };
        let batch = next_batch(slot, &mapping, &parts.clock).await;
        let (mapping, parts) = (mapping.clone(), parts.clone());
        running.spawn(async move {
            hand_over(&mapping, &parts, batch).await;
            drop(poller);
        });
        while running.try_join_next().is_some() {}
    }
}

/// Waits for a full batch, or for the end of the window that began with the first visible message.
async fn next_batch(slot: &Slot, mapping: &QueueMapping, clock: &station::Clock) -> Vec<Message> {
    let mut window_ends: Option<Timestamp> = None;
    loop {
        let now = clock.now();
        let wake = {
            let mut queue = slot.lock();
            match queue.visible(now) {
                0 => {
                    window_ends = None;
                    queue.next_visible()
                }
                visible => {
                    let ends = *window_ends.get_or_insert(now.saturating_add(mapping.window).unwrap_or(now));
                    if visible >= mapping.batch_size || now >= ends {
                        let batch = queue.receive(mapping.batch_size, now);
                        if !batch.is_empty() {
                            return batch;
                        }
                    }
                    Some(ends)
                }
            }
        };
        let wake = wake.unwrap_or_else(|| now.saturating_add(SignedDuration::from_hours(1)).unwrap_or(now));
        tokio::select! {
            () = slot.arrived.notified() => {}
            () = clock.sleep_until(wake) => {}
        }
    }
}

/// Runs the function on one batch and deletes what it did not report as failed.
async fn hand_over(mapping: &QueueMapping, parts: &Parts, batch: Vec<Message>) {
    let ids: Vec<String> = batch.iter().map(|message| message.id.clone()).collect();
    match parts.functions.on_queue(&mapping.function, batch).await {
        Ok(failed) => {
            let failed: BTreeSet<String> = failed.into_iter().collect();
            let Some(slot) = parts.queues.by_name.get(&mapping.queue) else { return };
            let mut queue = slot.lock();
            for id in ids.iter().filter(|id| !failed.contains(*id)) {
                queue.delete(id);
            }
        }
        Err(error) => tracing::error!(error = &error as &dyn std::error::Error, "a batch will be delivered again"),
    }
}
