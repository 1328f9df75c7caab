//! Ports that remember, and runs over them.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use alerts::AlertChange;
use billing::payment::Returns;
use jiff::Timestamp;
use messages::{DriverId, HoldId, SessionId};
use ports::{
    KeepReturns, MarkCards, MarkDebts, MarkHolds, Payment, PortError, ReadPayments, ReadSecret, RememberEvents,
    Remembered, Saved, Secret,
};
use receive_stripe_event::{WebhookRequest, handle};

#[derive(Default)]
pub(crate) struct State {
    pub(crate) secret: Option<&'static str>,
    /// What reading the secret again brings.
    pub(crate) newer_secret: Option<&'static str>,
    pub(crate) fresh_reads: usize,
    pub(crate) marked: Vec<String>,
    /// The one payment there is.
    pub(crate) payment: Option<Payment>,
    pub(crate) returns: Option<Returns>,
    pub(crate) remembered: BTreeSet<String>,
    pub(crate) store_fails: bool,
}

#[derive(Default)]
pub(crate) struct Memory(Mutex<State>);

impl Memory {
    pub(crate) fn with_secret(secret: &'static str) -> Self {
        Self(Mutex::new(State { secret: Some(secret), ..State::default() }))
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

async fn give_way() {
    let mut gave = false;
    std::future::poll_fn(|_| if std::mem::replace(&mut gave, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

impl ReadSecret for Memory {
    async fn secret(&self, fresh: bool) -> Result<Option<Secret<String>>, PortError> {
        give_way().await;
        let mut state = self.state();
        if fresh {
            state.fresh_reads += 1;
            state.secret = state.newer_secret.or(state.secret);
        }
        Ok(state.secret.map(|secret| Secret::new(secret.to_owned())))
    }
}

impl MarkDebts for Memory {
    async fn mark_debt_due(&self, session: &SessionId, _: Timestamp) -> Result<bool, PortError> {
        give_way().await;
        if self.state().store_fails {
            return Err(PortError::new("mark a debt", "the store is down"));
        }
        self.state().marked.push(session.to_string());
        give_way().await;
        Ok(true)
    }
}

impl MarkHolds for Memory {
    async fn mark_hold_due(&self, id: &HoldId, _: Timestamp) -> Result<bool, PortError> {
        give_way().await;
        if self.state().store_fails {
            return Err(PortError::new("mark a hold", "the store is down"));
        }
        self.state().marked.push(format!("hold {id}"));
        give_way().await;
        Ok(true)
    }
}

impl MarkCards for Memory {
    async fn mark_card_due(&self, driver: &DriverId, _: Timestamp) -> Result<bool, PortError> {
        give_way().await;
        if self.state().store_fails {
            return Err(PortError::new("mark a card", "the store is down"));
        }
        self.state().marked.push(format!("card of {driver}"));
        give_way().await;
        Ok(true)
    }
}

impl ReadPayments for Memory {
    async fn payments_of(&self, _: &SessionId) -> Result<Vec<Payment>, PortError> {
        Ok(self.state().payment.clone().into_iter().collect())
    }

    async fn payment_by(&self, intent: &str) -> Result<Option<Payment>, PortError> {
        give_way().await;
        Ok(self.state().payment.clone().filter(|payment| payment.intent == intent))
    }
}

impl KeepReturns for Memory {
    async fn returns(&self, _: &SessionId) -> Result<Vec<Returns>, PortError> {
        give_way().await;
        Ok(self.state().returns.clone().into_iter().collect())
    }

    async fn ask_returns(&self, returns: &Returns) -> Result<Saved, PortError> {
        give_way().await;
        let mut state = self.state();
        if state.returns.as_ref().map_or(0, |kept| kept.version) != returns.version {
            return Ok(Saved::Conflict);
        }
        state.returns = Some(Returns { version: returns.version + 1, ..returns.clone() });
        Ok(Saved::Done)
    }

    async fn save_returns(&self, returns: &Returns, _: &[AlertChange]) -> Result<Saved, PortError> {
        self.ask_returns(returns).await
    }
}

impl RememberEvents for Memory {
    async fn remember_event(&self, id: &str, _: Timestamp) -> Result<Remembered, PortError> {
        give_way().await;
        let first = self.state().remembered.insert(id.to_owned());
        give_way().await;
        Ok(if first { Remembered::First } else { Remembered::Again })
    }
}

/// The status, unless the run is dropped after so many polls.
pub(crate) fn run_for(memory: &Memory, now: Timestamp, request: WebhookRequest, polls: usize) -> Option<u16> {
    let mut task = pin!(handle(memory, now, request));
    (0..polls).find_map(|_| match task.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(response) => Some(response.status),
        Poll::Pending => None,
    })
}
