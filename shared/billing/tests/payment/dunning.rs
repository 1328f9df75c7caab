//! What becomes of a debt that was given up.

use billing::payment::{Block, Call, Debt, Known, NotUnpaid, PaymentState, SavedCard, Step, WhyUnpaid, next_step};

use crate::fixture::{debt, decline, hours, start};
use crate::stripe::Bank;
use crate::world::World;

fn given_up(intent: Option<&str>, why: WhyUnpaid, tries: u32) -> Debt {
    let state = PaymentState::Uncollectible { intent: intent.map(str::to_owned), why, at: start() };
    Debt { state, tries, due_at: None, ..debt() }
}

fn declined() -> WhyUnpaid {
    WhyUnpaid::Declined(decline("insufficient_funds"))
}

/// The first write that a debt leads to, answered reads left out.
fn first_key(debt: &Debt) -> String {
    match next_step(debt, Known::Answered, start()) {
        Step::Call {
            call: Call::Create { key, .. } | Call::Confirm { key, .. } | Call::Cancel { key, .. }, ..
        } => key,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_debt_that_is_taken_up_again_uses_no_key_twice() {
    for (what, given_up, state, key) in [
        ("declined", given_up(Some("pi_1"), declined(), 4), "declined", "s-1:t-1:confirm:5"),
        ("declined, not counted", given_up(Some("pi_1"), declined(), 0), "declined", "s-1:t-1:confirm:5"),
        ("declined for good", given_up(Some("pi_1"), declined(), 1), "declined", "s-1:t-1:confirm:2"),
        ("canceled", given_up(Some("pi_1"), WhyUnpaid::Canceled, 2), "computed", "s-1:t-1:create:2"),
        ("left alone", given_up(Some("pi_1"), WhyUnpaid::DriverStayedAway, 1), "computed", "s-1:t-1:create:2"),
        ("without a card", given_up(None, WhyUnpaid::NoPaymentMethod, 0), "computed", "s-1:t-1:create:2"),
        ("its card was lost", given_up(Some("pi_1"), WhyUnpaid::NoPaymentMethod, 0), "declined", "s-1:t-1:confirm:1"),
    ] {
        let reopened = given_up.reopened(Some("cus_1"), Some("pm_2"), start()).unwrap();
        assert_eq!((reopened.state.as_str(), reopened.due_at), (state, Some(start())), "{what}");
        assert_eq!(reopened.payer.payment_method.as_deref(), Some("pm_2"), "{what}");
        assert_eq!(first_key(&reopened), key, "{what}");
        // Stripe is asked first where there is an intent.
        let reads = matches!(next_step(&reopened, Known::Stored, start()), Step::Call { call: Call::Read { .. }, .. });
        assert_eq!(reads, state == "declined", "{what}");
    }
}

#[test]
fn a_saved_card_is_tried_at_once_for_what_was_given_up() {
    let card = |customer: &str| SavedCard { customer: customer.to_owned(), payment_method: "pm_2".to_owned() };
    let waiting = PaymentState::Declined {
        intent: "pi_1".to_owned(),
        n: 5,
        decline: decline("insufficient_funds"),
        retry_at: start() + hours(24),
    };
    let waiting =
        |reopened: u32| Debt { state: waiting.clone(), reopened, due_at: Some(start() + hours(24)), ..debt() };
    for (what, debt, customer, key) in [
        ("given up", given_up(Some("pi_1"), declined(), 4), "cus_1", Ok("s-1:t-1:confirm:5")),
        ("given up without a card", given_up(None, WhyUnpaid::NoPaymentMethod, 0), "cus_9", Ok("s-1:t-1:create:2")),
        ("taken up and waiting", waiting(1), "cus_1", Ok("s-1:t-1:confirm:6")),
        ("another customer's", waiting(1), "cus_9", Err(NotUnpaid::OtherCustomer)),
        ("given up, another customer's", given_up(Some("pi_1"), declined(), 4), "cus_9", Err(NotUnpaid::OtherCustomer)),
        ("never given up", waiting(0), "cus_1", Err(NotUnpaid::State("declined"))),
    ] {
        let tried = debt.with_new_card(&card(customer), start());
        let is_due =
            |tried: &Debt| (tried.due_at, tried.payer.payment_method.as_deref()) == (Some(start()), Some("pm_2"));
        assert!(tried.as_ref().is_ok_and(is_due) == key.is_ok(), "{what}: {tried:?}");
        assert_eq!(tried.map(|tried| first_key(&tried)), key.map(str::to_owned), "{what}");
    }
}

#[test]
fn a_new_intent_goes_on_counting() {
    let canceled = given_up(Some("pi_1"), WhyUnpaid::Canceled, 2);
    let reopened = canceled.reopened(Some("cus_1"), Some("pm_2"), start()).unwrap();
    let created = Debt { state: PaymentState::Created { intent: "pi_2".to_owned() }, ..reopened };
    assert_eq!(first_key(&created), "s-1:t-1:confirm:3");
}

#[test]
fn only_what_is_given_up_can_be_settled_or_taken_up_again() {
    let open = debt();
    assert_eq!(open.settled("cash", start()), Err(NotUnpaid::State("computed")));
    assert_eq!(open.reopened(Some("cus_1"), Some("pm_2"), start()), Err(NotUnpaid::State("computed")));
    let unpaid = given_up(Some("pi_1"), declined(), 4);
    assert_eq!(unpaid.reopened(Some("cus_1"), None, start()), Err(NotUnpaid::NoCard));
    assert_eq!(unpaid.reopened(None, Some("pm_2"), start()), Err(NotUnpaid::NoCard));
    assert_eq!(unpaid.reopened(Some("cus_2"), Some("pm_2"), start()), Err(NotUnpaid::OtherCustomer));
    for note in ["", "  ", "a\tb", &"x".repeat(201)] {
        assert_eq!(unpaid.settled(note, start()), Err(NotUnpaid::Note), "{note:?}");
    }
    let settled = unpaid.settled(" paid in cash ", start()).unwrap();
    let state = PaymentState::Settled { intent: Some("pi_1".to_owned()), note: "paid in cash".to_owned(), at: start() };
    assert_eq!((&settled.state, settled.due_at), (&state, None));
    assert_eq!(next_step(&settled, Known::Stored, start()), Step::Done);
    assert_eq!(settled.reopened(Some("cus_1"), Some("pm_2"), start()), Err(NotUnpaid::State("settled")));
}

#[test]
fn a_driver_is_blocked_from_when_a_debt_is_given_up_until_it_is_paid() {
    let mut world = World::new();
    world.stripe.bank = vec![Bank::DeclinesForNow; 5];
    assert_eq!(world.stored.block(), Block::AsBefore);
    world.finish();
    let Block::Stands(unpaid) = world.stored.block() else { panic!("{:?}", world.stored.state) };
    assert_eq!((unpaid.session, unpaid.amount), (world.stored.session.clone(), world.stored.amount));
    world.reopen();
    assert_eq!(world.stored.block(), Block::AsBefore, "a promise is no payment");
    world.finish();
    assert!(matches!(world.stored.block(), Block::Stands(_)), "declined once more");
    world.reopen();
    world.finish();
    assert_eq!((world.stored.block(), world.stripe.captures.len()), (Block::Lifted, 1));
}

#[test]
fn what_was_always_paid_lifts_nothing() {
    let succeeded = PaymentState::Succeeded { intent: "pi_1".to_owned(), captured_minor: 1_234, at: start() };
    assert_eq!(Debt { state: succeeded.clone(), ..debt() }.block(), Block::AsBefore);
    assert_eq!(Debt { state: succeeded, reopened: 1, ..debt() }.block(), Block::Lifted);
}

#[test]
fn a_debt_of_an_earlier_release_is_read() {
    let mut json = serde_json::to_value(given_up(Some("pi_1"), WhyUnpaid::Declined(decline("x")), 4)).unwrap();
    for added in ["tries", "reopened"] {
        json.as_object_mut().unwrap().remove(added).unwrap();
    }
    let read: Debt = serde_json::from_value(json).unwrap();
    assert_eq!((read.tries, read.reopened), (0, 0));
    assert!(read.reopened(Some("cus_1"), Some("pm_2"), start() + hours(1)).is_ok());
}
