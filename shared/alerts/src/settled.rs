//! Whom the end of a session concerns.

use billing::Flag;
use billing::settlement::{HeldReason, Outcome, Payer, Settlement};
use jiff::Timestamp;

use crate::{
    Alert, AlertChange, AlertId, Contact, Ending, Fact, Language, NoPayerFact, Place, ReviewFact, ReviewReason,
    SessionFact,
};

/// What people are told when a session is settled: the driver what it costs; the operators when nobody is known who pays, or when a
/// person must look, also at a bill whose signed readings are not what they should be. Of a session that `was_held` and is billed after
/// all, the operators are told that as well.
#[must_use]
pub fn after_settlement(settlement: &Settlement, was_held: bool, place: &Place, now: Timestamp) -> Vec<AlertChange> {
    let head = &settlement.head;
    let fact = match &settlement.outcome {
        Outcome::Billed { cdr, due, payer: Payer::Known { payer, .. } } => Fact::SessionCompleted(SessionFact {
            session: head.session.clone(),
            connector: head.connector,
            driver: Contact {
                language: Language::of_tag(&payer.contact.language),
                phone: payer.contact.phone.clone(),
                endpoint: None,
            },
            energy_wh: cdr.energy_wh,
            total: *due,
            started_at: cdr.start_date_time,
            ended_at: cdr.end_date_time,
        }),
        Outcome::Billed { cdr, payer: Payer::Nobody, .. } => Fact::NoPayer(NoPayerFact {
            session: head.session.clone(),
            connector: head.connector,
            token_ending: head.id_token.as_ref().map(NoPayerFact::token_ending),
            since: cdr.start_date_time,
        }),
        Outcome::Held { reason } => Fact::SessionReview(ReviewFact {
            session: head.session.clone(),
            connector: head.connector,
            reason: review_reason(*reason),
            since: head.started_at.or(head.ended_at).unwrap_or(now),
        }),
    };
    let open = |fact| AlertChange::open(Alert::open(fact, Some(place.clone()), now));
    let opened = [Some(fact), signature_invalid(settlement)].into_iter().flatten().map(open);
    let is_billed = matches!(settlement.outcome, Outcome::Billed { .. });
    let over = (was_held && is_billed)
        .then(|| AlertChange::resolve(AlertId::session_review(&head.session), Ending::Settled, now, now));
    opened.chain(over).collect()
}

/// A bill is never held by this, so somebody has to look at it afterwards.
fn signature_invalid(settlement: &Settlement) -> Option<Fact> {
    let head = &settlement.head;
    match &settlement.outcome {
        Outcome::Billed { cdr, .. } if cdr.flags.contains(&Flag::SignatureInvalid) => {
            Some(Fact::SessionReview(ReviewFact {
                session: head.session.clone(),
                connector: head.connector,
                reason: ReviewReason::SignatureInvalid,
                since: cdr.start_date_time,
            }))
        }
        Outcome::Billed { .. } | Outcome::Held { .. } => None,
    }
}

fn review_reason(reason: HeldReason) -> ReviewReason {
    match reason {
        HeldReason::NoStarted => ReviewReason::NoStart,
        HeldReason::NoEnded => ReviewReason::NoEnd,
        HeldReason::NoReading => ReviewReason::NoReading,
        HeldReason::NoTariff => ReviewReason::NoTariff,
        HeldReason::NegativeEnergy => ReviewReason::NegativeEnergy,
        HeldReason::UnusableTariff => ReviewReason::UnusableTariff,
    }
}
