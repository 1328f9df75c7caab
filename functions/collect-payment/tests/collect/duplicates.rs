//! Fifty deliveries of one record at once.

use jiff::SignedDuration;
use ports::FailedRecord;

use crate::runs::{check_books, finish, invoke, memory, pass};
use crate::stripe::{Bank, Mishap};
use crate::tasks::{Task, interleave};

fn fifty(memory: &crate::memory::Memory) -> Vec<Task<'_, Vec<FailedRecord>>> {
    (0..50).map(|_| invoke(memory)).collect()
}

#[test]
fn fifty_at_once_make_one_intent_and_one_capture() {
    for seed in 0..200 {
        let memory = memory(&[Bank::Pays]);
        let failed = interleave(fifty(&memory), seed);
        assert_eq!(failed.concat(), [], "seed {seed}");
        assert_eq!(memory.state().calls, ["create", "confirm"], "seed {seed}");
        check_books(&memory);
    }
}

#[test]
fn fifty_at_once_with_webhooks_between_do_no_harm() {
    for seed in 0..200 {
        for bank in [Bank::Pays, Bank::WorksAndPays, Bank::DeclinesForGood] {
            let memory = memory(&[bank]);
            memory.state().marks = true;
            memory.state().settles = seed % 2 == 0;
            interleave(fifty(&memory), seed);
            finish(&memory);
            check_books(&memory);
            let calls = memory.state().calls.clone();
            assert_eq!(calls.iter().filter(|call| **call == "confirm").count(), 1, "seed {seed}: {calls:?}");
        }
    }
}

#[test]
fn fifty_at_once_find_what_a_dead_run_has_left() {
    for seed in 0..200 {
        for mishap in [Mishap::ReplyLost, Mishap::FailedAfter, Mishap::Lost] {
            let memory = memory(&[Bank::Pays]);
            memory.state().mishaps = [Mishap::None, mishap, mishap].into();
            interleave(fifty(&memory), seed);
            pass(&memory, SignedDuration::from_secs(61));
            interleave(fifty(&memory), seed);
            finish(&memory);
            check_books(&memory);
        }
    }
}
