//! Every state with every fact, and every state with everything that may be known, as tables to be read.

use std::fmt::Write as _;

use billing::payment::{
    AppliedHold, Claim, HeldIntent, Hold, HoldCall, HoldFact, HoldState, HoldStep, Intent, IntentStatus, Known,
    SessionEnd, WhyCanceled, apply_hold, next_hold_step,
};
use jiff::Timestamp;

use crate::fixture::{authorized, decline, euros, hold, hours, session, start};

fn in_state(state: HoldState) -> Hold {
    Hold { state, start_asked_at: Some(start()), ..hold() }
}

fn bound(hold: Hold) -> Hold {
    Hold { session: Some(session()), ..hold }
}

fn billed(minor: i64, hold: Hold) -> Hold {
    Hold { end: Some(SessionEnd::Billed { due: euros(minor) }), ..bound(hold) }
}

/// Every state, with what else decides.
fn holds() -> Vec<(&'static str, Hold)> {
    let intent = || "pi_1".to_owned();
    let (now, old) = (start(), start() - hours(23));
    let ends = |hours_left: i64| Some(start() + hours(hours_left));
    let held = |at: Timestamp, capture_before| HoldState::Authorized { intent: intent(), at, capture_before };
    let over = |hold: Hold| Hold { expires_at: now, ..hold };
    let capturing = |since, capture_before| {
        in_state(HoldState::Capturing { intent: intent(), amount_minor: 1_500, since, capture_before })
    };
    let canceling = |since| in_state(HoldState::Canceling { intent: intent(), why: WhyCanceled::NotUsed, since });
    let canceled = HoldState::Canceled { intent: Some(intent()), why: WhyCanceled::NotUsed, at: now };
    let week_old = start() - hours(6 * 24);
    vec![
        ("asked", hold()),
        ("asked, over", over(hold())),
        ("creating", in_state(HoldState::Creating { since: now })),
        ("creating old", in_state(HoldState::Creating { since: old })),
        ("creating, over", over(in_state(HoldState::Creating { since: now }))),
        ("created", in_state(HoldState::Created { intent: intent() })),
        ("created, over", over(in_state(HoldState::Created { intent: intent() }))),
        ("confirming", in_state(HoldState::Confirming { intent: intent(), since: now })),
        ("confirming old", in_state(HoldState::Confirming { intent: intent(), since: old })),
        (
            "confirming lost",
            Hold { unanswered: true, ..in_state(HoldState::Confirming { intent: intent(), since: now }) },
        ),
        ("confirming, over", over(in_state(HoldState::Confirming { intent: intent(), since: now }))),
        ("requires_action", in_state(HoldState::RequiresAction { intent: intent() })),
        ("requires_a., over", over(in_state(HoldState::RequiresAction { intent: intent() }))),
        ("held, no start", Hold { start_asked_at: None, ..in_state(authorized()) }),
        ("held", in_state(authorized())),
        ("held, over", over(in_state(authorized()))),
        ("held, bound", bound(over(in_state(authorized())))),
        ("held, ends", bound(Hold { used: Some(euros(700)), ..in_state(held(week_old, ends(24))) })),
        ("held, ends unused", bound(in_state(held(week_old, ends(24))))),
        ("held, ended", bound(in_state(held(week_old, ends(0))))),
        ("held, bill 15", billed(1_500, in_state(authorized()))),
        ("held, bill 23", billed(2_310, in_state(authorized()))),
        ("held, bill 0", billed(0, in_state(authorized()))),
        ("held, bill 0.49", billed(49, in_state(authorized()))),
        ("held, review", Hold { end: Some(SessionEnd::NotBilled), ..bound(in_state(authorized())) }),
        ("capturing", billed(1_500, capturing(now, ends(24)))),
        ("capturing old", billed(1_500, capturing(old, ends(24)))),
        ("capturing lost", Hold { unanswered: true, ..billed(1_500, capturing(now, ends(24))) }),
        ("capturing, ended", billed(1_500, capturing(now, ends(0)))),
        ("canceling", canceling(now)),
        ("canceling old", canceling(old)),
        (
            "succeeded",
            billed(1_500, in_state(HoldState::Succeeded { intent: intent(), captured_minor: 1_500, at: now })),
        ),
        ("canceled", in_state(canceled)),
        ("expired", in_state(HoldState::Expired { intent: intent(), at: now })),
    ]
}

fn facts() -> Vec<(&'static str, HoldFact)> {
    let shown = |status, last_decline| {
        let received_minor = if status == IntentStatus::Succeeded { 1_500 } else { 0 };
        let intent = Intent { id: "pi_1".to_owned(), status, received_minor, last_decline };
        let capture_before = (status == IntentStatus::RequiresCapture).then(|| start() + hours(7 * 24));
        HoldFact::Shown(HeldIntent { intent, capture_before })
    };
    vec![
        ("paid", shown(IntentStatus::Succeeded, None)),
        ("held", shown(IntentStatus::RequiresCapture, None)),
        ("action", shown(IntentStatus::RequiresAction, None)),
        ("unconf", shown(IntentStatus::RequiresConfirmation, None)),
        ("no pm", shown(IntentStatus::RequiresPaymentMethod, None)),
        ("no pm!", shown(IntentStatus::RequiresPaymentMethod, Some(decline("lost_card")))),
        ("cancel", shown(IntentStatus::Canceled, None)),
        ("busy", shown(IntentStatus::Processing, None)),
        ("odd", shown(IntentStatus::Unknown, None)),
        ("none", HoldFact::Missing),
        ("no", HoldFact::Declined(decline("insufficient_funds"))),
        ("later", HoldFact::NotTaken),
        ("lost", HoldFact::Unknown),
        ("refuse", HoldFact::Refused),
    ]
}

/// Two letters per state, `'` where its key is old; `?` where only a read can tell, `z` where Stripe is left alone.
fn cell(before: &Hold, fact: HoldFact) -> String {
    let Ok(AppliedHold { hold, known }) = apply_hold(before, fact, start()) else { return "-".to_owned() };
    let age = |since: &Timestamp| if *since == start() { "" } else { "'" };
    let state = match &hold.state {
        HoldState::Asked => "0".to_owned(),
        HoldState::Creating { since } => format!("C{}", age(since)),
        HoldState::Created { .. } => "CD".to_owned(),
        HoldState::Confirming { since, .. } => format!("F{}", age(since)),
        HoldState::RequiresAction { .. } => "A".to_owned(),
        HoldState::Authorized { .. } => "H".to_owned(),
        HoldState::Capturing { since, .. } => format!("T{}", age(since)),
        HoldState::Canceling { since, why, .. } => format!("R{}{}", why_word(why), age(since)),
        HoldState::Succeeded { .. } => "OK".to_owned(),
        HoldState::Canceled { why, .. } => format!("X{}", why_word(why)),
        HoldState::Expired { .. } => "EX".to_owned(),
    };
    assert_eq!(hold.claim, None, "a fact ends the claim");
    assert_eq!(hold.due_at.is_none(), hold.state.is_final(), "whatever is not final is due some time: {state}");
    let known = match known {
        Known::Stored => "?",
        Known::Answered => "",
        Known::Unreachable => "z",
    };
    format!("{state}{known}")
}

fn why_word(why: &WhyCanceled) -> &'static str {
    match why {
        WhyCanceled::NothingToPay => "0",
        WhyCanceled::NotUsed => "u",
        WhyCanceled::NotBilled => "b",
        WhyCanceled::Declined(_) => "d",
        WhyCanceled::DriverStayedAway => "w",
        WhyCanceled::AtStripe => "s",
    }
}

#[test]
fn every_state_with_every_fact() {
    let mut grid = format!("{:<19}", "");
    for (name, _) in facts() {
        write!(grid, "{name:<7}").unwrap();
    }
    for (name, hold) in holds() {
        write!(grid, "\n{name:<19}").unwrap();
        for (_, fact) in facts() {
            write!(grid, "{:<7}", cell(&hold, fact)).unwrap();
        }
    }
    let grid: Vec<&str> = grid.lines().map(str::trim_end).collect();
    let expected: Vec<&str> = include_str!("facts.txt").lines().collect();
    assert!(grid == expected, "\n{}\n", grid.join("\n"));
}

fn step(hold: &Hold, known: Known) -> String {
    match next_hold_step(hold, known, start()) {
        HoldStep::Done => "done".to_owned(),
        HoldStep::Wait { .. } => "wait".to_owned(),
        HoldStep::Settle(settled) => settled.state.as_str().to_owned(),
        HoldStep::Start { asked, command, station } => {
            assert_eq!((asked.start_asked_at, station), (Some(start()), hold.station.clone()));
            command.command_id
        }
        HoldStep::Call { claimed, call } => {
            assert_eq!(claimed.fence, hold.fence + 1);
            assert_eq!(
                claimed.claim.map(|claim| (claim.fence, Some(claim.until))),
                Some((claimed.fence, claimed.due_at))
            );
            match call {
                HoldCall::Create { key, .. } | HoldCall::Confirm { key, .. } | HoldCall::Cancel { key, .. } => key,
                HoldCall::Capture { key, amount, .. } => format!("{key} {}", amount.minor),
                HoldCall::Find { .. } => "find".to_owned(),
                HoldCall::Read { .. } => "read".to_owned(),
            }
        }
    }
}

#[test]
fn every_state_with_everything_that_may_be_known() {
    let rows = [
        ("asked", ["h-1:create", "h-1:create"]),
        ("asked, over", ["canceled", "canceled"]),
        ("creating", ["h-1:create", "h-1:create"]),
        ("creating old", ["find", "find"]),
        ("creating, over", ["find", "canceled"]),
        ("created", ["h-1:confirm:1", "h-1:confirm:1"]),
        ("created, over", ["h-1:cancel", "h-1:cancel"]),
        ("confirming", ["read", "h-1:confirm:1"]),
        ("confirming old", ["read", "h-1:confirm:1"]),
        ("confirming lost", ["read", "h-1:confirm:1"]),
        ("confirming, over", ["read", "h-1:cancel"]),
        ("requires_action", ["read", "wait"]),
        ("requires_a., over", ["read", "h-1:cancel"]),
        ("held, no start", ["start-h-1", "start-h-1"]),
        ("held", ["read", "wait"]),
        ("held, over", ["h-1:cancel", "h-1:cancel"]),
        ("held, bound", ["read", "wait"]),
        ("held, ends", ["h-1:capture 700", "h-1:capture 700"]),
        ("held, ends unused", ["h-1:cancel", "h-1:cancel"]),
        ("held, ended", ["h-1:cancel", "h-1:cancel"]),
        ("held, bill 15", ["h-1:capture 1500", "h-1:capture 1500"]),
        ("held, bill 23", ["h-1:capture 2000", "h-1:capture 2000"]),
        ("held, bill 0", ["h-1:cancel", "h-1:cancel"]),
        ("held, bill 0.49", ["h-1:cancel", "h-1:cancel"]),
        ("held, review", ["h-1:cancel", "h-1:cancel"]),
        ("capturing", ["read", "h-1:capture 1500"]),
        ("capturing old", ["read", "h-1:capture 1500"]),
        ("capturing lost", ["read", "h-1:capture 1500"]),
        ("capturing, ended", ["read", "h-1:capture 1500"]),
        ("canceling", ["read", "h-1:cancel"]),
        ("canceling old", ["read", "h-1:cancel"]),
        ("succeeded", ["done"; 2]),
        ("canceled", ["done"; 2]),
        ("expired", ["done"; 2]),
    ];
    let all = holds();
    assert_eq!(all.len(), rows.len());
    for ((name, hold), (row, expected)) in all.into_iter().zip(rows) {
        assert_eq!(name, row);
        let last = if hold.state.is_final() { "done" } else { "wait" };
        let steps = [Known::Stored, Known::Answered, Known::Unreachable].map(|known| step(&hold, known));
        assert_eq!(steps, [expected[0], expected[1], last], "{name}");
        let claimed = Hold { claim: Some(Claim { fence: 1, until: start() + hours(1) }), ..hold.clone() };
        let steps = [Known::Stored, Known::Answered, Known::Unreachable].map(|known| step(&claimed, known));
        assert_eq!(steps, [last; 3], "{name}, claimed");
        let claim_is_over = Hold { claim: Some(Claim { fence: 1, until: start() }), fence: 1, ..hold };
        assert_eq!(step(&claim_is_over, Known::Stored), expected[0], "{name}, claim over");
    }
}

#[test]
fn a_creation_that_was_not_answered_is_looked_for_before_it_is_repeated() {
    let hold = Hold { setbacks: 1, ..in_state(HoldState::Creating { since: start() }) };
    assert_eq!(step(&hold, Known::Stored), "find");
    assert_eq!(step(&hold, Known::Answered), "h-1:create");
}

#[test]
fn a_key_that_may_be_forgotten_counts_as_new_once_stripe_was_asked() {
    let used = |since| {
        in_state(HoldState::Capturing { intent: "pi_1".to_owned(), amount_minor: 5, since, capture_before: None })
    };
    for (used_h, counts_from) in [(22, start() - hours(22)), (23, start())] {
        let HoldStep::Call { claimed, .. } = next_hold_step(&used(start() - hours(used_h)), Known::Answered, start())
        else {
            panic!("a call")
        };
        let HoldState::Capturing { since, .. } = claimed.state else { panic!("capturing") };
        assert_eq!(since, counts_from, "{used_h} h");
    }
}

#[test]
fn a_hold_is_read_back_as_it_was_written() {
    for (name, hold) in holds() {
        let json = serde_json::to_string(&hold).unwrap();
        assert_eq!(serde_json::from_str::<Hold>(&json).unwrap(), hold, "{name}: {json}");
        assert_eq!(serde_json::from_str::<Hold>(&json).unwrap().request(), hold.request());
    }
}

#[test]
fn a_session_is_stopped_an_hour_before_its_hold_is_captured_and_that_leaves_time_for_a_second_key() {
    for (lasts_h, stop_h, capture_h) in [(7 * 24, 141, 142), (114, 87, 88), (24, 17, 18), (4, 2, 3)] {
        let capture_before = Some(start() + hours(lasts_h));
        let state = HoldState::Authorized { intent: "pi_1".to_owned(), at: start(), capture_before };
        let hold = bound(Hold { used: Some(euros(100)), ..in_state(state) });
        assert_eq!(hold.stop_by(), Some(start() + hours(stop_h)), "{lasts_h}");
        let captures = |now| {
            matches!(next_hold_step(&hold, Known::Stored, now), HoldStep::Call { call: HoldCall::Capture { .. }, .. })
        };
        assert!(captures(start() + hours(capture_h)), "{lasts_h}");
        assert!(!captures(start() + hours(capture_h) - jiff::SignedDuration::from_secs(1)), "{lasts_h}");
    }
}
