//! Every mistake is noticed, each by the invariant that it breaks.

use std::collections::BTreeSet;

use simulation::{Invariant, Mutant, Plan, run};

/// Sessions of a run with a mistake: enough for each to be made.
const SESSIONS: usize = 1_500;

#[test]
fn every_mistake_is_noticed_by_the_invariant_it_breaks() {
    for mutant in Mutant::ALL {
        let expected = match mutant {
            Mutant::RandomKey | Mutant::OldKeyUnasked | Mutant::FinalReopened | Mutant::RefundKeyRandom => {
                Invariant::PaidOnce
            }
            Mutant::LastReadingWins => Invariant::BilledRight,
            Mutant::PaidBeforePaying | Mutant::FloatMoney => Invariant::CapturedIsBilled,
            Mutant::NoVersionCheck | Mutant::UnconditionalAlert | Mutant::UnclaimedAlert | Mutant::OutboxBeside => {
                Invariant::AllTold
            }
            Mutant::AckBeforeCommit => Invariant::NothingLost,
            Mutant::SweepOff => Invariant::NothingLeft,
        };
        let report = run(&Plan { mutant: Some(mutant), ..Plan::of_seed(1).with_sessions(SESSIONS) });
        let broken: BTreeSet<&str> = report.violations.iter().map(|violation| violation.invariant.as_str()).collect();
        assert!(broken.contains(expected.as_str()), "{} broke {broken:?} only", mutant.as_str());
    }
}
