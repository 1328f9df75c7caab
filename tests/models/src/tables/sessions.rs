//! Sessions: the head, an item per message, and the end in one write.

use std::collections::BTreeMap;

use billing::cdr::Cdr;
use billing::payment::{Debt, Returns};
use billing::session::{Head, StoredMessage};
use messages::SessionId;
use ports::{KeepSessions, Payment, PortError, Put, Saved, Settled, StoreMessages};

use super::due::Item;
use super::marks::Wake;
use super::{State, Tables, is_current, next};

/// All that is stored of one session.
#[derive(Debug, Default)]
pub(super) struct Session {
    pub(super) head: Option<Head>,
    /// By their sequence numbers.
    pub(super) messages: BTreeMap<u32, StoredMessage>,
    pub(super) cdr: Option<Cdr>,
    pub(super) debt: Option<Debt>,
    /// By their numbers.
    pub(super) payments: BTreeMap<u32, Payment>,
    /// By the numbers of the payments.
    pub(super) returns: BTreeMap<u32, Returns>,
}

impl StoreMessages for Tables {
    async fn put_message(&self, session: &SessionId, message: &StoredMessage) -> Result<Put, PortError> {
        let mut state = self.state();
        let messages = &mut state.sessions.entry(session.clone()).or_default().messages;
        if let Some(present) = messages.get(&message.message.seq_no) {
            return Ok(Put::Present(Box::new(present.clone())));
        }
        messages.insert(message.message.seq_no, message.clone());
        Ok(Put::Stored)
    }

    async fn messages(&self, session: &SessionId) -> Result<Vec<StoredMessage>, PortError> {
        Ok(self.stored_messages(session))
    }
}

impl KeepSessions for Tables {
    async fn head(&self, session: &SessionId) -> Result<Option<Head>, PortError> {
        Ok(self.head_of(session))
    }

    async fn save_head(&self, head: &Head) -> Result<Saved, PortError> {
        let mut state = self.state();
        if !state.is_current_head(head) {
            return Ok(Saved::Conflict);
        }
        state.put_head(head);
        Ok(Saved::Done)
    }

    async fn settle(&self, settled: &Settled) -> Result<Saved, PortError> {
        let mut state = self.state();
        if !state.allows(settled) {
            return Ok(Saved::Conflict);
        }
        let Settled { head, cdr, debt, hold, health, alerts } = settled;
        state.put_head(head);
        if let Some(cdr) = cdr {
            state.sessions.entry(head.session.clone()).or_default().cdr = Some(cdr.clone());
        }
        if let Some(debt) = debt {
            state.put_debt(debt, Wake::Reader);
        }
        if let Some(hold) = hold {
            state.put_hold(hold, Wake::Reader);
        }
        if let Some(row) = health {
            state.put_health(row);
        }
        state.change_alerts(alerts);
        Ok(Saved::Done)
    }
}

impl State {
    pub(super) fn is_current_head(&self, head: &Head) -> bool {
        let stored = self.sessions.get(&head.session).and_then(|stored| stored.head.as_ref());
        is_current(head.version, stored.map(|head| head.version))
    }

    /// Writes a head whole.
    pub(super) fn put_head(&mut self, head: &Head) {
        let stored = Head { version: next(head.version), ..head.clone() };
        let before = self.sessions.entry(head.session.clone()).or_default().head.replace(stored);
        let before = before.and_then(|before| before.due_at);
        self.due.change(Item::Session(head.session.clone()), before, head.due_at);
    }

    /// Whether every condition of the end of a session holds.
    fn allows(&self, settled: &Settled) -> bool {
        let Settled { head, cdr, debt, hold, health, alerts: _ } = settled;
        let is_absent =
            |session: &SessionId, is_there: fn(&Session) -> bool| !self.sessions.get(session).is_some_and(is_there);
        self.is_current_head(head)
            && (cdr.is_none() || is_absent(&head.session, |stored| stored.cdr.is_some()))
            && debt.as_ref().is_none_or(|debt| is_absent(&debt.session, |stored| stored.debt.is_some()))
            && hold.as_ref().is_none_or(|hold| self.is_current_hold(hold))
            && health.as_ref().is_none_or(|row| self.is_current_health(row))
    }
}
