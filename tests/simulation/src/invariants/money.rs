//! Money: captured, paid once, and right.

use std::collections::BTreeMap;

use billing::money::Money;
use billing::payment::PaymentState;
use messages::SessionId;

use super::{Invariant, Left, is_checkable};
use crate::oracle;

pub(super) fn check(left: &mut Left<'_>) {
    let mut charged: BTreeMap<SessionId, Vec<i64>> = BTreeMap::new();
    for charge in left.world.stripe.charged() {
        charged.entry(charge.session).or_default().push(charge.minor);
    }
    let mut written: BTreeMap<SessionId, i64> = BTreeMap::new();
    for payment in left.world.tables.payments() {
        *written.entry(payment.session).or_default() += payment.captured.minor;
    }
    let world = left.world;
    for script in &world.scripts {
        let session = &script.session;
        let taken = charged.get(session).map_or(&[][..], Vec::as_slice);
        let intents = world.stripe.intents_of(session).len();
        if taken.len() > 1 || intents > 1 {
            left.broken(Invariant::PaidOnce, format!("{session}: {} payments by {intents} intents", taken.len()));
        }
        let (captured, booked) = (taken.iter().sum::<i64>(), written.get(session).copied().unwrap_or(0));
        let head = left.heads.get(session).cloned();
        let billed = head.as_ref().and_then(|head| head.total).map_or(0, |total| total.minor);
        let state = left.debts.get(session).map(|debt| &debt.state);
        let payable = head.as_ref().and_then(|head| head.total).map_or(0, payable_minor);
        let owed = match state {
            Some(PaymentState::Succeeded { captured_minor, .. }) if *captured_minor == payable => payable,
            Some(PaymentState::Succeeded { .. }) => -1,
            Some(_) | None => 0,
        };
        if captured != owed || booked != captured {
            let state = state.map_or("no debt", PaymentState::as_str);
            let detail = format!("{session}: billed {billed}, captured {captured}, booked {booked}, {state}");
            left.broken(Invariant::CapturedIsBilled, detail);
        }
        if let Some(head) = &head
            && is_checkable(head, script)
            && let Some(due) = oracle::due_minor(script)
            && due != billed
        {
            left.broken(Invariant::BilledRight, format!("{session}: billed {billed}, should be {due}"));
        }
    }
}

/// What of a bill can be paid: of three decimals, Stripe wants the nearest ten (docs.stripe.com/currencies).
fn payable_minor(total: Money) -> i64 {
    if total.currency.minor_digits() == 3 { total.minor.saturating_add(5).div_euclid(10) * 10 } else { total.minor }
}
