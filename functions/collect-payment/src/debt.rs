//! A debt: what its driver is asked for.

use std::convert::Infallible;

use billing::money::Money;
use billing::payment::{Applied, Call, Claim, Debt, Fact, Known, PaymentState, Step, apply, next_step};
use jiff::Timestamp;
use messages::SessionId;
use ports::{KeepDebts, Payment, PortError, Saved, TakePayments};

use crate::run::{Change, Collected, Learned, Next, Outcome};
use crate::{ask, tell};

/// The debt of this session.
pub(crate) struct OfSession<'a>(pub(crate) &'a SessionId);

impl<P> Collected<P> for OfSession<'_>
where
    P: KeepDebts + TakePayments + Sync,
{
    type Item = Debt;
    type Known = Known;
    type Call = Call;
    type Fact = Fact;
    type Told = Infallible;

    const WHAT: &'static str = "debt";
    /// A run without surprises takes three.
    const STEPS: usize = 8;
    const NOTHING: Known = Known::Stored;

    fn next(&self, debt: &Debt, known: Known, now: Timestamp) -> Next<Debt, Call, Infallible> {
        match next_step(debt, known, now) {
            Step::Call { claimed, call } => Next::Call { claimed, call },
            Step::Settle(settled) => Next::Settle(settled),
            Step::Wait { .. } | Step::Done => Next::Wait,
        }
    }

    fn learn(&self, claimed: &Debt, fact: Fact, now: Timestamp) -> Outcome<Debt, Known, Fact> {
        let (Applied { debt, known }, fact) = match apply(claimed, fact.clone(), now) {
            Ok(applied) => (applied, fact),
            Err(error) => {
                // Nobody knows what to do about it: as with a refused request, a person must look.
                tracing::error!(session.id = %self.0, error = &error as &dyn std::error::Error, "Stripe's answer makes no sense");
                let applied = apply(claimed, Fact::Refused, now);
                (applied.map_err(|error| PortError::new("apply what Stripe answered", error))?, Fact::Refused)
            }
        };
        Ok(Learned { item: debt, known, fact })
    }

    fn claim(debt: &Debt) -> Option<Claim> {
        debt.claim
    }

    fn saved(debt: Debt) -> Debt {
        Debt { version: debt.version.saturating_add(1), ..debt }
    }

    fn woken(debt: Debt, _known: Known, _now: Timestamp) -> (Debt, Known) {
        (debt, Known::Stored)
    }

    async fn read(&self, ports: &P) -> Result<Option<Debt>, PortError> {
        ports.debt(self.0).await
    }

    async fn save(&self, ports: &P, change: Change<'_, Debt, Fact>) -> Result<Saved, PortError> {
        let Change { before, after, cause, now } = change;
        let alerts = tell::whom(before, after, cause, now);
        let saved = ports.save_debt(after, payment(after).as_ref(), &alerts).await?;
        if saved == Saved::Done && after.state != before.state {
            tracing::info!(session.id = %self.0, payment.state = after.state.as_str(), amount_minor = after.amount.minor, "a payment moved on");
        }
        Ok(saved)
    }

    async fn ask(&self, ports: &P, call: Call) -> Fact {
        ask::ask(ports, &call, self.0).await
    }

    async fn tell(&self, _ports: &P, nobody: Infallible) -> Result<(), PortError> {
        match nobody {}
    }
}

/// The money that moved, once it has.
fn payment(debt: &Debt) -> Option<Payment> {
    let PaymentState::Succeeded { intent, captured_minor, at } = &debt.state else { return None };
    let captured = Money { minor: *captured_minor, currency: debt.amount.currency };
    // The first is that of the hold, where one has paid a part.
    let number = if debt.hold.is_some() { 2 } else { 1 };
    Some(Payment { session: debt.session.clone(), number, intent: intent.clone(), captured, at: *at })
}
