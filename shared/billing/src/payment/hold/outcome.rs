//! The holds that facts lead to: their state, and when somebody has to look at them again.

use jiff::{SignedDuration, Timestamp};

use super::transition::AppliedHold;
use super::{Hold, HoldState, WhyCanceled};
use crate::payment::Known;
use crate::payment::pace::{DRIVER_LOOK, KEY_LIFE, after, backoff};

/// So long before a hold ends its session's cost is captured: a key that Stripe answers with a failure is of no use for a whole life of
/// keys, and then there must be time for another try.
const CAPTURE_AHEAD: SignedDuration = SignedDuration::from_hours(26);

/// So long before that a session that still runs is stopped, so that mostly there is a bill to capture.
const STOP_AHEAD: SignedDuration = SignedDuration::from_hours(1);

// The reason for the first.
const _: () = assert!(CAPTURE_AHEAD.as_secs() > KEY_LIFE.as_secs());

impl Hold {
    /// This hold in another state, unclaimed, and due when somebody says so.
    pub(super) fn changed_to(&self, state: HoldState) -> Self {
        Self { state, claim: None, due_at: None, ..self.clone() }
    }

    /// Stripe has said where the intent stands.
    pub(super) fn answered(&self, state: HoldState, now: Timestamp) -> AppliedHold {
        let setbacks = if state == self.state { self.setbacks } else { 0 };
        let mut hold = Self { setbacks, unanswered: false, ..self.changed_to(state) };
        hold.due_at = hold.look_at(now);
        AppliedHold { hold, known: Known::Answered }
    }

    /// The call had no effect: it may be made again, at once or, when it was not answered, after a pause, for Stripe repeats under a key
    /// whatever it has answered before.
    pub(super) fn without_effect(&self, now: Timestamp) -> AppliedHold {
        let hold = Self { unanswered: false, ..self.changed_to(self.state.clone()) };
        if self.unanswered {
            let due_at = Some(after(now, backoff(self.setbacks)));
            return AppliedHold { hold: Self { due_at, ..hold }, known: Known::Unreachable };
        }
        AppliedHold { hold: Self { due_at: Some(now), ..hold }, known: Known::Answered }
    }

    /// Nobody knows what came of the call: it is asked for at once.
    pub(super) fn left_unknown(&self, now: Timestamp) -> AppliedHold {
        let applied = self.not_taken(now);
        AppliedHold { hold: Self { unanswered: true, ..applied.hold }, known: Known::Stored }
    }

    /// Nothing was learned: Stripe is left alone for a while, longer each time.
    pub(super) fn not_taken(&self, now: Timestamp) -> AppliedHold {
        self.unreachable_for(backoff(self.setbacks.saturating_add(1)), now)
    }

    pub(super) fn unreachable_for(&self, pause: SignedDuration, now: Timestamp) -> AppliedHold {
        let setbacks = self.setbacks.saturating_add(1);
        let hold = Self { due_at: Some(after(now, pause)), setbacks, ..self.changed_to(self.state.clone()) };
        AppliedHold { hold, known: Known::Unreachable }
    }

    /// Whether nobody will use it any more: no session has begun on it in time.
    pub(super) fn is_abandoned(&self, now: Timestamp) -> bool {
        self.session.is_none() && self.expires_at <= now
    }

    /// When somebody has to look at it after Stripe has said where it stands.
    pub(super) fn look_at(&self, now: Timestamp) -> Option<Timestamp> {
        match &self.state {
            HoldState::Succeeded { .. } | HoldState::Canceled { .. } | HoldState::Expired { .. } => None,
            HoldState::Asked
            | HoldState::Creating { .. }
            | HoldState::Created { .. }
            | HoldState::Confirming { .. }
            | HoldState::Capturing { .. }
            | HoldState::Canceling { .. } => Some(now),
            HoldState::RequiresAction { .. } => Some(self.expires_at),
            HoldState::Authorized { at, capture_before, .. } => Some(self.next_wish(*at, *capture_before, now)),
        }
    }

    /// When an authorized hold wants something.
    fn next_wish(&self, at: Timestamp, capture_before: Option<Timestamp>, now: Timestamp) -> Timestamp {
        if self.end.is_some() || self.wants_start(now) {
            return now;
        }
        let by_bank = capture_before.map_or_else(|| after(now, DRIVER_LOOK), |end| capture_by(at, end));
        if self.session.is_none() { by_bank.min(self.expires_at) } else { by_bank }
    }

    /// Whether its station has still to be asked to start.
    pub(super) fn wants_start(&self, now: Timestamp) -> bool {
        self.start_asked_at.is_none() && self.session.is_none() && now < self.expires_at
    }

    /// When a session that still runs has to be stopped because its hold ends; none where that is not known.
    #[must_use]
    pub fn stop_by(&self) -> Option<Timestamp> {
        match &self.state {
            HoldState::Authorized { at, capture_before: Some(end), .. } => {
                Some(after(capture_by(*at, *end), -STOP_AHEAD))
            }
            HoldState::Authorized { capture_before: None, .. }
            | HoldState::Asked
            | HoldState::Creating { .. }
            | HoldState::Created { .. }
            | HoldState::Confirming { .. }
            | HoldState::RequiresAction { .. }
            | HoldState::Capturing { .. }
            | HoldState::Canceling { .. }
            | HoldState::Succeeded { .. }
            | HoldState::Canceled { .. }
            | HoldState::Expired { .. } => None,
        }
    }
}

/// When the cost so far of a session that still runs is captured; of a short hold, three quarters may be used.
pub(super) fn capture_by(authorized_at: Timestamp, capture_before: Timestamp) -> Timestamp {
    let quarter = capture_before.duration_since(authorized_at).max(SignedDuration::ZERO) / 4;
    after(capture_before, -CAPTURE_AHEAD.min(quarter))
}

/// The end of an intent at Stripe without our asking.
pub(super) fn ended_at_stripe(intent: String, capture_before: Option<Timestamp>, now: Timestamp) -> HoldState {
    match capture_before {
        Some(end) if end <= now => HoldState::Expired { intent, at: now },
        Some(_) | None => HoldState::Canceled { intent: Some(intent), why: WhyCanceled::AtStripe, at: now },
    }
}
