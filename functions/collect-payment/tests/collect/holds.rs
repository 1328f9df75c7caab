//! Holds under runs that die at any await, calls that go wrong, and records that come at once.

use billing::money::Money;
use billing::payment::{Bound, Contact, ExcessPolicy, Hold, HoldOrder, HoldPayer, Place, SessionEnd};
use jiff::SignedDuration;
use messages::{ConnectorKey, SessionId};
use ports::{FailedRecord, KeepHolds, OpenHolds, Payable, Record, Saved, WithHold};

use crate::fixture::{hours, start};
use crate::held::{Bank, Mishap};
use crate::memory::Memory;
use crate::runs::pass;
use crate::tasks::{Task, interleave, poll, run, run_for};

/// More polls than any run takes.
const POLLS: usize = 50;

const MISHAPS: [Mishap; 6] =
    [Mishap::Lost, Mishap::ReplyLost, Mishap::Delayed, Mishap::FailedBefore, Mishap::FailedAfter, Mishap::NotTaken];

fn euros(minor: i64) -> Money {
    Money { minor, currency: "EUR".parse().unwrap() }
}

fn connector() -> ConnectorKey {
    ConnectorKey { evse_id: 1, connector_id: 1 }
}

fn session() -> SessionId {
    "s-1:t-1".parse().unwrap()
}

/// A memory with a hold of 20.00 that was asked for.
fn memory(bank: Bank) -> Memory {
    let order = HoldOrder {
        id: "h-1".parse().unwrap(),
        site: "site".parse().unwrap(),
        station: "s-1".parse().unwrap(),
        connector: connector(),
        amount: euros(2_000),
        payer: HoldPayer {
            customer: "cus_1".to_owned(),
            payment_method: "pm_1".to_owned(),
            receipt_email: None,
            contact: Contact { phone: None, language: "en".to_owned() },
        },
        place: Place { name: "Site".to_owned(), time_zone: "UTC".to_owned(), language: "en".to_owned() },
        excess: ExcessPolicy::default(),
        expires_at: start() + hours(1),
    };
    let memory = Memory::empty();
    memory.state().held.bank = bank;
    let asked = Hold::asked(order, start()).unwrap();
    assert_eq!(run(Box::pin(memory.tables.open_hold(&asked))).unwrap(), Saved::Done);
    memory
}

fn hold(memory: &Memory) -> Hold {
    memory.tables.holds().remove(0)
}

fn invoke(memory: &Memory) -> Task<'_, Vec<FailedRecord>> {
    let now = memory.state().now;
    let record = Record { id: "r-1".to_owned(), body: Payable::Hold(hold(memory).id) };
    Box::pin(collect_payment::handle(memory, now, vec![record]))
}

/// What a session that begins on the token does to a hold, where it may.
fn begin(memory: &Memory) {
    let now = memory.state().now;
    if let Ok(Bound::Now(bound)) = hold(memory).bound_to(&session(), Some(connector()), now) {
        save(memory, &bound);
    }
}

/// What the end of that session does, where it has begun.
fn bill(memory: &Memory, minor: i64) {
    let (now, stored) = (memory.state().now, hold(memory));
    if stored.session.is_some() && stored.end.is_none() {
        save(memory, &stored.ended(SessionEnd::Billed { due: euros(minor) }, now));
    }
}

fn save(memory: &Memory, hold: &Hold) {
    let nothing = WithHold::default();
    assert_eq!(run(Box::pin(memory.tables.save_hold(hold, &nothing))).unwrap(), Saved::Done);
}

/// What a sweep does until nothing is due.
fn finish(memory: &Memory) {
    for _ in 0..80 {
        let Some(due_at) = hold(memory).due_at else { return };
        let now = memory.state().now;
        memory.state().now = due_at.max(now + SignedDuration::from_mins(1));
        assert_eq!(run(invoke(memory)), []);
    }
    panic!("no end: {:?}", hold(memory));
}

/// The books agree: of the bill the hold has paid what is stored as paid, and the rest is owed.
fn check_books(memory: &Memory, due: i64) {
    let (state, hold) = (memory.state(), hold(memory));
    assert!(hold.state.is_final(), "{hold:?}");
    let captured: i64 = state.held.captures.iter().map(|(_, minor)| minor).sum();
    assert!(state.held.captures.len() <= 1 && captured <= 2_000, "{:?}", state.held.captures);
    let paid: Vec<i64> = memory.tables.payments().iter().map(|paid| paid.captured.minor).collect();
    assert_eq!(paid, state.held.captures.iter().map(|(_, minor)| *minor).collect::<Vec<_>>());
    let owed = memory.tables.debts().first().map_or(0, |debt| debt.amount.minor);
    if hold.session.is_some() {
        assert_eq!(captured + owed, due, "{hold:?}");
    } else {
        assert_eq!((captured, owed), (0, 0), "{hold:?}");
    }
}

#[test]
fn one_run_holds_the_money_and_starts_and_one_captures() {
    for (due, calls, owed) in [
        (1_500, vec!["create", "confirm", "capture"], None),
        (2_310, vec!["create", "confirm", "capture"], Some(310)),
        (0, vec!["create", "confirm", "cancel"], None),
    ] {
        let memory = memory(Bank::Holds);
        assert_eq!(run(invoke(&memory)), []);
        assert_eq!(
            (hold(&memory).state.as_str(), memory.state().commands.clone()),
            ("authorized", vec!["start-h-1".to_owned()])
        );
        begin(&memory);
        bill(&memory, due);
        assert_eq!(run(invoke(&memory)), []);
        assert_eq!(memory.state().calls, calls);
        assert_eq!(memory.tables.debts().first().map(|debt| debt.amount.minor), owed);
        check_books(&memory, due);
    }
}

#[test]
fn a_card_that_is_declined_ends_the_hold_in_one_run() {
    let memory = memory(Bank::Declines);
    assert_eq!(run(invoke(&memory)), []);
    assert_eq!(memory.state().calls, ["create", "confirm", "cancel"]);
    assert_eq!(memory.state().commands, Vec::<String>::new());
    check_books(&memory, 0);
}

#[test]
fn a_driver_is_waited_for_as_long_as_a_session_may_begin() {
    for (acts, state, commands) in [(true, "authorized", 1), (false, "canceled", 0)] {
        let memory = memory(Bank::WantsDriver);
        assert_eq!(run(invoke(&memory)), []);
        assert_eq!(hold(&memory).state.as_str(), "requires_action");
        let now = pass(&memory, SignedDuration::from_mins(if acts { 59 } else { 60 }));
        if acts {
            memory.state().held.driver_acts(now);
        }
        assert_eq!(run(invoke(&memory)), []);
        assert_eq!((hold(&memory).state.as_str(), memory.state().commands.len()), (state, commands));
        finish(&memory);
        check_books(&memory, 0);
    }
}

#[test]
fn runs_that_die_anywhere_are_made_up_for() {
    for due in [1_500, 2_310] {
        for first in 0..POLLS {
            for second in 0..POLLS {
                let memory = memory(Bank::Holds);
                run_for(invoke(&memory), first);
                begin(&memory);
                pass(&memory, SignedDuration::from_secs(61));
                assert_eq!(run(invoke(&memory)), []);
                begin(&memory);
                bill(&memory, due);
                run_for(invoke(&memory), second);
                finish(&memory);
                check_books(&memory, due);
            }
        }
    }
}

#[test]
fn the_session_of_a_station_that_was_asked_to_start_finds_the_money_held() {
    let asked = (0..POLLS).filter(|polls| {
        let memory = memory(Bank::Holds);
        run_for(invoke(&memory), *polls);
        let asked = !memory.state().commands.is_empty();
        begin(&memory);
        assert_eq!(hold(&memory).session.is_some(), asked || hold(&memory).state.as_str() == "authorized", "{polls}");
        asked
    });
    assert!(asked.count() > 2);
}

#[test]
fn a_session_that_begins_or_ends_during_a_run_is_not_lost() {
    for polls in 0..POLLS {
        let memory = memory(Bank::Holds);
        let mut first = invoke(&memory);
        let ended = (0..polls).any(|_| poll(&mut first).is_some());
        begin(&memory);
        bill(&memory, 2_310);
        if !ended {
            assert_eq!(run(first), []);
        }
        begin(&memory);
        bill(&memory, 2_310);
        finish(&memory);
        check_books(&memory, 2_310);
        assert!(hold(&memory).session.is_some());
    }
}

#[test]
fn a_run_that_sleeps_past_its_claim_and_wakes_again_does_no_harm() {
    for polls in 0..POLLS {
        let memory = memory(Bank::Holds);
        assert_eq!(run(invoke(&memory)), []);
        begin(&memory);
        bill(&memory, 2_310);
        let mut sleeper = invoke(&memory);
        let ended = (0..polls).any(|_| poll(&mut sleeper).is_some());
        pass(&memory, SignedDuration::from_secs(61));
        assert_eq!(run(invoke(&memory)), []);
        if !ended {
            assert_eq!(run(sleeper), []);
        }
        finish(&memory);
        check_books(&memory, 2_310);
    }
}

#[test]
fn a_call_that_goes_wrong_is_made_up_for() {
    for first in MISHAPS {
        for second in MISHAPS {
            for place in 0..4 {
                let memory = memory(Bank::Holds);
                let before = std::iter::repeat_n(Mishap::None, place);
                memory.state().held_mishaps = before.chain([first, second]).collect();
                assert_eq!(run(invoke(&memory)), []);
                begin(&memory);
                bill(&memory, 1_500);
                finish(&memory);
                check_books(&memory, 1_500);
            }
        }
    }
}

#[test]
fn fifty_at_once_make_one_hold_and_one_capture() {
    for seed in 0..100 {
        let memory = memory(Bank::Holds);
        let fifty = || (0..50).map(|_| invoke(&memory)).collect();
        interleave(fifty(), seed);
        pass(&memory, SignedDuration::from_secs(61));
        assert_eq!(run(invoke(&memory)), []);
        begin(&memory);
        bill(&memory, 2_310);
        interleave(fifty(), seed);
        finish(&memory);
        assert_eq!(memory.state().calls.iter().filter(|call| **call == "capture").count(), 1, "seed {seed}");
        check_books(&memory, 2_310);
    }
}
