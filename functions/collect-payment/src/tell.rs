//! Whom a change of a debt concerns.

use alerts::{
    AfterFailure, Alert, AlertChange, AlertId, Contact, DisputeFact, Ending, Fact as Told, Language, PaymentFact,
    Place, RefundFact, ReviewFact, ReviewReason,
};
use billing::money::Money;
use billing::payment::{Debt, Dispute, DisputeState, Fact, PaymentState, Refund, RefundState, Returns, WhyUnpaid};
use jiff::Timestamp;

/// The alerts that follow from a debt's change and from what caused it.
pub(crate) fn whom(before: &Debt, after: &Debt, cause: Option<&Fact>, now: Timestamp) -> Vec<AlertChange> {
    let mut changes = Vec::new();
    if cause == Some(&Fact::Refused) {
        changes.push(open(after, refused(after), now));
    }
    if before.state.as_str() == after.state.as_str() {
        return changes;
    }
    match &after.state {
        PaymentState::RequiresAction { .. } => {
            changes.push(open(after, failed(after, "authentication_required", AfterFailure::DriverActs), now));
        }
        PaymentState::Uncollectible { why, .. } => {
            changes.push(open(after, failed(after, reason(why), AfterFailure::GivenUp), now));
        }
        PaymentState::Succeeded { captured_minor, at, .. } => {
            let paid = Ending::Paid { amount: Money { minor: *captured_minor, currency: after.amount.currency } };
            if after.driver_asked {
                changes.push(AlertChange::resolve(AlertId::payment_failed(&after.session), paid, *at, now));
            }
            if after.reopened > 0 {
                changes.push(AlertChange::resolve(AlertId::payment_uncollectible(&after.session), paid, *at, now));
            }
        }
        PaymentState::Computed
        | PaymentState::NotBillable
        | PaymentState::Creating { .. }
        | PaymentState::Created { .. }
        | PaymentState::Confirming { .. }
        | PaymentState::Unknown { .. }
        | PaymentState::Processing { .. }
        | PaymentState::Declined { .. }
        | PaymentState::Settled { .. } => {}
    }
    changes
}

/// The alerts that follow from a change of what goes back of a payment: of refunds that did not come about, and of disputes
/// that opened or closed.
pub(crate) fn of_returns(place: Option<&Place>, before: &Returns, after: &Returns, now: Timestamp) -> Vec<AlertChange> {
    let open = |fact| AlertChange::open(Alert::open(fact, place.cloned(), now));
    let failed = after.refunds.iter().filter_map(|refund| {
        let known = before.refunds.iter().find(|known| known.number == refund.number);
        let was_known = known.is_some_and(|known| refund_failed(before, known).is_some());
        refund_failed(after, refund).filter(|_| !was_known)
    });
    let mut changes: Vec<AlertChange> = failed.map(open).collect();
    for dispute in &after.disputes {
        let known = before.disputes.iter().find(|known| known.id == dispute.id);
        if known.is_none() {
            changes.push(open(disputed(after, dispute)));
        }
        let ending = match dispute.state {
            DisputeState::Open => None,
            DisputeState::Won => Some(Ending::Won),
            DisputeState::Lost => Some(Ending::Lost),
        };
        if let Some(ending) = ending
            && known.is_none_or(|known| known.state == DisputeState::Open)
        {
            let id = AlertId::payment_disputed(&after.session, &dispute.id);
            changes.push(AlertChange::resolve(id, ending, dispute.closed_at.unwrap_or(now), now));
        }
    }
    changes
}

fn refund_failed(returns: &Returns, refund: &Refund) -> Option<Told> {
    let RefundState::Failed { why, .. } = &refund.state else { return None };
    Some(Told::RefundFailed(RefundFact {
        session: returns.session.clone(),
        payment: returns.payment,
        number: refund.number,
        amount: Money { minor: refund.amount_minor, currency: returns.captured.currency },
        reason: why.as_str().to_owned(),
    }))
}

fn disputed(returns: &Returns, dispute: &Dispute) -> Told {
    Told::PaymentDisputed(DisputeFact {
        session: returns.session.clone(),
        dispute: dispute.id.clone(),
        amount: dispute.amount,
        reason: dispute.reason.clone(),
    })
}

fn open(debt: &Debt, fact: Told, now: Timestamp) -> AlertChange {
    AlertChange::open(Alert::open(fact, Some(place(debt)), now))
}

/// Where the session of a debt took place.
pub(crate) fn place(debt: &Debt) -> Place {
    Place {
        site: debt.site.clone(),
        name: debt.place.name.clone(),
        time_zone: debt.place.time_zone.clone(),
        language: Language::of_tag(&debt.place.language),
    }
}

fn failed(debt: &Debt, reason: &str, after: AfterFailure) -> Told {
    let contact = &debt.payer.contact;
    Told::PaymentFailed(PaymentFact {
        session: debt.session.clone(),
        driver: Contact { language: Language::of_tag(&contact.language), phone: contact.phone.clone(), endpoint: None },
        amount: debt.amount,
        reason: reason.to_owned(),
        after,
    })
}

fn refused(debt: &Debt) -> Told {
    Told::SessionReview(ReviewFact {
        session: debt.session.clone(),
        connector: None,
        reason: ReviewReason::Other("Stripe refuses the payment as it is requested".to_owned()),
        since: debt.created_at,
    })
}

fn reason(why: &WhyUnpaid) -> &str {
    match why {
        WhyUnpaid::NoPaymentMethod => "no_payment_method",
        WhyUnpaid::Declined(decline) => decline.reason(),
        WhyUnpaid::DriverStayedAway => "authentication_required",
        WhyUnpaid::Canceled => "canceled",
    }
}
