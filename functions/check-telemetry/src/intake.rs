//! From a record to samples, or to a refusal.

use std::collections::BTreeSet;

use messages::{Address, ConnectorKey, Envelope, Kind, Refusal, Sample, StationId, parse_telemetry};
use ports::Record;
use ports::intake::{Refused, address};

/// The most connectors of one station. Connectors need not be registered to be watched, but none can fill a table with them.
pub(crate) const MAX_CONNECTORS: usize = 64;

/// A readable message.
pub(crate) struct Message<'a> {
    /// The record it came in.
    pub(crate) record: &'a Record<Envelope>,
    /// What it says.
    pub(crate) samples: Vec<Sample>,
}

/// Who sent a record, and what it says.
pub(crate) fn read(record: &Record<Envelope>) -> Result<(StationId, Message<'_>), Refused> {
    let envelope = &record.body;
    let Address { station, kind } = address(envelope, &[Kind::Telemetry])?;
    match envelope.payload(kind).and_then(parse_telemetry) {
        Ok(mut samples) => {
            for sample in &mut samples {
                sample.received_at = Some(envelope.received_at);
            }
            Ok((station, Message { record, samples }))
        }
        Err(refusal) => Err(Refused::proven(envelope, station, refusal)),
    }
}

/// Adds the connectors that a message names to those that are known.
pub(crate) fn admit(known: &mut BTreeSet<ConnectorKey>, message: &Message<'_>) -> Result<(), Refusal> {
    let mut more = known.clone();
    more.extend(message.samples.iter().map(|sample| sample.connector));
    if more.len() > MAX_CONNECTORS {
        return Err(Refusal::malformed(format!("a station has no more than {MAX_CONNECTORS} connectors")));
    }
    *known = more;
    Ok(())
}
