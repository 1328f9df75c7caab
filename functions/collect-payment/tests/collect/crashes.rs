//! Runs that die at any await, and calls whose replies are lost, leave one payment.

use jiff::SignedDuration;

use crate::runs::{check_books, finish, invoke, memory, pass};
use crate::stripe::{Bank, Mishap};
use crate::tasks::{poll, run, run_for};

/// More polls than any run takes.
const POLLS: usize = 40;

const BANKS: [&[Bank]; 5] = [
    &[Bank::Pays],
    &[Bank::DeclinesForNow, Bank::Pays],
    &[Bank::DeclinesForGood],
    &[Bank::WorksAndDeclines, Bank::WantsDriver],
    &[Bank::DeclinesForNow; 6],
];

#[test]
fn a_run_that_dies_anywhere_is_made_up_for() {
    for bank in BANKS {
        for polls in 0..POLLS {
            let memory = memory(bank);
            run_for(invoke(&memory), polls);
            finish(&memory);
            check_books(&memory);
        }
    }
}

#[test]
fn runs_that_die_one_after_the_other_are_made_up_for() {
    for bank in BANKS {
        for first in 0..POLLS {
            for second in 0..POLLS {
                for pause_s in [0, 61] {
                    let memory = memory(bank);
                    run_for(invoke(&memory), first);
                    pass(&memory, SignedDuration::from_secs(pause_s));
                    run_for(invoke(&memory), second);
                    finish(&memory);
                    check_books(&memory);
                }
            }
        }
    }
}

#[test]
fn a_run_that_sleeps_past_its_claim_and_wakes_again_does_no_harm() {
    for bank in BANKS {
        for polls in 0..POLLS {
            let memory = memory(bank);
            let mut sleeper = invoke(&memory);
            let ended = (0..polls).any(|_| poll(&mut sleeper).is_some());
            pass(&memory, SignedDuration::from_secs(61));
            assert_eq!(run(invoke(&memory)), []);
            if !ended {
                assert_eq!(run(sleeper), []);
            }
            finish(&memory);
            check_books(&memory);
        }
    }
}

#[test]
fn a_call_that_goes_wrong_is_made_up_for() {
    let mishaps =
        [Mishap::Lost, Mishap::ReplyLost, Mishap::Delayed, Mishap::FailedBefore, Mishap::FailedAfter, Mishap::NotTaken];
    for bank in BANKS {
        for first in mishaps {
            for second in mishaps {
                for place in 0..4 {
                    let memory = memory(bank);
                    let before = std::iter::repeat_n(Mishap::None, place);
                    memory.state().mishaps = before.chain([first, second]).collect();
                    finish(&memory);
                    check_books(&memory);
                }
            }
        }
    }
}
