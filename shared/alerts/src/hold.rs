//! What operators are told of a hold.

use billing::money::Money;
use billing::payment::Hold;
use jiff::Timestamp;

use crate::{Alert, AlertChange, Fact, Language, Place, ReviewFact, ReviewReason};

/// More was taken from a hold than its session cost: a person must give it back. None for a hold without a session.
#[must_use]
pub fn hold_overpaid(hold: &Hold, money: Money, now: Timestamp) -> Option<AlertChange> {
    review(hold, format!("{money} too much were taken from the hold"), now)
}

/// Stripe refuses what is asked for a hold: a person must look. A hold without a session concerns nobody but its driver, who sees it.
#[must_use]
pub fn hold_refused(hold: &Hold, now: Timestamp) -> Option<AlertChange> {
    review(hold, "Stripe refuses what is asked for the hold".to_owned(), now)
}

fn review(hold: &Hold, why: String, now: Timestamp) -> Option<AlertChange> {
    let place = Place {
        site: hold.site.clone(),
        name: hold.place.name.clone(),
        time_zone: hold.place.time_zone.clone(),
        language: Language::of_tag(&hold.place.language),
    };
    let fact = Fact::SessionReview(ReviewFact {
        session: hold.session.clone()?,
        connector: Some(hold.connector),
        reason: ReviewReason::Other(why),
        since: hold.opened_at,
    });
    Some(AlertChange::open(Alert::open(fact, Some(place), now)))
}
