//! The site's wall clock: what it shows at an instant, and when it shows a given time of day.

use jiff::Timestamp;
use jiff::tz::TimeZone;

const DAY_S: i64 = 86_400;

/// What the wall clock shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LocalTime {
    /// Days since 1970-01-01.
    pub(super) day: i64,
    /// 0 is Monday.
    pub(super) weekday: u8,
    /// Seconds since local midnight.
    pub(super) second: i64,
}

/// A wall clock that remembers the UTC offset it looked up last and how long that holds.
#[derive(Debug)]
pub(super) struct WallClock<'a> {
    zone: &'a TimeZone,
    offset_s: i64,
    /// The offset holds from then on …
    from_s: i64,
    /// … until the next transition.
    until_s: i64,
}

impl<'a> WallClock<'a> {
    pub(super) fn new(zone: &'a TimeZone) -> Self {
        Self { zone, offset_s: 0, from_s: 0, until_s: 0 }
    }

    fn look_up(&mut self, instant_s: i64) {
        if (self.from_s..self.until_s).contains(&instant_s) {
            return;
        }
        let instant = Timestamp::from_second(instant_s).unwrap_or(Timestamp::UNIX_EPOCH);
        self.offset_s = i64::from(self.zone.to_offset(instant).seconds());
        self.from_s = instant_s;
        self.until_s =
            self.zone.following(instant).next().map_or(i64::MAX, |transition| transition.timestamp().as_second());
    }

    /// What it shows at this instant, seconds since 1970.
    pub(super) fn show(&mut self, instant_s: i64) -> LocalTime {
        self.look_up(instant_s);
        let local_s = instant_s + self.offset_s;
        let day = local_s.div_euclid(DAY_S);
        // 1970-01-01 was a Thursday.
        let weekday = u8::try_from((day + 3).rem_euclid(7)).unwrap_or(0);
        LocalTime { day, weekday, second: local_s.rem_euclid(DAY_S) }
    }

    /// Adds the instants strictly between `start_s` and `end_s` at which the clock shows one of these seconds of the day, or jumps. A
    /// time that the clock shows twice is given twice; one that it skips is passed at the jump.
    pub(super) fn passes(&mut self, marks_s: &[i64], start_s: i64, end_s: i64, instants: &mut Vec<i64>) {
        let mut from = start_s;
        while from < end_s {
            self.look_up(from);
            let until = self.until_s.min(end_s);
            for mark in marks_s {
                // The first time the mark is shown after `from`, if the offset holds.
                let since = (from + self.offset_s - mark).rem_euclid(DAY_S);
                let mut instant = from - since + DAY_S;
                while instant < until {
                    instants.push(instant);
                    instant += DAY_S;
                }
            }
            if until < end_s {
                instants.push(until);
            }
            from = until;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(zone: &str, marks_s: &[i64], from: &str, until: &str) -> Vec<String> {
        let zone = TimeZone::get(zone).unwrap();
        let second = |text: &str| text.parse::<Timestamp>().unwrap().as_second();
        let mut instants = Vec::new();
        WallClock::new(&zone).passes(marks_s, second(from), second(until), &mut instants);
        instants.sort_unstable();
        instants.into_iter().map(|instant| Timestamp::from_second(instant).unwrap().to_string()).collect()
    }

    #[test]
    fn times_that_are_skipped_pass_at_the_jump_and_times_shown_twice_pass_twice() {
        let half_past_two = [9000];
        assert_eq!(
            passes("Europe/Amsterdam", &half_past_two, "2025-03-29T12:00:00Z", "2025-03-31T12:00:00Z"),
            ["2025-03-30T01:00:00Z", "2025-03-31T00:30:00Z"]
        );
        assert_eq!(
            passes("Europe/Amsterdam", &half_past_two, "2025-10-25T12:00:00Z", "2025-10-26T12:00:00Z"),
            ["2025-10-26T00:30:00Z", "2025-10-26T01:00:00Z", "2025-10-26T01:30:00Z"]
        );
    }

    #[test]
    fn the_start_itself_is_no_boundary() {
        assert_eq!(passes("UTC", &[0], "2025-01-01T00:00:00Z", "2025-01-02T00:00:00Z"), Vec::<String>::new());
        assert_eq!(passes("UTC", &[0], "2025-01-01T00:00:00Z", "2025-01-02T00:00:01Z"), ["2025-01-02T00:00:00Z"]);
    }

    #[test]
    fn days_and_weekdays_are_those_of_the_place() {
        let zone = TimeZone::get("Asia/Tokyo").unwrap();
        let instant: Timestamp = "2024-06-02T15:00:00Z".parse().unwrap();
        let shown = WallClock::new(&zone).show(instant.as_second());
        assert_eq!((shown.weekday, shown.second), (0, 0));
    }
}
