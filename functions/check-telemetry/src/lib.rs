//! Samples to connector state and fault episodes.
//!
//! A batch is read record by record and grouped: one read of each station, its site and its connectors, and at most one write of each
//! connector, with the alerts of the faults that opened and cleared. A connector of which nothing is new is written once a minute. The other
//! stations of a site are read only when a voltage fault opens, since it may be that of the whole site.
//! Telemetry is not acknowledged: a sample that is lost is followed by the next one.

mod connector;
mod intake;
mod profile;
mod site;
mod station;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use messages::{Envelope, StationId};
use ports::intake::keep;
use ports::{
    FailedRecord, KeepAlerts, KeepConnectors, KeepDisturbances, KeepQuarantine, ListStations, PortError, ReadStations,
    Record,
};

use crate::intake::Message;

/// How often a write that lost a race is decided again before the records are left for another delivery: as many batches of one site may be
/// in work at once.
const ATTEMPTS: usize = 10;

/// The ids of records that are to be delivered again.
type Failed<'a> = BTreeSet<&'a str>;

/// What checking takes.
pub trait CheckPorts:
    ReadStations + ListStations + KeepConnectors + KeepDisturbances + KeepAlerts + KeepQuarantine + Sync
{
}

impl<P> CheckPorts for P where
    P: ReadStations + ListStations + KeepConnectors + KeepDisturbances + KeepAlerts + KeepQuarantine + Sync
{
}

/// Checks telemetry for faults.
///
/// Returns the records that are to be delivered again because something outside did not answer; refused input is in quarantine.
/// Samples that are delivered again and had been taken before change nothing.
pub async fn handle<P>(ports: &P, now: Timestamp, records: Vec<Record<Envelope>>) -> Vec<FailedRecord>
where
    P: CheckPorts,
{
    let mut failed = Failed::new();
    let mut by_station: BTreeMap<StationId, Vec<Message<'_>>> = BTreeMap::new();
    for record in &records {
        match intake::read(record) {
            Ok((station, message)) => by_station.entry(station).or_default().push(message),
            Err(refused) => {
                let result = keep(ports, now, record, &refused).await;
                failed.extend(not_done(result.map(|()| Failed::new()), [record.id.as_str()]));
            }
        }
    }
    for (station, messages) in by_station {
        let ids: Vec<&str> = messages.iter().map(|message| message.record.id.as_str()).collect();
        failed.extend(not_done(station::check(ports, now, &station, messages).await, ids));
    }
    records.iter().filter(|record| failed.contains(record.id.as_str())).map(Record::failed).collect()
}

/// What of `ids` is to be delivered again: what the work says or, when it could not be done, all of them.
fn not_done<'a>(result: Result<Failed<'a>, PortError>, ids: impl IntoIterator<Item = &'a str>) -> Failed<'a> {
    result.unwrap_or_else(|error| {
        let ids: Failed<'a> = ids.into_iter().collect();
        let source = &error as &dyn std::error::Error;
        tracing::warn!(records = ids.len(), error = source, "telemetry will be delivered again");
        ids
    })
}
