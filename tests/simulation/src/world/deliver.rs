//! Records on their way to a function, and back when nobody was done with them.

use jiff::{SignedDuration, Timestamp};
use ports::{FailedRecord, Record};

use super::{Event, World};
use crate::core::later;

/// A record, and how often it was handed out.
#[derive(Debug, Clone)]
pub(crate) struct Delivery<T> {
    pub(crate) record: Record<T>,
    pub(crate) receives: u32,
}

/// A message that was taken and not deleted is seen again after this (`VisibilityTimeout` in the template).
const VISIBLE_AGAIN: SignedDuration = SignedDuration::from_secs(120);

/// So often a message is handed out before it is a dead letter (`maxReceiveCount` in the template).
const MAX_RECEIVES: u32 = 5;

/// So often a stream's record is tried again (`MaximumRetryAttempts` in the template); then it is left to the sweep.
const STREAM_RETRIES: u32 = 5;

impl<T> Delivery<T> {
    pub(super) fn new(id: String, body: T) -> Self {
        Self { record: Record { id, body }, receives: 0 }
    }
}

/// The deliveries that a function has not done.
pub(super) fn not_done<T>(deliveries: Vec<Delivery<T>>, failed: Option<&[FailedRecord]>) -> Vec<Delivery<T>> {
    let is_failed =
        |delivery: &Delivery<T>| failed.is_none_or(|failed| failed.iter().any(|one| one.id == delivery.record.id));
    let mut again: Vec<_> = deliveries.into_iter().filter(is_failed).collect();
    for delivery in &mut again {
        delivery.receives += 1;
    }
    again
}

impl World {
    /// Messages of a queue that nobody was done with.
    pub(super) fn queue_again(&mut self, deliveries: Vec<Delivery<messages::Envelope>>, now: Timestamp) {
        for delivery in deliveries {
            if delivery.receives < MAX_RECEIVES {
                self.agenda.put(later(now, VISIBLE_AGAIN), Event::Arrive(delivery));
            } else {
                self.core.lock().totals.dead_letters += 1;
                self.dead_letters.push(Delivery { receives: 0, ..delivery });
            }
        }
    }

    /// Records of a stream that nobody was done with.
    pub(super) fn stream_again(&mut self, deliveries: Vec<Delivery<models::Woken>>, now: Timestamp) {
        for delivery in deliveries.into_iter().filter(|delivery| delivery.receives <= STREAM_RETRIES) {
            let pause = SignedDuration::from_secs(1_i64 << delivery.receives.min(6));
            self.agenda.put(later(now, pause), Event::Streamed(delivery));
        }
    }
}
