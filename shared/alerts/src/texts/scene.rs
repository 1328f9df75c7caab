//! What every letter needs: the reader's language, the site's name and clock, and whether it is over.

use faults::SILENCE_UNIT;
use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use messages::{ConnectorKey, SiteId, StationId};

use super::time;
use crate::{Alert, Delivery, Language, Resolution, Stage, Target, fit};

/// The longest site name in a letter, characters.
const MAX_NAME: usize = 60;

/// Who reads about what, and where.
pub(super) struct Scene<'a> {
    pub(super) language: Language,
    /// The end, in a letter that tells it.
    pub(super) end: Option<&'a Resolution>,
    /// Whether operators read it; otherwise the driver does.
    pub(super) to_operators: bool,
    /// When the alert was raised.
    pub(super) opened_at: Timestamp,
    /// The site's name, in one line.
    site: Option<String>,
    zone: TimeZone,
}

impl<'a> Scene<'a> {
    pub(super) fn of(alert: &'a Alert, delivery: &Delivery, stage: Stage) -> Self {
        let end = match stage {
            Stage::Opening => None,
            Stage::Resolution | Stage::Both => alert.resolution.as_ref(),
        };
        let to_operators = match delivery.target {
            Target::Operators => true,
            Target::Phone(_) | Target::Endpoint(_) => false,
        };
        let zone = alert.place.as_ref().and_then(|place| TimeZoneDatabase::bundled().get(&place.time_zone).ok());
        Self {
            language: delivery.language,
            end,
            to_operators,
            opened_at: alert.opened_at,
            site: alert.place.as_ref().map(|place| fit::line(&place.name, MAX_NAME)),
            zone: zone.unwrap_or(TimeZone::UTC),
        }
    }

    /// One of two texts.
    pub(super) fn say(&self, english: impl Into<String>, german: impl Into<String>) -> String {
        match self.language {
            Language::En => english.into(),
            Language::De => german.into(),
        }
    }

    /// The site's name or, where no site is known, the station.
    pub(super) fn site_or(&self, station: &StationId) -> String {
        self.site.clone().unwrap_or_else(|| station.to_string())
    }

    /// The site's name or, where no site is known, its id.
    pub(super) fn site_named(&self, id: &SiteId) -> String {
        self.site.clone().unwrap_or_else(|| id.to_string())
    }

    /// `connector 1-1 of station-001, Demo Garage`.
    pub(super) fn connector(&self, station: &StationId, connector: Option<ConnectorKey>) -> String {
        let at = match connector {
            Some(key) => self.say(format!("connector {key} of {station}"), format!("Anschluss {key} von {station}")),
            None => station.to_string(),
        };
        match &self.site {
            Some(site) => format!("{at}, {site}"),
            None => at,
        }
    }

    /// `station-001 1-1, Demo Garage`, for a text message.
    pub(super) fn connector_in_short(&self, station: &StationId, connector: Option<ConnectorKey>) -> String {
        let key = connector.map(|key| format!(" {key}")).unwrap_or_default();
        let site = self.site.as_ref().map(|site| format!(", {site}")).unwrap_or_default();
        format!("{station}{key}{site}")
    }

    /// `Monday 1 June 2026 at 12:00 CEST`.
    pub(super) fn moment(&self, at: Timestamp) -> String {
        time::moment(self.language, &at.to_zoned(self.zone.clone()))
    }

    /// `1 Jun 12:00`.
    pub(super) fn moment_in_short(&self, at: Timestamp) -> String {
        time::short(self.language, &at.to_zoned(self.zone.clone()))
    }

    /// `Monday 1 June 2026, 10:00 to 11:30 CEST (1 h 30 min)`.
    pub(super) fn span(&self, from: Timestamp, to: Timestamp) -> String {
        let zoned = |at: Timestamp| at.to_zoned(self.zone.clone());
        time::span(self.language, &zoned(from), &zoned(to))
    }

    /// When it began and, when it is over, until when it was.
    pub(super) fn when(&self, since: Timestamp) -> String {
        match self.end {
            None => self.say("since ", "seit ") + &self.moment(since),
            Some(end) => self.span(since, end.at),
        }
    }

    /// A clause as what follows a colon: German writes a whole sentence with a capital there.
    pub(super) fn after_colon(&self, clause: &str) -> String {
        match self.language {
            Language::En => clause.to_owned(),
            Language::De => capitalised(clause),
        }
    }

    /// A measured number: at most one decimal, none where it is zero.
    pub(super) fn number(&self, value: f64) -> String {
        let text = format!("{value:.1}");
        let text = text.strip_suffix(".0").map(ToOwned::to_owned).unwrap_or(text);
        self.decimal(text)
    }

    /// A unit as people write it: most are the same in every language.
    pub(super) fn unit<'u>(&self, unit: &'u str) -> &'u str {
        match (self.language, unit) {
            (Language::De, "sessions") => "Ladevorgänge",
            (Language::De, "disconnects") => "Trennungen",
            (Language::De, SILENCE_UNIT) => "s Stille",
            (Language::En | Language::De, unit) => unit,
        }
    }

    /// A number with the reader's decimal sign.
    pub(super) fn decimal(&self, text: String) -> String {
        match self.language {
            Language::En => text,
            Language::De => text.replace('.', ","),
        }
    }
}

/// One of two words.
pub(super) fn pick(language: Language, english: &'static str, german: &'static str) -> &'static str {
    match language {
        Language::En => english,
        Language::De => german,
    }
}

/// A clause as a sentence of its own.
pub(super) fn sentence(clause: &str) -> String {
    let end = if clause.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{}{end}", capitalised(clause))
}

fn capitalised(clause: &str) -> String {
    let mut chars = clause.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
