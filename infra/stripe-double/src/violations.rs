//! Requests that Stripe's published API does not allow, for tests that must have none.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// How many violations are remembered; older ones are dropped.
const REMEMBERED_MAX: usize = 10_000;

/// A request that no endpoint of the published API takes as it is; it was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// When it came.
    pub at: Timestamp,
    /// `GET`, `POST`.
    pub method: String,
    /// Without the query, such as `/v1/payment_intents`.
    pub path: String,
    /// The parameter to blame, if it is one.
    pub param: Option<String>,
    /// Stripe's code of the error, such as `parameter_unknown`.
    pub code: Option<&'static str>,
    /// The page of the reference that the request was checked against, if it is known what was meant.
    pub page: Option<&'static str>,
    /// What is wrong, as the reply says it.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.method, self.path, self.message)
    }
}

/// The violations so far, oldest first.
#[derive(Debug, Default)]
pub(crate) struct ViolationLog {
    seen: Mutex<VecDeque<Violation>>,
}

impl ViolationLog {
    pub(crate) fn record(&self, violation: Violation) {
        tracing::warn!(violation = %violation, "a request is outside of Stripe's published API");
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= REMEMBERED_MAX {
            seen.pop_front();
        }
        seen.push_back(violation);
    }

    pub(crate) fn all(&self) -> Vec<Violation> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
