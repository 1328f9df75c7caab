//! What a run went through.

use std::ops::AddAssign;

use serde::Serialize;

/// What a run went through, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Totals {
    /// Sessions that took place.
    pub sessions: u64,
    /// Messages that were put into queues, copies included.
    pub messages: u64,
    /// Of these, copies.
    pub duplicates: u64,
    /// Invocations that began.
    pub invocations: u64,
    /// Places where an invocation gave way.
    pub awaits: u64,
    /// Invocations that were killed.
    pub kills: u64,
    /// Of these, because their time was over.
    pub timeouts: u64,
    /// Calls that had their effect and whose reply was lost: tables, Stripe and publications.
    pub lost_replies: u64,
    /// Calls that tables did not take.
    pub throttled: u64,
    /// Calls to Stripe that had another outcome than they should.
    pub stripe_faults: u64,
    /// Publications.
    pub published: u64,
    /// Webhooks that were delivered.
    pub webhooks: u64,
    /// Sweeps.
    pub sweeps: u64,
    /// Records that went to a dead-letter queue.
    pub dead_letters: u64,
    /// Sessions whose bill an oracle has checked.
    pub oracle_checked: u64,
    /// Payments that succeeded.
    pub paid: u64,
    /// Sessions that a person has to look at.
    pub reviews: u64,
    /// Orders of operators to give money back.
    pub asked_back: u64,
    /// Refunds at Stripe.
    pub refunds: u64,
    /// Disputes at Stripe.
    pub disputes: u64,
}

impl AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        self.sessions += other.sessions;
        self.messages += other.messages;
        self.duplicates += other.duplicates;
        self.invocations += other.invocations;
        self.awaits += other.awaits;
        self.kills += other.kills;
        self.timeouts += other.timeouts;
        self.lost_replies += other.lost_replies;
        self.throttled += other.throttled;
        self.stripe_faults += other.stripe_faults;
        self.published += other.published;
        self.webhooks += other.webhooks;
        self.sweeps += other.sweeps;
        self.dead_letters += other.dead_letters;
        self.oracle_checked += other.oracle_checked;
        self.paid += other.paid;
        self.reviews += other.reviews;
        self.asked_back += other.asked_back;
        self.refunds += other.refunds;
        self.disputes += other.disputes;
    }
}
