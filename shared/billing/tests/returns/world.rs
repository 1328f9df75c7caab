//! One payment, its Stripe and its time; runs that are cut off anywhere.

use std::collections::BTreeMap;

use billing::money::Money;
use billing::payment::{Learned, Payment, RefundRequest, RefundState, ReturnCall, ReturnStep, Returns};
use jiff::{SignedDuration, Timestamp};

use crate::stripe::{Mishap, Stripe};

pub(crate) fn start() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

pub(crate) fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

pub(crate) fn euros(minor: i64) -> Money {
    Money { minor, currency: "EUR".parse().unwrap() }
}

pub(crate) fn paid() -> Payment {
    let session = "s-1:t-1".parse().unwrap();
    Payment { session, number: 1, intent: "pi_1".to_owned(), captured: euros(1_234), at: start() }
}

pub(crate) struct World {
    pub(crate) now: Timestamp,
    pub(crate) stored: Returns,
    pub(crate) stripe: Stripe,
    delayed: Vec<ReturnCall>,
    asked_with: BTreeMap<String, RefundRequest>,
    /// When each key was used last, and when Stripe was looked through for it since.
    used_at: BTreeMap<String, Timestamp>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            now: start(),
            stored: Returns::of(&paid()),
            stripe: Stripe { captured: 1_234, ..Stripe::default() },
            delayed: Vec::new(),
            asked_with: BTreeMap::new(),
            used_at: BTreeMap::new(),
        }
    }

    pub(crate) fn ask(&mut self, minor: Option<i64>) {
        if let Ok(asked) = self.stored.asked(minor, "r", self.now) {
            self.stored = asked;
        }
    }

    /// Somebody looks at what goes back; the run dies after `steps` saves and calls.
    pub(crate) fn run(&mut self, mishaps: &[Mishap], steps: usize) {
        let mut mishaps = mishaps.iter().copied().chain(std::iter::repeat(Mishap::None));
        let mut left = steps;
        let (mut returns, mut known) = (self.stored.clone(), Learned::Nothing);
        for _ in 0..32 {
            match returns.next_step(known, self.now) {
                ReturnStep::Call { claimed, call } => {
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
                        self.delayed.push(call.clone());
                    } else if let ReturnCall::Find { request, .. } = &call
                        && mishap == Mishap::None
                    {
                        self.used_at.remove(&request.key);
                    }
                    (returns, known) = claimed.after(&call, fact, self.now).unwrap();
                }
                ReturnStep::Settle(settled) => returns = *settled,
                ReturnStep::Wait { .. } | ReturnStep::Done => break,
            }
        }
        if spend(&mut left) {
            self.save(&returns);
        }
    }

    /// Time passes; whatever was under way arrives.
    pub(crate) fn pass(&mut self, time: SignedDuration) {
        for call in std::mem::take(&mut self.delayed) {
            self.stripe.call(&call, Mishap::None, self.now);
        }
        self.now += time;
    }

    /// Time passes, and what is under way stays so.
    pub(crate) fn pass_without_arrivals(&mut self, time: SignedDuration) {
        self.now += time;
    }

    /// Looks whenever something is due, until nothing is; nothing goes wrong any more.
    pub(crate) fn finish(&mut self) -> usize {
        for wakes in 0..80 {
            let Some(due_at) = self.stored.due_at else { return wakes };
            // The sweep comes every minute.
            self.pass(due_at.duration_since(self.now).max(SignedDuration::from_mins(1)));
            self.settle();
            self.run(&[], usize::MAX);
        }
        panic!("no end after 80 wakes: {:?}", self.stored);
    }

    /// The banks finish their work, and Stripe tells of it.
    pub(crate) fn settle(&mut self) {
        if self.stripe.settle() {
            self.stored = self.stored.to_be_looked_at(self.now);
        }
    }

    fn save(&mut self, returns: &Returns) {
        for (known, saved) in self.stored.refunds.iter().zip(&returns.refunds) {
            let goes_on = match (&known.state, &saved.state) {
                (RefundState::Failed { .. }, _) => known == saved,
                (RefundState::Succeeded { at, .. }, RefundState::Succeeded { at: still, .. }) => at == still,
                (RefundState::Succeeded { refund, .. }, RefundState::Failed { refund: failed, .. }) => {
                    failed.as_ref() == Some(refund)
                }
                (RefundState::Succeeded { .. }, _) => false,
                (RefundState::Asked | RefundState::Refunding { .. } | RefundState::Pending { .. }, _) => true,
            };
            assert!(goes_on, "{known:?} became {saved:?}");
        }
        assert!(returns.asked_minor() <= returns.captured.minor, "more is asked back than was captured");
        self.stored = returns.clone();
    }

    /// A key is used again only after Stripe was looked through, and always with the same request.
    fn check_call(&mut self, call: &ReturnCall) {
        let ReturnCall::Create { number, request } = call else { return };
        let is_claimed = self
            .stored
            .refunds
            .iter()
            .any(|refund| refund.number == *number && matches!(refund.state, RefundState::Refunding { .. }));
        assert!(is_claimed, "a call without a saved claim");
        let before = self.asked_with.entry(request.key.clone()).or_insert_with(|| request.clone());
        assert_eq!(before, request, "another request under the same key");
        let used = self.used_at.insert(request.key.clone(), self.now);
        assert_eq!(used, None, "{} is used again without a look", request.key);
    }
}

fn spend(left: &mut usize) -> bool {
    let alive = *left > 0;
    *left = left.saturating_sub(1);
    alive
}
