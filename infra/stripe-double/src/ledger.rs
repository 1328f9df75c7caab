//! Everything the double remembers: Stripe's objects as JSON documents, oldest first.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// A typed object of Stripe's; its document carries the same name under `object`.
pub(crate) trait Resource: Serialize + DeserializeOwned {
    /// The value of `object`, such as `payment_intent`.
    const OBJECT: &'static str;
}

/// Statuses that time alone may end: holds and open checkout sessions.
const ENDING: [&str; 2] = ["requires_capture", "open"];

/// All objects by id, and the order in which they were made.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    documents: BTreeMap<String, Document>,
    ending: BTreeSet<String>,
    salt: String,
    minted: u64,
}

#[derive(Debug)]
struct Document {
    number: usize,
    value: Value,
}

impl Ledger {
    /// An empty ledger; `salt` makes its ids differ from those of another.
    pub(crate) fn new(salt: impl Into<String>) -> Self {
        Self { salt: salt.into(), ..Self::default() }
    }

    /// A fresh id such as `pi_5d41402abc4b2a76b9719d91`.
    pub(crate) fn mint(&mut self, prefix: &str) -> String {
        loop {
            self.minted = self.minted.wrapping_add(1);
            let id = format!("{prefix}_{}", digest_24(&format!("{}:{prefix}:{}", self.salt, self.minted)));
            if !self.documents.contains_key(&id) {
                return id;
            }
        }
    }

    /// The typed object, if there is one of that kind.
    pub(crate) fn find<T: Resource>(&self, id: &str) -> Option<Result<T, serde_json::Error>> {
        let value = self.document(id).filter(|value| value["object"] == T::OBJECT)?;
        Some(serde_json::from_value(value.clone()))
    }

    /// The document of any kind.
    pub(crate) fn document(&self, id: &str) -> Option<&Value> {
        self.documents.get(id).map(|document| &document.value)
    }

    /// Stores a document under its `id`; an earlier one keeps its place in the order.
    pub(crate) fn put(&mut self, value: Value) {
        let Some(id) = value["id"].as_str().map(str::to_owned) else { return };
        if value["status"].as_str().is_some_and(|status| ENDING.contains(&status)) {
            self.ending.insert(id.clone());
        } else {
            self.ending.remove(&id);
        }
        let number = self.documents.get(&id).map_or(self.documents.len(), |known| known.number);
        self.documents.insert(id, Document { number, value });
    }

    /// Ids of what may end by itself.
    pub(crate) fn ending(&self) -> &BTreeSet<String> {
        &self.ending
    }

    /// All documents of one kind, newest first.
    pub(crate) fn newest_first(&self, object: &str) -> Vec<&Value> {
        let mut found: Vec<&Document> =
            self.documents.values().filter(|document| document.value["object"] == object).collect();
        found.sort_by_key(|document| std::cmp::Reverse(document.number));
        found.into_iter().map(|document| &document.value).collect()
    }
}

/// 24 hexadecimal digits that follow from `text` alone.
pub(crate) fn digest_24(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes())[..12])
}

/// Bytes as lowercase hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut digits, byte| {
        _ = write!(digits, "{byte:02x}");
        digits
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_changed_document_keeps_its_place() {
        let mut ledger = Ledger::new("");
        for id in ["b", "a", "c"] {
            ledger.put(json!({"id": id, "object": "refund"}));
        }
        ledger.put(json!({"id": "a", "object": "refund", "amount": 5}));
        ledger.put(json!({"id": "x", "object": "charge"}));
        let ids: Vec<_> = ledger.newest_first("refund").iter().map(|value| value["id"].clone()).collect();
        assert_eq!(ids, ["c", "a", "b"]);
        assert_eq!(ledger.document("a").unwrap()["amount"], 5);
    }

    #[test]
    fn what_may_end_by_itself_is_known_until_it_has() {
        let mut ledger = Ledger::new("");
        for (id, status) in [("pi_1", "requires_capture"), ("cs_1", "open"), ("pi_2", "succeeded"), ("cs_1", "expired")]
        {
            ledger.put(json!({"id": id, "status": status}));
        }
        assert_eq!(ledger.ending().iter().collect::<Vec<_>>(), ["pi_1"]);
    }

    #[test]
    fn a_restarted_ledger_mints_no_id_it_already_holds() {
        let mut first = Ledger::new("");
        let taken = first.mint("pi");
        let mut restarted = Ledger::new("");
        restarted.put(json!({"id": taken, "object": "payment_intent"}));
        assert_ne!(restarted.mint("pi"), taken);
    }
}
