//! Events on their way to the webhook.
//!
//! A delivery that is not answered with 2xx is repeated; a sandbox of Stripe's repeats three times over a few hours
//! (`docs.stripe.com/webhooks`, "Retry behavior"). The page names no intervals; the double's are in [`RETRIES`].

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

use crate::disorder::{Dice, Disorder, Due};
use crate::webhooks::Webhook;

/// How long after a failed delivery the next one follows, by the clock.
const RETRIES: [SignedDuration; 3] =
    [SignedDuration::from_mins(5), SignedDuration::from_mins(30), SignedDuration::from_mins(120)];

/// How many attempts are remembered; older ones are dropped.
const ATTEMPTS_MAX: usize = 100_000;

/// One try to deliver an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryAttempt {
    /// When it was signed.
    pub at: Timestamp,
    /// The event's id.
    pub event: String,
    /// The event's type, such as `payment_intent.succeeded`.
    pub kind: String,
    /// What became of it.
    pub outcome: DeliveryOutcome,
}

/// What became of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliveryOutcome {
    /// The webhook answered with this HTTP status; 2xx acknowledges.
    Answered(u16),
    /// No answer came.
    Unreachable,
}

impl DeliveryOutcome {
    /// Whether the webhook has the event now.
    pub(crate) fn is_acknowledged(&self) -> bool {
        match self {
            Self::Answered(status) => (200..300).contains(status),
            Self::Unreachable => false,
        }
    }
}

/// An event waiting for a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) event: String,
    due: Timestamp,
    failures: usize,
}

/// The queue of deliveries.
#[derive(Debug)]
pub(crate) struct Outbox {
    queue: Mutex<Queue>,
    pub(crate) changed: Notify,
    /// Held while due deliveries are made, so that whoever asks for them waits for those under way too.
    pub(crate) delivering: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Queue {
    webhook: Option<Webhook>,
    waiting: Vec<Waiting>,
    attempts: VecDeque<DeliveryAttempt>,
    dice: Dice,
}

impl Outbox {
    pub(crate) fn new(webhook: Option<Webhook>, disorder: Disorder) -> Self {
        let queue = Queue { webhook, waiting: Vec::new(), attempts: VecDeque::new(), dice: Dice::new(disorder) };
        Self { queue: Mutex::new(queue), changed: Notify::new(), delivering: tokio::sync::Mutex::default() }
    }

    pub(crate) fn webhook(&self) -> Option<Webhook> {
        self.lock().webhook.clone()
    }

    pub(crate) fn set_webhook(&self, webhook: Option<Webhook>) {
        self.lock().webhook = webhook;
        self.changed.notify_one();
    }

    /// Queues new events; answers the deliveries to make before the reply.
    pub(crate) fn accept(&self, events: Vec<String>, now: Timestamp) -> Vec<Waiting> {
        let mut queue = self.lock();
        let mut before_reply = Vec::new();
        for event in events {
            for due in queue.dice.deliveries() {
                let waiting = |due| Waiting { event: event.clone(), due, failures: 0 };
                match due {
                    Due::BeforeReply => before_reply.push(waiting(now)),
                    Due::After(late) => queue.waiting.push(waiting(now.saturating_add(late).unwrap_or(now))),
                }
            }
        }
        queue.dice.order(&mut before_reply);
        drop(queue);
        self.changed.notify_one();
        before_reply
    }

    /// Queues deliveries that were to be made before a reply where there is none.
    pub(crate) fn put_back(&self, deliveries: Vec<Waiting>) {
        self.lock().waiting.extend(deliveries);
        self.changed.notify_one();
    }

    /// Takes what is due; nothing while there is no webhook.
    pub(crate) fn take_due(&self, now: Timestamp) -> Vec<Waiting> {
        let mut queue = self.lock();
        if queue.webhook.is_none() {
            return Vec::new();
        }
        let (mut due, later): (Vec<_>, Vec<_>) = queue.waiting.drain(..).partition(|waiting| waiting.due <= now);
        queue.waiting = later;
        due.sort_by_key(|waiting| waiting.due);
        queue.dice.order(&mut due);
        due
    }

    /// Notes an attempt and, if it failed, queues the next one while there is one.
    pub(crate) fn settle(&self, waiting: Waiting, attempt: DeliveryAttempt) {
        let mut queue = self.lock();
        if !attempt.outcome.is_acknowledged()
            && let Some(pause) = RETRIES.get(waiting.failures)
        {
            let due = attempt.at.saturating_add(*pause).unwrap_or(attempt.at);
            queue.waiting.push(Waiting { due, failures: waiting.failures + 1, ..waiting });
        }
        if queue.attempts.len() >= ATTEMPTS_MAX {
            queue.attempts.pop_front();
        }
        queue.attempts.push_back(attempt);
    }

    /// Whether anything waits for its time.
    pub(crate) fn has_waiting(&self) -> bool {
        let queue = self.lock();
        queue.webhook.is_some() && !queue.waiting.is_empty()
    }

    pub(crate) fn attempts(&self) -> Vec<DeliveryAttempt> {
        self.lock().attempts.iter().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    #[test]
    fn a_failing_delivery_is_repeated_three_times_and_an_acknowledged_one_never() {
        let webhook = Webhook::new("http://127.0.0.1:1/", &["s"]).ok();
        for (status, expected) in [(503, vec![0, 5, 35, 155]), (204, vec![0])] {
            let outbox = Outbox::new(webhook.clone(), Disorder::default());
            assert_eq!(outbox.accept(vec!["evt_1".to_owned()], minute(0)), []);
            let mut tried = Vec::new();
            for now in 0..10_000 {
                for waiting in outbox.take_due(minute(now)) {
                    tried.push(now);
                    let attempt = DeliveryAttempt {
                        at: minute(now),
                        event: waiting.event.clone(),
                        kind: String::new(),
                        outcome: DeliveryOutcome::Answered(status),
                    };
                    outbox.settle(waiting, attempt);
                }
            }
            assert_eq!(tried, expected, "{status}");
            assert!(!outbox.has_waiting());
        }
    }

    #[test]
    fn deliveries_due_together_come_in_order_unless_shuffled() {
        let events: Vec<_> = (0..20).map(|n| format!("evt_{n}")).collect();
        for shuffled in [false, true] {
            let webhook = Webhook::new("http://127.0.0.1:1/", &["s"]).ok();
            let outbox = Outbox::new(webhook, Disorder { shuffled, ..Disorder::default() });
            outbox.accept(events.clone(), minute(0));
            let mut taken: Vec<_> = outbox.take_due(minute(0)).into_iter().map(|waiting| waiting.event).collect();
            assert_eq!(taken != events, shuffled);
            taken.sort_by_key(|event| events.iter().position(|known| known == event));
            assert_eq!(taken, events);
        }
    }

    #[test]
    fn events_wait_for_a_webhook() {
        let outbox = Outbox::new(None, Disorder::default());
        outbox.accept(vec!["evt_1".to_owned()], minute(0));
        assert_eq!(outbox.take_due(minute(1)), []);
        outbox.set_webhook(Webhook::new("http://127.0.0.1:1/", &["s"]).ok());
        assert_eq!(outbox.take_due(minute(1)).len(), 1);
    }
}
