//! The double itself: its memory, and how one request is carried out and kept.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::config::Config;
use crate::errors::{Refusal, Stage};
use crate::events::Event;
use crate::expand;
use crate::expiry;
use crate::faults::{Fault, Faults};
use crate::form::Params;
use crate::idempotency::{Begun, Kept, Keys};
use crate::journal::{Journal, JournalError, Line};
use crate::ledger::{Ledger, Resource as _};
use crate::outbox::{Outbox, Waiting};
use crate::requests::RequestLog;
use crate::routes::Endpoint;
use crate::violations::ViolationLog;
use crate::work::{Cause, Done, Work};

/// The double.
pub(crate) struct Double {
    pub(crate) faults: Faults,
    pub(crate) requests: RequestLog,
    pub(crate) violations: ViolationLog,
    pub(crate) outbox: Outbox,
    /// How long a webhook may take to answer, in real time.
    pub(crate) answer_within: Duration,
    /// Why the double cannot go on.
    pub(crate) failure: watch::Sender<Option<String>>,
    /// Where the pages for customers are, once the double listens.
    pub(crate) site: OnceLock<String>,
    clock: Arc<dyn Clock>,
    memory: Mutex<Memory>,
}

struct Memory {
    ledger: Ledger,
    keys: Keys,
    journal: Option<Journal>,
}

/// A key in use, and what it stands for.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) key: String,
    pub(crate) fingerprint: String,
}

/// Status and body of a reply, and the request it first belonged to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Executed {
    pub(crate) status: u16,
    pub(crate) body: String,
    /// Deliveries to make before the reply.
    pub(crate) before_reply: Vec<Waiting>,
}

impl Double {
    /// A double with what its journal holds.
    pub(crate) fn open(config: &Config) -> Result<Self, JournalError> {
        let now = config.clock.now();
        let mut memory =
            Memory { ledger: Ledger::new(format!("{}:{now}", config.seed)), keys: Keys::default(), journal: None };
        if let Some(directory) = &config.data_dir {
            let (journal, lines) = Journal::open(directory)?;
            memory.journal = Some(journal);
            for line in lines {
                line.changed.into_iter().for_each(|document| memory.ledger.put(document));
                line.kept.into_iter().for_each(|kept| memory.keys.keep(kept));
            }
        }
        let outbox = Outbox::new(config.webhook.clone(), config.disorder.clone());
        outbox.accept(memory.undelivered(), now);
        Ok(Self {
            faults: Faults::new(config.faults.clone(), config.storm.clone()),
            requests: RequestLog::default(),
            violations: ViolationLog::default(),
            outbox,
            answer_within: config.answer_within,
            failure: watch::Sender::new(None),
            site: OnceLock::new(),
            clock: Arc::clone(&config.clock),
            memory: Mutex::new(memory),
        })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A copy of a document.
    pub(crate) fn document(&self, id: &str) -> Option<Value> {
        self.lock().ledger.document(id).cloned()
    }

    /// Copies of all documents of a kind, oldest first.
    pub(crate) fn documents(&self, object: &str) -> Vec<Value> {
        self.lock().ledger.newest_first(object).into_iter().rev().cloned().collect()
    }

    pub(crate) fn mint_request_id(&self) -> String {
        self.lock().ledger.mint("req")
    }

    /// Claims an idempotency key.
    pub(crate) fn claim(&self, claim: &Claim) -> Begun {
        self.lock().keys.begin(&claim.key, &claim.fingerprint, self.now())
    }

    /// Frees the key of a request that is refused before it is carried out.
    pub(crate) fn release(&self, claim: &Claim) {
        self.lock().keys.release(&claim.key);
    }

    /// Carries a request out and keeps its result, on disk before the reply.
    pub(crate) fn execute(
        &self,
        (endpoint, params): (&Endpoint, &Params),
        claim: Option<&Claim>,
        request_id: &str,
        fault: Option<Fault>,
    ) -> Executed {
        let now = self.now();
        let mut memory = self.lock();
        let mut due = self.end_what_is_over(&mut memory, now);
        let cause =
            Cause { request_id: Some(request_id.to_owned()), idempotency_key: claim.map(|claim| claim.key.clone()) };
        let mut work = self.work(&mut memory.ledger, now, cause);
        let result = run(&mut work, endpoint, params, fault);
        let done = work.finish();
        let (status, body) = match &result {
            Ok(value) => (200, value.to_string()),
            Err(refusal) => (refusal.status, refusal.body().to_string()),
        };
        let executed = !matches!(&result, Err(Refusal { stage: Stage::BeforeExecution, .. }));
        let kept = claim.filter(|_| executed).map(|claim| Kept {
            key: claim.key.clone(),
            fingerprint: claim.fingerprint.clone(),
            first_used: now,
            request_id: request_id.to_owned(),
            status,
            body: body.clone(),
        });
        if let (Some(claim), false) = (claim, executed) {
            memory.keys.release(&claim.key);
        }
        match self.keep(&mut memory, done, kept) {
            Ok(before_reply) => {
                due.extend(before_reply);
                Executed { status, body, before_reply: due }
            }
            Err(refusal) => Executed { status: refusal.status, body: refusal.body().to_string(), before_reply: due },
        }
    }

    /// Changes objects outside any request.
    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut Work<'_>) -> R) -> Result<R, Refusal> {
        let now = self.now();
        let mut memory = self.lock();
        let mut due = self.end_what_is_over(&mut memory, now);
        let mut work = self.work(&mut memory.ledger, now, Cause::default());
        let changed = change(&mut work);
        let done = work.finish();
        let kept = self.keep(&mut memory, done, None);
        drop(memory);
        let kept = kept.map(|before_reply| due.extend(before_reply));
        self.outbox.put_back(due);
        kept.map(|()| changed)
    }

    /// Ends what is over by the clock; answers whether more may end by itself later.
    pub(crate) fn pass_time(&self) -> bool {
        let now = self.now();
        let mut memory = self.lock();
        let due = self.end_what_is_over(&mut memory, now);
        let more = !memory.ledger.ending().is_empty();
        drop(memory);
        if !due.is_empty() {
            self.outbox.put_back(due);
        }
        more
    }

    fn end_what_is_over(&self, memory: &mut Memory, now: Timestamp) -> Vec<Waiting> {
        let mut work = self.work(&mut memory.ledger, now, Cause::default());
        let ended = expiry::run(&mut work);
        let done = work.finish();
        match ended.and_then(|()| self.keep(memory, done, None)) {
            Ok(due) => due,
            Err(refusal) => {
                tracing::error!(reason = refusal.error.message, "what is over could not be ended");
                Vec::new()
            }
        }
    }

    fn work<'a>(&self, ledger: &'a mut Ledger, now: Timestamp, cause: Cause) -> Work<'a> {
        let site = self.site.get().cloned().unwrap_or_default();
        Work::new(ledger, now, cause, self.outbox.webhook().is_some()).at_site(site)
    }

    /// Notes that the webhook has an event.
    pub(crate) fn note_acknowledged(&self, id: &str) {
        let noted = self.change(|work| {
            let event: Option<Event> = work.find(id)?;
            if let Some(event) = event.filter(|event| event.pending_webhooks > 0) {
                work.put(&Event { pending_webhooks: 0, ..event })?;
            }
            Ok::<_, Refusal>(())
        });
        if let Err(refusal) | Ok(Err(refusal)) = noted {
            tracing::error!(event.id = id, reason = refusal.error.message, "a delivery could not be noted");
        }
    }

    #[cfg(test)]
    pub(crate) fn set_journal(&self, journal: Journal) {
        self.lock().journal = Some(journal);
    }

    /// Writes what was done; a double that cannot remember must not answer as if it could, and ends.
    fn keep(&self, memory: &mut Memory, done: Done, kept: Option<Kept>) -> Result<Vec<Waiting>, Refusal> {
        let Done { changed, events } = done;
        if changed.is_empty() && kept.is_none() {
            return Ok(Vec::new());
        }
        let line = Line { at: self.now(), changed, kept };
        if let Some(Err(error)) = memory.journal.as_mut().map(|journal| journal.append(&line)) {
            self.failure.send_replace(Some(chain(&error)));
            return Err(Refusal::server_error());
        }
        line.kept.into_iter().for_each(|kept| memory.keys.keep(kept));
        Ok(self.outbox.accept(events, line.at))
    }

    fn lock(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    /// Events no webhook has acknowledged, oldest first.
    fn undelivered(&self) -> Vec<String> {
        let events = self.ledger.newest_first(Event::OBJECT).into_iter().rev();
        let pending = events.filter(|event| event["pending_webhooks"].as_u64().is_some_and(|count| count > 0));
        pending.filter_map(|event| event["id"].as_str().map(str::to_owned)).collect()
    }
}

fn run(work: &mut Work<'_>, endpoint: &Endpoint, params: &Params, fault: Option<Fault>) -> Result<Value, Refusal> {
    if fault == Some(Fault::ErrorBefore) {
        return Err(Refusal::server_error());
    }
    let paths = params.list("expand")?;
    let mut value = endpoint.run(work, params);
    if let Ok(value) = &mut value {
        expand::expand(value, &paths, work.ledger());
    }
    if fault == Some(Fault::ErrorAfter) { Err(Refusal::server_error()) } else { value }
}

/// An error and what caused it.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
