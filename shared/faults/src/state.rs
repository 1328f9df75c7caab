//! What detection remembers of a connector, and its step: state and sample to state and changes.

use jiff::Timestamp;
use messages::Sample;

use crate::bytes::{Reader, Writer};
use crate::detectors::Memories;
use crate::part::{self, Part};
use crate::seen::{Last, Measured, Seen, time_of};
use crate::{Change, FaultId, ResolvedProfile};

/// The only version of the bytes so far.
const VERSION: u8 = 1;

/// The most bytes a state takes.
pub const MAX_STATE_BYTES: usize = 512;

/// What the detectors remember of one connector: nothing before its first sample. Equal states decide equally.
///
/// It is moved with every sample and therefore kept in one place.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DetectorState(Option<Box<Remembered>>);

#[derive(Debug, Clone, PartialEq, Default)]
struct Remembered {
    last: Option<Last>,
    memories: Memories,
}

/// Bytes that are no detector state. Whoever reads them may start with `DetectorState::default()`: the episodes that were open are then
/// found again as new ones.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are no detector state")]
pub struct BadState;

/// Takes one sample of a connector. A sample that is not newer than the last one tells of nothing but the station's clock.
///
/// Times count in whole milliseconds. Values that cannot be are a fault of their sensor, and taken as not measured by all else.
#[must_use]
#[inline]
pub fn step(mut state: DetectorState, profile: &ResolvedProfile, sample: &Sample) -> (DetectorState, Vec<Change>) {
    let mut changes = Vec::new();
    state.take(profile, sample, &mut changes);
    (state, changes)
}

/// When a sample was taken: by the station's clock, or by its receipt where that clock cannot be right (see [`believed_time`]).
///
/// [`believed_time`]: crate::believed_time
#[must_use]
pub fn sampled_at(sample: &Sample) -> Timestamp {
    timestamp(time_of(sample))
}

/// Takes samples of one connector, whatever order they came in; they are put into order.
#[must_use]
pub fn step_all(
    state: DetectorState,
    profile: &ResolvedProfile,
    samples: &mut [Sample],
) -> (DetectorState, Vec<Change>) {
    samples.sort_by(crate::order::by_time_and_content);
    let (mut state, mut changes) = (state, Vec::new());
    for sample in samples {
        state.take(profile, sample, &mut changes);
    }
    (state, changes)
}

impl DetectorState {
    /// [`step`] in place.
    pub(crate) fn take(&mut self, profile: &ResolvedProfile, sample: &Sample, changes: &mut Vec<Change>) {
        let Remembered { last, memories } = &mut **self.0.get_or_insert_default();
        let at = time_of(sample);
        if let Some(last) = last.as_ref().filter(|last| at <= last.at) {
            // A clock that goes back makes every sample an old one: it is looked at all the same.
            let seen = Seen::new(last.at, sample, Some(last), profile);
            return memories.take_clock(&seen, changes);
        }
        let mut seen = Seen::new(at, sample, last.as_ref(), profile);
        memories.take(&mut seen, changes);
        *last = Some(seen.now);
    }

    fn last(&self) -> Option<&Last> {
        self.0.as_ref()?.last.as_ref()
    }

    /// When the last sample was taken; none before the first.
    #[must_use]
    pub fn last_at(&self) -> Option<Timestamp> {
        self.last().map(|last| timestamp(last.at))
    }

    /// When a vehicle last charged at this connector.
    #[must_use]
    pub fn last_charged_at(&self) -> Option<Timestamp> {
        self.0.as_ref()?.memories.charged_at().map(timestamp)
    }

    /// Whether energy flowed at the last sample, as the station said.
    pub(crate) fn is_charging(&self) -> bool {
        self.last().is_some_and(|last| last.charging)
    }

    /// Whether evidence of this voltage fault has begun, or the fault is open; no other fault is known here.
    pub(crate) fn suspects_voltage(&self, fault: &FaultId) -> bool {
        self.0.as_ref().is_some_and(|remembered| remembered.memories.suspects_voltage(fault))
    }

    /// Whether losing this state and going on from `before` could decide otherwise or much later: evidence has begun or ended, the offer or
    /// the charging changed. That only time has passed, values have drifted and sums have grown does not count.
    #[must_use]
    pub fn has_news_since(&self, before: &Self) -> bool {
        let of = |state: &Self| state.last().map(|last| (last.charging, last.offered_a));
        let outlines = |state: &Self| {
            let remembered = state.0.as_deref();
            remembered.map(|remembered| remembered.memories.parts(&Measured::default()).map(Part::outline))
        };
        of(self) != of(before) || outlines(self) != outlines(before)
    }

    /// The state as bytes, at most [`MAX_STATE_BYTES`]: the version, the last sample, then a tag, a length and a body for each part that
    /// remembers anything.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let Some(Remembered { last: Some(last), memories }) = self.0.as_deref() else { return vec![VERSION] };
        let mut to = Writer::new(last.at);
        to.byte(VERSION);
        to.time(last.at);
        last.write(&mut to);
        part::write(&memories.parts(&last.measured), &mut to, MAX_STATE_BYTES);
        to.finish()
    }

    /// Reads a state. A part that this release does not know is left out, so that a release can be taken back.
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
        let mut last = Last::read(at, &mut from)?;
        let mut memories = Memories::default();
        part::read(&mut memories.parts_mut(&mut last.measured), &mut from)?;
        Ok(Self(Some(Box::new(Remembered { last: Some(last), memories }))))
    }
}

/// A time of the state; all of them came from a `Timestamp`.
pub(crate) fn timestamp(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAGS: [u8; 18] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18, 19];

    fn last_time() -> i64 {
        Timestamp::MAX.as_second() * 1_000
    }

    /// The fullest state there is: every fault open since the first time there is, at the last.
    fn fullest() -> Remembered {
        let all = [Some(230.1); 3].into();
        let measured = Measured { voltage_v: all, power_w: Some(11_000.5), temperature_c: Some(40.1) };
        let last = Last { at: last_time(), charging: true, offered_a: Some(32.0), current_a: all, measured };
        Remembered { last: Some(last), memories: Memories::fullest(last_time()) }
    }

    /// Each part, its tag and length included.
    fn parts(state: &Remembered) -> Vec<Vec<u8>> {
        let (to, measured) = (Writer::new(last_time()), state.last.unwrap().measured);
        let parts = state.memories.parts(&measured);
        parts.iter().filter_map(|part| to.part(part.tag(), |to| part.write(to))).collect()
    }

    #[test]
    fn each_part_of_the_fullest_state_is_written_and_read_back() {
        let state = fullest();
        let written = parts(&state);
        let tags: Vec<u8> = written.iter().map(|part| part[0]).collect();
        assert_eq!(tags, TAGS);
        let longest = written.iter().map(Vec::len).max();
        assert_eq!(longest, Some(80));
        let (mut memories, mut measured) = (Memories::default(), Measured::default());
        for (part, bytes) in memories.parts_mut(&mut measured).into_iter().zip(&written) {
            let (_, body) = Reader::new(last_time(), bytes).part().unwrap();
            part.replace(body).unwrap();
        }
        assert_eq!(memories, state.memories);
        assert_eq!(Some(measured), state.last.map(|last| last.measured));
    }

    #[test]
    fn the_fullest_state_fits_without_what_can_be_learned_again() {
        let state = fullest();
        let bytes = DetectorState(Some(Box::new(state.clone()))).encode();
        assert!(bytes.len() <= MAX_STATE_BYTES, "{} bytes", bytes.len());
        let read = DetectorState::decode(&bytes).unwrap().0.unwrap();
        let kept: Vec<u8> = parts(&state).concat();
        // With what can be learned again, and behind its head and the count of its parts, it would take this.
        assert_eq!((bytes.len(), 27 + kept.len()), (494, 665));
        // Every fault is still open.
        let measured = Measured::default();
        let outlines = |memories: &Memories| memories.parts(&measured).map(|part| (part.tag(), part.outline()));
        let learned = |part: &(u8, u16)| [4, 5, 6, 19].contains(&part.0);
        let open =
            |memories: &Memories| outlines(memories).into_iter().filter(|part| !learned(part)).collect::<Vec<_>>();
        assert_eq!(open(&read.memories), open(&state.memories));
    }

    #[test]
    fn a_state_of_the_last_moment_there_is_is_read_back() {
        let sample = |at| {
            let json = format!(
                r#"{{"samples":[{{"at":"{at}","connectors":[{{"evseId":1,"connectorId":1,"status":"Charging"}}]}}]}}"#
            );
            messages::parse_telemetry(json.as_bytes()).unwrap().remove(0)
        };
        for at in [Timestamp::MAX, Timestamp::MIN] {
            let (state, _) = step(DetectorState::default(), &ResolvedProfile::default(), &sample(at));
            assert_eq!(DetectorState::decode(&state.encode()), Ok(state), "{at}");
        }
    }

    #[test]
    fn what_is_measured_is_left_out_before_what_is_learned() {
        let state = fullest();
        let last = state.last.unwrap();
        for (most, left_out) in
            [(1_000, &[][..]), (655, &[4]), (630, &[4, 19]), (580, &[4, 5, 19]), (570, &[4, 5, 6, 19])]
        {
            let mut to = Writer::new(last.at);
            to.bytes(&[0; 26]);
            part::write(&state.memories.parts(&last.measured), &mut to, most);
            let bytes = to.finish();
            assert!(bytes.len() <= most);
            let mut from = Reader::new(last.at, &bytes[27..]);
            let tags: Vec<u8> = (0..bytes[26]).map(|_| from.part().unwrap().0).collect();
            let expected: Vec<u8> = TAGS.into_iter().filter(|tag| !left_out.contains(tag)).collect();
            assert_eq!(tags, expected, "in {most} bytes");
        }
    }
}
