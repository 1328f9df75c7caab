//! What an operator may ask for.

use billing::money::Money;
use billing::payment::{Dispute, DisputeState, Learned};
use billing::payment::{NotRefundable, Payment, RefundState, Refunded, ReturnStep, Returns};

use crate::world::{euros, paid, start};

fn asked(returns: &Returns, minor: Option<i64>) -> Result<Returns, NotRefundable> {
    returns.asked(minor, "broken cable", start())
}

/// What is there, with every refund made.
fn made(mut returns: Returns) -> Returns {
    for refund in &mut returns.refunds {
        refund.state = RefundState::Succeeded { refund: format!("re_{}", refund.number), at: start(), look_at: None };
    }
    returns
}

#[test]
fn refunds_are_at_most_what_was_captured() {
    let none = Returns::of(&paid());
    let part = asked(&none, Some(300)).unwrap();
    let rest = asked(&part, None).unwrap();
    assert_eq!(
        rest.refunds.iter().map(|refund| (refund.number, refund.amount_minor)).collect::<Vec<_>>(),
        [(1, 300), (2, 934)]
    );
    assert_eq!((rest.asked_minor(), rest.refunded_minor(), rest.due_at), (1_234, 0, Some(start())));
    for (returns, minor, refused) in [
        (&none, Some(1_235), NotRefundable::TooMuch(euros(1_234))),
        (&none, Some(0), NotRefundable::NotPositive),
        (&none, Some(-1), NotRefundable::NotPositive),
        (&none, Some(i64::MIN), NotRefundable::NotPositive),
        (&part, Some(935), NotRefundable::TooMuch(euros(934))),
        (&part, Some(i64::MAX), NotRefundable::TooMuch(euros(934))),
        (&rest, Some(1), NotRefundable::NothingLeft),
        (&rest, None, NotRefundable::NothingLeft),
    ] {
        assert_eq!(asked(returns, minor), Err(refused), "{minor:?}");
    }
}

#[test]
fn of_three_decimals_only_tens_go_back() {
    let money = |minor, code: &str| Money { minor, currency: code.parse().unwrap() };
    for (code, minor, refused) in [
        ("KWD", 1_234, Some(1_230)),
        ("KWD", 5, Some(10)),
        ("KWD", 1_230, None),
        ("EUR", 1_234, None),
        ("JPY", 1_234, None),
    ] {
        let returns = Returns::of(&Payment { captured: money(5_000, code), ..paid() });
        let refused = refused.map(|minor| NotRefundable::NotPayable(money(minor, code)));
        assert_eq!(asked(&returns, Some(minor)).err(), refused, "{minor} {code}");
    }
}

#[test]
fn the_state_of_a_payment_follows_from_its_refunds() {
    let none = Returns::of(&paid());
    let part = asked(&none, Some(300)).unwrap();
    let rest = asked(&made(part.clone()), None).unwrap();
    for (returns, word) in [
        (none, None),
        (part.clone(), None),
        (made(part), Some("partially_refunded")),
        (rest.clone(), Some("partially_refunded")),
        (made(rest), Some("refunded")),
    ] {
        assert_eq!(returns.refunded().as_str(), word);
    }
    assert_eq!(Returns::of(&paid()).refunded(), Refunded::Nothing);
}

#[test]
fn a_refund_that_failed_may_be_asked_for_again_under_another_number() {
    let mut returns = asked(&Returns::of(&paid()), None).unwrap();
    let why = billing::payment::WhyNotRefunded::Refused;
    returns.refunds[0].state = RefundState::Failed { refund: None, why, at: start() };
    let again = asked(&returns, None).unwrap();
    assert_eq!((again.refunds[1].number, again.refunds[1].amount_minor), (2, 1_234));
    assert_eq!(again.request(&again.refunds[1]).key, "s-1:t-1:refund:2");
}

#[test]
fn a_second_payment_of_a_session_has_keys_of_its_own() {
    let second = billing::payment::Payment { number: 2, ..paid() };
    let returns = asked(&Returns::of(&second), None).unwrap();
    assert_eq!(returns.request(&returns.refunds[0]).key, "s-1:t-1:pay:2:refund:1");
}

#[test]
fn a_refund_has_a_reason() {
    let returns = Returns::of(&paid());
    for (reason, is_one) in
        [("", false), ("  ", false), ("a\nb", false), ("x", true), (&"ä".repeat(200), true), (&"x".repeat(201), false)]
    {
        assert_eq!(returns.asked(None, reason, start()).is_ok(), is_one, "{reason:?}");
    }
}

#[test]
fn what_is_disputed_is_not_refunded_and_what_is_lost_is_gone() {
    let dispute = |state| Dispute {
        id: "du_1".to_owned(),
        amount: euros(1_000),
        reason: "fraudulent".to_owned(),
        opened_at: start(),
        state,
        closed_at: None,
    };
    let with = |state| Returns { disputes: vec![dispute(state)], ..Returns::of(&paid()) };
    assert_eq!(asked(&with(DisputeState::Open), Some(1)), Err(NotRefundable::Disputed));
    assert!(asked(&with(DisputeState::Won), Some(1_234)).is_ok());
    assert_eq!(asked(&with(DisputeState::Lost), Some(235)), Err(NotRefundable::TooMuch(euros(234))));
}

#[test]
fn without_anything_to_do_nothing_is_done() {
    let returns = Returns::of(&paid());
    assert_eq!(returns.next_step(Learned::Nothing, start()), ReturnStep::Done);
    // A mark that came late.
    let marked = Returns { due_at: Some(start()), ..returns.clone() };
    assert_eq!(marked.next_step(Learned::Nothing, start()), ReturnStep::Settle(Box::new(returns)));
}

#[test]
fn returns_are_read_back_as_they_were_written() {
    let mut returns = asked(&asked(&Returns::of(&paid()), Some(3)).unwrap(), Some(4)).unwrap();
    returns.refunds[0].state = RefundState::Pending { refund: "re_1".to_owned(), look_at: start() };
    let why = billing::payment::WhyNotRefunded::Failed("expired_or_canceled_card".to_owned());
    returns.refunds[1].state = RefundState::Failed { refund: Some("re_2".to_owned()), why, at: start() };
    let json = serde_json::to_string(&returns).unwrap();
    assert_eq!(serde_json::from_str::<Returns>(&json).unwrap(), returns, "{json}");
}
