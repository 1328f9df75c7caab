//! What was asked of the double, for tests that count calls.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// How many requests are remembered; older ones are dropped.
const REMEMBERED_MAX: usize = 100_000;

/// A request as it came in, before anything was done with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedRequest {
    /// When it came.
    pub at: Timestamp,
    /// `GET`, `POST`.
    pub method: String,
    /// Without the query, such as `/v1/payment_intents`.
    pub path: String,
    /// The idempotency key.
    pub key: Option<String>,
    /// Query and body, by bracketed name; empty if they could not be read.
    pub params: BTreeMap<String, String>,
}

/// The requests received, oldest first.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    received: Mutex<VecDeque<ReceivedRequest>>,
}

impl RequestLog {
    pub(crate) fn record(&self, request: ReceivedRequest) {
        let mut received = self.received.lock().unwrap_or_else(PoisonError::into_inner);
        if received.len() >= REMEMBERED_MAX {
            received.pop_front();
        }
        received.push_back(request);
    }

    pub(crate) fn all(&self) -> Vec<ReceivedRequest> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
