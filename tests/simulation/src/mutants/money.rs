//! Mistakes with money.

use alerts::AlertChange;
use billing::money::Money;
use billing::payment::{Debt, PaymentState};
use jiff::{SignedDuration, Timestamp};
use messages::SessionId;
use ports::{
    Intent, IntentRequest, KeepDebts, MarkDebts, Payment, PaymentError, PortError, Saved, Settled, TakePayments,
};

use super::{Mutant, Sabotaged};
use crate::core::later;
use crate::task::now_or_never;

/// [`Mutant::FinalReopened`] takes a payment for over so long only.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(24);

impl KeepDebts for Sabotaged {
    async fn debt(&self, session: &SessionId) -> Result<Option<Debt>, PortError> {
        self.wires.debt(session).await
    }

    async fn save_debt(
        &self,
        debt: &Debt,
        payment: Option<&Payment>,
        alerts: &[AlertChange],
    ) -> Result<Saved, PortError> {
        let mut debt = debt.clone();
        if self.is(Mutant::NoVersionCheck) {
            let stored = now_or_never(self.wires.tables.debt(&debt.session));
            debt.version = stored.map_or(0, |stored| stored.version);
        }
        if self.is(Mutant::PaidBeforePaying)
            && let PaymentState::Confirming { intent, since, .. } = &debt.state
        {
            let (intent, at) = (intent.clone(), *since);
            debt.state = PaymentState::Succeeded { intent, captured_minor: debt.amount.minor, at };
            debt.due_at = None;
        }
        self.wires.save_debt(&debt, payment, alerts).await
    }
}

impl MarkDebts for Sabotaged {
    async fn mark_debt_due(&self, session: &SessionId, now: Timestamp) -> Result<bool, PortError> {
        if self.is(Mutant::FinalReopened) {
            let tables = &self.wires.tables;
            let is_forgotten = |debt: &Debt| debt.state.is_final() && now > later(debt.created_at, FORGOTTEN_AFTER);
            if let Some(debt) = now_or_never(tables.debt(session)).filter(is_forgotten) {
                let again = Debt { state: PaymentState::Computed, due_at: Some(now), ..debt };
                let (Saved::Done | Saved::Conflict) = now_or_never(tables.save_debt(&again, None, &[]));
            }
        }
        self.wires.mark_debt_due(session, now).await
    }
}

impl TakePayments for Sabotaged {
    async fn create_intent(&self, key: &str, request: &IntentRequest) -> Result<Intent, PaymentError> {
        self.wires.create_intent(&self.key(key), request).await
    }

    async fn confirm_intent(&self, key: &str, intent: &str, payment_method: &str) -> Result<Intent, PaymentError> {
        self.wires.confirm_intent(&self.key(key), intent, payment_method).await
    }

    async fn read_intent(&self, intent: &str) -> Result<Intent, PaymentError> {
        self.wires.read_intent(intent).await
    }

    async fn cancel_intent(&self, key: &str, intent: &str) -> Result<Intent, PaymentError> {
        self.wires.cancel_intent(&self.key(key), intent).await
    }

    async fn find_intent(&self, request: &IntentRequest, since: Timestamp) -> Result<Option<Intent>, PaymentError> {
        let found = self.wires.find_intent(request, since).await?;
        Ok(found.filter(|_| !self.is(Mutant::OldKeyUnasked)))
    }
}

impl Sabotaged {
    fn key(&self, key: &str) -> String {
        if self.is(Mutant::RandomKey) {
            format!("{key}-{}", self.wires.core.lock().chance.number())
        } else {
            key.to_owned()
        }
    }

    /// As whoever takes cents for hundredths of a euro does.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "this is the mistake")]
    pub(super) fn through_floats(settled: &Settled) -> Settled {
        let mut settled = settled.clone();
        if let Some(debt) = &mut settled.debt {
            let euros = debt.amount.minor as f64 / 100.0;
            debt.amount = Money { minor: (euros * 100.0) as i64, ..debt.amount };
        }
        settled
    }
}
