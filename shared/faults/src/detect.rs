//! Detection over a file of telemetry: what `wattwarden detect` prints.

use std::collections::BTreeMap;

use jiff::Timestamp;
use messages::{ConnectorKey, Refusal, Sample, parse_telemetry};
use serde::{Deserialize, Serialize};

use crate::{Change, ChangeKind, DetectorState, FaultId, Remedy, ResolvedProfile, Severity, believed_time, step_all};

/// One line that `wattwarden detect` prints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Detected {
    /// The time of the sample that decided it.
    pub at: Timestamp,
    /// The EVSE.
    pub evse_id: u16,
    /// Its connector.
    pub connector_id: u16,
    /// Which fault.
    pub fault: FaultId,
    /// How urgent the episode is, or was.
    pub severity: Severity,
    /// Opened or cleared.
    pub change: ChangeKind,
    /// The measured value, in `unit`.
    pub value: f64,
    /// The limit, in `unit`.
    pub limit: f64,
    /// `V`, `A` or `°C`.
    pub unit: String,
    /// The sentence a technician needs.
    pub evidence: String,
    /// What usually helps.
    pub remedy: Remedy,
}

/// A line that is no telemetry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {refusal}")]
pub struct BadLine {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub refusal: Refusal,
}

/// When a line was received, if it says so.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Receipt {
    received_at: Option<Timestamp>,
}

/// Looks for faults in `telemetry` payloads of one station, one a line; empty lines are skipped. Every connector has the same profile.
///
/// # Errors
/// [`BadLine`]: the first line that does not follow the contract.
pub fn detect<'a>(
    profile: &ResolvedProfile,
    lines: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<Detected>, BadLine> {
    let mut states: BTreeMap<ConnectorKey, DetectorState> = BTreeMap::new();
    let mut detected = Vec::new();
    for (index, line) in lines.into_iter().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let samples = read(line).map_err(|refusal| BadLine { line: index + 1, refusal })?;
        let mut by_connector: BTreeMap<ConnectorKey, Vec<Sample>> = BTreeMap::new();
        for sample in samples {
            by_connector.entry(sample.connector).or_default().push(sample);
        }
        let mut changes = Vec::new();
        for (connector, mut samples) in by_connector {
            let state = states.entry(connector).or_default();
            let (next, more) = step_all(std::mem::take(state), profile, &mut samples);
            *state = next;
            changes.extend(more);
        }
        changes.sort_by_key(|change| change.at);
        detected.extend(changes.into_iter().map(Detected::from));
    }
    Ok(detected)
}

fn read(line: &str) -> Result<Vec<Sample>, Refusal> {
    let mut samples = parse_telemetry(line.as_bytes())?;
    let receipt: Receipt = serde_json::from_str(line).map_err(|error| Refusal::malformed(error.to_string()))?;
    if let Some(received_at) = receipt.received_at {
        for sample in &mut samples {
            sample.at = believed_time(sample.at, received_at);
        }
    }
    Ok(samples)
}

impl From<Change> for Detected {
    fn from(change: Change) -> Self {
        Self {
            at: change.at,
            evse_id: change.connector.evse_id,
            connector_id: change.connector.connector_id,
            fault: change.fault,
            severity: change.severity,
            change: change.kind,
            value: change.value,
            limit: change.limit,
            unit: change.unit.to_owned(),
            evidence: change.evidence,
            remedy: change.remedy,
        }
    }
}
