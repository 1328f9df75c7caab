//! What detection says: a fault opened or cleared, and the episode in between.

use jiff::Timestamp;
use messages::ConnectorKey;
use serde::{Deserialize, Serialize};

use crate::{FaultId, Remedy, Severity};

/// One fault of one connector from its opening to its clearing, while it is open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Episode {
    /// Which fault.
    pub fault: FaultId,
    /// How urgent it is.
    pub severity: Severity,
    /// When it opened: the time of the sample that completed the evidence.
    pub opened_at: Timestamp,
    /// The measured value then, in `unit`.
    pub value: f64,
    /// The limit it broke, in `unit`.
    pub limit: f64,
    /// The unit of both, e.g. `V`; empty for a ratio.
    pub unit: String,
    /// The sentence a technician needs.
    pub evidence: String,
}

/// What happened to a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// An episode began.
    Opened,
    /// An episode ended.
    Cleared,
}

/// One change of the faults of a connector.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The time of the sample that decided it.
    pub at: Timestamp,
    /// Where.
    pub connector: ConnectorKey,
    /// Which fault.
    pub fault: FaultId,
    /// How urgent the episode is, or was.
    pub severity: Severity,
    /// Opened or cleared.
    pub kind: ChangeKind,
    /// The measured value, in `unit`.
    pub value: f64,
    /// The limit that was broken, or for a cleared fault the one that is kept again, in `unit`.
    pub limit: f64,
    /// The unit of both, e.g. `V`; empty for a ratio.
    pub unit: &'static str,
    /// The sentence a technician needs.
    pub evidence: String,
    /// What usually helps.
    pub remedy: Remedy,
    /// When the episode opened; with connector and fault it names the episode.
    pub opened_at: Timestamp,
}

impl Change {
    /// The episodes that are open after this change.
    pub fn apply(&self, episodes: &mut Vec<Episode>) {
        episodes.retain(|episode| episode.fault != self.fault);
        match self.kind {
            ChangeKind::Opened => episodes.push(Episode {
                fault: self.fault.clone(),
                severity: self.severity,
                opened_at: self.opened_at,
                value: self.value,
                limit: self.limit,
                unit: self.unit.to_owned(),
                evidence: self.evidence.clone(),
            }),
            ChangeKind::Cleared => {}
        }
    }
}
