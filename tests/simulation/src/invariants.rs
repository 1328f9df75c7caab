//! What must hold once nothing is left to happen.

mod acks;
mod alerting;
mod ending;
mod money;
mod returning;

use std::collections::BTreeMap;
use std::fmt;

use billing::payment::Debt;
use billing::session::{Head, SessionState};
use messages::SessionId;

use crate::script::{Fate, Script};
use crate::world::World;

/// What must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Invariant {
    /// (a) What was captured is what was billed, for each session and in all; nothing where nothing is to be paid. What went back
    /// is what the books say, and no more than was captured.
    CapturedIsBilled,
    /// (b) A session is paid at most once, and Stripe is asked for one payment. What was ordered back once goes back once.
    PaidOnce,
    /// (c) A bill is what other code makes of what truly happened.
    BilledRight,
    /// (d) Every session ends, with a person only where data was truly lost; every bill has a receipt, without gaps.
    EveryoneEnds,
    /// (e) What is acknowledged is stored or in quarantine; what is not acknowledged is sent again.
    NothingLost,
    /// (f) Everybody who must be told is told, and again only where nobody can know.
    AllTold,
    /// (g) No alert without a cause.
    NoFalseAlarm,
    /// (h) The same seed gives the same run.
    SameAgain,
    /// (i) Nothing is left: no dead letter, and nothing that is due.
    NothingLeft,
    /// (j) Nothing needs more than three sweeps.
    ThreeSweeps,
}

impl Invariant {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::CapturedIsBilled,
        Self::PaidOnce,
        Self::BilledRight,
        Self::EveryoneEnds,
        Self::NothingLost,
        Self::AllTold,
        Self::NoFalseAlarm,
        Self::SameAgain,
        Self::NothingLeft,
        Self::ThreeSweeps,
    ];

    /// Its letter and name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CapturedIsBilled => "(a) captured is billed",
            Self::PaidOnce => "(b) paid once",
            Self::BilledRight => "(c) billed right",
            Self::EveryoneEnds => "(d) every session ends",
            Self::NothingLost => "(e) nothing is lost",
            Self::AllTold => "(f) all are told",
            Self::NoFalseAlarm => "(g) no false alarm",
            Self::SameAgain => "(h) the same again",
            Self::NothingLeft => "(i) nothing is left",
            Self::ThreeSweeps => "(j) three sweeps are enough",
        }
    }
}

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which invariant.
    pub invariant: Invariant,
    /// Of what, and how.
    pub detail: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.invariant.as_str(), self.detail)
    }
}

/// What is left, by session.
struct Left<'a> {
    world: &'a World,
    heads: BTreeMap<SessionId, Head>,
    debts: BTreeMap<SessionId, Debt>,
    violations: Vec<Violation>,
}

impl Left<'_> {
    fn broken(&mut self, invariant: Invariant, detail: String) {
        self.violations.push(Violation { invariant, detail });
    }
}

/// Everything that does not hold.
pub(crate) fn check(world: &World) -> Vec<Violation> {
    let heads = world.tables.heads().into_iter().map(|head| (head.session.clone(), head)).collect();
    let debts = world.tables.debts().into_iter().map(|debt| (debt.session.clone(), debt)).collect();
    let mut left = Left { world, heads, debts, violations: world.violations.clone() };
    money::check(&mut left);
    returning::check(&mut left);
    ending::check(&mut left);
    acks::check(&mut left);
    alerting::check(&mut left);
    left.violations
}

/// Whether a bill can be held against what truly happened: everything was said, and there when the bill was made.
pub(crate) fn is_checkable(head: &Head, script: &Script) -> bool {
    head.state == SessionState::Billed && head.missing.is_empty() && is_whole(script)
}

/// Whether all that happened was said.
fn is_whole(script: &Script) -> bool {
    script.lines.iter().all(|line| line.fate == Fate::Whole && line.sent_at.is_some())
}
