//! One queue as SQS keeps it: a received message is invisible for a while, comes back unless it is deleted, and goes to the dead-letter
//! queue after too many receipts. In memory: what a station was not told to be stored, it sends again.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

/// How a queue treats its messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Policy {
    /// How long a received message stays invisible.
    pub visibility: SignedDuration,
    /// After so many receipts a message goes to the dead-letter queue.
    pub max_receive_count: u32,
}

/// A message in a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Unique in the queue, the same at every receipt.
    pub id: String,
    /// The text.
    pub body: String,
    /// How often it was received, this time included.
    pub receive_count: u32,
}

/// A queue; times come from outside.
#[derive(Debug)]
pub(crate) struct Queue {
    policy: Policy,
    next_number: u64,
    /// By the time from which it is visible, then by number: oldest first.
    waiting: BTreeMap<(Timestamp, u64), Message>,
    received: BTreeMap<String, (Timestamp, u64)>,
    dead: Vec<Message>,
}

impl Queue {
    /// An empty queue.
    #[must_use]
    pub(crate) fn new(policy: Policy) -> Self {
        Self { policy, next_number: 0, waiting: BTreeMap::new(), received: BTreeMap::new(), dead: Vec::new() }
    }

    /// Adds a message with an id of its own.
    pub(crate) fn send(&mut self, id: String, body: String, now: Timestamp) {
        self.next_number += 1;
        self.waiting.insert((now, self.next_number), Message { id, body, receive_count: 0 });
    }

    /// Takes up to `limit` visible messages, the oldest first.
    pub(crate) fn receive(&mut self, limit: usize, now: Timestamp) -> Vec<Message> {
        let mut batch = Vec::new();
        while batch.len() < limit {
            let Some((&key, _)) = self.waiting.range(..=(now, u64::MAX)).next() else { break };
            let Some(mut message) = self.waiting.remove(&key) else { break };
            self.received.remove(&message.id);
            if message.receive_count >= self.policy.max_receive_count {
                self.dead.push(message);
                continue;
            }
            message.receive_count += 1;
            let hidden = (now.saturating_add(self.policy.visibility).unwrap_or(Timestamp::MAX), key.1);
            self.waiting.insert(hidden, message.clone());
            self.received.insert(message.id.clone(), hidden);
            batch.push(message);
        }
        batch
    }

    /// Deletes a message that was received and is done.
    pub(crate) fn delete(&mut self, id: &str) {
        if let Some(key) = self.received.remove(id) {
            self.waiting.remove(&key);
        }
    }

    /// When the next message can be received; none while the queue is empty.
    #[must_use]
    pub(crate) fn next_visible(&self) -> Option<Timestamp> {
        self.waiting.first_key_value().map(|(&(at, _), _)| at)
    }

    /// Messages not deleted yet, received or not.
    #[must_use]
    pub(crate) fn depth(&self) -> usize {
        self.waiting.len()
    }

    /// Messages that visible receivers could take now.
    #[must_use]
    pub(crate) fn visible(&self, now: Timestamp) -> usize {
        self.waiting.range(..=(now, u64::MAX)).count()
    }

    /// The dead-letter queue.
    #[must_use]
    pub(crate) fn dead(&self) -> &[Message] {
        &self.dead
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn queue() -> Queue {
        let mut queue = Queue::new(Policy { visibility: SignedDuration::from_secs(30), max_receive_count: 2 });
        queue.send("a".to_owned(), "A".to_owned(), at(0));
        queue.send("b".to_owned(), "B".to_owned(), at(1));
        queue
    }

    fn ids(messages: &[Message]) -> Vec<&str> {
        messages.iter().map(|message| message.id.as_str()).collect()
    }

    #[test]
    fn a_received_message_is_invisible_until_its_time_is_over() {
        let mut queue = queue();
        assert_eq!(ids(&queue.receive(1, at(1))), ["a"]);
        assert_eq!(ids(&queue.receive(9, at(1))), ["b"]);
        assert_eq!(ids(&queue.receive(9, at(30))), [""; 0]);
        assert_eq!(ids(&queue.receive(9, at(31))), ["a", "b"]);
    }

    #[test]
    fn a_deleted_message_never_comes_back() {
        let mut queue = queue();
        queue.receive(9, at(1));
        queue.delete("a");
        assert_eq!(ids(&queue.receive(9, at(100))), ["b"]);
        assert_eq!(queue.depth(), 1);
    }

    #[test]
    fn a_message_nobody_can_handle_ends_in_the_dead_letter_queue() {
        let mut queue = queue();
        for (second, received) in [(10, &["a", "b"][..]), (50, &["a"])] {
            assert_eq!(ids(&queue.receive(9, at(second))), received);
            queue.delete("b");
        }
        assert_eq!(ids(&queue.receive(9, at(100))), [""; 0]);
        assert_eq!(ids(queue.dead()), ["a"]);
    }
}
