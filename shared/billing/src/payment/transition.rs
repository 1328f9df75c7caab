//! What a fact changes about a debt.

use jiff::Timestamp;

use super::pace::REFUSED_LOOK;
use super::{Debt, Decline, Fact, Intent, IntentStatus, Known, PaymentState, WhyUnpaid};

/// A debt as it stands after a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The debt, unclaimed.
    pub debt: Debt,
    /// What the rest of this run may rely on.
    pub known: Known,
}

/// A fact that cannot come of any call that is made in this state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a payment that is {state} cannot meet the fact {fact}")]
pub struct IllegalTransition {
    /// The state as a word.
    pub state: &'static str,
    /// The fact as a word.
    pub fact: &'static str,
}

/// One try to confirm an intent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Try {
    pub(super) n: u32,
    pub(super) since: Timestamp,
}

/// Where a payment stands whose call may bring a fact.
#[derive(Debug, Clone, Copy)]
enum Phase {
    Creating { since: Timestamp },
    Confirming(Try),
    Unknown(Try),
    Processing(Try),
    WithDriver(Try),
    BetweenTries(Try),
}

/// What came of the call that a debt was claimed for.
///
/// # Errors
/// [`IllegalTransition`]: no call that is made in this state can have this outcome.
pub fn apply(debt: &Debt, fact: Fact, now: Timestamp) -> Result<Applied, IllegalTransition> {
    let illegal = IllegalTransition { state: debt.state.as_str(), fact: fact.as_str() };
    let phase = phase(&debt.state, now).ok_or_else(|| illegal.clone())?;
    match (fact, phase) {
        (Fact::Shown(shown), phase) => Ok(debt.shown(phase, shown, now)),
        (Fact::NotTaken, _) | (Fact::Unknown, Phase::Creating { .. }) => Ok(debt.unanswered(now)),
        (Fact::Refused, _) => Ok(debt.unreachable_for(REFUSED_LOOK, now)),
        (Fact::Missing, Phase::Creating { since }) => Ok(debt.may_create_again(since, now)),
        (Fact::Declined(decline), Phase::Confirming(tried)) => {
            Ok(debt.declined(debt.known_intent(), tried, decline, now))
        }
        (Fact::NeedsDriver, Phase::Confirming(tried)) => Ok(debt.needs_driver(debt.known_intent(), tried, now)),
        (Fact::Unknown, Phase::Confirming(Try { n, since })) => {
            let state = PaymentState::Unknown { intent: debt.known_intent(), n, since };
            Ok(Applied { known: Known::Stored, ..debt.changed_to(state).unanswered(now) })
        }
        (Fact::Missing | Fact::Declined(_) | Fact::NeedsDriver | Fact::Unknown, _) => Err(illegal),
    }
}

fn phase(state: &PaymentState, now: Timestamp) -> Option<Phase> {
    match *state {
        PaymentState::Creating { since } => Some(Phase::Creating { since }),
        PaymentState::Confirming { n, since, .. } => Some(Phase::Confirming(Try { n, since })),
        PaymentState::Unknown { n, since, .. } => Some(Phase::Unknown(Try { n, since })),
        PaymentState::Processing { n, since, .. } => Some(Phase::Processing(Try { n, since })),
        PaymentState::RequiresAction { n, since, .. } => Some(Phase::WithDriver(Try { n, since })),
        PaymentState::Declined { n, .. } => Some(Phase::BetweenTries(Try { n, since: now })),
        PaymentState::Computed
        | PaymentState::NotBillable
        | PaymentState::Created { .. }
        | PaymentState::Succeeded { .. }
        | PaymentState::Settled { .. }
        | PaymentState::Uncollectible { .. } => None,
    }
}

impl Phase {
    /// The try that is or was made; the first, where none is known of.
    fn last_try(self, now: Timestamp) -> Try {
        match self {
            Self::Creating { .. } => Try { n: 1, since: now },
            Self::Confirming(tried)
            | Self::Unknown(tried)
            | Self::Processing(tried)
            | Self::WithDriver(tried)
            | Self::BetweenTries(tried) => tried,
        }
    }
}

impl Debt {
    fn known_intent(&self) -> String {
        self.state.intent().unwrap_or_default().to_owned()
    }

    /// Stripe showed the intent: what it says is true, whatever was thought before.
    fn shown(&self, phase: Phase, shown: Intent, now: Timestamp) -> Applied {
        let Intent { id: intent, status, received_minor: captured_minor, last_decline } = shown;
        let tried = phase.last_try(now);
        match status {
            IntentStatus::Succeeded => self.answered(PaymentState::Succeeded { intent, captured_minor, at: now }, None),
            IntentStatus::Canceled => self.canceled(phase, intent, now),
            IntentStatus::Processing => self.processing(intent, tried, now),
            IntentStatus::RequiresAction => self.needs_driver(intent, tried, now),
            IntentStatus::RequiresPaymentMethod => self.not_paid(phase, intent, last_decline, now),
            IntentStatus::RequiresConfirmation => self.not_confirmed(phase, intent, now),
            IntentStatus::RequiresCapture | IntentStatus::Unknown => self.unanswered(now),
        }
    }

    /// The intent can never be paid: we have given it up, or somebody has.
    fn canceled(&self, phase: Phase, intent: String, now: Timestamp) -> Applied {
        let why = match phase {
            Phase::WithDriver(_) if self.collected_until() <= now => WhyUnpaid::DriverStayedAway,
            Phase::Creating { .. }
            | Phase::Confirming(_)
            | Phase::Unknown(_)
            | Phase::Processing(_)
            | Phase::WithDriver(_)
            | Phase::BetweenTries(_) => WhyUnpaid::Canceled,
        };
        self.given_up(intent, why, now)
    }

    /// The intent waits for confirmation: the try that may have been made had no effect.
    fn not_confirmed(&self, phase: Phase, intent: String, now: Timestamp) -> Applied {
        match phase {
            Phase::Creating { .. } => self.answered(PaymentState::Created { intent }, Some(now)),
            Phase::Confirming(tried) => self.may_repeat(intent, tried, now),
            Phase::Unknown(tried) => self.may_repeat_later(intent, tried, now),
            Phase::WithDriver(tried) => self.needs_driver(intent, tried, now),
            Phase::BetweenTries(_) => self.still_declined(now),
            Phase::Processing(_) => self.unanswered(now),
        }
    }

    /// The intent needs a payment method: either a try was declined, or none was made.
    ///
    /// From the second try on, the decline that is shown may be that of the try before: only using the key of this try again tells.
    fn not_paid(&self, phase: Phase, intent: String, decline: Option<Decline>, now: Timestamp) -> Applied {
        match (phase, decline) {
            (Phase::Confirming(tried) | Phase::Unknown(tried), Some(decline)) if tried.n == 1 => {
                self.declined(intent, tried, decline, now)
            }
            (Phase::Processing(tried), decline) => {
                let decline = decline.unwrap_or_else(Decline::unnamed);
                self.declined(intent, tried, decline, now)
            }
            (
                Phase::Creating { .. }
                | Phase::Confirming(_)
                | Phase::Unknown(_)
                | Phase::WithDriver(_)
                | Phase::BetweenTries(_),
                _,
            ) => self.not_confirmed(phase, intent, now),
        }
    }
}
