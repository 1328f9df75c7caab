//! Times as people write them, on the site's clock.

use jiff::Zoned;
use jiff::civil::{Date, Weekday};

use super::scene::pick;
use crate::Language;

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const MONTHS_DE: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

/// `Monday 1 June 2026 at 12:00 CEST`; `Montag, 1. Juni 2026, 12:00 Uhr (MESZ)`.
pub(super) fn moment(language: Language, at: &Zoned) -> String {
    let (day, clock, zone) = (day(language, at.date()), clock(at), zone(language, at));
    match language {
        Language::En => format!("{day} at {clock} {zone}"),
        Language::De => format!("{day}, {clock} Uhr ({zone})"),
    }
}

/// `1 Jun 12:00`; `1.6. 12:00`.
pub(super) fn short(language: Language, at: &Zoned) -> String {
    let (date, clock) = (at.date(), clock(at));
    match language {
        Language::En => format!("{} {} {clock}", date.day(), month(language, date).get(..3).unwrap_or_default()),
        Language::De => format!("{}.{}. {clock}", date.day(), date.month()),
    }
}

/// `Monday 1 June 2026, 10:00 to 11:30 CEST (1 h 30 min)`.
pub(super) fn span(language: Language, from: &Zoned, to: &Zoned) -> String {
    let lasted = duration(language, to.timestamp().as_second() - from.timestamp().as_second());
    // In the hour that a clock repeats, only the name of the zone tells the two times apart.
    if from.date() == to.date() && from.offset() == to.offset() {
        let (day, from, to, zone) = (day(language, from.date()), clock(from), clock(to), zone(language, to));
        return match language {
            Language::En => format!("{day}, {from} to {to} {zone} ({lasted})"),
            Language::De => format!("{day}, {from} bis {to} Uhr {zone} ({lasted})"),
        };
    }
    let (from, to) = (moment(language, from), moment(language, to));
    match language {
        Language::En => format!("from {from} to {to} ({lasted})"),
        Language::De => format!("von {from} bis {to} ({lasted})"),
    }
}

/// The two largest units of a duration; a negative one counts as none.
fn duration(language: Language, seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let day_word = match (language, days) {
        (Language::En, 1) => "day",
        (Language::En, _) => "days",
        (Language::De, 1) => "Tag",
        (Language::De, _) => "Tage",
    };
    let units = [
        (days, day_word),
        (hours, pick(language, "h", "Std.")),
        (minutes, pick(language, "min", "Min.")),
        (seconds % 60, pick(language, "s", "Sek.")),
    ];
    let largest = units.iter().position(|(count, _)| *count > 0).unwrap_or(units.len() - 1);
    let kept = units.iter().skip(largest).take(2).enumerate();
    // Seconds beside minutes are noise.
    let told = kept.filter(|(place, (count, unit))| *place == 0 || (*count > 0 && *unit != units[3].1));
    told.map(|(_, (count, unit))| format!("{count} {unit}")).collect::<Vec<_>>().join(" ")
}

fn day(language: Language, date: Date) -> String {
    let (weekday, month) = (weekday(language, date.weekday()), month(language, date));
    match language {
        Language::En => format!("{weekday} {} {month} {}", date.day(), date.year()),
        Language::De => format!("{weekday}, {}. {month} {}", date.day(), date.year()),
    }
}

fn clock(at: &Zoned) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

fn zone(language: Language, at: &Zoned) -> String {
    let name = at.strftime("%Z").to_string();
    match (language, name.as_str()) {
        (Language::De, "CET") => "MEZ".to_owned(),
        (Language::De, "CEST") => "MESZ".to_owned(),
        (Language::En | Language::De, _) => name,
    }
}

fn month(language: Language, date: Date) -> &'static str {
    let months = match language {
        Language::En => MONTHS_EN,
        Language::De => MONTHS_DE,
    };
    usize::try_from(date.month() - 1).ok().and_then(|at| months.get(at).copied()).unwrap_or_default()
}

fn weekday(language: Language, weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => pick(language, "Monday", "Montag"),
        Weekday::Tuesday => pick(language, "Tuesday", "Dienstag"),
        Weekday::Wednesday => pick(language, "Wednesday", "Mittwoch"),
        Weekday::Thursday => pick(language, "Thursday", "Donnerstag"),
        Weekday::Friday => pick(language, "Friday", "Freitag"),
        Weekday::Saturday => pick(language, "Saturday", "Samstag"),
        Weekday::Sunday => pick(language, "Sunday", "Sonntag"),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZoneDatabase;

    use super::*;

    fn zoned(at: &str, zone: &str) -> Zoned {
        at.parse::<Timestamp>().unwrap().to_zoned(TimeZoneDatabase::bundled().get(zone).unwrap())
    }

    #[test]
    fn times_are_those_of_the_site() {
        for (at, zone, english, german) in [
            (
                "2026-06-01T10:00:30Z",
                "Europe/Amsterdam",
                "Monday 1 June 2026 at 12:00 CEST",
                "Montag, 1. Juni 2026, 12:00 Uhr (MESZ)",
            ),
            (
                "2026-12-31T23:30:00Z",
                "Europe/Berlin",
                "Friday 1 January 2027 at 00:30 CET",
                "Freitag, 1. Januar 2027, 00:30 Uhr (MEZ)",
            ),
            (
                "2026-03-08T07:05:00Z",
                "America/New_York",
                "Sunday 8 March 2026 at 03:05 EDT",
                "Sonntag, 8. März 2026, 03:05 Uhr (EDT)",
            ),
        ] {
            assert_eq!(moment(Language::En, &zoned(at, zone)), english);
            assert_eq!(moment(Language::De, &zoned(at, zone)), german);
        }
    }

    #[test]
    fn a_span_names_its_day_once_unless_the_clock_was_changed_or_the_day_ended() {
        let span = |from, to| span(Language::En, &zoned(from, "Europe/Amsterdam"), &zoned(to, "Europe/Amsterdam"));
        assert_eq!(
            span("2026-06-01T08:00:00Z", "2026-06-01T09:30:00Z"),
            "Monday 1 June 2026, 10:00 to 11:30 CEST (1 h 30 min)"
        );
        assert_eq!(
            span("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
            "from Sunday 25 October 2026 at 02:30 CEST to Sunday 25 October 2026 at 02:30 CET (1 h)"
        );
        assert_eq!(
            span("2026-06-01T21:50:00Z", "2026-06-01T22:20:00Z"),
            "from Monday 1 June 2026 at 23:50 CEST to Tuesday 2 June 2026 at 00:20 CEST (30 min)"
        );
    }

    #[test]
    fn a_duration_has_at_most_two_units() {
        for (seconds, english, german) in [
            (-5, "0 s", "0 Sek."),
            (45, "45 s", "45 Sek."),
            (61, "1 min", "1 Min."),
            (3_600, "1 h", "1 Std."),
            (5_430, "1 h 30 min", "1 Std. 30 Min."),
            (86_400, "1 day", "1 Tag"),
            (2 * 86_400 + 3 * 3_600 + 59, "2 days 3 h", "2 Tage 3 Std."),
            (86_400 + 120, "1 day", "1 Tag"),
        ] {
            assert_eq!(duration(Language::En, seconds), english);
            assert_eq!(duration(Language::De, seconds), german);
        }
    }
}
