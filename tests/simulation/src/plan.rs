//! What a run is to be.

use crate::mutants::Mutant;

/// What a run is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Everything follows from it.
    pub seed: u64,
    /// How many sessions take place.
    pub sessions: usize,
    /// At how many stations.
    pub stations: usize,
    /// What is broken on purpose.
    pub mutant: Option<Mutant>,
}

impl Plan {
    /// The run of a seed as it must hold: 10,000 sessions at 100 stations.
    #[must_use]
    pub fn of_seed(seed: u64) -> Self {
        Self { seed, sessions: 10_000, stations: 100, mutant: None }
    }

    /// The same run with fewer sessions, at as many fewer stations.
    #[must_use]
    pub fn with_sessions(self, sessions: usize) -> Self {
        Self { sessions, stations: (sessions / 100).clamp(3, 100), ..self }
    }
}
