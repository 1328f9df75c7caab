//! Who was told what.

use std::collections::{BTreeMap, BTreeSet};

use alerts::{AlertId, Telling};
use billing::payment::{DisputeState, PaymentState, RefundState};
use billing::session::SessionState;
use messages::SessionId;

use super::{Invariant, Left};
use crate::wires::Told;

pub(super) fn check(left: &mut Left<'_>) {
    let Causes { expected, possible, over, closed } = causes(left);
    let world = left.world;
    let told = world.people.all();
    let alerts = world.tables.alerts();
    let known: BTreeSet<AlertId> = alerts.iter().map(|alert| alert.id.clone()).collect();
    for id in expected.difference(&known) {
        left.broken(Invariant::AllTold, format!("nobody knows of {id}"));
    }
    for alert in alerts.iter().filter(|alert| closed.contains(&alert.id) && alert.resolution.is_none()) {
        left.broken(Invariant::AllTold, format!("{}: nobody knows that it is over", alert.id));
    }
    for alert in &alerts {
        let id = &alert.id;
        // A unit that fails session after session is a fault, and whether it is one is looked at elsewhere.
        let is_fault = id.as_str().contains("malfunctioning_unit");
        let is_over = over.contains(id) && alert.resolution.is_some();
        if !expected.contains(id) && !possible.contains(id) && !is_over && !is_fault {
            left.broken(Invariant::NoFalseAlarm, format!("{id} has no cause"));
        }
        for delivery in &alert.deliveries {
            let target = format!("{:?}", delivery.target);
            let copies = told.get(&Told { alert: id.clone(), target: target.clone(), opening: true });
            let is_told = matches!(delivery.opening, Telling::Told { .. });
            if !is_told || copies.is_none_or(|copies| copies.published == 0) {
                left.broken(Invariant::AllTold, format!("{id}: {target} never heard of it"));
            }
            if alert.resolution.is_some() && !matches!(delivery.resolution, Telling::Told { .. }) {
                left.broken(Invariant::AllTold, format!("{id}: {target} never heard that it is over"));
            }
        }
    }
    for (told, copies) in told {
        if copies.published > 1 + copies.unrecorded {
            let (id, published) = (&told.alert, copies.published);
            let detail =
                format!("{id}: told {published} times to {}, {} of them unrecorded", told.target, copies.unrecorded);
            left.broken(Invariant::AllTold, detail);
        }
        if !known.contains(&told.alert) {
            left.broken(Invariant::NoFalseAlarm, format!("{} was told and is not there", told.alert));
        }
    }
}

/// What is told, and why.
#[derive(Default)]
struct Causes {
    /// Alerts that must be there.
    expected: BTreeSet<AlertId>,
    /// Alerts that may be there besides.
    possible: BTreeSet<AlertId>,
    /// Alerts that may be there if they say that it is over: what was missing came after all.
    over: BTreeSet<AlertId>,
    /// Of the expected, those that must say that it is over.
    closed: BTreeSet<AlertId>,
}

fn causes(left: &Left<'_>) -> Causes {
    let on_hold = left.world.tables.holds().into_iter().filter_map(|hold| hold.session);
    let known = left.world.scripts.iter().filter(|script| script.driver.is_some() && script.ad_hoc.is_none());
    let pays: BTreeSet<SessionId> = on_hold.chain(known.map(|script| script.session.clone())).collect();
    let mut causes = Causes { expected: left.world.strangers.clone(), ..Causes::default() };
    for script in &left.world.scripts {
        let session = &script.session;
        match left.heads.get(session).map(|head| head.state) {
            Some(SessionState::Billed) => {
                let told = if pays.contains(session) { AlertId::session_completed } else { AlertId::no_payer };
                causes.expected.insert(told(session));
                causes.over.insert(AlertId::session_review(session));
            }
            Some(SessionState::Review) => {
                causes.expected.insert(AlertId::session_review(session));
            }
            Some(SessionState::Open | SessionState::Ended) | None => {}
        }
        match left.debts.get(session) {
            Some(debt) if matches!(debt.state, PaymentState::Uncollectible { .. }) => {
                causes.expected.insert(AlertId::payment_uncollectible(session));
                causes.possible.insert(AlertId::payment_failed(session));
            }
            Some(debt) if debt.driver_asked => {
                causes.expected.insert(AlertId::payment_failed(session));
            }
            Some(_) | None => {}
        }
    }
    of_returns(left, &mut causes);
    causes
}

/// Refunds that did not come about, and disputes.
fn of_returns(left: &Left<'_>, causes: &mut Causes) {
    let mut sessions = BTreeMap::new();
    for returns in left.world.tables.all_returns() {
        let failed = returns.refunds.iter().filter(|refund| matches!(refund.state, RefundState::Failed { .. }));
        let told = failed.map(|refund| AlertId::refund_failed(&returns.session, returns.payment, refund.number));
        causes.expected.extend(told);
        sessions.insert(returns.intent, returns.session);
    }
    for disputed in left.world.stripe.disputed() {
        let Some(session) = sessions.get(&disputed.intent) else { continue };
        let id = AlertId::payment_disputed(session, &disputed.dispute.id);
        if disputed.dispute.state != DisputeState::Open {
            causes.closed.insert(id.clone());
        }
        causes.expected.insert(id);
    }
}
