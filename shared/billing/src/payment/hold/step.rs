//! What to do next about a hold.

use jiff::{SignedDuration, Timestamp};
use messages::{Command, CommandKind, StationId};

use super::outcome::capture_by;
use super::{Hold, HoldCall, HoldState, SessionEnd, WhyCanceled};
use crate::money::Money;
use crate::payment::pace::{CLOCK_SLACK, LEASE, after};
use crate::payment::{Claim, Known, has_expired, is_billable};

/// A station that sees the command to start later than this after it was sent does nothing.
const START_WITHIN: SignedDuration = SignedDuration::from_mins(5);

/// What to do next.
#[derive(Debug, Clone, PartialEq)]
pub enum HoldStep {
    /// Save the claimed hold; then, and only if that succeeded, make the call.
    Call {
        /// The hold as it is to be saved before the call.
        claimed: Box<Hold>,
        /// The call.
        call: HoldCall,
    },
    /// Send the command, then save the hold: a command that is sent twice is one for its station, one that is not sent is lost.
    Start {
        /// The hold as it is to be saved afterwards.
        asked: Box<Hold>,
        /// To whom.
        station: StationId,
        /// What.
        command: Box<Command>,
    },
    /// Save the hold: it is final without any call.
    Settle(Box<Hold>),
    /// Nothing before that time; the hold is due then.
    Wait {
        /// That time.
        until: Timestamp,
    },
    /// Nothing ever.
    Done,
}

/// What an authorized hold is for at a time.
enum Wish {
    /// To be kept.
    Keep,
    /// To be captured, minor units.
    Capture(i64),
    /// To be released.
    Release(WhyCanceled),
}

/// Says what to do next about a hold.
///
/// As with debts, an intent is created, its id stored, and only then confirmed; where a call may have been made whose reply is not stored,
/// the next call is a read. What is captured is decided once, and stored before Stripe is asked.
#[must_use]
pub fn next_hold_step(hold: &Hold, known: Known, now: Timestamp) -> HoldStep {
    if hold.state.is_final() {
        return HoldStep::Done;
    }
    if let Some(claim) = hold.claim
        && claim.until > now
    {
        return HoldStep::Wait { until: claim.until };
    }
    match known {
        Known::Unreachable => HoldStep::Wait { until: hold.due_at.unwrap_or(now) },
        Known::Stored => hold.first_step(now),
        Known::Answered => hold.next_after_answer(now),
    }
}

impl Hold {
    /// What to do when nothing is known but the hold.
    fn first_step(&self, now: Timestamp) -> HoldStep {
        match &self.state {
            // Whoever asked before and got no answer asks what became of it.
            HoldState::Creating { since } if self.setbacks > 0 || self.is_abandoned(now) => self.find(*since, now),
            HoldState::Asked | HoldState::Creating { .. } | HoldState::Created { .. } => self.next_after_answer(now),
            HoldState::Authorized { intent, at, capture_before } => match self.wish(*at, *capture_before, now) {
                Wish::Keep if !self.wants_start(now) => self.read(intent, now),
                Wish::Keep | Wish::Capture(_) | Wish::Release(_) => self.next_after_answer(now),
            },
            HoldState::Confirming { intent, .. }
            | HoldState::RequiresAction { intent }
            | HoldState::Capturing { intent, .. }
            | HoldState::Canceling { intent, .. } => self.read(intent, now),
            HoldState::Succeeded { .. } | HoldState::Canceled { .. } | HoldState::Expired { .. } => HoldStep::Done,
        }
    }

    /// What to do when the hold says where its intent stands at this moment.
    fn next_after_answer(&self, now: Timestamp) -> HoldStep {
        let abandoned = self.is_abandoned(now);
        match &self.state {
            HoldState::Asked | HoldState::Creating { .. } if abandoned => {
                let state = HoldState::Canceled { intent: None, why: WhyCanceled::NotUsed, at: now };
                HoldStep::Settle(Box::new(self.changed_to(state)))
            }
            HoldState::Created { intent } | HoldState::Confirming { intent, .. } if abandoned => {
                self.cancel(intent, WhyCanceled::NotUsed, now, now)
            }
            HoldState::RequiresAction { intent } if abandoned => {
                self.cancel(intent, WhyCanceled::DriverStayedAway, now, now)
            }
            HoldState::Asked => self.create(now, now),
            HoldState::Creating { since } if has_expired(*since, now) => self.find(*since, now),
            HoldState::Creating { since } => self.create(*since, now),
            HoldState::Created { intent } => self.confirm(intent, now, now),
            HoldState::Confirming { intent, since } => self.confirm(intent, renewed(*since, now), now),
            HoldState::Authorized { intent, at, capture_before } => match self.wish(*at, *capture_before, now) {
                Wish::Capture(minor) => self.capture((intent, minor, *capture_before), now, now),
                Wish::Release(why) => self.cancel(intent, why, now, now),
                Wish::Keep if self.wants_start(now) => self.start(now),
                Wish::Keep => HoldStep::Wait { until: self.due_at.unwrap_or(now) },
            },
            HoldState::Capturing { intent, amount_minor, since, capture_before } => {
                self.capture((intent, *amount_minor, *capture_before), renewed(*since, now), now)
            }
            HoldState::Canceling { intent, why, since } => self.cancel(intent, why.clone(), renewed(*since, now), now),
            HoldState::RequiresAction { .. } => HoldStep::Wait { until: self.due_at.unwrap_or(now) },
            HoldState::Succeeded { .. } | HoldState::Canceled { .. } | HoldState::Expired { .. } => HoldStep::Done,
        }
    }

    /// What is wanted of a hold: its session's bill to be captured, or, when it ends before there is one, what that session has cost so
    /// far. Nothing of it is lost silently: what is not captured here is owed.
    fn wish(&self, at: Timestamp, capture_before: Option<Timestamp>, now: Timestamp) -> Wish {
        let pay = |due: Money| match self.share_minor(due) {
            0 => Wish::Release(WhyCanceled::NothingToPay),
            minor => Wish::Capture(minor),
        };
        match self.end {
            Some(SessionEnd::Billed { due }) => pay(due),
            Some(SessionEnd::NotBilled) => Wish::Release(WhyCanceled::NotBilled),
            None if self.is_abandoned(now) => Wish::Release(WhyCanceled::NotUsed),
            None if self.session.is_some() && capture_before.is_some_and(|end| capture_by(at, end) <= now) => {
                match self.used.filter(|used| is_billable(*used)) {
                    Some(used) => pay(used),
                    None => Wish::Release(WhyCanceled::NothingToPay),
                }
            }
            None => Wish::Keep,
        }
    }

    fn create(&self, since: Timestamp, now: Timestamp) -> HoldStep {
        let call = HoldCall::Create { key: self.key("create"), request: self.request() };
        self.call(HoldState::Creating { since }, call, now)
    }

    /// Looks for what a creation may have left.
    fn find(&self, since: Timestamp, now: Timestamp) -> HoldStep {
        let call = HoldCall::Find { request: self.request(), since: after(since, -CLOCK_SLACK) };
        self.call(HoldState::Creating { since }, call, now)
    }

    /// A hold is confirmed once: whose card is declined opens another with another card.
    fn confirm(&self, intent: &str, since: Timestamp, now: Timestamp) -> HoldStep {
        let intent = intent.to_owned();
        let payment_method = self.payer.payment_method.clone();
        let call = HoldCall::Confirm { key: self.key("confirm:1"), intent: intent.clone(), payment_method };
        self.call(HoldState::Confirming { intent, since }, call, now)
    }

    fn capture(
        &self,
        (intent, amount_minor, capture_before): (&str, i64, Option<Timestamp>),
        since: Timestamp,
        now: Timestamp,
    ) -> HoldStep {
        let intent = intent.to_owned();
        let amount = Money { minor: amount_minor, currency: self.amount.currency };
        let call = HoldCall::Capture { key: self.key("capture"), intent: intent.clone(), amount };
        self.call(HoldState::Capturing { intent, amount_minor, since, capture_before }, call, now)
    }

    fn cancel(&self, intent: &str, why: WhyCanceled, since: Timestamp, now: Timestamp) -> HoldStep {
        let intent = intent.to_owned();
        let call = HoldCall::Cancel { key: self.key("cancel"), intent: intent.clone() };
        self.call(HoldState::Canceling { intent, why, since }, call, now)
    }

    fn read(&self, intent: &str, now: Timestamp) -> HoldStep {
        self.call(self.state.clone(), HoldCall::Read { intent: intent.to_owned() }, now)
    }

    fn call(&self, state: HoldState, call: HoldCall, now: Timestamp) -> HoldStep {
        let claim = Claim { fence: self.fence.saturating_add(1), until: after(now, LEASE) };
        let mut claimed = self.changed_to(state);
        claimed.claim = Some(claim);
        claimed.fence = claim.fence;
        claimed.due_at = Some(claim.until);
        HoldStep::Call { claimed: Box::new(claimed), call }
    }

    fn start(&self, now: Timestamp) -> HoldStep {
        let mut asked = Self { start_asked_at: Some(now), ..self.clone() };
        asked.due_at = asked.look_at(now);
        let command = Command {
            command_id: format!("start-{}", self.id),
            kind: CommandKind::StartTransaction,
            connector: Some(self.connector),
            transaction_id: None,
            limit_a: None,
            id_token: Some(self.id.token()),
            expires_at: after(now, START_WITHIN).min(self.expires_at),
        };
        HoldStep::Start { asked: Box::new(asked), station: self.station.clone(), command: Box::new(command) }
    }

    /// An idempotency key of this hold.
    fn key(&self, call: &str) -> String {
        format!("{}:{call}", self.id)
    }
}

/// When a key counts as first used, after Stripe has said that it had no effect.
fn renewed(since: Timestamp, now: Timestamp) -> Timestamp {
    if has_expired(since, now) { now } else { since }
}
