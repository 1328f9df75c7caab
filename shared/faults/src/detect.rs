//! Detection over a file of telemetry: what `wattwarden detect` prints.

use std::collections::BTreeMap;

use jiff::Timestamp;
use messages::{ConnectorKey, EventType, Refusal, Sample, TransactionMessage, parse_telemetry};
use serde::{Deserialize, Serialize};

use crate::order::by_time_and_content;
use crate::seen::time_of;
use crate::{Change, ChangeKind, DetectorState, FaultId, Remedy, ResolvedProfile, Severity, check_sessions};

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
    /// The unit of both, e.g. `V`; empty for a ratio.
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

/// What a line says beside its payload.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    received_at: Option<Timestamp>,
    event_type: Option<EventType>,
}

/// So long a sample waits for an older one that is still under way, ms. In a stream of messages a batch has this effect.
const WAIT_MS: i64 = 120_000;

/// Looks for faults in `telemetry` payloads of one station, one a line, and in `transaction` payloads among them; empty lines are skipped.
/// Every connector has the same profile. Lines may be up to two minutes out of order, and any number of them may come twice.
///
/// # Errors
/// [`BadLine`]: the first line that does not follow the contract.
pub fn detect<'a>(
    profile: &ResolvedProfile,
    lines: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<Detected>, BadLine> {
    let mut station = Station { profile: profile.clone(), ..Station::default() };
    let mut transactions = Vec::new();
    for (index, line) in lines.into_iter().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match read(line).map_err(|refusal| BadLine { line: index + 1, refusal })? {
            Line::Telemetry(samples) => station.take(samples),
            Line::Transaction(message) => transactions.push(message),
        }
    }
    station.check(i64::MAX);
    station.changes.extend(check_sessions(transactions.iter().map(Box::as_ref)));
    station.changes.sort_by_key(|change| change.at);
    Ok(station.changes.into_iter().map(Detected::from).collect())
}

enum Line {
    Telemetry(Vec<Sample>),
    Transaction(Box<TransactionMessage>),
}

fn read(line: &str) -> Result<Line, Refusal> {
    // What is no JSON is refused by the payload's own reader, which says it better.
    let envelope: Result<Envelope, _> = serde_json::from_str(line);
    if let Ok(Envelope { event_type: Some(_), .. }) = envelope {
        let message = TransactionMessage::parse(line.as_bytes()).map_err(|refused| refused.refusal)?;
        return Ok(Line::Transaction(Box::new(message)));
    }
    let mut samples = parse_telemetry(line.as_bytes())?;
    let Envelope { received_at, .. } = envelope.map_err(|error| Refusal::malformed(error.to_string()))?;
    for sample in &mut samples {
        sample.received_at = received_at;
    }
    Ok(Line::Telemetry(samples))
}

/// The connectors of one station, and the samples that may still be overtaken.
#[derive(Default)]
struct Station {
    profile: ResolvedProfile,
    states: BTreeMap<ConnectorKey, DetectorState>,
    waiting: Vec<Sample>,
    newest: Option<i64>,
    changes: Vec<Change>,
}

impl Station {
    fn take(&mut self, samples: Vec<Sample>) {
        let oldest = self.waiting.iter().map(time_of).min();
        self.newest = samples.iter().map(time_of).max().max(self.newest);
        self.waiting.extend(samples);
        if let (Some(oldest), Some(newest)) = (oldest, self.newest)
            && newest.saturating_sub(oldest) > 2 * WAIT_MS
        {
            self.check(newest.saturating_sub(WAIT_MS));
        }
    }

    /// Checks what was sampled until then.
    fn check(&mut self, until: i64) {
        let mut due: Vec<Sample>;
        (due, self.waiting) = std::mem::take(&mut self.waiting).into_iter().partition(|one| time_of(one) <= until);
        due.sort_by(by_time_and_content);
        for sample in &due {
            let neighbours = self.states.iter().filter(|(key, _)| **key != sample.connector);
            self.profile.neighbours_charged_at = neighbours.filter_map(|(_, state)| state.last_charged_at()).max();
            self.profile.speaks_for_station =
                self.states.first_key_value().is_none_or(|(first, _)| *first >= sample.connector);
            let state = self.states.entry(sample.connector).or_default();
            state.take(&self.profile, sample, &mut self.changes);
        }
    }
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
