//! What one request does to the ledger: the objects it changes and the events it causes.

use jiff::Timestamp;
use serde_json::Value;

use crate::errors::Refusal;
use crate::events;
use crate::ledger::{Ledger, Resource};

/// The request an object or event is made by.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cause {
    pub(crate) request_id: Option<String>,
    pub(crate) idempotency_key: Option<String>,
}

/// The ledger, open for one request.
pub(crate) struct Work<'a> {
    ledger: &'a mut Ledger,
    now: Timestamp,
    cause: Cause,
    has_webhook: bool,
    site: String,
    changed: Vec<String>,
    events: Vec<String>,
}

/// What a request left behind.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Done {
    /// Changed documents, each once, in the order of their first change.
    pub(crate) changed: Vec<Value>,
    /// Ids of the events that wait for delivery.
    pub(crate) events: Vec<String>,
}

impl<'a> Work<'a> {
    /// Opens the ledger; with `has_webhook` the events made wait for delivery.
    pub(crate) fn new(ledger: &'a mut Ledger, now: Timestamp, cause: Cause, has_webhook: bool) -> Self {
        Self { ledger, now, cause, has_webhook, site: String::new(), changed: Vec::new(), events: Vec::new() }
    }

    /// Knows where the pages of the double are.
    pub(crate) fn at_site(self, site: String) -> Self {
        Self { site, ..self }
    }

    /// Where the pages of the double are: a base address without a slash at its end.
    pub(crate) fn site(&self) -> &str {
        &self.site
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    pub(crate) fn cause(&self) -> &Cause {
        &self.cause
    }

    pub(crate) fn has_webhook(&self) -> bool {
        self.has_webhook
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        self.ledger
    }

    /// A fresh id with the prefix.
    pub(crate) fn mint(&mut self, prefix: &str) -> String {
        self.ledger.mint(prefix)
    }

    /// The object, if it exists.
    pub(crate) fn find<T: Resource>(&self, id: &str) -> Result<Option<T>, Refusal> {
        Ok(self.ledger.find(id).transpose()?)
    }

    /// The object, or `resource_missing` blaming `param`; `param` is `id` or `intent` for an id in the path.
    pub(crate) fn require<T: Resource>(&self, id: &str, param: &str) -> Result<T, Refusal> {
        self.find(id)?.ok_or_else(|| Refusal::no_such(T::OBJECT, id, param))
    }

    /// Stores the object and answers its document.
    pub(crate) fn put<T: Resource>(&mut self, object: &T) -> Result<Value, Refusal> {
        let mut document = serde_json::to_value(object)?;
        document["object"] = T::OBJECT.into();
        document["livemode"] = false.into();
        if let Some(id) = document["id"].as_str()
            && !self.changed.iter().any(|changed| changed == id)
        {
            self.changed.push(id.to_owned());
        }
        self.ledger.put(document.clone());
        Ok(document)
    }

    /// Records an event about `object` and, with a webhook, lets it wait for delivery.
    pub(crate) fn announce(&mut self, kind: &str, object: &Value) -> Result<(), Refusal> {
        let event = events::make(self, kind, object);
        if event.pending_webhooks > 0 {
            self.events.push(event.id.clone());
        }
        self.put(&event)?;
        Ok(())
    }

    /// Closes the ledger.
    pub(crate) fn finish(self) -> Done {
        let changed = self.changed.iter().filter_map(|id| self.ledger.document(id).cloned()).collect();
        Done { changed, events: self.events }
    }
}
