//! What went back: as much as was ordered, once, and never more than was paid.

use std::collections::{BTreeMap, BTreeSet};

use billing::payment::{DisputeState, RefundState, Returns, WhyNotRefunded};
use models::{Disputed, GivenBack};
use ports::RefundStatus;

use super::{Invariant, Left};
use crate::operators::{Heard, Order};

pub(super) fn check(left: &mut Left<'_>) {
    let world = left.world;
    let books: BTreeMap<String, Returns> =
        world.tables.all_returns().into_iter().map(|returns| (returns.intent.clone(), returns)).collect();
    let (refunds, disputes) = (world.stripe.given_back(), world.stripe.disputed());
    let mut captured: BTreeMap<String, i64> = BTreeMap::new();
    for charge in world.stripe.charged() {
        *captured.entry(charge.intent).or_default() += charge.minor;
    }
    for (intent, returns) in &books {
        refunds_of(left, returns, captured.get(intent).copied().unwrap_or(0), &refunds, &disputes);
    }
    once(left, &books, &refunds);
    orders(left, &books);
    disputes_end(left, &books, &disputes);
}

/// What the books say of the refunds of one payment, and what Stripe says.
fn refunds_of(left: &mut Left<'_>, returns: &Returns, captured: i64, refunds: &[GivenBack], disputes: &[Disputed]) {
    let (session, intent) = (&returns.session, &returns.intent);
    let is_of = |refund: &&GivenBack| refund.intent == *intent && refund.status == RefundStatus::Succeeded;
    let given_back: i64 = refunds.iter().filter(is_of).map(|refund| refund.minor).sum();
    let (booked, lost) = (returns.refunded_minor(), returns.lost_minor());
    if given_back != booked || booked + lost > captured || returns.captured.minor != captured {
        let detail = format!("{session}: of {captured}, {given_back} went back, {booked} by the books, {lost} is lost");
        left.broken(Invariant::CapturedIsBilled, detail);
    }
    let is_disputed = disputes.iter().any(|dispute| dispute.intent == *intent);
    for refund in &returns.refunds {
        let number = refund.number;
        if !refund.is_final() {
            let state = refund.state.as_str();
            left.broken(Invariant::EveryoneEnds, format!("{session}: refund {number} is still {state}"));
        }
        let is_refused = matches!(&refund.state, RefundState::Failed { why: WhyNotRefunded::Refused, .. });
        if is_refused && !is_disputed {
            left.broken(Invariant::EveryoneEnds, format!("{session}: refund {number} is refused, and may go back"));
        }
    }
}

/// No refund without a place in the books, and none for two of them.
fn once(left: &mut Left<'_>, books: &BTreeMap<String, Returns>, refunds: &[GivenBack]) {
    let mut named = BTreeSet::new();
    for refund in books.values().flat_map(|returns| &returns.refunds) {
        let id = match &refund.state {
            RefundState::Succeeded { refund, .. } | RefundState::Pending { refund, .. } => Some(refund),
            RefundState::Failed { refund, .. } => refund.as_ref(),
            RefundState::Asked | RefundState::Refunding { .. } => None,
        };
        if let Some(id) = id
            && !named.insert(id)
        {
            left.broken(Invariant::PaidOnce, format!("{id} stands for two refunds"));
        }
    }
    let mut keys = BTreeSet::new();
    for refund in refunds {
        if !named.contains(&refund.id) {
            let GivenBack { id, key, minor, .. } = refund;
            left.broken(
                Invariant::PaidOnce,
                format!("{id} of {minor} under {key} is another refund than in the books"),
            );
        }
        if !keys.insert(&refund.key) {
            left.broken(Invariant::PaidOnce, format!("two refunds under {}", refund.key));
        }
    }
}

/// Every order that was accepted is one refund in the books, and nothing else is.
fn orders(left: &mut Left<'_>, books: &BTreeMap<String, Returns>) {
    let mut asked: BTreeMap<(&str, &str), Vec<i64>> = BTreeMap::new();
    for (intent, refund) in
        books.iter().flat_map(|(intent, returns)| returns.refunds.iter().map(move |one| (intent, one)))
    {
        asked.entry((intent, &refund.reason)).or_default().push(refund.amount_minor);
    }
    let world = left.world;
    for Order { session, intent, reason, heard, .. } in &world.orders {
        let found = asked.remove(&(intent.as_str(), reason.as_str())).unwrap_or_default();
        let detail = format!("{session}: {reason}, of which the operator heard {heard:?}, became {found:?}");
        match (heard, found.as_slice()) {
            (Heard::Accepted { minor }, [found]) if minor == found => {}
            (Heard::Accepted { .. }, []) => left.broken(Invariant::NothingLost, detail),
            (Heard::Refused, []) | (Heard::Nothing, [] | [_]) => {}
            (Heard::Accepted { .. } | Heard::Refused | Heard::Nothing, _) => left.broken(Invariant::PaidOnce, detail),
        }
    }
    for ((intent, reason), minor) in asked {
        left.broken(Invariant::PaidOnce, format!("{intent}: {minor:?} for {reason:?}, which nobody ordered"));
    }
}

/// Every dispute is over, and in the books as it is at Stripe.
fn disputes_end(left: &mut Left<'_>, books: &BTreeMap<String, Returns>, disputes: &[Disputed]) {
    for Disputed { intent, dispute } in disputes {
        let known = books.get(intent).and_then(|returns| returns.disputes.iter().find(|known| known.id == dispute.id));
        let (state, amount) = (known.map(|known| known.state), known.map(|known| known.amount));
        if dispute.state == DisputeState::Open || state != Some(dispute.state) || amount != Some(dispute.amount) {
            let detail = format!("{} of {intent} is {:?}, by the books {state:?}", dispute.id, dispute.state);
            left.broken(Invariant::EveryoneEnds, detail);
        }
    }
    let known: BTreeSet<&str> = disputes.iter().map(|disputed| disputed.dispute.id.as_str()).collect();
    for dispute in books.values().flat_map(|returns| &returns.disputes) {
        if !known.contains(dispute.id.as_str()) {
            left.broken(Invariant::EveryoneEnds, format!("{} is in the books and not at Stripe", dispute.id));
        }
    }
}
