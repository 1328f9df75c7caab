//! One run over what goes back of the payments of a session: as many steps as can be taken now.

use std::error::Error;

use billing::payment::{Debt, Learned, ReturnCall, ReturnFact, ReturnStep, Returns};
use jiff::Timestamp;
use messages::SessionId;
use ports::{GiveBack, KeepDebts, KeepReturns, PaymentError, PortError, Saved};

use crate::tell;

/// The most steps of one run: each refund that is due takes one or two.
const STEPS: usize = 32;

/// How often a run that met somebody else's write looks again.
const CONFLICTS: usize = 5;

/// Takes every step that can be taken now.
pub(crate) async fn give_back<P>(ports: &P, now: Timestamp, session: &SessionId) -> Result<(), PortError>
where
    P: KeepDebts + KeepReturns + GiveBack + Sync,
{
    let due: Vec<Returns> = ports.returns(session).await?.into_iter().filter(|kept| kept.due_at.is_some()).collect();
    if due.is_empty() {
        return Ok(());
    }
    let debt = ports.debt(session).await?;
    for returns in due {
        Run { debt: debt.as_ref(), stored: returns.clone(), returns, known: Learned::Nothing, unsaved: None }
            .go(ports, now)
            .await?;
    }
    Ok(())
}

/// What a run knows.
struct Run<'a> {
    /// The debt that was paid: where it was, for texts.
    debt: Option<&'a Debt>,
    /// The returns as they were read or saved last.
    stored: Returns,
    /// The returns as they stand.
    returns: Returns,
    /// What may be relied on besides.
    known: Learned,
    /// What a call brought that is not saved yet.
    unsaved: Option<(ReturnCall, ReturnFact)>,
}

impl Run<'_> {
    async fn go<P>(mut self, ports: &P, now: Timestamp) -> Result<(), PortError>
    where
        P: KeepReturns + GiveBack + Sync,
    {
        let mut conflicts = 0;
        for _ in 0..STEPS {
            let saved = match self.returns.next_step(self.known, now) {
                ReturnStep::Call { claimed, call } => match self.save(ports, *claimed, now).await? {
                    Saved::Done => {
                        let fact = ask(ports, &call, &self.stored.session).await;
                        self.learn(call, fact, now)?;
                        Saved::Done
                    }
                    Saved::Conflict => Saved::Conflict,
                },
                ReturnStep::Settle(settled) => self.save(ports, *settled, now).await?,
                ReturnStep::Wait { .. } | ReturnStep::Done if self.unsaved.is_none() => return Ok(()),
                ReturnStep::Wait { .. } | ReturnStep::Done => {
                    let returns = self.returns.clone();
                    self.save(ports, returns, now).await?
                }
            };
            match saved {
                Saved::Done => {}
                Saved::Conflict if conflicts < CONFLICTS => {
                    conflicts += 1;
                    self.look_again(ports, now).await?;
                }
                Saved::Conflict => return Err(PortError::new("save what goes back", "others wrote each time")),
            }
        }
        let returns = self.returns.clone();
        match self.save(ports, returns, now).await? {
            // They are due: the next run goes on from what is stored.
            Saved::Done | Saved::Conflict => Ok(()),
        }
    }

    /// Saves the returns with everything that follows from their change.
    async fn save<P: KeepReturns + Sync>(
        &mut self,
        ports: &P,
        returns: Returns,
        now: Timestamp,
    ) -> Result<Saved, PortError> {
        let alerts = self.debt.map_or_else(Vec::new, |debt| tell::of_returns(debt, &self.stored, &returns, now));
        let saved = ports.save_returns(&returns, &alerts).await?;
        if saved == Saved::Done {
            tracing::info!(
                session.id = %returns.session,
                refunded_minor = returns.refunded_minor(),
                asked_minor = returns.asked_minor(),
                disputes = returns.disputes.len(),
                "what goes back of a payment moved on"
            );
            self.returns = Returns { version: returns.version.saturating_add(1), ..returns };
            self.stored = self.returns.clone();
            self.unsaved = None;
        }
        Ok(saved)
    }

    /// What the call of the claimed returns brought.
    fn learn(&mut self, call: ReturnCall, fact: ReturnFact, now: Timestamp) -> Result<(), PortError> {
        let learned = self.stored.after(&call, fact.clone(), now);
        let (returns, known) = learned.map_err(|error| PortError::new("apply what Stripe answered", error))?;
        (self.returns, self.known, self.unsaved) = (returns, known, Some((call, fact)));
        Ok(())
    }

    /// Somebody else has written. While the claim is still ours it was an operator or a wake-up: what we learned still holds.
    /// Otherwise another run goes on, from what is stored.
    async fn look_again<P: KeepReturns + Sync>(&mut self, ports: &P, now: Timestamp) -> Result<(), PortError> {
        let found = ports.returns(&self.stored.session).await?;
        let found = found.into_iter().find(|found| found.payment == self.stored.payment);
        let found = found.ok_or_else(|| PortError::new("read what goes back again", "it is gone"))?;
        let still_ours = found.claim.is_some() && found.claim == self.stored.claim;
        let unsaved = self.unsaved.take().filter(|_| still_ours);
        (self.stored, self.returns, self.known) = (found.clone(), found, Learned::Nothing);
        match unsaved {
            Some((call, fact)) => self.learn(call, fact, now),
            None => Ok(()),
        }
    }
}

/// Makes the call.
async fn ask<P: GiveBack + Sync>(ports: &P, call: &ReturnCall, session: &SessionId) -> ReturnFact {
    let reply = match call {
        ReturnCall::Create { request, .. } => ports.create_refund(request).await.map(ReturnFact::Refund),
        ReturnCall::Read { refund, .. } => ports.read_refund(refund).await.map(ReturnFact::Refund),
        ReturnCall::Find { request, .. } => {
            ports.find_refund(request).await.map(|found| found.map_or(ReturnFact::Missing, ReturnFact::Refund))
        }
        ReturnCall::Disputes { intent } => ports.disputes_of(intent).await.map(ReturnFact::Disputes),
    };
    let error = match reply {
        Ok(fact) => return fact,
        Err(error) => error,
    };
    tracing::warn!(session.id = %session, call = call.as_str(), error = &error as &dyn Error, "Stripe did not do it");
    match error {
        PaymentError::Later(_) | PaymentError::Unknown(_) => ReturnFact::Unanswered,
        // A bank says neither of these of money that goes back.
        PaymentError::Refused(_) | PaymentError::Declined(_) | PaymentError::NeedsDriver => ReturnFact::Refused,
    }
}
