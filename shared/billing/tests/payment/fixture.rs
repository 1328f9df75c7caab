//! A debt, a decline, a time.

use billing::money::Money;
use billing::payment::{Contact, Debt, Decline, Payer, Place};
use jiff::{SignedDuration, Timestamp};

pub(crate) fn start() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

pub(crate) fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

pub(crate) fn debt() -> Debt {
    let payer = Payer {
        driver: "d-1".parse().unwrap(),
        customer: Some("cus_1".to_owned()),
        payment_method: Some("pm_1".to_owned()),
        receipt_email: Some("driver@example.com".to_owned()),
        contact: Contact { phone: None, language: "en".to_owned() },
    };
    let place = Place {
        name: "North car park".to_owned(),
        time_zone: "Europe/Amsterdam".to_owned(),
        language: "en".to_owned(),
    };
    let amount = Money { minor: 1_234, currency: "EUR".parse().unwrap() };
    Debt::computed("s-1:t-1".parse().unwrap(), "site-1".parse().unwrap(), amount, payer, place, start())
}

pub(crate) fn decline(decline_code: &str) -> Decline {
    Decline { code: "card_declined".to_owned(), decline_code: Some(decline_code.to_owned()), advice_code: None }
}
