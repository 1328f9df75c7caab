//! When a tariff element applies (OCPI `TariffRestrictions`).

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::decimal::{self, Decimal};

/// Conditions that must all hold at an instant.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restrictions {
    /// From this time of day on, by the site's wall clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_time: Option<LocalMinute>,
    /// Until this time of day; before `start_time`: of the next day; `00:00`: the end of the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_time: Option<LocalMinute>,
    /// From this local day on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_date: Option<Date>,
    /// Until this local day, which is not included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_date: Option<Date>,
    /// From this much energy on, kWh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_kwh: Option<Decimal>,
    /// Below this much energy, kWh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_kwh: Option<Decimal>,
    /// At this current or more, A, summed over the phases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_current: Option<Decimal>,
    /// Below this current, A, summed over the phases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_current: Option<Decimal>,
    /// At this power or more, kW.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_power: Option<Decimal>,
    /// Below this power, kW.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_power: Option<Decimal>,
    /// Once the session has lasted this long, seconds.
    #[serde(default, with = "decimal::optional_integer", skip_serializing_if = "Option::is_none")]
    pub min_duration: Option<i64>,
    /// Until the session has lasted this long, seconds.
    #[serde(default, with = "decimal::optional_integer", skip_serializing_if = "Option::is_none")]
    pub max_duration: Option<i64>,
    /// On these local days of the week; none given: on all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub day_of_week: Vec<DayOfWeek>,
    /// The element prices a reservation, and nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reservation: Option<ReservationRestriction>,
}

/// OCPI `DayOfWeek`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the names say it")]
pub enum DayOfWeek {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl DayOfWeek {
    /// Its place in a set of days: bit 0 is Monday.
    pub(crate) fn bit(self) -> u8 {
        match self {
            Self::Monday => 1,
            Self::Tuesday => 1 << 1,
            Self::Wednesday => 1 << 2,
            Self::Thursday => 1 << 3,
            Self::Friday => 1 << 4,
            Self::Saturday => 1 << 5,
            Self::Sunday => 1 << 6,
        }
    }
}

/// Days since 1970-01-01.
pub(crate) fn day_number(date: Date) -> i64 {
    date.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24
}

/// OCPI `ReservationRestrictionType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReservationRestriction {
    /// The cost of a reservation.
    Reservation,
    /// The cost of a reservation that expired; it goes before the other.
    ReservationExpires,
}

/// A minute of the day, `HH:MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LocalMinute(u16);

impl LocalMinute {
    /// Seconds since local midnight, 0 to 86,340.
    #[must_use]
    pub fn seconds(self) -> i64 {
        i64::from(self.0) * 60
    }
}

impl FromStr for LocalMinute {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let rule = "not a time of day as in 07:30";
        let [h1, h2, b':', m1, m2] = text.as_bytes() else { return Err(rule) };
        let two_digits = |tens: u8, ones: u8| {
            (tens.is_ascii_digit() && ones.is_ascii_digit())
                .then(|| u16::from(tens - b'0') * 10 + u16::from(ones - b'0'))
        };
        let (hour, minute) = two_digits(*h1, *h2).zip(two_digits(*m1, *m2)).ok_or(rule)?;
        if hour < 24 && minute < 60 { Ok(Self(hour * 60 + minute)) } else { Err(rule) }
    }
}

impl TryFrom<String> for LocalMinute {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        text.parse()
    }
}

impl From<LocalMinute> for String {
    fn from(minute: LocalMinute) -> Self {
        minute.to_string()
    }
}

impl fmt::Display for LocalMinute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}
