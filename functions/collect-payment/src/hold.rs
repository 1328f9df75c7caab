//! One run over one hold: as many steps as can be taken now.

use alerts::{hold_overpaid, hold_refused};
use billing::payment::{AppliedHold, Hold, HoldFact, HoldState, HoldStep, Known, Rest, apply_hold, next_hold_step};
use jiff::Timestamp;
use messages::HoldId;
use ports::{CommandStations, KeepHolds, Payment, PortError, Saved, TakeHolds, WithHold};

use crate::ask;

/// The most steps of one run; a run without surprises takes five.
const STEPS: usize = 8;

/// How often a run that met somebody else's write looks again.
const CONFLICTS: usize = 5;

/// What a run knows.
struct Run {
    /// The hold as it was read or saved last.
    stored: Hold,
    /// The hold as it stands.
    hold: Hold,
    /// What may be relied on besides.
    known: Known,
    /// What a call brought that is not saved yet.
    unsaved: Option<HoldFact>,
}

/// Takes every step that can be taken now.
pub(crate) async fn collect<P>(ports: &P, now: Timestamp, id: &HoldId) -> Result<(), PortError>
where
    P: KeepHolds + TakeHolds + CommandStations + Sync,
{
    let Some(stored) = ports.hold(id).await? else {
        tracing::debug!(hold.id = %id, "there is no such hold");
        return Ok(());
    };
    let mut run = Run::of(stored);
    let mut conflicts = 0;
    for _ in 0..STEPS {
        let saved = match next_hold_step(&run.hold, run.known, now) {
            HoldStep::Call { claimed, call } => match run.save(ports, *claimed, now).await? {
                Saved::Done => {
                    let fact = ask::about_hold(ports, &call, id).await;
                    run.learn(fact, now)?;
                    Saved::Done
                }
                Saved::Conflict => Saved::Conflict,
            },
            HoldStep::Settle(settled) => run.save(ports, *settled, now).await?,
            // The session of a station that was asked to start may be here before this run goes on: it must find the money held.
            HoldStep::Start { .. } | HoldStep::Wait { .. } | HoldStep::Done if run.unsaved.is_some() => {
                let hold = run.hold.clone();
                run.save(ports, hold, now).await?
            }
            HoldStep::Start { asked, station, command } => {
                ports.command(&station, &command).await?;
                run.save(ports, *asked, now).await?
            }
            HoldStep::Wait { .. } | HoldStep::Done => return Ok(()),
        };
        match saved {
            Saved::Done => {}
            Saved::Conflict if conflicts < CONFLICTS => {
                conflicts += 1;
                run.look_again(ports, id, now).await?;
            }
            Saved::Conflict => return Err(PortError::new("save a hold", "others wrote each time")),
        }
    }
    tracing::warn!(hold.id = %id, hold.state = run.hold.state.as_str(), "a hold takes more steps than it should");
    let hold = run.hold.clone();
    match run.save(ports, hold, now).await? {
        // The hold is due: the next run goes on from what is stored.
        Saved::Done | Saved::Conflict => Ok(()),
    }
}

impl Run {
    fn of(stored: Hold) -> Self {
        Self { hold: stored.clone(), stored, known: Known::Stored, unsaved: None }
    }

    /// Saves the hold with everything that follows from its change.
    async fn save<P>(&mut self, ports: &P, hold: Hold, now: Timestamp) -> Result<Saved, PortError>
    where
        P: KeepHolds + Sync,
    {
        let saved = ports.save_hold(&hold, &with(&self.stored, &hold, self.unsaved.as_ref(), now)).await?;
        if saved == Saved::Done {
            if hold.state != self.stored.state {
                tracing::info!(hold.id = %hold.id, hold.state = hold.state.as_str(), amount_minor = hold.amount.minor, "a hold moved on");
            }
            self.hold = Hold { version: hold.version.saturating_add(1), ..hold };
            self.stored = self.hold.clone();
            self.unsaved = None;
        }
        Ok(saved)
    }

    /// What the call of the claimed hold brought.
    fn learn(&mut self, fact: HoldFact, now: Timestamp) -> Result<(), PortError> {
        let applied = match apply_hold(&self.stored, fact.clone(), now) {
            Ok(applied) => (applied, fact),
            Err(error) => {
                // Nobody knows what to do about it: as with a refused request, a person must look.
                tracing::error!(hold.id = %self.stored.id, error = &error as &dyn std::error::Error, "Stripe's answer makes no sense");
                let applied = apply_hold(&self.stored, HoldFact::Refused, now)
                    .map_err(|error| PortError::new("apply what Stripe answered", error))?;
                (applied, HoldFact::Refused)
            }
        };
        let (AppliedHold { hold, known }, fact) = applied;
        (self.hold, self.known, self.unsaved) = (hold, known, Some(fact));
        Ok(())
    }

    /// Somebody else has written. While the claim is still ours it was a wake-up, or a session that began or went on: what we learned still
    /// holds. Otherwise another run goes on, from what is stored.
    async fn look_again<P>(&mut self, ports: &P, id: &HoldId, now: Timestamp) -> Result<(), PortError>
    where
        P: KeepHolds + Sync,
    {
        let found = ports.hold(id).await?.ok_or_else(|| PortError::new("read a hold again", "it is gone"))?;
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
