//! What to do next about what goes back, and what came of it.

use jiff::{SignedDuration, Timestamp};

use super::{Dispute, DisputeState, Refund, RefundRequest, RefundState, RefundStatus, Returns, ShownDispute};
use super::{ShownRefund, WhyNotRefunded};
use crate::payment::Claim;
use crate::payment::pace::{LEASE, PROCESSING_LOOK, REFUSED_LOOK, after, backoff};

/// When an open dispute is looked at again, unless Stripe tells of it before.
const DISPUTE_LOOK: SignedDuration = SignedDuration::from_hours(24);

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReturnStep {
    /// Save the claimed returns; then, and only if that succeeded, make the call.
    Call {
        /// As they are to be saved before the call.
        claimed: Box<Returns>,
        /// The call.
        call: ReturnCall,
    },
    /// Save them: they were due, and nothing is to be done now.
    Settle(Box<Returns>),
    /// Nothing before that time; they are due then.
    Wait {
        /// That time.
        until: Timestamp,
    },
    /// Nothing, until somebody asks or Stripe tells.
    Done,
}

/// One call to Stripe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReturnCall {
    /// Create the refund, under the key in the request.
    Create {
        /// Which refund.
        number: u32,
        /// What is asked.
        request: RefundRequest,
    },
    /// Look among the refunds of the intent for the one that a creation may have left behind.
    Find {
        /// Which refund.
        number: u32,
        /// What was asked then.
        request: RefundRequest,
    },
    /// Read the refund.
    Read {
        /// Which refund.
        number: u32,
        /// `re_…`.
        refund: String,
    },
    /// List the disputes of the intent.
    Disputes {
        /// `pi_…`.
        intent: String,
    },
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReturnFact {
    /// Stripe showed the refund.
    Refund(ShownRefund),
    /// There is no such refund.
    Missing,
    /// These are the disputes.
    Disputes(Vec<ShownDispute>),
    /// Nothing happened, or nobody knows whether anything did: a look will tell.
    Unanswered,
    /// Stripe refuses the request as it is.
    Refused,
}

/// What the rest of a run may rely on besides what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Learned {
    /// Nothing: of a refund that may have been asked for, Stripe has to be asked.
    Nothing,
    /// Stripe has just been looked through and does not have this refund. That holds for this moment only: whoever asked for it before
    /// may still be heard.
    Missing {
        /// Which refund.
        number: u32,
    },
    /// Stripe has just not answered, or refused: leave it alone for a while.
    Unreachable,
}

/// A fact that cannot come of the call that was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a call to {call} cannot meet the fact {fact}")]
pub struct UnexpectedFact {
    /// The call as a word.
    pub call: &'static str,
    /// The fact as a word.
    pub fact: &'static str,
}

impl Returns {
    /// Says what to do next.
    #[must_use]
    pub fn next_step(&self, learned: Learned, now: Timestamp) -> ReturnStep {
        let Some(due_at) = self.due_at else { return ReturnStep::Done };
        if let Some(claim) = self.claim
            && claim.until > now
        {
            return ReturnStep::Wait { until: claim.until };
        }
        if learned == Learned::Unreachable || due_at > now {
            return ReturnStep::Wait { until: due_at };
        }
        let due = self.refunds.iter().find_map(|refund| self.call_for(refund, learned, now));
        let look = self.look_at.filter(|at| *at <= now);
        match (due, look) {
            (Some((refund, call)), _) => self.call(Some(refund), call, now),
            (None, Some(_)) => self.call(None, ReturnCall::Disputes { intent: self.intent.clone() }, now),
            (None, None) => {
                ReturnStep::Settle(Box::new(Self { claim: None, due_at: self.next_due(now), ..self.clone() }))
            }
        }
    }

    /// These returns after a call, unclaimed, and what the rest of the run may rely on.
    ///
    /// # Errors
    /// [`UnexpectedFact`]: the call cannot have this outcome.
    pub fn after(
        &self,
        call: &ReturnCall,
        fact: ReturnFact,
        now: Timestamp,
    ) -> Result<(Self, Learned), UnexpectedFact> {
        match (call, fact) {
            (_, ReturnFact::Unanswered) => Ok(self.unreachable_for(backoff(self.setbacks.saturating_add(1)), now)),
            (ReturnCall::Create { number, .. }, ReturnFact::Refused) => {
                Ok(self.answered(self.with_state(*number, &failed(None, WhyNotRefunded::Refused, now)), now))
            }
            (_, ReturnFact::Refused) => Ok(self.unreachable_for(REFUSED_LOOK, now)),
            (
                ReturnCall::Create { number, .. } | ReturnCall::Find { number, .. } | ReturnCall::Read { number, .. },
                ReturnFact::Refund(shown),
            ) => Ok(self.answered(self.with_state(*number, &shown_state(shown, now)), now)),
            // The pauses grow on until something is found.
            (ReturnCall::Find { number, .. }, ReturnFact::Missing) => {
                let returns = Self { claim: None, due_at: Some(now), ..self.clone() };
                Ok((returns, Learned::Missing { number: *number }))
            }
            (ReturnCall::Disputes { .. }, ReturnFact::Disputes(shown)) => Ok(self.with_disputes(&shown, now)),
            (call, fact) => Err(UnexpectedFact { call: call.as_str(), fact: fact.as_str() }),
        }
    }

    /// What is to be asked of Stripe now for a refund, and the refund as it is to be saved before.
    fn call_for(&self, refund: &Refund, learned: Learned, now: Timestamp) -> Option<(Refund, ReturnCall)> {
        let (number, request) = (refund.number, self.request(refund));
        let is_missing = learned == Learned::Missing { number };
        match &refund.state {
            RefundState::Asked | RefundState::Refunding { .. } if is_missing || refund.state == RefundState::Asked => {
                let asked = Refund { state: RefundState::Refunding { since: now }, ..refund.clone() };
                Some((asked, ReturnCall::Create { number, request }))
            }
            RefundState::Asked | RefundState::Refunding { .. } => {
                Some((refund.clone(), ReturnCall::Find { number, request }))
            }
            RefundState::Pending { refund: id, look_at }
            | RefundState::Succeeded { refund: id, look_at: Some(look_at), .. }
                if *look_at <= now =>
            {
                Some((refund.clone(), ReturnCall::Read { number, refund: id.clone() }))
            }
            RefundState::Pending { .. } | RefundState::Succeeded { .. } | RefundState::Failed { .. } => None,
        }
    }

    fn call(&self, refund: Option<Refund>, call: ReturnCall, now: Timestamp) -> ReturnStep {
        let claim = Claim { fence: self.fence.saturating_add(1), until: after(now, LEASE) };
        let refunds = match refund {
            Some(refund) => self.with_state(refund.number, &refund.state),
            None => self.refunds.clone(),
        };
        let claimed =
            Self { refunds, claim: Some(claim), fence: claim.fence, due_at: Some(claim.until), ..self.clone() };
        ReturnStep::Call { claimed: Box::new(claimed), call }
    }

    /// The refunds, one of them in another state.
    fn with_state(&self, number: u32, state: &RefundState) -> Vec<Refund> {
        let changed = |refund: &Refund| if refund.number == number { refund.moved_to(state) } else { refund.clone() };
        self.refunds.iter().map(changed).collect()
    }

    fn with_disputes(&self, shown: &[ShownDispute], now: Timestamp) -> (Self, Learned) {
        let mut disputes = self.disputes.clone();
        for shown in shown {
            match disputes.iter_mut().find(|dispute| dispute.id == shown.id) {
                Some(known) => *known = known.with(shown, now),
                None => disputes.push(Dispute::first_seen(shown, now)),
            }
        }
        let is_open = disputes.iter().any(|dispute| dispute.state == DisputeState::Open);
        let look_at = is_open.then(|| after(now, DISPUTE_LOOK));
        Self { disputes, look_at, ..self.clone() }.answered(self.refunds.clone(), now)
    }

    fn answered(&self, refunds: Vec<Refund>, now: Timestamp) -> (Self, Learned) {
        let mut returns = Self { refunds, claim: None, setbacks: 0, ..self.clone() };
        returns.due_at = returns.next_due(now);
        (returns, Learned::Nothing)
    }

    fn unreachable_for(&self, pause: SignedDuration, now: Timestamp) -> (Self, Learned) {
        let setbacks = self.setbacks.saturating_add(1);
        (Self { claim: None, setbacks, due_at: Some(after(now, pause)), ..self.clone() }, Learned::Unreachable)
    }

    /// When somebody has to look at it again.
    fn next_due(&self, now: Timestamp) -> Option<Timestamp> {
        let of_refund = |refund: &Refund| match &refund.state {
            RefundState::Asked | RefundState::Refunding { .. } => Some(now),
            RefundState::Pending { look_at, .. } => Some(*look_at),
            RefundState::Succeeded { look_at, .. } => *look_at,
            RefundState::Failed { .. } => None,
        };
        self.refunds.iter().filter_map(of_refund).chain(self.look_at).min()
    }
}

fn shown_state(shown: ShownRefund, now: Timestamp) -> RefundState {
    let ShownRefund { id: refund, status } = shown;
    match status {
        RefundStatus::Pending => RefundState::Pending { refund, look_at: after(now, PROCESSING_LOOK) },
        RefundStatus::Succeeded => RefundState::Succeeded { refund, at: now, look_at: None },
        RefundStatus::Failed(reason) => failed(Some(refund), WhyNotRefunded::Failed(reason), now),
        RefundStatus::Canceled => failed(Some(refund), WhyNotRefunded::Canceled, now),
    }
}

fn failed(refund: Option<String>, why: WhyNotRefunded, at: Timestamp) -> RefundState {
    RefundState::Failed { refund, why, at }
}

impl ReturnCall {
    /// The call as a word.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Find { .. } => "find",
            Self::Read { .. } => "read",
            Self::Disputes { .. } => "disputes",
        }
    }
}

impl ReturnFact {
    /// The fact as a word.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Refund(_) => "refund",
            Self::Missing => "missing",
            Self::Disputes(_) => "disputes",
            Self::Unanswered => "unanswered",
            Self::Refused => "refused",
        }
    }
}
