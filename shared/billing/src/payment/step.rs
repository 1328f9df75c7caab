//! What to do next about a debt.

use jiff::Timestamp;

use super::pace::{CLOCK_SLACK, KEY_LIFE, LEASE, after};
use super::{Claim, Debt, IntentRequest, PaymentState, WhyUnpaid, is_billable};

/// What is known of a debt in one run, besides what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Nothing: where there is an intent, Stripe has to be asked.
    Stored,
    /// Stripe has just said where the intent stands, and the debt says the same.
    Answered,
    /// Stripe has just not answered, or refused: leave it alone for a while.
    Unreachable,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Save the claimed debt; then, and only if that succeeded, make the call.
    Call {
        /// The debt as it is to be saved before the call.
        claimed: Box<Debt>,
        /// The call.
        call: Call,
    },
    /// Save the debt: it is final without any call.
    Settle(Box<Debt>),
    /// Nothing before that time; the debt is due then.
    Wait {
        /// That time.
        until: Timestamp,
    },
    /// Nothing ever.
    Done,
}

/// One call to Stripe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// Create the unconfirmed intent.
    Create {
        /// The idempotency key.
        key: String,
        /// What is asked.
        request: IntentRequest,
    },
    /// Look for the intent that a creation may have left behind.
    Find {
        /// What was asked then.
        request: IntentRequest,
        /// Not before this.
        since: Timestamp,
    },
    /// Confirm the intent.
    Confirm {
        /// The idempotency key.
        key: String,
        /// `pi_…`.
        intent: String,
        /// `pm_…`.
        payment_method: String,
    },
    /// Read the intent.
    Read {
        /// `pi_…`.
        intent: String,
    },
    /// Cancel the intent, so that nobody can pay it any more.
    Cancel {
        /// The idempotency key.
        key: String,
        /// `pi_…`.
        intent: String,
    },
}

/// Says what to do next about a debt.
///
/// An intent is created, its id stored, and only then confirmed. Where a call may have been made whose reply is not stored, the next
/// call is a read; a key is used again only while Stripe remembers it, or after a read has said that it had no effect.
#[must_use]
pub fn next_step(debt: &Debt, known: Known, now: Timestamp) -> Step {
    if debt.state.is_final() {
        return Step::Done;
    }
    if let Some(claim) = debt.claim
        && claim.until > now
    {
        return Step::Wait { until: claim.until };
    }
    match known {
        Known::Unreachable => Step::Wait { until: debt.due_at.unwrap_or(now) },
        Known::Stored => debt.first_step(now),
        Known::Answered => debt.next_after_answer(now),
    }
}

impl Debt {
    /// What to do when nothing is known but the debt.
    fn first_step(&self, now: Timestamp) -> Step {
        match &self.state {
            // Whoever asked before and got no answer asks what became of it; a replay would only repeat Stripe's failure.
            PaymentState::Creating { since } if self.setbacks > 0 => self.find(*since, now),
            PaymentState::Computed | PaymentState::Creating { .. } | PaymentState::Created { .. } => {
                self.next_after_answer(now)
            }
            PaymentState::Confirming { intent, .. }
            | PaymentState::Unknown { intent, .. }
            | PaymentState::Processing { intent, .. }
            | PaymentState::RequiresAction { intent, .. }
            | PaymentState::Declined { intent, .. } => {
                self.call(self.state.clone(), Call::Read { intent: intent.clone() }, now)
            }
            PaymentState::NotBillable
            | PaymentState::Succeeded { .. }
            | PaymentState::Settled { .. }
            | PaymentState::Uncollectible { .. } => Step::Done,
        }
    }

    /// What to do when the debt says where its intent stands at this moment.
    fn next_after_answer(&self, now: Timestamp) -> Step {
        match &self.state {
            PaymentState::Computed if !is_billable(self.amount) => {
                Step::Settle(Box::new(self.changed_to(PaymentState::NotBillable)))
            }
            PaymentState::Computed => self.create(now, now),
            PaymentState::Creating { since } if has_expired(*since, now) => self.find(*since, now),
            PaymentState::Creating { since } => self.create(*since, now),
            PaymentState::Created { intent } => self.confirm(intent, self.tries.saturating_add(1), now, now),
            PaymentState::Confirming { intent, n, since } => {
                let since = if has_expired(*since, now) { now } else { *since };
                self.confirm(intent, *n, since, now)
            }
            PaymentState::Declined { intent, n, retry_at, .. } if *retry_at <= now => {
                self.confirm(intent, n.saturating_add(1), now, now)
            }
            PaymentState::RequiresAction { intent, .. } if self.collected_until() <= now => {
                let key = self.key("cancel");
                self.call(self.state.clone(), Call::Cancel { key, intent: intent.clone() }, now)
            }
            PaymentState::Declined { .. }
            | PaymentState::RequiresAction { .. }
            | PaymentState::Unknown { .. }
            | PaymentState::Processing { .. } => Step::Wait { until: self.due_at.unwrap_or(now) },
            PaymentState::NotBillable
            | PaymentState::Succeeded { .. }
            | PaymentState::Settled { .. }
            | PaymentState::Uncollectible { .. } => Step::Done,
        }
    }

    /// Creates the intent; its key was first used `since` then.
    fn create(&self, since: Timestamp, now: Timestamp) -> Step {
        match self.request() {
            Some(request) => {
                let key = self.key(&self.creation());
                self.call(PaymentState::Creating { since }, Call::Create { key, request }, now)
            }
            None => self.settle(None, WhyUnpaid::NoPaymentMethod, now),
        }
    }

    /// Looks for what a creation may have left.
    fn find(&self, since: Timestamp, now: Timestamp) -> Step {
        match self.request() {
            Some(request) => {
                let call = Call::Find { request, since: after(since, -CLOCK_SLACK) };
                self.call(PaymentState::Creating { since }, call, now)
            }
            None => self.settle(None, WhyUnpaid::NoPaymentMethod, now),
        }
    }

    fn confirm(&self, intent: &str, n: u32, since: Timestamp, now: Timestamp) -> Step {
        let Some(payment_method) = self.payer.payment_method.clone() else {
            return self.settle(Some(intent), WhyUnpaid::NoPaymentMethod, now);
        };
        let intent = intent.to_owned();
        let call = Call::Confirm { key: self.key(&format!("confirm:{n}")), intent: intent.clone(), payment_method };
        let mut step = self.call(PaymentState::Confirming { intent, n, since }, call, now);
        if let Step::Call { claimed, .. } = &mut step {
            claimed.first_try_at.get_or_insert(now);
            claimed.tries = claimed.tries.max(n);
        }
        step
    }

    fn call(&self, state: PaymentState, call: Call, now: Timestamp) -> Step {
        let claim = Claim { fence: self.fence.saturating_add(1), until: after(now, LEASE) };
        let mut claimed = self.changed_to(state);
        claimed.claim = Some(claim);
        claimed.fence = claim.fence;
        claimed.due_at = Some(claim.until);
        Step::Call { claimed: Box::new(claimed), call }
    }

    fn settle(&self, intent: Option<&str>, why: WhyUnpaid, now: Timestamp) -> Step {
        let state = PaymentState::Uncollectible { intent: intent.map(str::to_owned), why, at: now };
        Step::Settle(Box::new(self.changed_to(state)))
    }
}

/// Whether Stripe may have forgotten a key that was first used `since` then.
pub(super) fn has_expired(since: Timestamp, now: Timestamp) -> bool {
    now >= after(since, KEY_LIFE)
}
