//! Debts and payments, beside the session they belong to.

use ::alerts::AlertChange;
use billing::payment::Debt;
use messages::SessionId;
use ports::{KeepDebts, Payment, PortError, Saved};

use super::marks::Wake;
use super::{State, Tables, is_current, next};

impl KeepDebts for Tables {
    async fn debt(&self, session: &SessionId) -> Result<Option<Debt>, PortError> {
        Ok(self.state().sessions.get(session).and_then(|stored| stored.debt.clone()))
    }

    async fn save_debt(
        &self,
        debt: &Debt,
        payment: Option<&Payment>,
        alerts: &[AlertChange],
    ) -> Result<Saved, PortError> {
        let mut state = self.state();
        let stored = state.sessions.get(&debt.session).and_then(|stored| stored.debt.as_ref());
        let is_current = is_current(debt.version, stored.map(|debt| debt.version));
        if !is_current || payment.is_some_and(|payment| state.has_payment(payment)) {
            return Ok(Saved::Conflict);
        }
        state.put_debt(debt, Wake::Nobody);
        if let Some(payment) = payment {
            state.put_payment(payment);
        }
        state.change_alerts(alerts);
        Ok(Saved::Done)
    }
}

impl State {
    pub(super) fn has_payment(&self, payment: &Payment) -> bool {
        let of_session = self.sessions.get(&payment.session).map(|stored| &stored.payments);
        let is_it = |known: &Payment| known.number == payment.number || known.intent == payment.intent;
        of_session.is_some_and(|payments| payments.values().any(is_it))
    }

    pub(super) fn has_debt(&self, session: &SessionId) -> bool {
        self.sessions.get(session).is_some_and(|stored| stored.debt.is_some())
    }

    /// Writes a payment.
    pub(super) fn put_payment(&mut self, payment: &Payment) {
        let of_session = self.sessions.entry(payment.session.clone()).or_default();
        of_session.payments.insert(payment.number, payment.clone());
    }

    /// Writes a debt whole.
    pub(super) fn put_debt(&mut self, debt: &Debt, wake: Wake) {
        let stored = Debt { version: next(debt.version), ..debt.clone() };
        self.assets.block(debt);
        let before = self.sessions.entry(debt.session.clone()).or_default().debt.replace(stored);
        self.debt_is_due(&debt.session, before.and_then(|before| before.due_at), debt.due_at, wake);
    }
}
