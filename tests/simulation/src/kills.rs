//! Which invocations are killed, and where.

use std::collections::BTreeSet;

use crate::core::Inner;
use crate::points::Visits;

/// Which invocations are killed, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kills {
    /// By chance; and for sure where nobody has died for long, so that no point is spared.
    ByChance,
    /// Exactly where the count of awaits reaches one of these.
    At(BTreeSet<u64>),
}

/// After so many visits without a death, whoever comes to a point dies there.
const SPARED: u64 = 6;

impl Kills {
    pub(crate) fn kills(&self, core: &mut Inner, number: u64, visits: Visits) -> bool {
        match self {
            Self::At(numbers) => numbers.contains(&number),
            Self::ByChance => {
                let rate = core.rates.kill;
                let is_spared = rate.0 > 0 && visits.killed == 0 && visits.visited >= SPARED;
                core.chance.hits(rate) || is_spared
            }
        }
    }
}
