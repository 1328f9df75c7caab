//! Who hears of what becomes of a debt.

use alerts::{AfterFailure, AlertChange, Fact};
use ports::{KeepDebts, Saved};

use crate::fixture::debt;
use crate::memory::Memory;
use crate::runs::{finish, invoke, memory, pass_until_due};
use crate::stripe::{Bank, Mishap};
use crate::tasks;

/// The alerts in a line each.
fn told(memory: &Memory) -> Vec<String> {
    let line = |change: &AlertChange| match change {
        AlertChange::Open(alert) => match &alert.fact {
            Fact::PaymentFailed(payment) => match payment.after {
                AfterFailure::DriverActs => format!("driver acts: {}", payment.reason),
                AfterFailure::GivenUp => format!("given up: {}", payment.reason),
                AfterFailure::Retry { .. } => format!("retry: {}", payment.reason),
            },
            Fact::SessionReview(_) => "review".to_owned(),
            other => panic!("{other:?}"),
        },
        AlertChange::Resolve { id, .. } => format!("over: {id}"),
    };
    memory.state().alerts.iter().map(line).collect()
}

#[test]
fn people_hear_what_they_have_to_act_upon_and_nothing_twice() {
    for (bank, lines) in [
        (vec![Bank::Pays], vec![]),
        (vec![Bank::DeclinesForNow, Bank::Pays], vec![]),
        (vec![Bank::DeclinesForGood], vec!["given up: stolen_card"]),
        (vec![Bank::DeclinesForNow; 4], vec!["given up: insufficient_funds"]),
        (vec![Bank::WantsDriver], vec!["driver acts: authentication_required", "given up: authentication_required"]),
    ] {
        let memory = memory(&bank);
        finish(&memory);
        assert_eq!(told(&memory), lines, "{bank:?}");
    }
}

#[test]
fn a_driver_who_comes_back_ends_the_alert() {
    let memory = memory(&[Bank::WantsDriver]);
    tasks::run(invoke(&memory));
    memory.state().stripe.driver_acts();
    pass_until_due(&memory);
    tasks::run(invoke(&memory));
    assert_eq!(told(&memory), ["driver acts: authentication_required", "over: payment-failed:s-1:t-1"]);
}

#[test]
fn without_a_card_the_driver_hears_that_nothing_was_paid() {
    let mut cardless = debt();
    cardless.payer.payment_method = None;
    let memory = Memory::holding(&cardless);
    tasks::run(invoke(&memory));
    assert_eq!(told(&memory), ["given up: no_payment_method"]);
}

#[test]
fn calls_without_an_answer_are_for_nobody() {
    for mishap in [Mishap::Lost, Mishap::ReplyLost, Mishap::FailedBefore, Mishap::FailedAfter, Mishap::NotTaken] {
        for place in 0..3 {
            let memory = memory(&[Bank::WorksAndPays]);
            let before = std::iter::repeat_n(Mishap::None, place);
            memory.state().mishaps = before.chain([mishap; 4]).collect();
            finish(&memory);
            assert_eq!(told(&memory), Vec::<String>::new(), "{mishap:?} at {place}");
        }
    }
}

#[test]
fn a_request_that_stripe_refuses_is_for_a_person() {
    let memory = memory(&[]);
    memory.state().mishaps = [Mishap::None, Mishap::NotTaken].into();
    tasks::run(invoke(&memory));
    memory.state().stripe.intents.clear();
    pass_until_due(&memory);
    tasks::run(invoke(&memory));
    assert_eq!(told(&memory), ["review"]);
    assert!(!memory.debt().state.is_final());
}

#[test]
fn a_debt_that_is_paid_after_it_was_given_up_ends_the_alert() {
    let memory = memory(&[Bank::DeclinesForGood, Bank::Pays]);
    finish(&memory);
    let now = memory.state().now;
    let reopened = memory.debt().reopened(Some("cus_1"), Some("pm_2"), now).unwrap();
    assert_eq!(tasks::run(Box::pin(memory.tables.save_debt(&reopened, None, &[]))).unwrap(), Saved::Done);
    finish(&memory);
    assert_eq!(told(&memory), ["given up: stolen_card", "over: payment-uncollectible:s-1:t-1"]);
}
