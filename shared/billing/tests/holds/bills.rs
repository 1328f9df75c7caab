//! What a hold pays of a bill, and what becomes of the rest.

use billing::payment::{Excess, ExcessPolicy, Hold, HoldState, Payer, Rest, SessionEnd, UnusableHold};

use crate::fixture::{euros, hold, hours, money, order, session, start};

/// A hold of 20.00 whose session is billed and of which so much was captured: what is left, in a word.
fn rest(excess: ExcessPolicy, held: (i64, &str), due: i64, captured: i64) -> String {
    let currency = held.1;
    let state = HoldState::Succeeded { intent: "pi_1".to_owned(), captured_minor: captured, at: start() };
    let ended = Hold {
        state,
        excess,
        amount: money(held.0, currency),
        session: Some(session()),
        end: Some(SessionEnd::Billed { due: money(due, currency) }),
        ..hold()
    };
    match ended.rest(start()) {
        None => "open".to_owned(),
        Some((Rest::Nothing, _)) => "nothing".to_owned(),
        Some((Rest::Owed(debt), of)) => {
            assert_eq!((&debt.session, debt.hold.as_ref()), (&of, Some(&ended.id)));
            let payer = Payer { driver: "hold-h-1".parse().unwrap(), ..ended.payer() };
            assert_eq!((debt.payer, debt.due_at), (payer, Some(start())));
            format!("owed {}", debt.amount)
        }
        Some((Rest::WrittenOff(money), _)) => format!("written off {money}"),
        Some((Rest::Overpaid(money), _)) => format!("overpaid {money}"),
    }
}

#[test]
fn what_is_above_a_hold_is_asked_for_or_written_off_by_the_rule_of_the_site() {
    let ask = ExcessPolicy::default();
    let ask_from = |least| ExcessPolicy { least_minor: Some(least), ..ask };
    let write_off = ExcessPolicy { excess: Excess::WriteOff, least_minor: None };
    for (policy, held, due, captured, expected) in [
        (ask, (2_000, "EUR"), 2_310, 2_000, "owed 3.10 EUR"),
        (write_off, (2_000, "EUR"), 2_310, 2_000, "written off 3.10 EUR"),
        (ask_from(310), (2_000, "EUR"), 2_310, 2_000, "owed 3.10 EUR"),
        (ask_from(311), (2_000, "EUR"), 2_310, 2_000, "written off 3.10 EUR"),
        (ask_from(0), (2_000, "EUR"), 2_049, 2_000, "written off 0.49 EUR"),
        (ask, (2_000, "EUR"), 2_050, 2_000, "owed 0.50 EUR"),
        (ask, (2_000, "EUR"), 2_000, 2_000, "nothing"),
        (ask, (2_000, "EUR"), 1_500, 1_500, "nothing"),
        (ask, (2_000, "EUR"), 0, 0, "nothing"),
        (ask, (2_000, "EUR"), 49, 0, "nothing"),
        // What the hold should have paid and did not is owed whatever the rule.
        (write_off, (2_000, "EUR"), 2_310, 0, "owed 20.00 EUR"),
        (write_off, (2_000, "EUR"), 1_500, 700, "owed 8.00 EUR"),
        (ask, (2_000, "EUR"), 2_310, 700, "owed 16.10 EUR"),
        (write_off, (2_000, "EUR"), 740, 700, "written off 0.40 EUR"),
        (ask, (2_000, "EUR"), 600, 700, "overpaid 1.00 EUR"),
        (ask, (1_500, "JPY"), 1_800, 1_500, "owed 300 JPY"),
        (ask, (1_500, "JPY"), 1_549, 1_500, "written off 49 JPY"),
        (ask, (5_000, "KWD"), 6_234, 5_000, "owed 1.230 KWD"),
        (ask, (5_000, "KWD"), 1_234, 1_230, "nothing"),
    ] {
        assert_eq!(rest(policy, held, due, captured), expected, "{policy:?} {held:?} {due} {captured}");
    }
}

#[test]
fn nothing_is_left_while_the_hold_or_its_session_goes_on() {
    let billed = Some(SessionEnd::Billed { due: euros(2_310) });
    let captured = HoldState::Succeeded { intent: "pi_1".to_owned(), captured_minor: 2_000, at: start() };
    for (state, session, end) in [
        (crate::fixture::authorized(), Some(session()), billed),
        (captured.clone(), Some(session()), None),
        (captured.clone(), None, None),
    ] {
        assert_eq!(Hold { state, session, end, ..hold() }.rest(start()), None);
    }
    // Money that was taken although the session goes to a person is told.
    let review = Hold { state: captured, session: Some(session()), end: Some(SessionEnd::NotBilled), ..hold() };
    assert_eq!(review.rest(start()).map(|(rest, _)| rest), Some(Rest::Overpaid(euros(2_000))));
}

#[test]
fn a_hold_is_asked_for_amounts_that_stripe_takes_and_while_there_is_time() {
    for (amount, expected) in [
        (euros(2_000), Ok(euros(2_000))),
        (euros(49), Err(UnusableHold::TooSmall(euros(49)))),
        (euros(0), Err(UnusableHold::TooSmall(euros(0)))),
        (money(1_500, "JPY"), Ok(money(1_500, "JPY"))),
        (money(1_236, "KWD"), Ok(money(1_240, "KWD"))),
    ] {
        let asked = Hold::asked(billing::payment::HoldOrder { amount, ..order() }, start());
        assert_eq!(asked.map(|hold| hold.amount), expected);
    }
    assert_eq!(Hold::asked(order(), start() + hours(1)), Err(UnusableHold::Over));
}
