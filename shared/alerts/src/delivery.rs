//! Whom an alert is told, and how far that has come.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Contact, Fact, Language};

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "to", content = "address", rename_all = "snake_case")]
pub enum Target {
    /// The operators' topic; people filter it by its message attributes.
    Operators,
    /// A phone number, E.164: a text message.
    Phone(String),
    /// The ARN of a push endpoint.
    Endpoint(String),
}

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// That it happened.
    Opening,
    /// That it is over, to somebody who knows that it happened.
    Resolution,
    /// That it happened and is over, in one message.
    Both,
}

/// How far one telling has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Telling {
    /// Not told yet.
    Pending {
        /// Claims made for it so far.
        attempts: u32,
        /// Not before this.
        retry_at: Option<Timestamp>,
    },
    /// It was published.
    Told {
        /// When.
        at: Timestamp,
    },
    /// The channel will never take it.
    Refused {
        /// When that was known.
        at: Timestamp,
    },
    /// It was tried too often.
    GivenUp {
        /// When.
        at: Timestamp,
    },
}

/// One target of an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Where.
    pub target: Target,
    /// The language they read there.
    pub language: Language,
    /// The telling of the opening.
    pub opening: Telling,
    /// The telling of the end; it stays pending while the alert is open.
    pub resolution: Telling,
}

impl Delivery {
    /// A target that knows nothing yet.
    #[must_use]
    pub fn new(target: Target, language: Language) -> Self {
        Self { target, language, opening: Telling::NEW, resolution: Telling::NEW }
    }

    /// To the driver: the push endpoint where there is one, otherwise the phone. Without either there is nowhere to go.
    fn to_driver(contact: &Contact) -> Option<Self> {
        let target = match (&contact.endpoint, &contact.phone) {
            (Some(endpoint), _) => Target::Endpoint(endpoint.clone()),
            (None, Some(phone)) => Target::Phone(phone.clone()),
            (None, None) => return None,
        };
        Some(Self::new(target, contact.language))
    }
}

impl Telling {
    /// Not told, not tried.
    pub const NEW: Self = Self::Pending { attempts: 0, retry_at: None };
}

/// Whom a fact is told. What a driver gets never goes through the topic, where everybody would read it.
pub(crate) fn deliveries(fact: &Fact, site_language: Language) -> Vec<Delivery> {
    let operators = || Some(Delivery::new(Target::Operators, site_language));
    let targets = match fact {
        Fact::SessionCompleted(session) => [Delivery::to_driver(&session.driver), None],
        Fact::PaymentFailed(payment) => [Delivery::to_driver(&payment.driver), operators()],
        Fact::Fault(_)
        | Fact::SiteFault(_)
        | Fact::RefundFailed(_)
        | Fact::PaymentDisputed(_)
        | Fact::BooksDisagree(_)
        | Fact::StockLow(_)
        | Fact::SessionReview(_)
        | Fact::NoPayer(_)
        | Fact::UnregisteredStation(_)
        | Fact::IdentityMismatch(_)
        | Fact::ClaimReused(_) => [operators(), None],
    };
    targets.into_iter().flatten().collect()
}
