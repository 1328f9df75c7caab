//! Every state with every fact, and every state with everything that may be known, as tables to be read.

use std::fmt::Write as _;

use billing::payment::{
    Applied, Call, Claim, Debt, Fact, Intent, IntentStatus, Known, PaymentState, Step, WhyUnpaid, apply, next_step,
};
use jiff::Timestamp;

use crate::fixture::{debt, decline, hours, start};

fn in_state(state: PaymentState) -> Debt {
    Debt { state, ..debt() }
}

/// Every state; of tries the first, the second, and a second whose key Stripe may have forgotten.
fn states() -> Vec<(&'static str, PaymentState)> {
    let intent = || "pi_1".to_owned();
    let (now, old) = (start(), start() - hours(23));
    let no = || decline("generic_decline");
    vec![
        ("computed", PaymentState::Computed),
        ("creating", PaymentState::Creating { since: now }),
        ("creating old", PaymentState::Creating { since: old }),
        ("created", PaymentState::Created { intent: intent() }),
        ("confirming 1", PaymentState::Confirming { intent: intent(), n: 1, since: now }),
        ("confirming 2", PaymentState::Confirming { intent: intent(), n: 2, since: now }),
        ("confirming 2 old", PaymentState::Confirming { intent: intent(), n: 2, since: old }),
        ("unknown 1", PaymentState::Unknown { intent: intent(), n: 1, since: now }),
        ("unknown 2", PaymentState::Unknown { intent: intent(), n: 2, since: now }),
        ("unknown 2 old", PaymentState::Unknown { intent: intent(), n: 2, since: old }),
        ("processing 1", PaymentState::Processing { intent: intent(), n: 1, since: now }),
        ("requires_action 1", PaymentState::RequiresAction { intent: intent(), n: 1, since: now }),
        ("declined 1", PaymentState::Declined { intent: intent(), n: 1, decline: no(), retry_at: now + hours(1) }),
        ("declined 1 over", PaymentState::Declined { intent: intent(), n: 1, decline: no(), retry_at: now }),
        ("not_billable", PaymentState::NotBillable),
        ("succeeded", PaymentState::Succeeded { intent: intent(), captured_minor: 1_234, at: now }),
        ("settled", PaymentState::Settled { intent: None, note: "cash".to_owned(), at: now }),
        ("uncollectible", PaymentState::Uncollectible { intent: None, why: WhyUnpaid::Canceled, at: now }),
    ]
}

fn facts() -> Vec<(&'static str, Fact)> {
    let shown =
        |status, last_decline| Fact::Shown(Intent { id: "pi_1".to_owned(), status, received_minor: 0, last_decline });
    vec![
        ("paid", shown(IntentStatus::Succeeded, None)),
        ("busy", shown(IntentStatus::Processing, None)),
        ("action", shown(IntentStatus::RequiresAction, None)),
        ("unconf", shown(IntentStatus::RequiresConfirmation, None)),
        ("no pm", shown(IntentStatus::RequiresPaymentMethod, None)),
        ("no pm+", shown(IntentStatus::RequiresPaymentMethod, Some(decline("generic_decline")))),
        ("no pm!", shown(IntentStatus::RequiresPaymentMethod, Some(decline("lost_card")))),
        ("cancel", shown(IntentStatus::Canceled, None)),
        ("hold", shown(IntentStatus::RequiresCapture, None)),
        ("odd", shown(IntentStatus::Unknown, None)),
        ("none", Fact::Missing),
        ("no", Fact::Declined(decline("generic_decline"))),
        ("never", Fact::Declined(decline("lost_card"))),
        ("auth", Fact::Declined(decline("authentication_required"))),
        ("driver", Fact::NeedsDriver),
        ("later", Fact::NotTaken),
        ("lost", Fact::Unknown),
        ("refuse", Fact::Refused),
    ]
}

/// One or two letters per state, the number of the try, `'` where its key is old; then `s` where Stripe must be asked, `z` where it
/// is left alone.
fn cell(before: &Debt, fact: Fact) -> String {
    let Ok(Applied { debt, known }) = apply(before, fact, start()) else { return "-".to_owned() };
    let age = |since: &Timestamp| if *since == start() { "" } else { "'" };
    let state = match &debt.state {
        PaymentState::Computed => "0".to_owned(),
        PaymentState::NotBillable => "NB".to_owned(),
        PaymentState::Creating { since } => format!("C{}", age(since)),
        PaymentState::Created { .. } => "CD".to_owned(),
        PaymentState::Confirming { n, since, .. } => format!("F{n}{}", age(since)),
        PaymentState::Unknown { n, since, .. } => format!("?{n}{}", age(since)),
        PaymentState::Processing { n, .. } => format!("P{n}"),
        PaymentState::RequiresAction { n, .. } => format!("A{n}"),
        PaymentState::Declined { n, .. } => format!("D{n}"),
        PaymentState::Succeeded { .. } => "OK".to_owned(),
        PaymentState::Settled { .. } => "S".to_owned(),
        PaymentState::Uncollectible { .. } => "X".to_owned(),
    };
    assert_eq!(debt.claim, None, "a fact ends the claim");
    assert_eq!(debt.due_at.is_none(), debt.state.is_final(), "whatever is not final is due some time");
    let known = match known {
        Known::Stored => "s",
        Known::Answered => "",
        Known::Unreachable => "z",
    };
    format!("{state}{known}")
}

#[test]
fn every_state_with_every_fact() {
    let mut grid = format!("{:<18}", "");
    for (name, _) in facts() {
        write!(grid, "{name:<7}").unwrap();
    }
    for (name, state) in states() {
        write!(grid, "\n{name:<18}").unwrap();
        for (_, fact) in facts() {
            write!(grid, "{:<7}", cell(&in_state(state.clone()), fact)).unwrap();
        }
    }
    let grid: Vec<&str> = grid.lines().map(str::trim_end).collect();
    let expected: Vec<&str> = include_str!("facts.txt").lines().collect();
    assert!(grid == expected, "\n{}\n", grid.join("\n"));
}

fn step(debt: &Debt, known: Known) -> String {
    match next_step(debt, known, start()) {
        Step::Done => "done".to_owned(),
        Step::Wait { .. } => "wait".to_owned(),
        Step::Settle(settled) => settled.state.as_str().to_owned(),
        Step::Call { claimed, call } => {
            assert_eq!(claimed.fence, debt.fence + 1);
            assert_eq!(
                claimed.claim.map(|claim| (claim.fence, Some(claim.until))),
                Some((claimed.fence, claimed.due_at))
            );
            match call {
                Call::Create { key, .. } | Call::Confirm { key, .. } | Call::Cancel { key, .. } => key,
                Call::Find { .. } => "find".to_owned(),
                Call::Read { .. } => "read".to_owned(),
            }
        }
    }
}

#[test]
fn every_state_with_everything_that_may_be_known() {
    let rows = [
        ("computed", ["s-1:t-1:create", "s-1:t-1:create", "wait"]),
        ("creating", ["s-1:t-1:create", "s-1:t-1:create", "wait"]),
        ("creating old", ["find", "find", "wait"]),
        ("created", ["s-1:t-1:confirm:1", "s-1:t-1:confirm:1", "wait"]),
        ("confirming 1", ["read", "s-1:t-1:confirm:1", "wait"]),
        ("confirming 2", ["read", "s-1:t-1:confirm:2", "wait"]),
        ("confirming 2 old", ["read", "s-1:t-1:confirm:2", "wait"]),
        ("unknown 1", ["read", "wait", "wait"]),
        ("unknown 2", ["read", "wait", "wait"]),
        ("unknown 2 old", ["read", "wait", "wait"]),
        ("processing 1", ["read", "wait", "wait"]),
        ("requires_action 1", ["read", "wait", "wait"]),
        ("declined 1", ["read", "wait", "wait"]),
        ("declined 1 over", ["read", "s-1:t-1:confirm:2", "wait"]),
        ("not_billable", ["done"; 3]),
        ("succeeded", ["done"; 3]),
        ("settled", ["done"; 3]),
        ("uncollectible", ["done"; 3]),
    ];
    for ((name, state), (row, expected)) in states().into_iter().zip(rows) {
        assert_eq!(name, row);
        let debt = in_state(state);
        let steps = [Known::Stored, Known::Answered, Known::Unreachable].map(|known| step(&debt, known));
        assert_eq!(steps, expected, "{name}");
        let claimed = Debt { claim: Some(Claim { fence: 1, until: start() + hours(1) }), ..debt.clone() };
        let steps = [Known::Stored, Known::Answered, Known::Unreachable].map(|known| step(&claimed, known));
        assert_eq!(steps, [if debt.state.is_final() { "done" } else { "wait" }; 3], "{name}, claimed");
        let claim_is_over = Debt { claim: Some(Claim { fence: 1, until: start() }), fence: 1, ..debt.clone() };
        assert_eq!(step(&claim_is_over, Known::Stored), expected[0], "{name}, claim over");
    }
}

#[test]
fn a_creation_that_was_not_answered_is_looked_for_before_it_is_repeated() {
    let debt = Debt { setbacks: 1, ..in_state(PaymentState::Creating { since: start() }) };
    assert_eq!(step(&debt, Known::Stored), "find");
    assert_eq!(step(&debt, Known::Answered), "s-1:t-1:create");
}

#[test]
fn a_key_that_may_be_forgotten_counts_as_new_once_stripe_was_asked() {
    let old = start() - hours(23);
    let debt = in_state(PaymentState::Confirming { intent: "pi_1".to_owned(), n: 2, since: old });
    let Step::Call { claimed, .. } = next_step(&debt, Known::Answered, start()) else { panic!("a call") };
    assert_eq!(claimed.state, PaymentState::Confirming { intent: "pi_1".to_owned(), n: 2, since: start() });
    let young = in_state(PaymentState::Confirming { intent: "pi_1".to_owned(), n: 2, since: start() - hours(22) });
    let Step::Call { claimed, .. } = next_step(&young, Known::Answered, start()) else { panic!("a call") };
    assert_eq!(claimed.state, young.state);
    for (used_h, since) in [(22, start() - hours(22)), (23, start())] {
        let creating = in_state(PaymentState::Creating { since: start() - hours(used_h) });
        let missing = apply(&creating, Fact::Missing, start()).unwrap().debt;
        assert_eq!(missing.state, PaymentState::Creating { since }, "{used_h} h");
    }
}

#[test]
fn what_cannot_be_collected_is_settled_without_a_call() {
    let mut small = in_state(PaymentState::Computed);
    small.amount.minor = 49;
    assert_eq!(step(&small, Known::Stored), "not_billable");
    for without in ["customer", "payment method"] {
        let mut debt = in_state(PaymentState::Computed);
        match without {
            "customer" => debt.payer.customer = None,
            _ => debt.payer.payment_method = None,
        }
        assert_eq!(step(&debt, Known::Stored), "uncollectible", "without {without}");
    }
}

#[test]
fn an_intent_whose_driver_stays_away_is_canceled_after_fourteen_days_and_not_before_stripe_was_asked() {
    let state = PaymentState::RequiresAction { intent: "pi_1".to_owned(), n: 1, since: start() };
    let asked = |days: i64| Debt { first_try_at: Some(start() - hours(24 * days)), ..in_state(state.clone()) };
    assert_eq!(step(&asked(13), Known::Answered), "wait");
    assert_eq!(step(&asked(14), Known::Stored), "read");
    assert_eq!(step(&asked(14), Known::Unreachable), "wait");
    assert_eq!(step(&asked(14), Known::Answered), "s-1:t-1:cancel");
}

#[test]
fn an_answered_read_between_two_failed_calls_does_not_shorten_the_pauses() {
    let state = PaymentState::RequiresAction { intent: "pi_1".to_owned(), n: 1, since: start() };
    let tried = Debt { setbacks: 5, ..in_state(state) };
    let unchanged = Intent {
        id: "pi_1".to_owned(),
        status: IntentStatus::RequiresPaymentMethod,
        received_minor: 0,
        last_decline: None,
    };
    let read = apply(&tried, Fact::Shown(unchanged.clone()), start()).unwrap().debt;
    let failed = apply(&read, Fact::NotTaken, start()).unwrap().debt;
    assert_eq!(failed.due_at, Some(start() + jiff::SignedDuration::from_mins(16)));
    let paid = apply(&failed, Fact::Shown(Intent { status: IntentStatus::Processing, ..unchanged }), start()).unwrap();
    assert_eq!(paid.debt.setbacks, 0);
}

#[test]
fn a_debt_is_read_back_as_it_was_written() {
    for (name, state) in states() {
        let debt = in_state(state);
        let json = serde_json::to_string(&debt).unwrap();
        assert_eq!(serde_json::from_str::<Debt>(&json).unwrap(), debt, "{name}: {json}");
        let word = format!(r#""state":{{"state":"{}""#, debt.state.as_str());
        assert!(json.contains(&word), "{json} holds {word}");
    }
}
