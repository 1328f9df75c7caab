//! The debts that facts lead to: their state, and when somebody has to look at them again.

use jiff::{SignedDuration, Timestamp};

use super::pace::{COLLECTION, DRIVER_LOOK, PROCESSING_LOOK, after, backoff, retry_at};
use super::transition::{Applied, Try};
use super::{Debt, Decline, Known, PaymentState, Verdict, WhyUnpaid, has_expired};

impl Debt {
    /// This debt in another state, unclaimed, and due when somebody says so.
    pub(super) fn changed_to(&self, state: PaymentState) -> Self {
        Self { state, claim: None, due_at: None, ..self.clone() }
    }

    pub(super) fn answered(&self, state: PaymentState, due_at: Option<Timestamp>) -> Applied {
        // Only what moved on ends the growth of the pauses: an answered read between two failed calls does not.
        let setbacks = if state == self.state { self.setbacks } else { 0 };
        Applied { debt: Self { setbacks, due_at, ..self.changed_to(state) }, known: Known::Answered }
    }

    /// No intent was created: the key may be used again, and counts as new if Stripe may have forgotten it.
    pub(super) fn may_create_again(&self, since: Timestamp, now: Timestamp) -> Applied {
        let since = if has_expired(since, now) { now } else { since };
        let debt = Self { due_at: Some(now), ..self.changed_to(PaymentState::Creating { since }) };
        Applied { debt, known: Known::Answered }
    }

    /// The try had no effect and may be made at once, under its key.
    pub(super) fn may_repeat(&self, intent: String, Try { n, since }: Try, now: Timestamp) -> Applied {
        let state = PaymentState::Confirming { intent, n, since };
        Applied { debt: Self { due_at: Some(now), ..self.changed_to(state) }, known: Known::Answered }
    }

    /// The try was not answered and had no effect: it may be made again after a pause, for Stripe repeats under a key whatever it
    /// has answered before, a failure of its own too.
    pub(super) fn may_repeat_later(&self, intent: String, Try { n, since }: Try, now: Timestamp) -> Applied {
        let due_at = Some(after(now, backoff(self.setbacks)));
        let state = PaymentState::Confirming { intent, n, since };
        Applied { debt: Self { due_at, ..self.changed_to(state) }, known: Known::Unreachable }
    }

    pub(super) fn processing(&self, intent: String, Try { n, since }: Try, now: Timestamp) -> Applied {
        self.answered(PaymentState::Processing { intent, n, since }, Some(after(now, PROCESSING_LOOK)))
    }

    pub(super) fn needs_driver(&self, intent: String, Try { n, since }: Try, now: Timestamp) -> Applied {
        let look_at = after(now, DRIVER_LOOK).min(self.collected_until());
        let mut applied = self.answered(PaymentState::RequiresAction { intent, n, since }, Some(look_at));
        applied.debt.driver_asked = true;
        applied
    }

    pub(super) fn declined(&self, intent: String, tried: Try, decline: Decline, now: Timestamp) -> Applied {
        match (decline.verdict(), retry_at(tried.n, self.collected_until(), now)) {
            (Verdict::AskDriver, _) => self.needs_driver(intent, tried, now),
            (Verdict::TryAgain, Some(retry_at)) => {
                self.answered(PaymentState::Declined { intent, n: tried.n, decline, retry_at }, Some(retry_at))
            }
            (Verdict::TryAgain, None) | (Verdict::GiveUp, _) => {
                self.given_up(intent, WhyUnpaid::Declined(decline), now)
            }
        }
    }

    /// Nothing new: the next try is made when it was to be made.
    pub(super) fn still_declined(&self, now: Timestamp) -> Applied {
        let retry_at = self.state.retry_at().unwrap_or(now);
        self.answered(self.state.clone(), Some(retry_at))
    }

    pub(super) fn given_up(&self, intent: String, why: WhyUnpaid, now: Timestamp) -> Applied {
        self.answered(PaymentState::Uncollectible { intent: Some(intent), why, at: now }, None)
    }

    /// Nothing was learned: Stripe is left alone for a while, longer each time.
    pub(super) fn unanswered(&self, now: Timestamp) -> Applied {
        self.unreachable_for(backoff(self.setbacks.saturating_add(1)), now)
    }

    pub(super) fn unreachable_for(&self, pause: SignedDuration, now: Timestamp) -> Applied {
        let setbacks = self.setbacks.saturating_add(1);
        let debt = Self { due_at: Some(after(now, pause)), setbacks, ..self.changed_to(self.state.clone()) };
        Applied { debt, known: Known::Unreachable }
    }

    /// The last moment of a try, and of the driver's time to act.
    pub(super) fn collected_until(&self) -> Timestamp {
        after(self.first_try_at.unwrap_or(self.created_at), COLLECTION)
    }
}
