//! Runs of the handler, and what must hold after any of them.

use billing::payment::PaymentState;
use jiff::{SignedDuration, Timestamp};
use ports::{FailedRecord, Payable, Record};

use crate::fixture::debt;
use crate::memory::Memory;
use crate::stripe::Bank;
use crate::tasks::{self, Task};

pub(crate) fn memory(bank: &[Bank]) -> Memory {
    let memory = Memory::holding(&debt());
    memory.state().stripe.bank = bank.to_vec();
    memory
}

/// One invocation with one record.
pub(crate) fn invoke(memory: &Memory) -> Task<'_, Vec<FailedRecord>> {
    let now = memory.state().now;
    let record = Record { id: "r-1".to_owned(), body: Payable::Debt(memory.debt().session) };
    Box::pin(collect_payment::handle(memory, now, vec![record]))
}

/// Time passes until the sweep, which comes every minute, finds the debt due.
pub(crate) fn pass_until_due(memory: &Memory) {
    let due_at = memory.debt().due_at;
    let mut state = memory.state();
    if let Some(due_at) = due_at {
        state.now = due_at.max(state.now + SignedDuration::from_mins(1));
    }
    state.stripe.settle();
}

pub(crate) fn pass(memory: &Memory, time: SignedDuration) -> Timestamp {
    let mut state = memory.state();
    state.now += time;
    state.now
}

/// What a sweep does until nothing is due; the number of looks.
pub(crate) fn finish(memory: &Memory) -> usize {
    (0..80)
        .find(|_| {
            let done = memory.debt().due_at.is_none();
            if !done {
                pass_until_due(memory);
                assert_eq!(tasks::run(invoke(memory)), []);
            }
            done
        })
        .unwrap_or_else(|| panic!("no end: {:?}", memory.debt()))
}

/// The books agree: what is stored as paid was captured, once, and nothing else was.
pub(crate) fn check_books(memory: &Memory) {
    let debt = memory.debt();
    let state = memory.state();
    let paid: Vec<(String, i64)> =
        memory.tables.payments().iter().map(|payment| (payment.intent.clone(), payment.captured.minor)).collect();
    match &debt.state {
        PaymentState::Succeeded { intent, .. } => {
            assert_eq!(state.stripe.captures, [intent.as_str()]);
            assert_eq!(paid, [(intent.clone(), debt.amount.minor)]);
        }
        unpaid => {
            assert!(unpaid.is_final(), "{unpaid:?}");
            assert_eq!(state.stripe.captures, Vec::<String>::new());
            assert_eq!(paid, []);
        }
    }
}
