//! What goes back of the payments of a session.

use std::convert::Infallible;
use std::error::Error;

use alerts::Place;
use billing::payment::{self, Claim, ReturnCall, ReturnFact, ReturnStep, Returns};
use jiff::Timestamp;
use messages::SessionId;
use ports::{GiveBack, KeepDebts, KeepReturns, PaymentError, PortError, ReadStations, Saved, Site};

use crate::run::{Change, Collected, Learned, Next, Outcome, run_from};
use crate::tell;

/// Takes every step that can be taken now, for each payment of the session.
pub(crate) async fn give_back<P>(ports: &P, now: Timestamp, session: &SessionId) -> Result<(), PortError>
where
    P: KeepDebts + KeepReturns + GiveBack + ReadStations + Sync,
{
    let due: Vec<Returns> = ports.returns(session).await?.into_iter().filter(|kept| kept.due_at.is_some()).collect();
    if due.is_empty() {
        return Ok(());
    }
    let place = place(ports, session).await?;
    for returns in due {
        let of_payment = OfPayment { session, payment: returns.payment, place: place.as_ref() };
        run_from(&of_payment, ports, returns, now).await?;
    }
    Ok(())
}

/// Where a session took place, for texts. One that a hold has paid whole has no debt that says so.
async fn place<P>(ports: &P, session: &SessionId) -> Result<Option<Place>, PortError>
where
    P: KeepDebts + ReadStations + Sync,
{
    if let Some(debt) = ports.debt(session).await? {
        return Ok(Some(tell::place(&debt)));
    }
    let Some(station) = ports.station(&session.station).await? else { return Ok(None) };
    Ok(ports.site(&station.site_id).await?.as_ref().map(Site::place))
}

/// What goes back of one payment.
struct OfPayment<'a> {
    session: &'a SessionId,
    payment: u32,
    /// Where the session took place, for texts.
    place: Option<&'a Place>,
}

impl<P> Collected<P> for OfPayment<'_>
where
    P: KeepReturns + GiveBack + Sync,
{
    type Item = Returns;
    type Known = payment::Learned;
    type Call = ReturnCall;
    type Fact = (ReturnCall, ReturnFact);
    type Told = Infallible;

    const WHAT: &'static str = "payment of which something goes back";
    /// Each refund that is due takes one or two.
    const STEPS: usize = 32;
    const NOTHING: Self::Known = payment::Learned::Nothing;

    fn next(&self, returns: &Returns, known: Self::Known, now: Timestamp) -> Next<Returns, ReturnCall, Infallible> {
        match returns.next_step(known, now) {
            ReturnStep::Call { claimed, call } => Next::Call { claimed, call },
            ReturnStep::Settle(settled) => Next::Settle(settled),
            ReturnStep::Wait { .. } | ReturnStep::Done => Next::Wait,
        }
    }

    fn learn(
        &self,
        claimed: &Returns,
        (call, fact): Self::Fact,
        now: Timestamp,
    ) -> Outcome<Returns, Self::Known, Self::Fact> {
        let learned = claimed.after(&call, fact.clone(), now);
        let (item, known) = learned.map_err(|error| PortError::new("apply what Stripe answered", error))?;
        Ok(Learned { item, known, fact: (call, fact) })
    }

    fn claim(returns: &Returns) -> Option<Claim> {
        returns.claim
    }

    fn saved(returns: Returns) -> Returns {
        Returns { version: returns.version.saturating_add(1), ..returns }
    }

    fn woken(returns: Returns, known: Self::Known, now: Timestamp) -> (Returns, Self::Known) {
        (returns.to_be_looked_at(now), known)
    }

    async fn read(&self, ports: &P) -> Result<Option<Returns>, PortError> {
        Ok(ports.returns(self.session).await?.into_iter().find(|found| found.payment == self.payment))
    }

    async fn save(&self, ports: &P, change: Change<'_, Returns, Self::Fact>) -> Result<Saved, PortError> {
        let Change { before, after, cause: _, now } = change;
        let alerts = tell::of_returns(self.place, before, after, now);
        let saved = ports.save_returns(after, &alerts).await?;
        if saved == Saved::Done {
            tracing::info!(
                session.id = %self.session,
                refunded_minor = after.refunded_minor(),
                asked_minor = after.asked_minor(),
                disputes = after.disputes.len(),
                "what goes back of a payment moved on"
            );
        }
        Ok(saved)
    }

    async fn ask(&self, ports: &P, call: ReturnCall) -> Self::Fact {
        let fact = ask(ports, &call, self.session).await;
        (call, fact)
    }

    async fn tell(&self, _ports: &P, nobody: Infallible) -> Result<(), PortError> {
        match nobody {}
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
