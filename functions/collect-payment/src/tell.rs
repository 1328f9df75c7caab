//! Whom a change of a debt concerns.

use alerts::{
    AfterFailure, Alert, AlertChange, AlertId, Contact, Ending, Fact as Told, Language, PaymentFact, Place, ReviewFact,
    ReviewReason,
};
use billing::money::Money;
use billing::payment::{Debt, Fact, PaymentState, WhyUnpaid};
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
        PaymentState::Succeeded { captured_minor, at, .. } if after.driver_asked => {
            let paid = Ending::Paid { amount: Money { minor: *captured_minor, currency: after.amount.currency } };
            changes.push(AlertChange::resolve(AlertId::payment_failed(&after.session), paid, *at, now));
        }
        PaymentState::Computed
        | PaymentState::NotBillable
        | PaymentState::Creating { .. }
        | PaymentState::Created { .. }
        | PaymentState::Confirming { .. }
        | PaymentState::Unknown { .. }
        | PaymentState::Processing { .. }
        | PaymentState::Declined { .. }
        | PaymentState::Succeeded { .. } => {}
    }
    changes
}

fn open(debt: &Debt, fact: Told, now: Timestamp) -> AlertChange {
    let place = Place {
        site: debt.site.clone(),
        name: debt.place.name.clone(),
        time_zone: debt.place.time_zone.clone(),
        language: Language::of_tag(&debt.place.language),
    };
    AlertChange::open(Alert::open(fact, Some(place), now))
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
