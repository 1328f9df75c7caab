//! What detection remembers of a connector, and its step: state and sample to state and changes.

use jiff::Timestamp;
use messages::Sample;

use crate::bytes::{Reader, Writer};
use crate::detectors::Memories;
use crate::last::{Last, Seen};
use crate::{Change, ResolvedProfile};

/// The only version of the bytes so far.
const VERSION: u8 = 1;

/// The most bytes a state takes.
pub const MAX_STATE_BYTES: usize = 512;

/// What the detectors remember of one connector. Equal states decide equally.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DetectorState {
    last: Option<Last>,
    memories: Memories,
}

/// Bytes that are no detector state. Whoever reads them may start with `DetectorState::default()`: the episodes that were open are then
/// found again as new ones.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are no detector state")]
pub struct BadState;

/// Takes one sample of a connector. A sample that is not newer than the last one changes nothing.
///
/// Times count in whole milliseconds. Values that cannot be are taken as not measured.
#[must_use]
pub fn step(state: DetectorState, profile: &ResolvedProfile, sample: &Sample) -> (DetectorState, Vec<Change>) {
    let at = sample.at.as_millisecond();
    if state.last.is_some_and(|last| at <= last.at) {
        return (state, Vec::new());
    }
    let seen = Seen::new(at, sample, state.last);
    let mut changes = Vec::new();
    let mut memories = state.memories;
    memories.take(&seen, profile, &mut changes);
    (DetectorState { last: Some(seen.remember()), memories }, changes)
}

/// Takes samples of one connector, whatever order they came in; they are put into order.
#[must_use]
pub fn step_all(
    state: DetectorState,
    profile: &ResolvedProfile,
    samples: &mut [Sample],
) -> (DetectorState, Vec<Change>) {
    samples.sort_by(crate::order::by_time_and_content);
    samples.iter().fold((state, Vec::new()), |(state, mut changes), sample| {
        let (state, more) = step(state, profile, sample);
        changes.extend(more);
        (state, changes)
    })
}

impl DetectorState {
    /// When the last sample was taken; none before the first.
    #[must_use]
    pub fn last_at(&self) -> Option<Timestamp> {
        self.last.map(|last| timestamp(last.at))
    }

    /// Whether losing this state and going on from `before` could decide otherwise or later: evidence has begun or ended, the offer or
    /// the charging changed. That only time has passed and values have drifted does not count.
    #[must_use]
    pub fn has_news_since(&self, before: &Self) -> bool {
        let outline = |state: &Self| state.last.map(|last| (last.charging, last.offered_a));
        self.memories != before.memories || outline(self) != outline(before)
    }

    /// The state as bytes, at most [`MAX_STATE_BYTES`]: the version, the last sample, then a tag, a length and a body for each
    /// detector family that remembers anything.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let Some(last) = self.last else { return vec![VERSION] };
        let mut to = Writer::new(last.at);
        to.byte(VERSION);
        to.time(last.at);
        last.write(&mut to);
        self.memories.write(&mut to);
        to.finish()
    }

    /// Reads a state. A family that this release does not know is left out, so that a release can be taken back.
    ///
    /// # Errors
    /// [`BadState`]: cut off, of a version that is not known, or with times and values that cannot be.
    pub fn decode(bytes: &[u8]) -> Result<Self, BadState> {
        match bytes {
            [VERSION] => return Ok(Self::default()),
            [VERSION, ..] => {}
            [] | [_, ..] => return Err(BadState),
        }
        let mut from = Reader::new(0, bytes);
        let [_version] = from.take()?;
        let at = from.time()?;
        let last = Last::read(at, &mut from)?;
        Ok(Self { last: Some(last), memories: Memories::read(&mut from)? })
    }
}

/// A time of the state; all of them came from a `Timestamp`.
pub(crate) fn timestamp(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or_default()
}
