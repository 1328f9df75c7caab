//! A hold of 20 euros and the times around it.

use billing::money::Money;
use billing::payment::{Contact, Decline, ExcessPolicy, Hold, HoldOrder, HoldPayer, HoldState, Place};
use jiff::{SignedDuration, Timestamp};
use messages::{ConnectorKey, SessionId};

pub(crate) fn start() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

pub(crate) fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

pub(crate) fn money(minor: i64, currency: &str) -> Money {
    Money { minor, currency: currency.parse().unwrap() }
}

pub(crate) fn euros(minor: i64) -> Money {
    money(minor, "EUR")
}

pub(crate) fn decline(reason: &str) -> Decline {
    Decline { code: "card_declined".to_owned(), decline_code: Some(reason.to_owned()), advice_code: None }
}

pub(crate) fn session() -> SessionId {
    "s-1:t-1".parse().unwrap()
}

pub(crate) fn connector() -> ConnectorKey {
    ConnectorKey { evse_id: 1, connector_id: 1 }
}

pub(crate) fn order() -> HoldOrder {
    HoldOrder {
        id: "h-1".parse().unwrap(),
        site: "site".parse().unwrap(),
        station: "s-1".parse().unwrap(),
        connector: connector(),
        amount: euros(2_000),
        payer: HoldPayer {
            customer: "cus_1".to_owned(),
            payment_method: "pm_1".to_owned(),
            receipt_email: None,
            contact: Contact { phone: None, language: "en".to_owned() },
        },
        place: Place { name: "Site".to_owned(), time_zone: "UTC".to_owned(), language: "en".to_owned() },
        excess: ExcessPolicy::default(),
        expires_at: start() + hours(1),
    }
}

/// A hold that was asked for at the start, with an hour to begin a session.
pub(crate) fn hold() -> Hold {
    Hold::asked(order(), start()).unwrap()
}

/// The hold when its money is held, until seven days after the start.
pub(crate) fn authorized() -> HoldState {
    HoldState::Authorized { intent: "pi_1".to_owned(), at: start(), capture_before: Some(start() + hours(7 * 24)) }
}
