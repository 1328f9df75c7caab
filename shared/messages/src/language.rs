//! The languages that people are written to in.

use serde::{Deserialize, Serialize};

/// The language of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

impl Language {
    /// The IETF tag.
    #[must_use]
    pub fn as_tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// The language of an IETF tag such as `de` or `de-AT`; English for every language we do not write.
    #[must_use]
    pub fn of_tag(tag: &str) -> Self {
        match tag.split(['-', '_']).next() {
            Some(primary) if primary.eq_ignore_ascii_case("de") => Self::De,
            Some(_) | None => Self::En,
        }
    }
}
