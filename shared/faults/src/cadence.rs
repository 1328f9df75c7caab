//! How often something is heard of, and from when on it is silent.
//!
//! The interval is learned from the times at which something was noted. A longer one is believed step by step, at most twice the one before,
//! so that a silence is not taken for a habit; and it is forgotten slowly, about half of it in a day, so that who reports every minute while
//! it charges and every quarter of an hour otherwise is not missed after each session.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// What is heard more often is noted so often only: what was heard last may be so much later than what was noted.
pub const NOTED_EVERY: SignedDuration = SignedDuration::from_secs(60);

const NOTED_EVERY_MS: i64 = 60_000;

/// Nothing is silent before this, ms.
const SILENT_AFTER_MS: i64 = 180_000;

/// So many intervals without a message are a silence.
const INTERVALS: i64 = 3;

/// Nobody is expected to be heard of less than once a day.
const LONGEST_MS: i64 = 86_400_000;

/// An interval shrinks by the share that a shorter one has of this, ms: a day over the logarithm of two.
const FORGOTTEN_MS: i64 = 124_649_000;

/// How often a connector is heard of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cadence {
    /// When a message was noted last, by the time of its receipt.
    pub heard_at: Timestamp,
    /// The longest usual interval between two that were noted, ms; none before the second.
    #[serde(default)]
    interval_ms: Option<i64>,
}

impl Cadence {
    /// What is known after a message that was received at that time. An older one says nothing.
    #[must_use]
    pub fn after(known: Option<Self>, received_at: Timestamp) -> Self {
        let Some(known) = known else { return Self { heard_at: received_at, interval_ms: None } };
        let gap = received_at.duration_since(known.heard_at).as_millis();
        let gap = i64::try_from(gap).unwrap_or(LONGEST_MS).min(LONGEST_MS);
        if gap <= 0 {
            return known;
        }
        let interval = match known.interval_ms {
            None => gap,
            Some(usual) if gap > usual => gap.min(2 * usual.max(NOTED_EVERY_MS)),
            Some(usual) => gap.max(usual - usual * gap / FORGOTTEN_MS),
        };
        Self { heard_at: received_at, interval_ms: Some(interval) }
    }

    /// Of a station with these connectors: when one of them was heard of last, and the shortest interval of those that still report.
    #[must_use]
    pub fn of_station(connectors: impl IntoIterator<Item = Self>) -> Option<Self> {
        let all: Vec<Self> = connectors.into_iter().collect();
        let heard_at = all.iter().map(|one| one.heard_at).max()?;
        let reporting = all.iter().filter(|one| later(one.heard_at, one.patience()) >= heard_at);
        Some(Self { heard_at, interval_ms: reporting.filter_map(|one| one.interval_ms).min() })
    }

    /// Whether a message that was received at that time is to be noted, though it says nothing else.
    #[must_use]
    pub fn is_older_than(&self, received_at: Timestamp) -> bool {
        received_at.duration_since(self.heard_at) >= NOTED_EVERY
    }

    /// After how long a silence is one, counted from what was noted last.
    pub(crate) fn patience(&self) -> SignedDuration {
        let usual = INTERVALS * self.interval_ms.unwrap_or(0);
        SignedDuration::from_millis(usual.max(SILENT_AFTER_MS + NOTED_EVERY_MS))
    }

    /// The interval in words.
    pub(crate) fn in_words(&self) -> String {
        match self.interval_ms {
            Some(usual) if usual > NOTED_EVERY_MS => format!("at least every {} s", usual / 1_000),
            Some(_) | None => "at least once a minute".to_owned(),
        }
    }
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(1_780_000_000 + second).unwrap()
    }

    /// What is known after messages at these seconds.
    fn after(seconds: impl IntoIterator<Item = i64>) -> Cadence {
        seconds.into_iter().fold(None, |known, at| Some(Cadence::after(known, second(at)))).unwrap()
    }

    fn every(interval: i64, count: i64) -> impl Iterator<Item = i64> {
        (0..count).map(move |n| n * interval)
    }

    #[test]
    fn three_intervals_are_a_silence_and_three_minutes_at_least() {
        for (seconds, patience) in [
            (vec![0], 240),
            (every(60, 10).collect(), 240),
            (every(80, 10).collect(), 240),
            (every(100, 10).collect(), 300),
            (every(900, 3).collect(), 2_700),
            // Written by the way, since something else was news.
            (every(900, 3).chain([1_805, 1_810]).collect(), 2_699),
            // What comes again or late is no news.
            (every(100, 10).chain([900, 300, 900]).collect(), 300),
        ] {
            let cadence = after(seconds.iter().copied());
            assert_eq!(cadence.patience().as_secs(), patience, "{seconds:?}");
        }
    }

    #[test]
    fn a_silence_is_no_habit_but_what_comes_again_becomes_one() {
        let silent_once = every(60, 60).chain([10_000, 10_060]);
        assert_eq!(after(silent_once).patience().as_secs(), 359);
        // From once a minute to every quarter of an hour: missed three times, then never.
        let mut seconds: Vec<i64> = every(60, 60).collect();
        let mut missed = 0;
        for n in 1..20 {
            let at = 3_540 + n * 900;
            missed += i32::from(second(at) > later(after(seconds.clone()).heard_at, after(seconds.clone()).patience()));
            seconds.push(at);
        }
        assert_eq!(missed, 3);
        // A working day of charging does not make it forgotten.
        let charging = (1..480).map(|n| 3_540 + 19 * 900 + n * 60);
        assert!(after(seconds.into_iter().chain(charging)).patience().as_secs() > 900);
    }

    #[test]
    fn a_station_is_as_talkative_as_those_of_its_connectors_that_still_report() {
        let (often, seldom) = (after(every(60, 100)), after(every(900, 7)));
        let station = Cadence::of_station([seldom, often]).unwrap();
        assert_eq!((station.heard_at, station.patience().as_secs()), (second(5_940), 240));
        // One that was taken away long ago says nothing of those that are left.
        let left = after(every(900, 20));
        assert_eq!(Cadence::of_station([often, left]).unwrap().patience(), left.patience());
        assert_eq!(Cadence::of_station([]), None);
    }

    proptest! {
        /// Whoever keeps the pace it has shown is never silent, however its clock trembles.
        #[test]
        fn who_keeps_its_pace_is_not_missed(interval in 5i64..7_200, late in prop::collection::vec(0.0f64..0.5, 3..60)) {
            let mut known = None;
            let mut at = 0.0;
            for late in late {
                let received = second(0) + SignedDuration::from_secs_f64(at);
                if let Some(known) = known {
                    let known: Cadence = known;
                    prop_assert!(known.interval_ms.is_none() || received <= later(known.heard_at, known.patience()));
                }
                known = Some(Cadence::after(known, received));
                at += f64::from(u32::try_from(interval).unwrap()) * (1.0 + late);
            }
        }

        #[test]
        fn it_is_read_back_as_it_was_written(seconds in prop::collection::vec(0i64..100_000, 1..20)) {
            let cadence = after(seconds);
            let json = serde_json::to_string(&cadence).unwrap();
            prop_assert_eq!(serde_json::from_str::<Cadence>(&json).unwrap(), cadence);
        }
    }
}
