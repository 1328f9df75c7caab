//! One hold, its Stripe, its session and its time; runs that are cut off anywhere, as whoever collects holds would be.

use std::collections::BTreeMap;

use billing::payment::{
    AppliedHold, Bound, Hold, HoldCall, HoldStep, Known, Rest, SessionEnd, apply_hold, next_hold_step,
};
use jiff::{SignedDuration, Timestamp};

use crate::fixture::{connector, euros, hold, hours, session, start};
use crate::stripe::{Bank, Mishap, Stripe};

pub(crate) struct World {
    pub(crate) now: Timestamp,
    pub(crate) stored: Hold,
    pub(crate) stripe: Stripe,
    pub(crate) starts: usize,
    pub(crate) rest: Option<Rest>,
    delayed: Vec<HoldCall>,
    first_used: BTreeMap<String, Timestamp>,
    asked_with: BTreeMap<String, HoldCall>,
    last_answered_read: Option<Timestamp>,
}

impl World {
    pub(crate) fn new(bank: Bank) -> Self {
        Self {
            now: start(),
            stored: hold(),
            stripe: Stripe::new(bank),
            starts: 0,
            rest: None,
            delayed: Vec::new(),
            first_used: BTreeMap::new(),
            asked_with: BTreeMap::new(),
            last_answered_read: None,
        }
    }

    /// Somebody looks at the hold; the run dies after `steps` saves, commands and calls.
    pub(crate) fn run(&mut self, mishaps: &[Mishap], steps: usize) {
        let mut mishaps = mishaps.iter().copied().chain(std::iter::repeat(Mishap::None));
        let mut left = steps;
        let mut hold = self.stored.clone();
        let mut known = Known::Stored;
        for _ in 0..8 {
            match next_hold_step(&hold, known, self.now) {
                HoldStep::Call { claimed, call } => {
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
                    } else if matches!(call, HoldCall::Read { .. } | HoldCall::Find { .. }) && mishap == Mishap::None {
                        self.last_answered_read = Some(self.now);
                    }
                    let AppliedHold { hold: changed, known: learned } = apply_hold(&claimed, fact, self.now).unwrap();
                    (hold, known) = (changed, learned);
                }
                HoldStep::Start { asked, .. } => {
                    if !spend(&mut left) {
                        return;
                    }
                    self.starts += 1;
                    if !spend(&mut left) {
                        return;
                    }
                    self.save(&asked);
                    hold = *asked;
                }
                HoldStep::Settle(settled) => hold = *settled,
                HoldStep::Wait { .. } | HoldStep::Done => break,
            }
        }
        if spend(&mut left) {
            self.save(&hold);
        }
    }

    /// A session begins on the token.
    pub(crate) fn begin(&mut self) {
        if let Ok(Bound::Now(bound)) = self.stored.bound_to(&session(), Some(connector()), self.now) {
            self.stored = *bound;
        }
    }

    /// Its latest message says what it costs so far.
    pub(crate) fn use_up(&mut self, minor: i64) {
        if self.stored.session.is_some()
            && let Some(changed) = self.stored.with_used(euros(minor))
        {
            self.stored = changed;
        }
    }

    /// It ends.
    pub(crate) fn end(&mut self, end: SessionEnd) {
        if self.stored.session.is_some() && self.stored.end.is_none() {
            self.stored = self.stored.ended(end, self.now);
            if let Some((rest, _)) = self.stored.rest(self.now) {
                self.rest = Some(rest);
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

    /// Looks at the hold whenever it is due, until it is final; nothing goes wrong any more.
    pub(crate) fn finish(&mut self) -> usize {
        for wakes in 0..80 {
            let Some(due_at) = self.stored.due_at else { return wakes };
            // A claim that a dead run has left is waited for, as the sweep does by coming again.
            let look_at = self.stored.claim.map_or(due_at, |claim| due_at.max(claim.until));
            self.pass(look_at.duration_since(self.now).max(SignedDuration::ZERO));
            self.run(&[], usize::MAX);
        }
        panic!("not final after 80 wakes: {:?}", self.stored);
    }

    fn save(&mut self, hold: &Hold) {
        let was_final = self.stored.state.is_final();
        assert!(!was_final || self.stored.state == hold.state, "a final state has changed");
        if !was_final && let Some((rest, _)) = hold.rest(self.now) {
            assert_eq!(self.rest, None, "the rest is written once");
            self.rest = Some(rest);
        }
        self.stored = hold.clone();
    }

    fn check_call(&mut self, call: &HoldCall) {
        let (HoldCall::Create { key, .. }
        | HoldCall::Confirm { key, .. }
        | HoldCall::Capture { key, .. }
        | HoldCall::Cancel { key, .. }) = call
        else {
            return;
        };
        let first = self.first_used.entry(key.clone()).or_insert(self.now);
        // A key that Stripe may have forgotten counts as new from the moment Stripe was asked.
        if let Some(asked_at) = self.last_answered_read.filter(|asked_at| *asked_at >= *first + hours(23)) {
            *first = asked_at;
        }
        assert!(self.now < *first + hours(23), "{key} is used again without asking first");
        let before = self.asked_with.entry(key.clone()).or_insert_with(|| call.clone());
        assert_eq!(before, call, "another request under the same key");
    }
}

fn spend(left: &mut usize) -> bool {
    let alive = *left > 0;
    *left = left.saturating_sub(1);
    alive
}
