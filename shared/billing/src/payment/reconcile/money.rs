//! Debts, payments and refunds beside Stripe's intents, refunds and balance.

use std::collections::{BTreeMap, BTreeSet};

use super::{BookedIntent, BookedRefund, Disagreement, DisagreementKind, Entry, Movement, Span, StripeBooks};
use crate::money::Money;
use crate::payment::{Payment, PaymentState, Refund, RefundState, RefundStatus, Returns};

pub(super) fn compare(entries: &[Entry], stripe: &StripeBooks, span: Span) -> Vec<Disagreement> {
    let books = Books::of(stripe);
    let mut found = Vec::new();
    for entry in entries {
        found.extend(own(entry));
        for payment in &entry.payments {
            found.extend(books.payment(entry, payment, span));
        }
        for returns in &entry.returns {
            found.extend(returns.refunds.iter().filter_map(|refund| books.refund(returns, refund, span)));
        }
    }
    found.extend(unwritten(entries, stripe));
    let ours = || stripe.intents.iter().filter(|intent| intent.is_ours());
    found.extend(ours().filter_map(|intent| books.taken(intent)));
    let ours: BTreeSet<&str> = ours().map(|intent| intent.id.as_str()).collect();
    let ours_refunded = stripe.refunds.iter().filter(|it| it.intent.as_deref().is_some_and(|id| ours.contains(id)));
    found.extend(ours_refunded.filter_map(|refund| books.given_back(refund)));
    found
}

/// Stripe's books by id.
struct Books<'a> {
    intents: BTreeMap<&'a str, &'a BookedIntent>,
    refunds: BTreeMap<&'a str, &'a BookedRefund>,
    movements: BTreeMap<&'a str, &'a Movement>,
}

impl<'a> Books<'a> {
    fn of(stripe: &'a StripeBooks) -> Self {
        Self {
            intents: stripe.intents.iter().map(|intent| (intent.id.as_str(), intent)).collect(),
            refunds: stripe.refunds.iter().map(|refund| (refund.id.as_str(), refund)).collect(),
            movements: stripe.movements.iter().map(|movement| (movement.source.as_str(), movement)).collect(),
        }
    }

    fn payment(&self, entry: &Entry, payment: &Payment, span: Span) -> Option<Disagreement> {
        let say = |kind, theirs| Some(told(kind, Some(entry), &payment.intent, payment.captured, theirs));
        if payment.at >= span.until {
            // Stripe's books may be older than this.
            return None;
        }
        match self.intents.get(payment.intent.as_str()) {
            // An intent is younger than the debt that it pays.
            None if entry.debt.as_ref().is_some_and(|debt| debt.created_at >= span.since) => {
                say(DisagreementKind::PaymentNotAtStripe, 0)
            }
            Some(intent) if intent.captured != payment.captured => {
                say(DisagreementKind::PaymentAmount, intent.captured.minor)
            }
            None | Some(_) => None,
        }
    }

    fn refund(&self, returns: &Returns, refund: &Refund, span: Span) -> Option<Disagreement> {
        let amount = Money { minor: refund.amount_minor, currency: returns.captured.currency };
        let say = |kind, id: &str, ours: i64, theirs: i64| {
            let ours = Money { minor: ours, ..amount };
            Some(Disagreement { session: Some(returns.session.clone()), ..told(kind, None, id, ours, theirs) })
        };
        match &refund.state {
            RefundState::Succeeded { refund: id, at, .. } => match self.refunds.get(id.as_str()) {
                None if refund.asked_at >= span.since && *at < span.until => {
                    say(DisagreementKind::RefundNotAtStripe, id, amount.minor, 0)
                }
                Some(booked) if gone(booked) != amount.minor => {
                    say(DisagreementKind::RefundAmount, id, amount.minor, gone(booked))
                }
                None | Some(_) => None,
            },
            RefundState::Failed { refund: Some(id), .. } => {
                let gone = self.refunds.get(id.as_str()).map_or(0, |booked| gone(booked));
                if gone == 0 { None } else { say(DisagreementKind::RefundAmount, id, 0, gone) }
            }
            RefundState::Failed { refund: None, .. }
            | RefundState::Asked
            | RefundState::Refunding { .. }
            | RefundState::Pending { .. } => None,
        }
    }

    /// The balance beside what an intent has taken.
    fn taken(&self, intent: &BookedIntent) -> Option<Disagreement> {
        if intent.captured.minor == 0 {
            return None;
        }
        let charge = intent.charge.as_deref().unwrap_or(&intent.id);
        self.moved(charge, intent.captured).map(|found| Disagreement { session: intent.session.clone(), ..found })
    }

    /// The balance beside what a refund has given back.
    fn given_back(&self, refund: &BookedRefund) -> Option<Disagreement> {
        let is_made = refund.status == RefundStatus::Succeeded;
        let found =
            is_made.then(|| self.moved(&refund.id, Money { minor: -refund.amount.minor, ..refund.amount })).flatten();
        let intent = refund.intent.as_deref().and_then(|id| self.intents.get(id));
        found.map(|found| Disagreement { session: intent.and_then(|intent| intent.session.clone()), ..found })
    }

    fn moved(&self, source: &str, expected: Money) -> Option<Disagreement> {
        let moved = self.movements.get(source).map(|movement| movement.amount);
        match moved {
            Some(amount) if amount == expected => None,
            // Money that was converted cannot be compared to the minor unit.
            Some(amount) if amount.currency != expected.currency => None,
            Some(amount) => Some(told(DisagreementKind::Balance, None, source, expected, amount.minor)),
            None => Some(told(DisagreementKind::Balance, None, source, expected, 0)),
        }
    }
}

/// Where our own books disagree with each other.
fn own(entry: &Entry) -> Option<Disagreement> {
    let debt = entry.debt.as_ref()?;
    let PaymentState::Succeeded { intent, captured_minor, .. } = &debt.state else { return None };
    let written = entry.payments.iter().find(|payment| payment.intent == *intent);
    let paid = written.map_or(0, |payment| payment.captured.minor);
    if written.is_none() {
        Some(told(DisagreementKind::PaymentNotWritten, Some(entry), intent, debt.amount, 0))
    } else if paid != debt.amount.minor || *captured_minor != paid {
        Some(told(DisagreementKind::OwedAndPaid, Some(entry), intent, debt.amount, paid))
    } else {
        None
    }
}

/// Money that Stripe has taken or given back and that is written down nowhere.
fn unwritten(entries: &[Entry], stripe: &StripeBooks) -> Vec<Disagreement> {
    let payments: BTreeSet<&str> =
        entries.iter().flat_map(|entry| &entry.payments).map(|payment| payment.intent.as_str()).collect();
    let returns = || entries.iter().flat_map(|entry| &entry.returns);
    let known: BTreeSet<&str> =
        returns().flat_map(|returns| &returns.refunds).filter_map(|refund| refund_id(&refund.state)).collect();
    let is_open = |intent: &str| {
        let own = returns().filter(|returns| returns.intent == intent);
        own.flat_map(|returns| &returns.refunds).any(|refund| !refund.is_final())
    };
    let debts = || entries.iter().filter_map(|entry| entry.debt.as_ref());
    let holds = || entries.iter().flat_map(|entry| &entry.holds);
    let is_pending = |intent: &BookedIntent| {
        debts().any(|debt| intent.session.as_ref() == Some(&debt.session) && !debt.state.is_final())
            || holds().any(|hold| intent.hold.as_ref() == Some(&hold.id) && !hold.state.is_final())
    };
    let taken = stripe.intents.iter().filter(|intent| {
        let is_new = intent.captured.minor != 0 && !payments.contains(intent.id.as_str());
        is_new && intent.is_ours() && !is_pending(intent)
    });
    let taken = taken.map(|intent| {
        let nothing = Money::zero(intent.captured.currency);
        let found = told(DisagreementKind::PaymentNotInBooks, None, &intent.id, nothing, intent.captured.minor);
        let held_for = || holds().find(|hold| intent.hold.as_ref() == Some(&hold.id))?.session.clone();
        Disagreement { session: intent.session.clone().or_else(held_for), ..found }
    });
    let given = stripe.refunds.iter().filter(|refund| {
        let intent = refund.intent.as_deref().unwrap_or_default();
        gone(refund) != 0 && payments.contains(intent) && !known.contains(refund.id.as_str()) && !is_open(intent)
    });
    let given = given.map(|refund| {
        let nothing = Money::zero(refund.amount.currency);
        let payment = entries.iter().flat_map(|entry| &entry.payments);
        let mut payment = payment.filter(|payment| Some(&payment.intent) == refund.intent.as_ref());
        let session = payment.next().map(|payment| payment.session.clone());
        let found = told(DisagreementKind::RefundNotInBooks, None, &refund.id, nothing, refund.amount.minor);
        Disagreement { session, ..found }
    });
    taken.chain(given).collect()
}

fn refund_id(state: &RefundState) -> Option<&str> {
    match state {
        RefundState::Pending { refund, .. } | RefundState::Succeeded { refund, .. } => Some(refund),
        RefundState::Failed { refund, .. } => refund.as_deref(),
        RefundState::Asked | RefundState::Refunding { .. } => None,
    }
}

/// What a refund has taken away, minor units.
fn gone(refund: &BookedRefund) -> i64 {
    match refund.status {
        RefundStatus::Pending | RefundStatus::Succeeded => refund.amount.minor,
        RefundStatus::Failed(_) | RefundStatus::Canceled => 0,
    }
}

fn told(kind: DisagreementKind, entry: Option<&Entry>, id: &str, ours: Money, theirs: i64) -> Disagreement {
    Disagreement {
        kind,
        session: entry.map(|entry| entry.session.clone()),
        id: id.to_owned(),
        ours: ours.minor,
        theirs,
        unit: ours.currency.code().to_owned(),
    }
}
