//! Which stations are connected.
//!
//! AWS IoT tells when a client connects and disconnects, twice at times and in any order. What is later wins, so repetition and disorder
//! change nothing. Clients that are no registered station come and go unnoticed. Nobody is told here: an event only says when `sweep` has to
//! look at the station, since the next event may tell that it is back.

use faults::{Observed, Presence};
use jiff::Timestamp;
use messages::{Envelope, LifecycleEvent, StationId};
use ports::{
    FailedRecord, KeepPresence, KeepQuarantine, PortError, PresenceRow, Quarantined, ReadStations, Record, Saved,
};

/// How often a write that lost a race is decided again before the record is left for another delivery.
const ATTEMPTS: usize = 5;

/// Tracks lifecycle events.
///
/// Returns the records that are to be delivered again because something outside did not answer; refused input is in quarantine.
pub async fn handle<P>(ports: &P, now: Timestamp, records: Vec<Record<Envelope>>) -> Vec<FailedRecord>
where
    P: ReadStations + KeepPresence + KeepQuarantine + Sync,
{
    let mut failed = Vec::new();
    for record in &records {
        if let Err(error) = ingest(ports, now, record).await {
            let source = &error as &dyn std::error::Error;
            tracing::warn!(record.id, error = source, "the event will be delivered again");
            failed.push(record.failed());
        }
    }
    failed
}

async fn ingest<P>(ports: &P, now: Timestamp, record: &Record<Envelope>) -> Result<(), PortError>
where
    P: ReadStations + KeepPresence + KeepQuarantine + Sync,
{
    let event = match LifecycleEvent::read(&record.body) {
        Ok(Some(event)) => event,
        Ok(None) => return Ok(()),
        Err(refusal) => {
            tracing::warn!(record.id, reason = refusal.reason.as_str(), "a lifecycle event is in quarantine");
            return ports.quarantine(&Quarantined::message(&record.id, &record.body, &refusal)).await;
        }
    };
    // The client ids of others need not look like those of stations.
    let Ok(client) = event.client.parse::<StationId>() else { return Ok(()) };
    match ports.station(&client).await? {
        Some(station) => track(ports, now, &station, &event).await,
        None => Ok(()),
    }
}

/// Brings the presence up to date; several may try at once, and the loser reads again.
async fn track<P>(ports: &P, now: Timestamp, station: &ports::Station, event: &LifecycleEvent) -> Result<(), PortError>
where
    P: KeepPresence + Sync,
{
    for _ in 0..ATTEMPTS {
        let known = ports.presence(&station.id).await?;
        let presence = match Presence::after(known.as_ref().map(|row| &row.presence), event, now) {
            Observed::Changed(presence) => *presence,
            Observed::Known => {
                tracing::debug!(station.id = %station.id, "this was known, or something later is");
                return Ok(());
            }
        };
        let version = known.map_or(0, |row| row.version);
        let row = PresenceRow { station: station.id.clone(), site: station.site_id.clone(), presence, version };
        match ports.save_presence(&row).await? {
            Saved::Done => {
                let PresenceRow { station, presence, .. } = &row;
                tracing::info!(station.id = %station, state = ?presence.state, reason = presence.reason, "a station came or went");
                return Ok(());
            }
            Saved::Conflict => {}
        }
    }
    Err(PortError::new("track a station's presence", "others kept writing it"))
}
