//! Times as people of a language write them, by the site's clock.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use messages::Language;

/// Writes times in a language and a time zone.
#[derive(Debug)]
pub(super) struct Clock {
    language: Language,
    zone: TimeZone,
}

/// What tells the times of a session apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    date: bool,
    offset: bool,
}

impl Clock {
    pub(super) fn new(language: Language, zone: &str) -> Self {
        Self { language, zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC) }
    }

    /// `1 June 2026`; `01.06.2026`.
    pub(super) fn date(&self, at: Timestamp) -> String {
        let written = match self.language {
            Language::En => "%-d %B %Y",
            Language::De => "%d.%m.%Y",
        };
        self.local(at).strftime(written).to_string()
    }

    /// The day, or the first and the last.
    pub(super) fn dates(&self, from: Timestamp, to: Timestamp) -> String {
        let [first, last] = [from, to].map(|at| self.date(at));
        if first == last { first } else { format!("{first} – {last}") }
    }

    /// `1 June 2026, 12:00:05 (UTC+02:00)`.
    pub(super) fn moment(&self, at: Timestamp) -> String {
        let local = self.local(at);
        format!("{}, {}", self.date(at), local.strftime("%H:%M:%S (UTC%:z)"))
    }

    /// What has to be said beside the time of day in a session from and to these times.
    pub(super) fn told(&self, from: Timestamp, to: Timestamp) -> Told {
        let [from, to] = [from, to].map(|at| self.local(at));
        Told { date: from.date() != to.date(), offset: from.offset() != to.offset() }
    }

    /// `12:00:05 – 13:30:00`, with dates and offsets where the session has more than one; one time for a moment.
    pub(super) fn span(&self, from: Timestamp, to: Timestamp, told: Told) -> String {
        let first = self.time(from, told);
        if from == to {
            return first;
        }
        let same_day = self.local(from).date() == self.local(to).date();
        format!("{first} – {}", self.time(to, Told { date: told.date && !same_day, ..told }))
    }

    fn time(&self, at: Timestamp, Told { date, offset }: Told) -> String {
        let date = match (date, self.language) {
            (false, _) => "",
            (true, Language::En) => "%-d %b, ",
            (true, Language::De) => "%d.%m., ",
        };
        let offset = if offset { " (%:z)" } else { "" };
        self.local(at).strftime(&format!("{date}%H:%M:%S{offset}")).to_string()
    }

    fn local(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.zone.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clocks() -> [Clock; 2] {
        [Language::En, Language::De].map(|language| Clock::new(language, "Europe/Berlin"))
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn times_are_those_of_the_site_with_their_offset() {
        let moment = |text| clocks().map(|clock| clock.moment(at(text)));
        assert_eq!(
            moment("2026-06-01T22:00:05Z"),
            ["2 June 2026, 00:00:05 (UTC+02:00)", "02.06.2026, 00:00:05 (UTC+02:00)"]
        );
        let dates = |from, to| clocks().map(|clock| clock.dates(at(from), at(to)));
        assert_eq!(dates("2026-06-01T10:00:00Z", "2026-06-01T21:59:59Z"), ["1 June 2026", "01.06.2026"]);
        assert_eq!(
            dates("2026-12-31T10:00:00Z", "2027-01-01T10:00:00Z"),
            ["31 December 2026 – 1 January 2027", "31.12.2026 – 01.01.2027"]
        );
        assert_eq!(
            Clock::new(Language::En, "Mars/North").moment(at("2026-06-01T22:00:05Z")),
            "1 June 2026, 22:00:05 (UTC+00:00)"
        );
    }

    #[test]
    fn a_span_says_what_tells_its_times_apart_in_the_session() {
        for (from, to, english, german) in [
            ("2026-06-01T10:00:00Z", "2026-06-01T11:30:00Z", "12:00:00 – 13:30:00", "12:00:00 – 13:30:00"),
            ("2026-06-01T10:00:00Z", "2026-06-01T10:00:00Z", "12:00:00", "12:00:00"),
            (
                "2026-06-01T21:00:00Z",
                "2026-06-01T22:30:00Z",
                "1 Jun, 23:00:00 – 2 Jun, 00:30:00",
                "01.06., 23:00:00 – 02.06., 00:30:00",
            ),
            (
                "2026-10-25T00:30:00Z",
                "2026-10-25T01:30:00Z",
                "02:30:00 (+02:00) – 02:30:00 (+01:00)",
                "02:30:00 (+02:00) – 02:30:00 (+01:00)",
            ),
        ] {
            let span = |clock: Clock| clock.span(at(from), at(to), clock.told(at(from), at(to)));
            assert_eq!(clocks().map(span), [english, german]);
        }
        let [clock, _] = clocks();
        let told = clock.told(at("2026-06-01T10:00:00Z"), at("2026-06-02T10:00:00Z"));
        let within = clock.span(at("2026-06-01T10:00:00Z"), at("2026-06-01T11:00:00Z"), told);
        assert_eq!(within, "1 Jun, 12:00:00 – 13:00:00");
    }
}
