//! When and in which order the transaction messages of a session leave for the outbox.

use crate::contract::{EventType, Transaction};
use crate::plan::Upload;
use std::collections::BTreeMap;

/// Messages held back, by transaction.
#[derive(Debug, Clone, Default)]
pub(crate) struct HeldBack {
    by_transaction: BTreeMap<String, Vec<Transaction>>,
}

impl HeldBack {
    pub(crate) fn is_empty(&self) -> bool {
        self.by_transaction.is_empty()
    }

    /// Takes a message and gives back those that are to be sent now, in order of sending.
    pub(crate) fn pass(&mut self, message: Transaction, upload: Upload) -> Vec<Transaction> {
        let is_last = message.event_type == EventType::Ended;
        let transaction_id = message.transaction_id.clone();
        let held = self.by_transaction.entry(transaction_id.clone()).or_default();
        held.push(message);
        let (is_due, is_reversed) = match upload {
            Upload::Live => (true, false),
            Upload::SwappedPairs => (is_last || held.len() == 2, true),
            Upload::Offline => (is_last, false),
            Upload::OfflineReversed => (is_last, true),
        };
        if !is_due {
            return Vec::new();
        }
        let mut released = self.by_transaction.remove(&transaction_id).unwrap_or_default();
        if is_reversed {
            released.reverse();
        }
        released
    }
}
