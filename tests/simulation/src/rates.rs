//! How often what goes wrong.

use crate::chance::Rate;

/// How often what goes wrong, per call, message or session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rates {
    /// An invocation is killed where it gives way.
    pub(crate) kill: Rate,
    /// An invocation hangs where it gives way, for up to 25 s.
    pub(crate) hang: Rate,
    /// A table takes no call at this moment.
    pub(crate) throttled: Rate,
    /// A table has written and the reply is lost.
    pub(crate) written_unheard: Rate,
    /// A record of a stream comes twice.
    pub(crate) streamed_twice: Rate,
    /// Stripe has done it and the reply is lost.
    pub(crate) stripe_unheard: Rate,
    /// A call to Stripe never arrives.
    pub(crate) stripe_lost: Rate,
    /// Stripe answers 500; half of the time it has done it.
    pub(crate) stripe_failed: Rate,
    /// Stripe takes no call at this moment.
    pub(crate) stripe_busy: Rate,
    /// A publication is not taken.
    pub(crate) unpublished: Rate,
    /// A publication goes out and the reply is lost.
    pub(crate) published_unheard: Rate,
    /// An ack does not reach its station.
    pub(crate) ack_lost: Rate,
    /// A message is put into its queue twice; a tenth of these four times.
    pub(crate) sent_twice: Rate,
    /// A webhook comes twice.
    pub(crate) told_twice: Rate,
    /// A webhook comes up to three days late.
    pub(crate) told_late: Rate,
}

impl Rates {
    /// The rates that must be borne.
    pub(crate) const ALL: Self = Self {
        kill: Rate::percent(1),
        hang: Rate(10),
        throttled: Rate::percent(2),
        written_unheard: Rate(50),
        streamed_twice: Rate::percent(5),
        stripe_unheard: Rate::percent(2),
        stripe_lost: Rate::percent(1),
        stripe_failed: Rate::percent(1),
        stripe_busy: Rate(50),
        unpublished: Rate::percent(1),
        published_unheard: Rate::percent(1),
        ack_lost: Rate::percent(1),
        sent_twice: Rate::percent(20),
        told_twice: Rate::percent(10),
        told_late: Rate::percent(5),
    };

    /// A world without faults.
    pub(crate) const NONE: Self = Self {
        kill: Rate::NEVER,
        hang: Rate::NEVER,
        throttled: Rate::NEVER,
        written_unheard: Rate::NEVER,
        streamed_twice: Rate::NEVER,
        stripe_unheard: Rate::NEVER,
        stripe_lost: Rate::NEVER,
        stripe_failed: Rate::NEVER,
        stripe_busy: Rate::NEVER,
        unpublished: Rate::NEVER,
        published_unheard: Rate::NEVER,
        ack_lost: Rate::NEVER,
        sent_twice: Rate::NEVER,
        told_twice: Rate::NEVER,
        told_late: Rate::NEVER,
    };
}
