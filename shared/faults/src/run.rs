//! How long something has held: the debounce that all detectors share.

use crate::bytes::{Reader, Writer};
use crate::state::BadState;

/// A pause between two pieces of evidence that is longer than this ends a run, ms.
pub(crate) const GAP_MS: i64 = 300_000;

/// How much evidence is asked for: time AND samples, so that it works at one sample a second and at one a minute.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Debounce {
    /// The time from the first sample to the last, ms.
    pub(crate) ms: i64,
    /// The number of samples.
    pub(crate) samples: u8,
}

impl Debounce {
    /// The first sample is enough.
    pub(crate) const AT_ONCE: Self = Self { ms: 0, samples: 1 };

    /// So many seconds, and at least two samples; 0 is at once.
    pub(crate) const fn seconds(seconds: i64) -> Self {
        Self { ms: seconds * 1000, samples: if seconds == 0 { 1 } else { 2 } }
    }
}

/// What one sample says of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// The sample does not tell; a run goes on at the next one that does.
    Unknown,
}

impl From<bool> for Holds {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// The unbroken time over which a condition has held. Times are ms since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Run(Option<Held>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Held {
    since: i64,
    last: i64,
    samples: u8,
}

impl Run {
    /// No sample yet.
    pub(crate) const NONE: Self = Self(None);

    /// The run after one more sample; how long it has held by then in ms, if that is enough.
    pub(crate) fn take(&mut self, at: i64, holds: Holds, enough: Debounce) -> Option<i64> {
        match holds {
            Holds::Unknown => {
                self.expire(at);
                return None;
            }
            Holds::No => *self = Self::NONE,
            Holds::Yes => {
                self.0 = Some(match self.0 {
                    Some(Held { since, last, samples }) if at.saturating_sub(last) <= GAP_MS => {
                        Held { since, last: at, samples: samples.saturating_add(1).min(enough.samples) }
                    }
                    Some(_) | None => Held { since: at, last: at, samples: 1 },
                });
            }
        }
        let held = self.0?;
        let held_ms = held.last.saturating_sub(held.since);
        (held_ms >= enough.ms && held.samples >= enough.samples).then_some(held_ms)
    }

    /// Ends a run whose last evidence is so old that more would begin another.
    pub(crate) fn expire(&mut self, at: i64) {
        if self.0.is_some_and(|held| at.saturating_sub(held.last) > GAP_MS) {
            *self = Self::NONE;
        }
    }

    pub(crate) fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// Writes a run that is some, without the samples where there are at most two: two samples have two times.
    pub(crate) fn pack(&self, to: &mut Writer, count: bool) {
        if let Some(held) = self.0 {
            to.past(held.last);
            to.whole(held.last.abs_diff(held.since));
            if count {
                to.byte(held.samples);
            }
        }
    }

    /// Reads a run that was packed.
    pub(crate) fn unpack(from: &mut Reader<'_>, count: bool) -> Result<Self, BadState> {
        let last = from.past()?;
        let since = from.before(last)?;
        let samples = if count { from.byte()? } else { u8::from(since < last) + 1 };
        if samples > 0 { Ok(Self(Some(Held { since, last, samples }))) } else { Err(BadState) }
    }

    /// Writes a run that is some.
    pub(crate) fn write(&self, to: &mut Writer) {
        if let Some(held) = self.0 {
            to.past(held.last);
            to.past(held.since);
            to.byte(held.samples);
        }
    }

    /// Reads a run that is some.
    pub(crate) fn read(from: &mut Reader<'_>) -> Result<Self, BadState> {
        let held = Held { last: from.past()?, since: from.past()?, samples: from.byte()? };
        if held.since <= held.last && held.samples > 0 { Ok(Self(Some(held))) } else { Err(BadState) }
    }
}

#[cfg(test)]
impl Run {
    /// The longest run there can be: five samples as far apart as one run allows, and as long ago.
    pub(crate) fn fullest(at: i64) -> Self {
        let last = at - GAP_MS;
        Self(Some(Held { since: last - 4 * GAP_MS, last, samples: 2 }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Debounce = Debounce::seconds(60);

    /// Feeds `(second, holds)` and gives the seconds at which the run was enough.
    fn enough_at(samples: &[(i64, Holds)]) -> Vec<i64> {
        let mut run = Run::NONE;
        samples.iter().filter(|(s, holds)| run.take(s * 1000, *holds, MINUTE).is_some()).map(|(s, _)| *s).collect()
    }

    #[test]
    fn a_run_needs_time_and_samples_without_a_break() {
        use Holds::{No, Unknown, Yes};
        for (samples, expected) in [
            (&[(0, Yes), (59, Yes)][..], &[][..]),
            (&[(0, Yes), (60, Yes)], &[60]),
            (&[(0, Yes), (30, No), (60, Yes)], &[]),
            (&[(0, Yes), (30, Unknown), (60, Yes)], &[60]),
            (&[(0, Yes), (60, Unknown)], &[]),
            (&[(0, Yes), (300, Yes)], &[300]),
            (&[(0, Yes), (301, Yes)], &[]),
            (&[(0, Yes), (200, Unknown), (400, Yes)], &[]),
            (&[(0, Yes), (301, Yes), (361, Yes)], &[361]),
        ] {
            assert_eq!(enough_at(samples), expected, "{samples:?}");
        }
        assert_eq!(Run::default().take(5, Yes, Debounce::AT_ONCE), Some(0));
    }

    #[test]
    fn a_run_never_wraps_its_count() {
        let mut run = Run::NONE;
        let held: Vec<_> = (0..600).filter_map(|s| run.take(s * 1000, Holds::Yes, MINUTE)).collect();
        assert_eq!(held.len(), 540);
    }
}
