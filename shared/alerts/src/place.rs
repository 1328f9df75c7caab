//! Where an alert belongs and who reads it: what texts need of a site and of a driver.

use messages::{Language, SiteId};
use serde::{Deserialize, Serialize};

/// A site as its people know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its id.
    pub site: SiteId,
    /// Its name, as people call it.
    pub name: String,
    /// IANA name of its time zone, e.g. `Europe/Amsterdam`; texts fall back to UTC for a name that is not known.
    pub time_zone: String,
    /// The language of those who look after it.
    pub language: Language,
}

impl Place {
    /// A site of which only the id is known: named by it, in UTC and English.
    #[must_use]
    pub fn unknown(site: SiteId) -> Self {
        Self { name: site.to_string(), site, time_zone: "UTC".to_owned(), language: Language::default() }
    }
}

/// How a driver is reached; the push endpoint is used when there is one, otherwise the phone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Contact {
    /// The language they read.
    pub language: Language,
    /// Phone number, E.164.
    pub phone: Option<String>,
    /// ARN of a push endpoint.
    pub endpoint: Option<String>,
}
