//! One debt, its Stripe and its time; runs that are cut off anywhere, as whoever collects debts would be.

use std::collections::BTreeMap;

use billing::payment::{Applied, Call, Debt, IntentStatus, Known, PaymentState, Step, apply, next_step};
use jiff::{SignedDuration, Timestamp};

use crate::fixture::{debt, hours, start};
use crate::stripe::{Mishap, Stripe};

pub(crate) struct World {
    pub(crate) now: Timestamp,
    pub(crate) stored: Debt,
    pub(crate) stripe: Stripe,
    delayed: Vec<Call>,
    /// The state that was stored before each call of this session, and each final state.
    history: Vec<PaymentState>,
    first_used: BTreeMap<String, Timestamp>,
    asked_with: BTreeMap<String, Call>,
    last_answered_read: Option<Timestamp>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            now: start(),
            stored: debt(),
            stripe: Stripe::default(),
            delayed: Vec::new(),
            history: Vec::new(),
            first_used: BTreeMap::new(),
            asked_with: BTreeMap::new(),
            last_answered_read: None,
        }
    }

    /// Somebody looks at the debt; the run dies after `steps` saves and calls.
    pub(crate) fn run(&mut self, mishaps: &[Mishap], steps: usize) {
        let mut mishaps = mishaps.iter().copied().chain(std::iter::repeat(Mishap::None));
        let mut left = steps;
        let mut debt = self.stored.clone();
        let mut known = Known::Stored;
        for _ in 0..8 {
            match next_step(&debt, known, self.now) {
                Step::Call { claimed, call } => {
                    if !spend(&mut left) {
                        return;
                    }
                    self.save(&claimed);
                    if !spend(&mut left) {
                        return;
                    }
                    let mishap = mishaps.next().unwrap_or(Mishap::None);
                    self.check_call(&call);
                    let fact = self.stripe.call(&call, mishap, self.now);
                    if mishap == Mishap::Delayed {
                        self.delayed.push(call);
                    } else if matches!(call, Call::Read { .. } | Call::Find { .. }) && mishap == Mishap::None {
                        self.last_answered_read = Some(self.now);
                    }
                    let Applied { debt: changed, known: learned } = apply(&claimed, fact, self.now).unwrap();
                    (debt, known) = (changed, learned);
                }
                Step::Settle(settled) => debt = *settled,
                Step::Wait { .. } | Step::Done => break,
            }
        }
        if spend(&mut left) {
            self.save(&debt);
        }
    }

    /// An operator has a debt that was given up collected again, with another card.
    pub(crate) fn reopen(&mut self) {
        if let Ok(reopened) = self.stored.reopened(Some("cus_1"), Some("pm_2"), self.now) {
            self.history.push(reopened.state.clone());
            self.stored = reopened;
        }
    }

    /// Somebody cancels what is open, at Stripe's own pages.
    pub(crate) fn cancel_open(&mut self) {
        for intent in self.stripe.intents.values_mut() {
            if matches!(intent.status, IntentStatus::RequiresConfirmation | IntentStatus::RequiresPaymentMethod) {
                intent.status = IntentStatus::Canceled;
            }
        }
    }

    /// Time passes; whatever was under way arrives.
    pub(crate) fn pass(&mut self, time: SignedDuration) {
        for call in std::mem::take(&mut self.delayed) {
            self.stripe.call(&call, Mishap::None, self.now);
        }
        self.now += time;
    }

    /// Looks at the debt whenever it is due, until it is final; nothing goes wrong any more.
    pub(crate) fn finish(&mut self) -> usize {
        for wakes in 0..60 {
            let Some(due_at) = self.stored.due_at else { return wakes };
            self.pass(due_at.duration_since(self.now).max(SignedDuration::ZERO));
            self.stripe.settle();
            self.run(&[], usize::MAX);
        }
        panic!("not final after 60 wakes: {:?}", self.stored.state);
    }

    fn save(&mut self, debt: &Debt) {
        assert!(!self.stored.state.is_final() || self.stored.state == debt.state, "a final state has changed");
        if let PaymentState::Declined { n, .. } = &debt.state {
            // A new intent goes on counting after one that was canceled, with or without a decline.
            let replaced = self.stripe.intents.values().any(|intent| intent.status == IntentStatus::Canceled);
            assert!(replaced || self.stripe.declines >= *n, "try {n} was not declined");
        }
        self.stored = debt.clone();
        self.history.push(debt.state.clone());
    }

    fn check_call(&mut self, call: &Call) {
        let (Call::Create { key, .. } | Call::Confirm { key, .. } | Call::Cancel { key, .. }) = call else { return };
        let first = self.first_used.entry(key.clone()).or_insert(self.now);
        // A key that Stripe may have forgotten counts as new from the moment Stripe was asked.
        if let Some(asked_at) = self.last_answered_read.filter(|asked_at| *asked_at >= *first + hours(23)) {
            *first = asked_at;
        }
        assert!(self.now < *first + hours(23), "{key} is used again without asking first");
        let before = self.asked_with.entry(key.clone()).or_insert_with(|| call.clone());
        assert_eq!(before, call, "another request under the same key");
        let number = key.strip_prefix("s-1:t-1:confirm:").map(|n| n.parse::<u32>().unwrap());
        if let Some(previous) = number.map(|n| n - 1).filter(|previous| *previous > 0) {
            let declined = |state: &PaymentState| matches!(state, PaymentState::Declined { n, .. } if *n == previous);
            // A new intent goes on counting after one that was canceled.
            let replaces = self.stripe.intents.values().any(|intent| intent.status == IntentStatus::Canceled);
            assert!(replaces || self.history.iter().any(declined), "{key} without a recorded decline");
        }
    }
}

fn spend(left: &mut usize) -> bool {
    let alive = *left > 0;
    *left = left.saturating_sub(1);
    alive
}
