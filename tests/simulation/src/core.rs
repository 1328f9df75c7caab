//! What everything in a run shares: the time, chance, what goes wrong, and where invocations give way.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use jiff::{SignedDuration, Timestamp};
use ports::Clock;

use crate::chance::Chance;
use crate::log::Log;
use crate::points::{Coverage, Point};
use crate::rates::Rates;
use crate::totals::Totals;

/// What everything in a run shares. Clones are the same.
#[derive(Clone)]
pub(crate) struct Core(Arc<Mutex<Inner>>);

/// The parts.
pub(crate) struct Inner {
    pub(crate) now: Timestamp,
    pub(crate) chance: Chance,
    pub(crate) rates: Rates,
    /// Stripe answers nobody from the first to the second.
    pub(crate) outage: (Timestamp, Timestamp),
    /// Where the invocation that was polled last gave way.
    pub(crate) gave_way: Option<Point>,
    pub(crate) coverage: Coverage,
    pub(crate) log: Log,
    pub(crate) totals: Totals,
}

impl Core {
    pub(crate) fn new(start: Timestamp, chance: Chance, rates: Rates) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            now: start,
            chance,
            rates,
            outage: (Timestamp::MIN, Timestamp::MIN),
            gave_way: None,
            coverage: Coverage::default(),
            log: Log::default(),
            totals: Totals::default(),
        })))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn advance(&self, by: SignedDuration) {
        let mut inner = self.lock();
        inner.now = later(inner.now, by);
    }

    /// Gives way once: whoever runs the invocations may let others go first, or never come back.
    pub(crate) async fn give_way(&self, point: Point) {
        let mut gave = false;
        poll_fn(|_| {
            if std::mem::replace(&mut gave, true) {
                return Poll::Ready(());
            }
            self.lock().gave_way = Some(point);
            Poll::Pending
        })
        .await;
    }
}

impl Clock for Core {
    fn now(&self) -> Timestamp {
        self.lock().now
    }
}

/// `by` after `time`.
pub(crate) fn later(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.saturating_add(by).unwrap_or(Timestamp::MAX)
}
