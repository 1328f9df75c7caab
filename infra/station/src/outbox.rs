//! Messages that must not be lost, kept until the system has acknowledged them.

use crate::station::Outgoing;
use jiff::{SignedDuration, Timestamp};
use std::collections::VecDeque;

/// How long a station waits for an acknowledgement before it sends a message again, in the time of its clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// After the first sending; doubled with every further one.
    pub first: SignedDuration,
    /// Never longer than this.
    pub longest: SignedDuration,
}

impl Default for Backoff {
    /// One minute, up to ten.
    fn default() -> Self {
        Self { first: SignedDuration::from_mins(1), longest: SignedDuration::from_mins(10) }
    }
}

impl Backoff {
    /// The wait after the given number of sendings, at least 1.
    #[must_use]
    pub fn after(self, sendings: u32) -> SignedDuration {
        let factor = 1i32.checked_shl(sendings.saturating_sub(1)).filter(|factor| *factor > 0);
        factor.and_then(|factor| self.first.checked_mul(factor)).unwrap_or(self.longest).min(self.longest)
    }
}

/// What an acknowledgement meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledgement {
    /// The message was waiting for it and is not sent again.
    Settled,
    /// No such message is waiting: it has been acknowledged before, or was never ours.
    Unknown,
}

#[derive(Debug, Clone)]
struct Entry {
    message_id: String,
    message: Outgoing,
    sendings: u32,
    due_at: Timestamp,
}

/// Messages that wait for an acknowledgement, in the order they were put in.
///
/// It holds them in memory. A real station would keep them in a file; nothing else would change.
#[derive(Debug, Clone)]
pub struct Outbox {
    backoff: Backoff,
    entries: VecDeque<Entry>,
}

impl Outbox {
    /// An empty outbox.
    #[must_use]
    pub fn new(backoff: Backoff) -> Self {
        Self { backoff, entries: VecDeque::new() }
    }

    /// How many messages wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no message waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Keeps a message; it is due at once.
    pub fn keep(&mut self, message_id: String, message: Outgoing) {
        self.entries.push_back(Entry { message_id, message, sendings: 0, due_at: Timestamp::MIN });
    }

    /// The first message that is to be sent at this time, and how often it has been sent before.
    #[must_use]
    pub fn first_due(&self, now: Timestamp) -> Option<(&str, &Outgoing, u32)> {
        let entry = self.entries.iter().find(|entry| entry.due_at <= now)?;
        Some((&entry.message_id, &entry.message, entry.sendings))
    }

    /// Notes that the first due message has been sent.
    pub fn mark_first_due_sent(&mut self, now: Timestamp) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.due_at <= now) {
            entry.sendings = entry.sendings.saturating_add(1);
            entry.due_at = now.checked_add(self.backoff.after(entry.sendings)).unwrap_or(Timestamp::MAX);
        }
    }

    /// Stops sending a message.
    pub fn acknowledge(&mut self, message_id: &str) -> Acknowledgement {
        let before = self.entries.len();
        self.entries.retain(|entry| entry.message_id != message_id);
        if self.entries.len() < before { Acknowledgement::Settled } else { Acknowledgement::Unknown }
    }

    /// Makes everything due, after a connection was lost and with it perhaps acknowledgements.
    pub fn resend_all(&mut self) {
        for entry in &mut self.entries {
            entry.due_at = Timestamp::MIN;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::MessageKind;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn outbox_with(ids: &[&str]) -> Outbox {
        let mut outbox = Outbox::new(Backoff::default());
        for id in ids {
            outbox.keep((*id).to_owned(), Outgoing { kind: MessageKind::Stock, payload: vec![] });
        }
        outbox
    }

    /// The seconds at which the only message is sent.
    fn sending_times(outbox: &mut Outbox, until: i64) -> Vec<i64> {
        (0..until)
            .filter(|second| {
                let is_due = outbox.first_due(at(*second)).is_some();
                outbox.mark_first_due_sent(at(*second));
                is_due
            })
            .collect()
    }

    #[test]
    fn a_message_is_sent_again_ever_more_slowly_until_it_is_acknowledged() {
        let mut outbox = outbox_with(&["a"]);
        assert_eq!(sending_times(&mut outbox, 2200), [0, 60, 180, 420, 900, 1500, 2100]);
        assert_eq!(outbox.acknowledge("a"), Acknowledgement::Settled);
        assert_eq!(outbox.acknowledge("a"), Acknowledgement::Unknown);
        assert!(outbox.first_due(at(1_000_000)).is_none());
    }

    #[test]
    fn messages_are_sent_in_order_and_all_again_after_a_lost_connection() {
        let mut outbox = outbox_with(&["a", "b"]);
        let send_due = |outbox: &mut Outbox| {
            let mut sent = vec![];
            while let Some((id, ..)) = outbox.first_due(at(0)) {
                sent.push(id.to_owned());
                outbox.mark_first_due_sent(at(0));
            }
            sent
        };
        assert_eq!(send_due(&mut outbox), ["a", "b"]);
        assert!(send_due(&mut outbox).is_empty());
        outbox.resend_all();
        assert_eq!(send_due(&mut outbox), ["a", "b"]);
    }

    #[test]
    fn the_longest_wait_holds_for_any_number_of_sendings() {
        for (sendings, minutes) in [(0, 1), (1, 1), (2, 2), (4, 8), (5, 10), (31, 10), (33, 10), (u32::MAX, 10)] {
            assert_eq!(Backoff::default().after(sendings), SignedDuration::from_mins(minutes), "{sendings}");
        }
    }
}
