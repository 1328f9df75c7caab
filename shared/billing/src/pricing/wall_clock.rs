//! The site's wall clock: what it shows at an instant, and when it shows a given time of day.

use std::sync::OnceLock;

use jiff::Timestamp;
use jiff::tz::TimeZone;

const DAY_S: i64 = 86_400;

/// What the wall clock shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct LocalTime {
    /// Days since 1970-01-01.
    pub(super) day: i64,
    /// 0 is Monday.
    pub(super) weekday: u8,
    /// Seconds since local midnight.
    pub(super) second: i64,
}

/// The rules of a site's time, and the offset that was looked up in them first: of many sessions most fall under one, and to find an offset
/// takes as long as a tenth of a price.
#[derive(Debug, Clone)]
pub(super) struct Zone {
    rules: TimeZone,
    first: OnceLock<Offset>,
}

/// An offset from UTC.
#[derive(Debug, Clone, Copy, Default)]
struct Offset {
    /// Ahead of UTC.
    seconds: i64,
    /// It holds from then on …
    from_s: i64,
    /// … until the next transition.
    until_s: i64,
}

/// A wall clock that remembers the UTC offset it looked up last and how long that holds.
#[derive(Debug)]
pub(super) struct WallClock<'a> {
    zone: &'a Zone,
    now: Offset,
}

impl Zone {
    pub(super) fn new(rules: TimeZone) -> Self {
        Self { rules, first: OnceLock::new() }
    }

    fn look_up(&self, instant_s: i64) -> Offset {
        let first = self.first.get_or_init(|| Offset::of(&self.rules, instant_s));
        if first.holds(instant_s) { *first } else { Offset::of(&self.rules, instant_s) }
    }
}

impl Offset {
    fn of(rules: &TimeZone, instant_s: i64) -> Self {
        let instant = Timestamp::from_second(instant_s).unwrap_or(Timestamp::UNIX_EPOCH);
        let next = rules.following(instant).next();
        Self {
            seconds: i64::from(rules.to_offset(instant).seconds()),
            from_s: instant_s,
            until_s: next.map_or(i64::MAX, |transition| transition.timestamp().as_second()),
        }
    }

    fn holds(&self, instant_s: i64) -> bool {
        (self.from_s..self.until_s).contains(&instant_s)
    }
}

impl<'a> WallClock<'a> {
    pub(super) fn new(zone: &'a Zone) -> Self {
        Self { zone, now: Offset::default() }
    }

    fn look_up(&mut self, instant_s: i64) {
        if !self.now.holds(instant_s) {
            self.now = self.zone.look_up(instant_s);
        }
    }

    /// What it shows at this instant, seconds since 1970.
    pub(super) fn show(&mut self, instant_s: i64) -> LocalTime {
        self.look_up(instant_s);
        let local_s = instant_s + self.now.seconds;
        let day = local_s.div_euclid(DAY_S);
        // 1970-01-01 was a Thursday.
        let weekday = u8::try_from((day + 3).rem_euclid(7)).unwrap_or(0);
        LocalTime { day, weekday, second: local_s.rem_euclid(DAY_S) }
    }

    /// The first instant after `after_s` at which the clock shows one of these seconds of the day, which are in order, or jumps. A time
    /// that the clock shows twice comes twice; one that it skips is passed at the jump.
    pub(super) fn next(&mut self, marks_s: &[i64], after_s: i64) -> i64 {
        self.look_up(after_s);
        let shown_s = (after_s + self.now.seconds).rem_euclid(DAY_S);
        let today = marks_s.iter().find(|mark| **mark > shown_s).copied();
        let mark = today.or_else(|| marks_s.first().map(|tomorrow| tomorrow + DAY_S));
        mark.map_or(self.now.until_s, |mark| self.now.until_s.min(after_s + mark - shown_s))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(zone: &str, marks_s: &[i64], from: &str, until: &str) -> Vec<String> {
        let zone = Zone::new(TimeZone::get(zone).unwrap());
        let second = |text: &str| text.parse::<Timestamp>().unwrap().as_second();
        let mut clock = WallClock::new(&zone);
        let instants = std::iter::successors(Some(second(from)), |after_s| Some(clock.next(marks_s, *after_s)));
        let passed = instants.skip(1).take_while(|instant| *instant < second(until));
        passed.map(|instant| Timestamp::from_second(instant).unwrap().to_string()).collect()
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
    fn what_was_looked_up_first_holds_as_long_as_it_holds() {
        let [winter, summer] = ["2025-03-29T12:00:00Z", "2025-03-31T12:00:00Z"];
        for order in [[winter, summer, winter], [summer, winter, summer]] {
            let zone = Zone::new(TimeZone::get("Europe/Amsterdam").unwrap());
            for text in order {
                let shown = WallClock::new(&zone).show(text.parse::<Timestamp>().unwrap().as_second());
                assert_eq!(shown.second / 3600, if text == winter { 13 } else { 14 }, "{text} of {order:?}");
            }
        }
    }

    #[test]
    fn the_start_itself_is_no_boundary() {
        assert_eq!(passes("UTC", &[0], "2025-01-01T00:00:00Z", "2025-01-02T00:00:00Z"), Vec::<String>::new());
        assert_eq!(passes("UTC", &[0], "2025-01-01T00:00:00Z", "2025-01-02T00:00:01Z"), ["2025-01-02T00:00:00Z"]);
    }

    #[test]
    fn days_and_weekdays_are_those_of_the_place() {
        let zone = Zone::new(TimeZone::get("Asia/Tokyo").unwrap());
        let instant: Timestamp = "2024-06-02T15:00:00Z".parse().unwrap();
        let shown = WallClock::new(&zone).show(instant.as_second());
        assert_eq!((shown.weekday, shown.second), (0, 0));
    }
}
