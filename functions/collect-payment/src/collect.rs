//! One run over one debt: as many steps as can be taken now.

use billing::money::Money;
use billing::payment::{Applied, Debt, Fact, Known, PaymentState, Step, apply, next_step};
use jiff::Timestamp;
use messages::SessionId;
use ports::{KeepDebts, Payment, PortError, Saved, TakePayments};

use crate::{ask, tell};

/// The most steps of one run; a run without surprises takes three.
const STEPS: usize = 8;

/// How often a run that met somebody else's write looks again.
const CONFLICTS: usize = 5;

/// What a run knows.
struct Run {
    /// The debt as it was read or saved last.
    stored: Debt,
    /// The debt as it stands.
    debt: Debt,
    /// What may be relied on besides.
    known: Known,
    /// What a call brought that is not saved yet.
    unsaved: Option<Fact>,
}

/// Takes every step that can be taken now.
pub(crate) async fn collect<P>(ports: &P, now: Timestamp, session: &SessionId) -> Result<(), PortError>
where
    P: KeepDebts + TakePayments + Sync,
{
    let Some(stored) = ports.debt(session).await? else {
        tracing::debug!(session.id = %session, "there is no such debt");
        return Ok(());
    };
    let mut run = Run::of(stored);
    let mut conflicts = 0;
    for _ in 0..STEPS {
        let saved = match next_step(&run.debt, run.known, now) {
            Step::Call { claimed, call } => match run.save(ports, *claimed, now).await? {
                Saved::Done => {
                    let fact = ask::ask(ports, &call, session).await;
                    run.learn(fact, now)?;
                    Saved::Done
                }
                Saved::Conflict => Saved::Conflict,
            },
            Step::Settle(settled) => run.save(ports, *settled, now).await?,
            Step::Wait { .. } | Step::Done if run.unsaved.is_none() => return Ok(()),
            Step::Wait { .. } | Step::Done => {
                let debt = run.debt.clone();
                run.save(ports, debt, now).await?
            }
        };
        match saved {
            Saved::Done => {}
            Saved::Conflict if conflicts < CONFLICTS => {
                conflicts += 1;
                run.look_again(ports, session, now).await?;
            }
            Saved::Conflict => return Err(PortError::new("save a debt", "others wrote each time")),
        }
    }
    tracing::warn!(session.id = %session, payment.state = run.debt.state.as_str(), "a payment takes more steps than it should");
    let debt = run.debt.clone();
    match run.save(ports, debt, now).await? {
        // The debt is due: the next run goes on from what is stored.
        Saved::Done | Saved::Conflict => Ok(()),
    }
}

impl Run {
    fn of(stored: Debt) -> Self {
        Self { debt: stored.clone(), stored, known: Known::Stored, unsaved: None }
    }

    /// Saves the debt with everything that follows from its change.
    async fn save<P>(&mut self, ports: &P, debt: Debt, now: Timestamp) -> Result<Saved, PortError>
    where
        P: KeepDebts + Sync,
    {
        let alerts = tell::whom(&self.stored, &debt, self.unsaved.as_ref(), now);
        let payment = payment(&debt);
        let saved = ports.save_debt(&debt, payment.as_ref(), &alerts).await?;
        if saved == Saved::Done {
            if debt.state != self.stored.state {
                let session = &debt.session;
                tracing::info!(session.id = %session, payment.state = debt.state.as_str(), amount_minor = debt.amount.minor, "a payment moved on");
            }
            self.debt = Debt { version: debt.version.saturating_add(1), ..debt };
            self.stored = self.debt.clone();
            self.unsaved = None;
        }
        Ok(saved)
    }

    /// What the call of the claimed debt brought.
    fn learn(&mut self, fact: Fact, now: Timestamp) -> Result<(), PortError> {
        let (Applied { debt, known }, fact) = match apply(&self.stored, fact.clone(), now) {
            Ok(applied) => (applied, fact),
            Err(error) => {
                // Nobody knows what to do about it: as with a refused request, a person must look.
                tracing::error!(session.id = %self.stored.session, error = &error as &dyn std::error::Error, "Stripe's answer makes no sense");
                let applied = apply(&self.stored, Fact::Refused, now)
                    .map_err(|error| PortError::new("apply what Stripe answered", error))?;
                (applied, Fact::Refused)
            }
        };
        (self.debt, self.known, self.unsaved) = (debt, known, Some(fact));
        Ok(())
    }

    /// Somebody else has written. While the claim is still ours it was only a wake-up: what we learned still holds, and Stripe has
    /// news. Otherwise another run goes on, from what is stored.
    async fn look_again<P>(&mut self, ports: &P, session: &SessionId, now: Timestamp) -> Result<(), PortError>
    where
        P: KeepDebts + Sync,
    {
        let found = ports.debt(session).await?;
        let found = found.ok_or_else(|| PortError::new("read a debt again", "it is gone"))?;
        let still_ours = found.claim.is_some() && found.claim == self.stored.claim;
        let unsaved = self.unsaved.take();
        *self = Self::of(found);
        if let Some(fact) = unsaved.filter(|_| still_ours) {
            self.learn(fact, now)?;
            self.known = Known::Stored;
        }
        Ok(())
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
