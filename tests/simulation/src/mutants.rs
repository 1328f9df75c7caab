//! Broken code on purpose: wrappers around the ports, each with one mistake that somebody could make. A run that does not notice one of
//! them proves nothing.

mod alerting;
mod money;
mod pass;
mod recording;
mod returning;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use messages::SessionId;

use crate::wires::Wires;

/// A mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mutant {
    /// Every call to Stripe has a key of its own.
    RandomKey,
    /// A key that Stripe has forgotten is used again without asking for what it left.
    OldKeyUnasked,
    /// Whoever writes last wins, whatever it had read.
    NoVersionCheck,
    /// The reading that arrived last is that of the end.
    LastReadingWins,
    /// An alert is written whether or not it is there.
    UnconditionalAlert,
    /// A payment is written down before it is made.
    PaidBeforePaying,
    /// An alert is published without a claim.
    UnclaimedAlert,
    /// A message is acknowledged before it is stored.
    AckBeforeCommit,
    /// What must happen next is written after the state that makes it necessary.
    OutboxBeside,
    /// Nobody sweeps.
    SweepOff,
    /// A payment that is over begins again when Stripe tells of it a day later.
    FinalReopened,
    /// Amounts go through floating point.
    FloatMoney,
    /// Every try of a refund has a key of its own.
    RefundKeyRandom,
}

impl Mutant {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::RandomKey,
        Self::OldKeyUnasked,
        Self::NoVersionCheck,
        Self::LastReadingWins,
        Self::UnconditionalAlert,
        Self::PaidBeforePaying,
        Self::UnclaimedAlert,
        Self::AckBeforeCommit,
        Self::OutboxBeside,
        Self::SweepOff,
        Self::FinalReopened,
        Self::FloatMoney,
        Self::RefundKeyRandom,
    ];

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RandomKey => "random-key",
            Self::OldKeyUnasked => "old-key-unasked",
            Self::NoVersionCheck => "no-version-check",
            Self::LastReadingWins => "last-reading-wins",
            Self::UnconditionalAlert => "unconditional-alert",
            Self::PaidBeforePaying => "paid-before-paying",
            Self::UnclaimedAlert => "unclaimed-alert",
            Self::AckBeforeCommit => "ack-before-commit",
            Self::OutboxBeside => "outbox-beside",
            Self::SweepOff => "sweep-off",
            Self::FinalReopened => "final-reopened",
            Self::FloatMoney => "float-money",
            Self::RefundKeyRandom => "refund-key-random",
        }
    }

    /// The mutant of a name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mutant| mutant.as_str() == name)
    }
}

/// What is broken in a run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sabotage {
    mutant: Option<Mutant>,
    /// The reading that arrived last, of [`Mutant::LastReadingWins`].
    readings: Arc<Mutex<BTreeMap<SessionId, i64>>>,
}

impl Sabotage {
    pub(crate) fn by(mutant: Option<Mutant>) -> Self {
        Self { mutant, readings: Arc::default() }
    }

    pub(crate) fn is(&self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }
}

/// The ports of one invocation, with the mistake in them.
#[derive(Clone)]
pub(crate) struct Sabotaged {
    wires: Wires,
    sabotage: Sabotage,
}

impl Sabotaged {
    pub(crate) fn new(wires: Wires, sabotage: Sabotage) -> Self {
        Self { wires, sabotage }
    }

    fn is(&self, mutant: Mutant) -> bool {
        self.sabotage.is(mutant)
    }

    fn with_readings<T>(&self, with: impl FnOnce(&mut BTreeMap<SessionId, i64>) -> T) -> T {
        with(&mut self.sabotage.readings.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
