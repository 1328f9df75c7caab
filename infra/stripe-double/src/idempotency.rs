//! Idempotency keys (`docs.stripe.com/api/idempotent_requests`, `docs.stripe.com/error-low-level`).
//!
//! The status and body of the first request under a key are kept, whatever they are, 500s included, and answered again.
//! The same key with another endpoint or other parameters is an error; while the first request runs, a second one
//! conflicts. Nothing is kept for a request that failed validation or conflicted. Keys are forgotten 24 hours after
//! their first use.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ledger::hex;

/// How long a key is remembered.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// The longest key.
pub(crate) const KEY_CHARS_MAX: usize = 255;

/// The reply kept for a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) key: String,
    pub(crate) fingerprint: String,
    pub(crate) first_used: Timestamp,
    pub(crate) request_id: String,
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// The keys in use.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    entries: BTreeMap<String, Entry>,
}

#[derive(Debug)]
enum Entry {
    InProgress { fingerprint: String },
    Kept(Kept),
}

/// What a request finds under its key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Begun {
    /// Nothing: the key is now in progress.
    First,
    /// The reply to give again.
    Replay(Kept),
    /// The key belongs to another request.
    OtherParameters,
    /// The first request under the key has not ended.
    InProgress,
}

impl Keys {
    /// Claims the key for a request, or tells why not.
    pub(crate) fn begin(&mut self, key: &str, fingerprint: &str, now: Timestamp) -> Begun {
        self.forget(now);
        match self.entries.get(key) {
            None => {
                self.entries.insert(key.to_owned(), Entry::InProgress { fingerprint: fingerprint.to_owned() });
                Begun::First
            }
            Some(Entry::InProgress { fingerprint: first } | Entry::Kept(Kept { fingerprint: first, .. }))
                if first != fingerprint =>
            {
                Begun::OtherParameters
            }
            Some(Entry::InProgress { .. }) => Begun::InProgress,
            Some(Entry::Kept(kept)) => Begun::Replay(kept.clone()),
        }
    }

    /// Keeps the reply of a request that was executed.
    pub(crate) fn keep(&mut self, kept: Kept) {
        self.entries.insert(kept.key.clone(), Entry::Kept(kept));
    }

    /// Frees the key of a request that was not executed.
    pub(crate) fn release(&mut self, key: &str) {
        if let Some(Entry::InProgress { .. }) = self.entries.get(key) {
            self.entries.remove(key);
        }
    }

    fn forget(&mut self, now: Timestamp) {
        self.entries.retain(|_, entry| match entry {
            Entry::InProgress { .. } => true,
            Entry::Kept(kept) => now.duration_since(kept.first_used) < REMEMBERED,
        });
    }
}

/// What makes two requests the same: method, path and parameters.
pub(crate) fn fingerprint(method: &str, path: &str, params: &BTreeMap<String, String>) -> String {
    let mut digest = Sha256::new();
    for part in [method, path].into_iter().chain(params.iter().flat_map(|(key, text)| [key.as_str(), text.as_str()])) {
        digest.update(part.len().to_be_bytes());
        digest.update(part.as_bytes());
    }
    hex(&digest.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64, minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(hours * 60 + minutes)
    }

    fn kept(key: &str, fingerprint: &str, status: u16) -> Kept {
        Kept {
            key: key.to_owned(),
            fingerprint: fingerprint.to_owned(),
            first_used: at(0, 0),
            request_id: "req_1".to_owned(),
            status,
            body: "{}".to_owned(),
        }
    }

    #[test]
    fn a_key_is_answered_by_what_it_was_first_used_for() {
        for (status, hours, minutes, fingerprint, expected) in [
            (200, 0, 1, "same", Begun::Replay(kept("k", "same", 200))),
            (402, 1, 0, "same", Begun::Replay(kept("k", "same", 402))),
            (500, 23, 59, "same", Begun::Replay(kept("k", "same", 500))),
            (200, 0, 1, "other", Begun::OtherParameters),
            (200, 24, 0, "same", Begun::First),
            (200, 24, 0, "other", Begun::First),
        ] {
            let mut keys = Keys::default();
            assert_eq!(keys.begin("k", "same", at(0, 0)), Begun::First);
            keys.keep(kept("k", "same", status));
            assert_eq!(keys.begin("k", fingerprint, at(hours, minutes)), expected, "{status} {hours}:{minutes}");
        }
    }

    #[test]
    fn a_running_request_holds_its_key_until_it_ends_or_is_refused() {
        let mut keys = Keys::default();
        assert_eq!(keys.begin("k", "same", at(0, 0)), Begun::First);
        assert_eq!(keys.begin("k", "same", at(0, 0)), Begun::InProgress);
        assert_eq!(keys.begin("k", "other", at(0, 0)), Begun::OtherParameters);
        assert_eq!(keys.begin("l", "same", at(0, 0)), Begun::First);
        keys.release("k");
        assert_eq!(keys.begin("k", "other", at(0, 0)), Begun::First);
        keys.keep(kept("k", "other", 200));
        keys.release("k");
        assert_eq!(keys.begin("k", "other", at(0, 0)), Begun::Replay(kept("k", "other", 200)));
    }

    #[test]
    fn requests_differ_by_method_path_and_every_parameter() {
        let params = |text: &str| BTreeMap::from([("a".to_owned(), text.to_owned())]);
        let first = fingerprint("POST", "/v1/refunds", &params("1"));
        assert_eq!(first, fingerprint("POST", "/v1/refunds", &params("1")));
        assert_ne!(first, fingerprint("POST", "/v1/refunds", &params("2")));
        assert_ne!(first, fingerprint("POST", "/v1/customers", &params("1")));
        assert_ne!(first, fingerprint("POST", "/v1/refunds", &BTreeMap::new()));
    }
}
