//! What is measured: anything that takes samples and says which faults opened and cleared.

use faults::{Change, DetectorState, ResolvedProfile, step};
use messages::Sample;

/// A detector with a state per connector.
pub(crate) trait Detector: Sync {
    type State: Clone + Default + Send + Sync;

    /// Takes one sample.
    fn step(&self, state: Self::State, profile: &ResolvedProfile, sample: &Sample) -> (Self::State, Vec<Change>);

    /// How many bytes the state takes when it is stored.
    fn bytes(&self, state: &Self::State) -> usize;
}

/// The detectors of the cloud.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ours;

impl Detector for Ours {
    type State = DetectorState;

    fn step(&self, state: DetectorState, profile: &ResolvedProfile, sample: &Sample) -> (DetectorState, Vec<Change>) {
        step(state, profile, sample)
    }

    fn bytes(&self, state: &DetectorState) -> usize {
        state.encode().len()
    }
}

/// Stores a state only now and then: writing it costs as much as a step.
const BYTES_EVERY: usize = 64;

/// A detector at one connector.
#[derive(Debug, Clone)]
pub(crate) struct Watched<'a, D: Detector> {
    detector: &'a D,
    profile: &'a ResolvedProfile,
    state: D::State,
    samples: usize,
    /// The most bytes that its state took.
    pub(crate) bytes: usize,
}

impl<'a, D: Detector> Watched<'a, D> {
    pub(crate) fn new(detector: &'a D, profile: &'a ResolvedProfile, state: D::State) -> Self {
        Self { detector, profile, state, samples: 0, bytes: 0 }
    }

    pub(crate) fn take(&mut self, sample: &Sample) -> Vec<Change> {
        let (state, changes) = self.detector.step(std::mem::take(&mut self.state), self.profile, sample);
        self.state = state;
        self.samples += 1;
        if !changes.is_empty() || self.samples.is_multiple_of(BYTES_EVERY) {
            self.bytes = self.bytes.max(self.detector.bytes(&self.state));
        }
        changes
    }

    pub(crate) fn into_state(self) -> D::State {
        self.state
    }
}
