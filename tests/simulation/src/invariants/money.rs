//! Money: captured, paid once, and right.

use std::collections::BTreeMap;

use billing::money::Money;
use billing::payment::{Hold, HoldState, PaymentState, WhyCanceled, is_billable};
use billing::session::{Head, SessionState};
use messages::{HoldId, SessionId};
use ports::Payable;

use super::{Invariant, Left, is_checkable};
use crate::oracle;
use crate::script::Script;

pub(super) fn check(left: &mut Left<'_>) {
    let mut charged: BTreeMap<Payable, Vec<i64>> = BTreeMap::new();
    for charge in left.world.stripe.charged() {
        charged.entry(charge.of).or_default().push(charge.minor);
    }
    let mut booked: BTreeMap<SessionId, i64> = BTreeMap::new();
    for payment in left.world.tables.payments() {
        *booked.entry(payment.session).or_default() += payment.captured.minor;
    }
    let holds: BTreeMap<HoldId, Hold> =
        left.world.tables.holds().into_iter().map(|hold| (hold.id.clone(), hold)).collect();
    let world = left.world;
    for script in &world.scripts {
        let session = &script.session;
        let hold = script.ad_hoc.as_ref().and_then(|ad_hoc| holds.get(&ad_hoc.hold));
        let (by_debt, by_hold) = (Payable::Debt(session.clone()), hold.map(|hold| Payable::Hold(hold.id.clone())));
        for of in by_hold.iter().chain([&by_debt]) {
            let (payments, intents) = (charged.get(of).map_or(0, Vec::len), world.stripe.intents_of(of).len());
            if payments > 1 || intents > 1 {
                left.broken(Invariant::PaidOnce, format!("{session}: {payments} payments by {intents} intents"));
            }
        }
        let sum = |of: &Payable| charged.get(of).map_or(0, |minor| minor.iter().sum::<i64>());
        let captured = Captured { by_debt: sum(&by_debt), by_hold: by_hold.as_ref().map_or(0, sum) };
        let head = left.heads.get(session).cloned();
        let (payable, of_hold) = (head.as_ref().map_or(0, payable_minor), share_of(hold, head.as_ref()));
        let state = left.debts.get(session).map(|debt| debt.state.clone());
        let is_right = captured.by_debt == owed(state.as_ref(), payable - captured.by_hold)
            && of_hold.is_none_or(|of_hold| captured.by_hold == of_hold)
            && captured.by_debt + captured.by_hold == booked.get(session).copied().unwrap_or(0);
        if !is_right {
            let detail = format!(
                "{session}: payable {payable}, {captured:?}, hold {:?}, {state:?}",
                hold.map(|hold| &hold.state)
            );
            left.broken(Invariant::CapturedIsBilled, detail);
        }
        check_bill(left, script, head.as_ref());
    }
    for hold in holds.values().filter(|hold| !hold.state.is_final()) {
        left.broken(Invariant::NothingLeft, format!("the hold {} is still {}", hold.id, hold.state.as_str()));
    }
}

/// What was captured for a session, minor units.
#[derive(Debug)]
struct Captured {
    by_debt: i64,
    by_hold: i64,
}

/// What a debt must have brought: the whole of what was left to pay, or nothing. A debt that is paid is never another amount.
fn owed(state: Option<&PaymentState>, left_to_pay: i64) -> i64 {
    match state {
        Some(PaymentState::Succeeded { captured_minor, .. }) if *captured_minor == left_to_pay => left_to_pay,
        Some(PaymentState::Succeeded { .. }) => i64::MIN,
        Some(_) | None => 0,
    }
}

/// What a hold must have paid: the bill, at most what was held, and nothing without a bill. None where Stripe has released it before.
fn share_of(hold: Option<&Hold>, head: Option<&Head>) -> Option<i64> {
    let (Some(hold), Some(head)) = (hold, head) else { return Some(0) };
    let pays = hold.session.as_ref() == Some(&head.session) && head.state == SessionState::Billed;
    match (&hold.state, head.total) {
        // It was released before the bill: all of it is a debt.
        (HoldState::Expired { .. } | HoldState::Canceled { why: WhyCanceled::NotBilled, .. }, _) => None,
        (_, Some(total)) if pays && is_billable(total) => Some(payable_minor(head).min(hold.amount.minor)),
        (_, _) => Some(0),
    }
}

fn check_bill(left: &mut Left<'_>, script: &Script, head: Option<&Head>) {
    if let Some(head) = head
        && is_checkable(head, script)
        && let Some(due) = oracle::due_minor(script)
        && let Some(billed) = head.total.map(|total| total.minor)
        && due != billed
    {
        left.broken(Invariant::BilledRight, format!("{}: billed {billed}, should be {due}", head.session));
    }
}

/// What of a bill can be paid: of three decimals, Stripe wants the nearest ten (`docs.stripe.com/currencies`).
fn payable_minor(head: &Head) -> i64 {
    match head.total {
        Some(Money { minor, currency }) if currency.minor_digits() == 3 => minor.saturating_add(5).div_euclid(10) * 10,
        Some(Money { minor, .. }) => minor,
        None => 0,
    }
}
