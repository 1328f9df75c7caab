//! Waking whoever works on an item, without deciding anything: its stream mark.

use ::alerts::AlertId;
use jiff::Timestamp;
use messages::SessionId;
use ports::{MarkDebts, PortError, RememberEvents, Remembered};

use super::due::Item;
use super::{State, Tables, Woken, next};

/// Whether the reader of a table's stream is to be woken by a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wake {
    /// Yes, if something is due, now or later.
    Reader,
    /// No: it is the reader who writes.
    Nobody,
}

/// When something is due that is marked now. What is due already stays so, since that tells for how long.
pub(super) fn marked(due_at: Timestamp, now: Timestamp) -> Timestamp {
    due_at.min(now)
}

impl MarkDebts for Tables {
    async fn mark_debt_due(&self, session: &SessionId, now: Timestamp) -> Result<bool, PortError> {
        let mut state = self.state();
        let debt = state.sessions.get_mut(session).and_then(|stored| stored.debt.as_mut());
        let Some(debt) = debt else { return Ok(false) };
        let Some(due_at) = debt.due_at else { return Ok(true) };
        let marked = marked(due_at, now);
        debt.due_at = Some(marked);
        debt.version = next(debt.version);
        state.debt_is_due(session, Some(due_at), Some(marked), Wake::Reader);
        Ok(true)
    }
}

impl RememberEvents for Tables {
    async fn remember_event(&self, id: &str, _now: Timestamp) -> Result<Remembered, PortError> {
        let is_first = self.state().events.insert(id.to_owned());
        Ok(if is_first { Remembered::First } else { Remembered::Again })
    }
}

impl State {
    /// A debt was written that was due then and is due now, if at all.
    pub(super) fn debt_is_due(
        &mut self,
        session: &SessionId,
        before: Option<Timestamp>,
        due_at: Option<Timestamp>,
        wake: Wake,
    ) {
        self.due.change(Item::Debt(session.clone()), before, due_at);
        self.wake(wake, due_at, || Woken::Debt(session.clone()));
    }

    /// As [`State::debt_is_due`], for what goes back of a payment.
    pub(super) fn returns_are_due(
        &mut self,
        (session, payment): (&SessionId, u32),
        before: Option<Timestamp>,
        due_at: Option<Timestamp>,
        wake: Wake,
    ) {
        self.due.change(Item::Returns(session.clone(), payment), before, due_at);
        self.wake(wake, due_at, || Woken::Debt(session.clone()));
    }

    /// As [`State::debt_is_due`], for an alert.
    pub(super) fn alert_is_due(
        &mut self,
        id: &AlertId,
        before: Option<Timestamp>,
        due_at: Option<Timestamp>,
        wake: Wake,
    ) {
        self.due.change(Item::Alert(id.clone()), before, due_at);
        self.wake(wake, due_at, || Woken::Alert(id.clone()));
    }

    pub(super) fn wake(&mut self, wake: Wake, due_at: Option<Timestamp>, woken: impl FnOnce() -> Woken) {
        match wake {
            Wake::Reader => self.woken.extend(due_at.map(|_| woken())),
            Wake::Nobody => {}
        }
    }
}
