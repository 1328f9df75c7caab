//! How far a request for a card has come, and what Stripe shows of its page.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How far a request for a card has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum CardState {
    /// No page is known yet.
    Asked,
    /// The page is there for the driver.
    Open(CardPage),
    /// The driver has entered a card. It is theirs; what they have not paid is tried again with it, after which this is over.
    Saved {
        /// The card.
        card: SavedCard,
        /// When we learned of it.
        at: Timestamp,
    },
    /// Over: the page was not filled in in time, or could not be opened in time.
    Expired {
        /// When that was clear.
        at: Timestamp,
    },
    /// Over: Stripe does not open such a page.
    Refused {
        /// When that was clear.
        at: Timestamp,
    },
}

/// A page that waits for its driver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CardPage {
    /// `cs_…`.
    pub id: String,
    /// Its address.
    pub url: String,
    /// Until when it can be filled in.
    pub expires_at: Timestamp,
}

/// A card that is saved for payments without its holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SavedCard {
    /// Whose it is at Stripe, `cus_…`.
    pub customer: String,
    /// `pm_…`.
    pub payment_method: String,
}

/// What Stripe shows of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageState {
    /// It waits for its driver.
    Open(CardPage),
    /// It was filled in.
    Complete(SavedCard),
    /// Its time is over.
    Expired,
}

impl CardState {
    /// The state as one word, as it is stored and shown.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Open(_) => "open",
            Self::Saved { .. } => "saved",
            Self::Expired { .. } => "expired",
            Self::Refused { .. } => "refused",
        }
    }

    /// The page, while it waits for its driver.
    #[must_use]
    pub fn page(&self) -> Option<&CardPage> {
        match self {
            Self::Open(page) => Some(page),
            Self::Asked | Self::Saved { .. } | Self::Expired { .. } | Self::Refused { .. } => None,
        }
    }
}
