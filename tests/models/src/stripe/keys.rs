//! Idempotency keys.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::answer::Answer;

/// How long a key is remembered after its first use.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// The keys that were used.
#[derive(Debug, Default)]
pub(super) struct Keys(BTreeMap<String, Used>);

#[derive(Debug)]
struct Used {
    at: Timestamp,
    request: String,
    answer: Answer,
}

impl Keys {
    /// What is answered under a key without doing anything: what was answered before, or that the request is another one.
    pub(super) fn replay(&self, key: &str, request: &str, now: Timestamp) -> Option<Answer> {
        let used = self.0.get(key).filter(|used| now < used.at.saturating_add(REMEMBERED).unwrap_or(Timestamp::MAX))?;
        if used.request == request {
            Some(used.answer.clone())
        } else {
            Some(Answer::Refused("the key was used for another request"))
        }
    }

    /// Keeps an answer that is to be repeated.
    pub(super) fn keep(&mut self, key: &str, request: String, answer: &Answer, now: Timestamp) {
        if answer.is_kept() {
            self.0.insert(key.to_owned(), Used { at: now, request, answer: answer.clone() });
        }
    }
}
