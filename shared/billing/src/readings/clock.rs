//! When things happened: the station's times, corrected where the broker's show that its clock is off.

use std::collections::BTreeSet;

use crate::flags::Flag;

/// Two offsets between station and broker that differ by no more are the same, seconds.
const SAME_OFFSET_S: i64 = 60;
/// A clock that is slow can be told from messages that are late only when they were received over more than this, seconds.
const SPREAD_S: i64 = 120;
/// A time so long before it was received is not believed beside others that can be, seconds.
const PAST_MAX_S: i64 = 30 * 86_400;
/// A time so long after it was received is not believed, seconds.
const FUTURE_MAX_S: i64 = 300;

/// A message's time by the station and by the broker, seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) at_s: i64,
    pub(super) received_s: i64,
}

impl Stamp {
    fn offset_s(self) -> i64 {
        self.at_s.saturating_sub(self.received_s)
    }
}

/// Times that never go back.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Corrected {
    /// One per message, in order.
    pub(super) times_s: Vec<i64>,
    /// How far ahead the station's clock was found to be, seconds; 0 when it was not corrected.
    pub(super) skew_s: i64,
    pub(super) flags: BTreeSet<Flag>,
}

/// Corrects the times of the messages of one session, given in the order of their sequence numbers.
pub(super) fn correct(stamps: &[Stamp], max_skew_s: i64) -> Corrected {
    let stable_s = stable_skew(stamps).filter(|skew_s| skew_s.abs() > max_skew_s);
    let skew_s = stable_s.or_else(|| least_ahead(stamps)).unwrap_or(0);
    let mut flags = BTreeSet::new();
    if skew_s != 0 {
        flags.insert(Flag::ClockSkew);
    }
    let past_max_s = believed_past_s(stamps, skew_s);
    let mut times_s = Vec::with_capacity(stamps.len());
    let mut latest_s = i64::MIN;
    for stamp in stamps {
        let at_s = stamp.at_s.saturating_sub(skew_s);
        let offset_s = at_s.saturating_sub(stamp.received_s);
        let believed_s = if (-past_max_s..=FUTURE_MAX_S).contains(&offset_s) { at_s } else { stamp.received_s };
        if believed_s != at_s || believed_s < latest_s {
            flags.insert(Flag::ClockStep);
        }
        latest_s = latest_s.max(believed_s);
        times_s.push(latest_s);
    }
    Corrected { times_s, skew_s, flags }
}

/// How long before its receipt a time is still believed.
///
/// When every message is older, they were kept for long and came all together: the station's times are the only ones that tell how long
/// the session took, and the same in whatever order they came.
fn believed_past_s(stamps: &[Stamp], skew_s: i64) -> i64 {
    let is_old = |stamp: &Stamp| stamp.offset_s().saturating_sub(skew_s) < -PAST_MAX_S;
    if stamps.iter().all(is_old) { i64::MAX } else { PAST_MAX_S }
}

/// How far ahead a clock is at least that never went back, when messages came before they happened: those were kept and came together,
/// so that no constant offset shows. All times move by it, which keeps the time between them.
fn least_ahead(stamps: &[Stamp]) -> Option<i64> {
    let never_back = stamps.is_sorted_by_key(|stamp| stamp.at_s);
    let ahead_s = stamps.iter().map(|stamp| stamp.offset_s()).max().filter(|ahead_s| *ahead_s > FUTURE_MAX_S);
    ahead_s.filter(|_| never_back)
}

/// How far the clock is ahead, when most messages agree on it.
///
/// A message can be late but not early, so the least delayed one shows the offset best. A clock that is behind looks like messages
/// that are late, except that a backlog comes all at once.
fn stable_skew(stamps: &[Stamp]) -> Option<i64> {
    let skew_s = stamps.iter().map(|stamp| stamp.offset_s()).max()?;
    let agreeing = || stamps.iter().filter(|stamp| skew_s.saturating_sub(stamp.offset_s()) <= SAME_OFFSET_S);
    if agreeing().count() * 2 <= stamps.len() || agreeing().count() < 2 {
        return None;
    }
    let first_s = agreeing().map(|stamp| stamp.received_s).min()?;
    let last_s = agreeing().map(|stamp| stamp.received_s).max()?;
    (skew_s > 0 || last_s.saturating_sub(first_s) > SPREAD_S).then_some(skew_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3600;

    fn corrected(stamps: &[(i64, i64)]) -> (Vec<i64>, i64, Vec<Flag>) {
        let stamps: Vec<Stamp> = stamps.iter().map(|&(at_s, received_s)| Stamp { at_s, received_s }).collect();
        let Corrected { times_s, skew_s, flags } = correct(&stamps, 300);
        (times_s, skew_s, flags.into_iter().collect())
    }

    #[test]
    fn only_a_constant_offset_is_skew() {
        for (what, stamps, times, skew_s, flags) in [
            ("right", vec![(0, 1), (HOUR, HOUR + 2)], vec![0, HOUR], 0, vec![]),
            ("fast", vec![(HOUR, 1), (2 * HOUR, HOUR + 1)], vec![1, HOUR + 1], HOUR - 1, vec![Flag::ClockSkew]),
            ("slow", vec![(-HOUR, 1), (0, HOUR + 1)], vec![1, HOUR + 1], -HOUR - 1, vec![Flag::ClockSkew]),
            ("slightly fast", vec![(200, 0), (HOUR + 200, HOUR)], vec![200, HOUR + 200], 0, vec![]),
            ("backlog", vec![(0, 99 * HOUR), (HOUR, 99 * HOUR + 1)], vec![0, HOUR], 0, vec![]),
            ("short, in a backlog", vec![(0, 99 * HOUR), (9, 99 * HOUR + 1)], vec![0, 9], 0, vec![]),
            ("kept for months", vec![(0, 2000 * HOUR), (HOUR, 2000 * HOUR + 9)], vec![0, HOUR], 0, vec![]),
            (
                "fast, in a backlog",
                vec![(0, HOUR), (1800, HOUR), (2 * HOUR, HOUR)],
                vec![-HOUR, 1800 - HOUR, HOUR],
                HOUR,
                vec![Flag::ClockSkew],
            ),
            ("one late", vec![(0, 30 * HOUR), (HOUR, HOUR), (2 * HOUR, 2 * HOUR)], vec![0, HOUR, 2 * HOUR], 0, vec![]),
            (
                "fast, one late",
                vec![(HOUR, 30 * HOUR), (2 * HOUR, HOUR), (3 * HOUR, 2 * HOUR)],
                vec![0, HOUR, 2 * HOUR],
                HOUR,
                vec![Flag::ClockSkew],
            ),
        ] {
            assert_eq!(corrected(&stamps), (times, skew_s, flags), "{what}");
        }
    }

    #[test]
    fn times_that_cannot_be_are_replaced_and_none_goes_back() {
        let years = 10 * 365 * 24 * HOUR;
        for (what, stamps, times) in [
            ("unset at first", vec![(-years, 5), (HOUR, HOUR), (2 * HOUR, 2 * HOUR)], vec![5, HOUR, 2 * HOUR]),
            ("jumps ahead", vec![(0, 0), (years, HOUR), (2 * HOUR, 2 * HOUR)], vec![0, HOUR, 2 * HOUR]),
            ("steps back", vec![(0, 0), (HOUR, HOUR), (HOUR - 60, HOUR + 9)], vec![0, HOUR, HOUR]),
        ] {
            assert_eq!(corrected(&stamps), (times, 0, vec![Flag::ClockStep]), "{what}");
        }
    }
}
