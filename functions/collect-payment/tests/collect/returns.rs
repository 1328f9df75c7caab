//! What goes back of a payment, over runs that die, meet each other and get no answer.

use alerts::{AlertChange, Fact};
use billing::payment::{DisputeState, Returns};
use jiff::SignedDuration;
use ports::{KeepAssets, Payable, Payment, Record, RefundStatus, ShownDispute};
use serde_json::json;

use crate::fixture::{debt, start};
use crate::memory::{Memory, check_refunds};
use crate::runs::{finish, invoke, memory, pass};
use crate::stripe::{Bank, Mishap};
use crate::tasks::{interleave, run, run_for};

/// More polls than any run takes.
const POLLS: usize = 60;

/// A paid debt with these refunds asked for.
fn asked(amounts: &[i64]) -> Memory {
    let memory = memory(&[Bank::Pays]);
    finish(&memory);
    let nothing = Returns::of(&memory.tables.payments()[0]);
    let returns = amounts.iter().fold(nothing, |known, minor| known.asked(Some(*minor), "cable", start()).unwrap());
    memory.put_returns(&returns);
    memory.state().calls.clear();
    memory
}

fn dispute(state: DisputeState) -> ShownDispute {
    ShownDispute { id: "du_1".to_owned(), amount: debt().amount, reason: "fraudulent".to_owned(), state }
}

/// What sweeps do until nothing is due.
fn give_all(memory: &Memory) {
    for _ in 0..80 {
        let Some(due_at) = memory.returns().due_at else { return };
        let now = memory.state().now;
        memory.state().now = due_at.max(now + SignedDuration::from_mins(1));
        assert_eq!(run(invoke(memory)), []);
    }
    panic!("no end: {:?}", memory.returns());
}

/// The alerts in a line each.
fn told(memory: &Memory) -> Vec<String> {
    let line = |change: &AlertChange| match change {
        AlertChange::Open(alert) => match &alert.fact {
            Fact::RefundFailed(refund) => format!("refund {} failed: {}", refund.number, refund.reason),
            Fact::PaymentDisputed(dispute) => format!("disputed: {} {}", dispute.dispute, dispute.amount.minor),
            other => panic!("{other:?}"),
        },
        AlertChange::Resolve { id, resolution, .. } => format!("over: {id} {:?}", resolution.ending),
    };
    memory.state().alerts.iter().map(line).collect()
}

#[test]
fn one_run_makes_every_refund() {
    let memory = asked(&[300, 934]);
    assert_eq!(run(invoke(&memory)), []);
    assert_eq!(memory.state().calls, ["refund", "refund"]);
    check_refunds(&memory);
    assert_eq!(told(&memory), [""; 0]);
    // What has ended costs nothing more.
    assert_eq!(run(invoke(&memory)), []);
    assert_eq!(memory.state().calls.len(), 2);
}

#[test]
fn a_refund_without_an_answer_is_looked_for_before_it_is_asked_again() {
    for (mishap, calls) in [
        (Mishap::ReplyLost, vec!["refund", "find refund"]),
        (Mishap::FailedAfter, vec!["refund", "find refund"]),
        (Mishap::Lost, vec!["refund", "find refund", "refund"]),
        (Mishap::NotTaken, vec!["refund", "find refund", "refund"]),
    ] {
        let memory = asked(&[300]);
        memory.state().mishaps = [mishap].into();
        run(invoke(&memory));
        give_all(&memory);
        assert_eq!(memory.state().calls, calls, "{mishap:?}");
        check_refunds(&memory);
    }
}

#[test]
fn runs_that_die_anywhere_are_made_up_for() {
    for first in 0..POLLS {
        for second in 0..POLLS {
            let memory = asked(&[300, 4]);
            run_for(invoke(&memory), first);
            pass(&memory, SignedDuration::from_secs(61));
            run_for(invoke(&memory), second);
            give_all(&memory);
            check_refunds(&memory);
        }
    }
}

#[test]
fn fifty_at_once_make_one_refund() {
    for seed in 0..100 {
        let memory = asked(&[300]);
        interleave((0..50).map(|_| invoke(&memory)).collect(), seed);
        give_all(&memory);
        assert_eq!(memory.state().calls, ["refund"], "seed {seed}");
        check_refunds(&memory);
    }
}

#[test]
fn what_an_operator_asks_meanwhile_is_not_lost() {
    let memory = asked(&[300]);
    memory.state().asks = Some(1);
    assert_eq!(run(invoke(&memory)), []);
    assert_eq!(memory.state().refunds.iter().map(|(_, minor)| *minor).collect::<Vec<_>>(), [300, 1]);
    // Whoever wrote meanwhile may as well have been told something by Stripe.
    assert_eq!(memory.state().calls, ["refund", "read refund", "refund", "disputes"]);
    check_refunds(&memory);
}

#[test]
fn a_refund_that_stripe_refuses_is_for_a_person_and_the_next_goes_on() {
    let memory = asked(&[1_000, 34]);
    memory.state().refunds.push(("somebody:else".to_owned(), 500));
    assert_eq!(run(invoke(&memory)), []);
    assert_eq!(told(&memory), ["refund 1 failed: refused"]);
    let returns = memory.returns();
    assert_eq!((returns.refunded_minor(), returns.asked_minor(), returns.due_at), (34, 34, None));
}

#[test]
fn money_that_a_bank_sends_back_is_told_and_may_go_back_again() {
    let memory = asked(&[300]);
    assert_eq!(run(invoke(&memory)), []);
    // Whoever is told of something else finds the refund as it was.
    let sent_back = RefundStatus::Failed("lost_or_stolen_card".to_owned());
    for (stands, lines, refunded) in [
        (RefundStatus::Succeeded, vec![], 300),
        (sent_back.clone(), vec!["refund 1 failed: lost_or_stolen_card"], 0),
        (sent_back, vec![], 0),
    ] {
        memory.state().alerts.clear();
        memory.state().stand = stands;
        let now = memory.state().now;
        memory.put_returns(&memory.returns().to_be_looked_at(now));
        assert_eq!(run(invoke(&memory)), []);
        assert_eq!(told(&memory), lines);
        let returns = memory.returns();
        assert_eq!((returns.refunded_minor(), returns.asked_minor(), returns.due_at), (refunded, refunded, None));
    }
    assert!(memory.returns().asked(Some(1_234), "by transfer", start()).is_ok());
}

#[test]
fn what_only_a_hold_has_paid_is_told_of_with_its_site() {
    let memory = Memory::empty();
    let debt = debt();
    let station = json!({ "id": debt.session.station, "siteId": "site", "connectors": [] });
    let site = json!({
        "id": "site", "name": "Harbour", "timeZone": "Europe/Berlin", "currency": "EUR", "language": "de", "nominalV": 230.0,
        "seller": { "name": "Seller", "vatId": "X1", "address": "Street 1", "contact": "help@seller.example" },
        "operators": [],
    });
    run(Box::pin(memory.tables.put_station(&serde_json::from_value(station).unwrap()))).unwrap();
    run(Box::pin(memory.tables.put_site(&serde_json::from_value(site).unwrap()))).unwrap();
    let (session, intent) = (debt.session.clone(), "pi_1".to_owned());
    let payment = Payment { session: session.clone(), number: 1, intent, captured: debt.amount, at: start() };
    memory.put_returns(&Returns::of(&payment).asked(Some(300), "cable", start()).unwrap().to_be_looked_at(start()));
    // Somebody has given it back at Stripe's own pages.
    memory.state().refunds.push(("somebody:else".to_owned(), debt.amount.minor));
    memory.state().disputes = vec![dispute(DisputeState::Open)];
    let record = Record { id: "r-1".to_owned(), body: Payable::Debt(session) };
    assert_eq!(run(Box::pin(collect_payment::handle(&memory, start(), vec![record]))), []);
    assert_eq!(told(&memory), ["refund 1 failed: refused", "disputed: du_1 1234"]);
    for change in &memory.state().alerts {
        let AlertChange::Open(alert) = change else { panic!("{change:?}") };
        assert_eq!(alert.place.as_ref().map(|place| place.name.as_str()), Some("Harbour"));
    }
}

#[test]
fn what_stripe_tells_while_it_is_asked_is_not_lost() {
    let memory = asked(&[]);
    let now = memory.state().now;
    memory.put_returns(&memory.returns().to_be_looked_at(now));
    // The answer is from before the dispute.
    memory.state().opens = Some(dispute(DisputeState::Open));
    assert_eq!(run(invoke(&memory)), []);
    assert_eq!(told(&memory), ["disputed: du_1 1234"]);
}

#[test]
fn a_dispute_is_told_when_it_opens_and_when_it_closes_and_never_twice() {
    let over = "over: payment-disputed:s-1:t-1:du_1";
    for (looks, lines) in [
        (vec![DisputeState::Open, DisputeState::Open], vec!["disputed: du_1 1234".to_owned()]),
        (vec![DisputeState::Open, DisputeState::Won], vec!["disputed: du_1 1234".to_owned(), format!("{over} Won")]),
        (vec![DisputeState::Lost, DisputeState::Lost], vec!["disputed: du_1 1234".to_owned(), format!("{over} Lost")]),
    ] {
        let memory = asked(&[]);
        for state in &looks {
            memory.state().disputes = vec![dispute(*state)];
            let now = memory.state().now;
            memory.put_returns(&memory.returns().to_be_looked_at(now));
            assert_eq!(run(invoke(&memory)), []);
        }
        assert_eq!(told(&memory), lines, "{looks:?}");
    }
}

#[test]
fn a_session_of_which_nothing_goes_back_costs_no_call() {
    let memory = memory(&[Bank::Pays]);
    finish(&memory);
    let calls = memory.state().calls.len();
    memory.put_returns(&Returns::of(&memory.tables.payments()[0]));
    assert_eq!(run(invoke(&memory)), []);
    assert_eq!(memory.state().calls.len(), calls);
}
