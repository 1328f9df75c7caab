//! What goes back of payments, beside the payment it belongs to.

use ::alerts::AlertChange;
use billing::payment::Returns;
use jiff::Timestamp;
use messages::SessionId;
use ports::{KeepReturns, MarkReturns, Payment, PortError, ReadPayments, Saved};

use super::marks::{Wake, marked};
use super::{Tables, is_current, next};

impl ReadPayments for Tables {
    async fn payments_of(&self, session: &SessionId) -> Result<Vec<Payment>, PortError> {
        let state = self.state();
        Ok(state.sessions.get(session).map(|stored| stored.payments.values().cloned().collect()).unwrap_or_default())
    }

    async fn payment_by(&self, intent: &str) -> Result<Option<Payment>, PortError> {
        let state = self.state();
        let mut payments = state.sessions.values().flat_map(|stored| stored.payments.values());
        Ok(payments.find(|payment| payment.intent == intent).cloned())
    }
}

impl KeepReturns for Tables {
    async fn returns(&self, session: &SessionId) -> Result<Vec<Returns>, PortError> {
        let state = self.state();
        Ok(state.sessions.get(session).map(|stored| stored.returns.values().cloned().collect()).unwrap_or_default())
    }

    async fn ask_returns(&self, returns: &Returns) -> Result<Saved, PortError> {
        Ok(self.write_returns(returns, Wake::Reader, &[]))
    }

    async fn save_returns(&self, returns: &Returns, alerts: &[AlertChange]) -> Result<Saved, PortError> {
        Ok(self.write_returns(returns, Wake::Nobody, alerts))
    }
}

impl MarkReturns for Tables {
    async fn mark_returns_due(&self, session: &SessionId, payment: u32, now: Timestamp) -> Result<bool, PortError> {
        let mut state = self.state();
        let stored = state.sessions.get_mut(session).and_then(|stored| stored.returns.get_mut(&payment));
        let Some(returns) = stored else { return Ok(false) };
        let Some(due_at) = returns.due_at else { return Ok(true) };
        let marked = marked(due_at, now);
        returns.due_at = Some(marked);
        returns.version = next(returns.version);
        state.returns_are_due((session, payment), Some(due_at), Some(marked), Wake::Reader);
        Ok(true)
    }
}

impl Tables {
    fn write_returns(&self, returns: &Returns, wake: Wake, alerts: &[AlertChange]) -> Saved {
        let mut state = self.state();
        let of_session = &mut state.sessions.entry(returns.session.clone()).or_default().returns;
        let stored = of_session.get(&returns.payment);
        if !is_current(returns.version, stored.map(|stored| stored.version)) {
            return Saved::Conflict;
        }
        let before = stored.and_then(|stored| stored.due_at);
        of_session.insert(returns.payment, Returns { version: next(returns.version), ..returns.clone() });
        state.returns_are_due((&returns.session, returns.payment), before, returns.due_at, wake);
        state.change_alerts(alerts);
        Saved::Done
    }
}
