//! Holds, beside the sessions that they pay for.

use billing::payment::Hold;
use jiff::Timestamp;
use messages::HoldId;
use ports::{KeepHolds, MarkHolds, OpenHolds, PortError, Saved, WithHold};

use super::due::Item;
use super::marks::{Wake, marked};
use super::{State, Tables, Woken, is_current, next};

impl OpenHolds for Tables {
    async fn open_hold(&self, hold: &Hold) -> Result<Saved, PortError> {
        let mut state = self.state();
        if state.holds.contains_key(&hold.id) {
            return Ok(Saved::Conflict);
        }
        state.put_hold(hold, Wake::Reader);
        Ok(Saved::Done)
    }
}

impl KeepHolds for Tables {
    async fn hold(&self, id: &HoldId) -> Result<Option<Hold>, PortError> {
        Ok(self.state().holds.get(id).cloned())
    }

    async fn save_hold(&self, hold: &Hold, with: &WithHold) -> Result<Saved, PortError> {
        let mut state = self.state();
        let is_paid = with.payment.as_ref().is_some_and(|payment| state.has_payment(payment));
        let is_owed = with.debt.as_ref().is_some_and(|debt| state.has_debt(&debt.session));
        if !state.is_current_hold(hold) || is_paid || is_owed {
            return Ok(Saved::Conflict);
        }
        state.put_hold(hold, Wake::Nobody);
        if let Some(payment) = &with.payment {
            state.put_payment(payment);
        }
        if let Some(debt) = &with.debt {
            state.put_debt(debt, Wake::Reader);
        }
        state.change_alerts(&with.alerts);
        Ok(Saved::Done)
    }
}

impl MarkHolds for Tables {
    async fn mark_hold_due(&self, id: &HoldId, now: Timestamp) -> Result<bool, PortError> {
        let mut state = self.state();
        let Some(hold) = state.holds.get_mut(id) else { return Ok(false) };
        let Some(due_at) = hold.due_at else { return Ok(true) };
        let marked = marked(due_at, now);
        hold.due_at = Some(marked);
        hold.version = next(hold.version);
        state.hold_is_due(id, Some(due_at), Some(marked), Wake::Reader);
        Ok(true)
    }
}

impl State {
    pub(super) fn is_current_hold(&self, hold: &Hold) -> bool {
        is_current(hold.version, self.holds.get(&hold.id).map(|hold| hold.version))
    }

    /// Writes a hold whole.
    pub(super) fn put_hold(&mut self, hold: &Hold, wake: Wake) {
        let stored = Hold { version: next(hold.version), ..hold.clone() };
        let before = self.holds.insert(hold.id.clone(), stored);
        self.hold_is_due(&hold.id, before.and_then(|before| before.due_at), hold.due_at, wake);
    }

    fn hold_is_due(&mut self, id: &HoldId, before: Option<Timestamp>, due_at: Option<Timestamp>, wake: Wake) {
        self.due.change(Item::Hold(id.clone()), before, due_at);
        self.wake(wake, due_at, || Woken::Hold(id.clone()));
    }
}
