//! What becomes of a debt, and in how many calls.

use billing::payment::{Debt, PaymentState};
use ports::{Payable, Record};

use crate::fixture::debt;
use crate::memory::Memory;
use crate::runs::{check_books, finish, invoke, memory, pass_until_due};
use crate::stripe::{Bank, Mishap};
use crate::tasks;

#[test]
fn one_run_takes_a_debt_as_far_as_it_goes() {
    for (bank, state, calls) in [
        (vec![Bank::Pays], "succeeded", vec!["create", "confirm"]),
        (vec![Bank::DeclinesForNow], "declined", vec!["create", "confirm"]),
        (vec![Bank::DeclinesForGood], "uncollectible", vec!["create", "confirm"]),
        (vec![Bank::WantsDriver], "requires_action", vec!["create", "confirm"]),
        (vec![Bank::WorksAndPays], "processing", vec!["create", "confirm"]),
    ] {
        let memory = memory(&bank);
        assert_eq!(tasks::run(invoke(&memory)), []);
        assert_eq!(memory.debt().state.as_str(), state);
        assert_eq!(memory.state().calls, calls, "{state}");
    }
}

#[test]
fn a_confirmation_without_an_answer_is_read_at_once() {
    for (mishap, calls) in [
        (Mishap::ReplyLost, vec!["create", "confirm", "read"]),
        (Mishap::FailedAfter, vec!["create", "confirm", "read"]),
    ] {
        let memory = memory(&[Bank::Pays]);
        memory.state().mishaps = [Mishap::None, mishap].into();
        tasks::run(invoke(&memory));
        assert_eq!(memory.state().calls, calls);
        check_books(&memory);
    }
}

#[test]
fn a_final_debt_costs_neither_a_call_nor_a_write() {
    let memory = memory(&[Bank::Pays]);
    tasks::run(invoke(&memory));
    check_books(&memory);
    let before = memory.debt();
    tasks::run(invoke(&memory));
    assert_eq!(memory.debt(), before);
    assert_eq!(memory.state().calls, ["create", "confirm"]);
}

#[test]
fn less_than_the_least_amount_is_settled_without_stripe() {
    let mut small = debt();
    small.amount.minor = 49;
    let memory = Memory::holding(&small);
    tasks::run(invoke(&memory));
    assert_eq!(memory.debt().state, PaymentState::NotBillable);
    assert_eq!(memory.state().calls, Vec::<&str>::new());
    check_books(&memory);
}

#[test]
fn a_bank_that_works_long_is_asked_again() {
    for (bank, state) in [(Bank::WorksAndPays, "succeeded"), (Bank::WorksAndDeclines, "uncollectible")] {
        let memory = memory(&[bank, bank, bank, bank, bank]);
        tasks::run(invoke(&memory));
        finish(&memory);
        assert_eq!(memory.debt().state.as_str(), state);
        check_books(&memory);
    }
}

#[test]
fn a_wake_up_during_a_call_is_not_lost() {
    let memory = memory(&[Bank::WorksAndPays]);
    memory.state().marks = true;
    memory.state().settles = true;
    tasks::run(invoke(&memory));
    assert_eq!(memory.state().calls, ["create", "confirm", "read"]);
    check_books(&memory);
}

#[test]
fn a_refusal_is_asked_again_in_an_hour_and_then_read_first() {
    let memory = memory(&[]);
    // Somebody pays the intent at Stripe's dashboard between our creation and our confirmation.
    memory.state().mishaps = [Mishap::None, Mishap::NotTaken].into();
    tasks::run(invoke(&memory));
    let id = memory.debt().state.intent().unwrap().to_owned();
    memory.state().stripe.pay(&id);
    pass_until_due(&memory);
    tasks::run(invoke(&memory));
    assert_eq!(memory.state().calls, ["create", "confirm", "read"]);
    check_books(&memory);
}

#[test]
fn a_store_that_is_down_fails_its_record_and_no_other() {
    let memory = memory(&[Bank::Pays]);
    let now = memory.state().now;
    let record = |id: &str, session: &str| Record { id: id.to_owned(), body: Payable::Debt(session.parse().unwrap()) };
    let records = || vec![record("a", "s-9:none"), record("b", "s-1:t-1")];
    assert_eq!(tasks::run(Box::pin(collect_payment::handle(&memory, now, records()))), []);
    check_books(&memory);
    memory.state().store_fails = true;
    let failed = tasks::run(Box::pin(collect_payment::handle(&memory, now, records())));
    assert_eq!(failed.iter().map(|failed| failed.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn what_is_asked_of_stripe_comes_from_the_stored_debt() {
    let request = debt().request().unwrap();
    let stored = serde_json::to_string(&debt()).unwrap();
    let again: Debt = serde_json::from_str(&stored).unwrap();
    assert_eq!(again.request(), Some(request));
}
