//! What a fact changes about a hold.

use jiff::Timestamp;

use super::outcome::ended_at_stripe;
use super::{HeldIntent, Hold, HoldFact, HoldState, WhyCanceled};
use crate::payment::pace::REFUSED_LOOK;
use crate::payment::{Decline, Intent, IntentStatus, Known, has_expired};

/// A hold as it stands after a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedHold {
    /// The hold, unclaimed.
    pub hold: Hold,
    /// What the rest of this run may rely on.
    pub known: Known,
}

/// A fact that cannot come of any call that is made in this state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a hold that is {state} cannot meet the fact {fact}")]
pub struct IllegalHoldTransition {
    /// The state as a word.
    pub state: &'static str,
    /// The fact as a word.
    pub fact: &'static str,
}

/// Where a hold stands whose call may bring a fact.
#[derive(Debug, Clone)]
enum Phase {
    Creating { since: Timestamp },
    Confirming,
    WithDriver,
    Authorized { at: Timestamp, capture_before: Option<Timestamp> },
    Capturing { capture_before: Option<Timestamp> },
    Canceling { why: WhyCanceled },
}

/// What came of the call that a hold was claimed for.
///
/// # Errors
/// [`IllegalHoldTransition`]: no call that is made in this state can have this outcome.
pub fn apply_hold(hold: &Hold, fact: HoldFact, now: Timestamp) -> Result<AppliedHold, IllegalHoldTransition> {
    let illegal = IllegalHoldTransition { state: hold.state.as_str(), fact: fact.as_str() };
    let phase = phase(&hold.state).ok_or_else(|| illegal.clone())?;
    match (fact, phase) {
        (HoldFact::Shown(shown), phase) => Ok(hold.shown(&phase, shown, now)),
        (HoldFact::NotTaken, _) | (HoldFact::Unknown, Phase::Creating { .. }) => Ok(hold.not_taken(now)),
        (HoldFact::Refused, _) => Ok(hold.unreachable_for(REFUSED_LOOK, now)),
        (HoldFact::Missing, Phase::Creating { since }) => Ok(hold.may_create_again(since, now)),
        (HoldFact::Declined(decline), Phase::Confirming) => Ok(hold.declined(decline, now)),
        (HoldFact::Unknown, Phase::Confirming | Phase::Capturing { .. } | Phase::Canceling { .. }) => {
            Ok(hold.left_unknown(now))
        }
        (HoldFact::Missing | HoldFact::Declined(_) | HoldFact::Unknown, _) => Err(illegal),
    }
}

fn phase(state: &HoldState) -> Option<Phase> {
    match state {
        HoldState::Creating { since } => Some(Phase::Creating { since: *since }),
        HoldState::Confirming { .. } => Some(Phase::Confirming),
        HoldState::RequiresAction { .. } => Some(Phase::WithDriver),
        HoldState::Authorized { at, capture_before, .. } => {
            Some(Phase::Authorized { at: *at, capture_before: *capture_before })
        }
        HoldState::Capturing { capture_before, .. } => Some(Phase::Capturing { capture_before: *capture_before }),
        HoldState::Canceling { why, .. } => Some(Phase::Canceling { why: why.clone() }),
        HoldState::Asked
        | HoldState::Created { .. }
        | HoldState::Succeeded { .. }
        | HoldState::Canceled { .. }
        | HoldState::Expired { .. } => None,
    }
}

impl Hold {
    /// Stripe showed the intent: what it says is true, whatever was thought before.
    fn shown(&self, phase: &Phase, shown: HeldIntent, now: Timestamp) -> AppliedHold {
        let HeldIntent {
            intent: Intent { id: intent, status, received_minor: captured_minor, last_decline },
            capture_before,
        } = shown;
        match status {
            IntentStatus::Succeeded => self.answered(HoldState::Succeeded { intent, captured_minor, at: now }, now),
            IntentStatus::Canceled => self.answered(Self::canceled(phase, intent, now), now),
            IntentStatus::RequiresCapture => self.held(phase, intent, capture_before, now),
            IntentStatus::RequiresAction => self.needs_driver(phase, intent, now),
            IntentStatus::RequiresConfirmation => self.not_confirmed(phase, intent, now),
            IntentStatus::RequiresPaymentMethod => self.not_held(phase, intent, last_decline, now),
            IntentStatus::Processing | IntentStatus::Unknown => self.not_taken(now),
        }
    }

    /// The intent is over: as we asked, or without our asking.
    fn canceled(phase: &Phase, intent: String, now: Timestamp) -> HoldState {
        match phase {
            Phase::Canceling { why } => HoldState::Canceled { intent: Some(intent), why: why.clone(), at: now },
            Phase::Authorized { capture_before, .. } | Phase::Capturing { capture_before } => {
                ended_at_stripe(intent, *capture_before, now)
            }
            Phase::Creating { .. } | Phase::Confirming | Phase::WithDriver => ended_at_stripe(intent, None, now),
        }
    }

    /// The money is held: the confirmation had its effect, a capture or a cancellation had none.
    fn held(&self, phase: &Phase, intent: String, until: Option<Timestamp>, now: Timestamp) -> AppliedHold {
        match phase {
            Phase::Creating { .. } | Phase::Confirming | Phase::WithDriver => {
                self.answered(HoldState::Authorized { intent, at: now, capture_before: until }, now)
            }
            Phase::Authorized { at, capture_before } => {
                let capture_before = until.or(*capture_before);
                self.answered(HoldState::Authorized { intent, at: *at, capture_before }, now)
            }
            Phase::Capturing { .. } | Phase::Canceling { .. } => self.without_effect(now),
        }
    }

    fn needs_driver(&self, phase: &Phase, intent: String, now: Timestamp) -> AppliedHold {
        match phase {
            Phase::Creating { .. } | Phase::Confirming | Phase::WithDriver => {
                self.answered(HoldState::RequiresAction { intent }, now)
            }
            Phase::Canceling { .. } => self.without_effect(now),
            // What was held is not given back to the driver to authenticate.
            Phase::Authorized { .. } | Phase::Capturing { .. } => self.not_taken(now),
        }
    }

    /// The intent waits for confirmation: one that may have been made had no effect.
    fn not_confirmed(&self, phase: &Phase, intent: String, now: Timestamp) -> AppliedHold {
        match phase {
            Phase::Creating { .. } => self.answered(HoldState::Created { intent }, now),
            Phase::Confirming | Phase::Canceling { .. } => self.without_effect(now),
            Phase::WithDriver | Phase::Authorized { .. } | Phase::Capturing { .. } => self.not_taken(now),
        }
    }

    /// The intent needs a payment method: the bank has declined, or nothing was asked of it.
    fn not_held(&self, phase: &Phase, intent: String, decline: Option<Decline>, now: Timestamp) -> AppliedHold {
        match (phase, decline) {
            (Phase::Confirming, Some(decline)) => self.declined(decline, now),
            (Phase::WithDriver, decline) => self.declined(decline.unwrap_or_else(Decline::unnamed), now),
            (
                Phase::Creating { .. }
                | Phase::Confirming
                | Phase::Authorized { .. }
                | Phase::Capturing { .. }
                | Phase::Canceling { .. },
                _,
            ) => self.not_confirmed(phase, intent, now),
        }
    }

    /// The card will not do: the intent is canceled, so that nobody can pay it with another.
    fn declined(&self, decline: Decline, now: Timestamp) -> AppliedHold {
        let intent = self.state.intent().unwrap_or_default().to_owned();
        self.answered(HoldState::Canceling { intent, why: WhyCanceled::Declined(decline), since: now }, now)
    }

    /// No intent was created: the key may be used again, and counts as new if Stripe may have forgotten it.
    fn may_create_again(&self, since: Timestamp, now: Timestamp) -> AppliedHold {
        let since = if has_expired(since, now) { now } else { since };
        let hold = Self { due_at: Some(now), ..self.changed_to(HoldState::Creating { since }) };
        AppliedHold { hold, known: Known::Answered }
    }
}
