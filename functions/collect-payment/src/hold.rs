//! A hold: money that is kept for one session.

use alerts::{hold_overpaid, hold_refused};
use billing::payment::{
    AppliedHold, Claim, Hold, HoldCall, HoldFact, HoldState, HoldStep, Known, Rest, apply_hold, next_hold_step,
};
use jiff::Timestamp;
use messages::{Command, HoldId, StationId};
use ports::{CommandStations, KeepHolds, Payment, PortError, Saved, TakeHolds, WithHold};

use crate::ask;
use crate::run::{Change, Collected, Learned, Next, Outcome};

/// The hold of this id.
pub(crate) struct OfId<'a>(pub(crate) &'a HoldId);

impl<P> Collected<P> for OfId<'_>
where
    P: KeepHolds + TakeHolds + CommandStations + Sync,
{
    type Item = Hold;
    type Known = Known;
    type Call = HoldCall;
    type Fact = HoldFact;
    /// A station is asked to start. Its session may be here before this run goes on: it must find the money held.
    type Told = (StationId, Box<Command>);

    const WHAT: &'static str = "hold";
    /// A run without surprises takes five.
    const STEPS: usize = 8;
    const NOTHING: Known = Known::Stored;

    fn next(&self, hold: &Hold, known: Known, now: Timestamp) -> Next<Hold, HoldCall, Self::Told> {
        match next_hold_step(hold, known, now) {
            HoldStep::Call { claimed, call } => Next::Call { claimed, call },
            HoldStep::Start { asked, station, command } => Next::Tell { what: (station, command), told: asked },
            HoldStep::Settle(settled) => Next::Settle(settled),
            HoldStep::Wait { .. } | HoldStep::Done => Next::Wait,
        }
    }

    fn learn(&self, claimed: &Hold, fact: HoldFact, now: Timestamp) -> Outcome<Hold, Known, HoldFact> {
        let (AppliedHold { hold, known }, fact) = match apply_hold(claimed, fact.clone(), now) {
            Ok(applied) => (applied, fact),
            Err(error) => {
                // Nobody knows what to do about it: as with a refused request, a person must look.
                tracing::error!(hold.id = %self.0, error = &error as &dyn std::error::Error, "Stripe's answer makes no sense");
                let applied = apply_hold(claimed, HoldFact::Refused, now);
                (applied.map_err(|error| PortError::new("apply what Stripe answered", error))?, HoldFact::Refused)
            }
        };
        Ok(Learned { item: hold, known, fact })
    }

    fn claim(hold: &Hold) -> Option<Claim> {
        hold.claim
    }

    fn saved(hold: Hold) -> Hold {
        Hold { version: hold.version.saturating_add(1), ..hold }
    }

    fn woken(hold: Hold, _known: Known, _now: Timestamp) -> (Hold, Known) {
        (hold, Known::Stored)
    }

    async fn read(&self, ports: &P) -> Result<Option<Hold>, PortError> {
        ports.hold(self.0).await
    }

    async fn save(&self, ports: &P, change: Change<'_, Hold, HoldFact>) -> Result<Saved, PortError> {
        let Change { before, after, cause, now } = change;
        let saved = ports.save_hold(after, &with(before, after, cause, now)).await?;
        if saved == Saved::Done && after.state != before.state {
            tracing::info!(hold.id = %self.0, hold.state = after.state.as_str(), amount_minor = after.amount.minor, "a hold moved on");
        }
        Ok(saved)
    }

    async fn ask(&self, ports: &P, call: HoldCall) -> HoldFact {
        ask::about_hold(ports, &call, self.0).await
    }

    async fn tell(&self, ports: &P, (station, command): Self::Told) -> Result<(), PortError> {
        ports.command(&station, &command).await
    }
}

/// What is written with a changed hold: the money, the rest of the bill, and whom that concerns.
fn with(before: &Hold, after: &Hold, cause: Option<&HoldFact>, now: Timestamp) -> WithHold {
    let mut with = WithHold::default();
    if cause == Some(&HoldFact::Refused) {
        with.alerts.extend(hold_refused(after, now));
    }
    if before.state.is_final() || !after.state.is_final() {
        return with;
    }
    with.payment = payment(after);
    match after.rest(now) {
        Some((Rest::Owed(debt), _)) => with.debt = Some(*debt),
        Some((Rest::Overpaid(money), _)) => {
            with.alerts.extend(hold_overpaid(after, money, now));
        }
        Some((Rest::WrittenOff(money), session)) => {
            tracing::info!(session.id = %session, amount_minor = money.minor, "what is above a hold is written off");
        }
        Some((Rest::Nothing, _)) | None => {}
    }
    with
}

/// The money that moved, once it has.
fn payment(hold: &Hold) -> Option<Payment> {
    let HoldState::Succeeded { intent, at, .. } = &hold.state else { return None };
    let (session, captured) = (hold.session.clone()?, hold.captured()?);
    Some(Payment { session, number: 1, intent: intent.clone(), captured, at: *at })
}
