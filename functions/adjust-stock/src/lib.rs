//! Spares on hand.
//!
//! A stock message counts or moves the spares at the station's site. Each is applied once, however often it is delivered: its mark is
//! written together with the stock, and with the alert that follows when a stock runs low or is replenished. A station is answered
//! only after the write has been committed, and again when it sends a message again.

mod adjust;
mod intake;
mod refuse;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use messages::Envelope;
use ports::{AnswerStations, FailedRecord, KeepAlerts, KeepQuarantine, KeepStock, PortError, ReadStations, Record};

/// How often a write that lost a race is decided again before the record is left for another delivery.
const ATTEMPTS: usize = 5;

/// Adjusts stocks.
///
/// Returns the records that are to be delivered again because something outside did not answer; refused input is in quarantine.
pub async fn handle<P>(ports: &P, now: Timestamp, records: Vec<Record<Envelope>>) -> Vec<FailedRecord>
where
    P: ReadStations + KeepStock + KeepAlerts + KeepQuarantine + AnswerStations + Sync,
{
    let mut failed = Vec::new();
    for record in &records {
        if let Err(error) = ingest(ports, now, record).await {
            let source = &error as &dyn std::error::Error;
            tracing::warn!(record.id, error = source, "the message will be delivered again");
            failed.push(record.failed());
        }
    }
    failed
}

async fn ingest<P>(ports: &P, now: Timestamp, record: &Record<Envelope>) -> Result<(), PortError>
where
    P: ReadStations + KeepStock + KeepAlerts + KeepQuarantine + AnswerStations + Sync,
{
    let sender = match intake::sender(&record.body) {
        Ok(sender) => sender,
        Err(refused) => return refuse::refuse(ports, now, record, refused).await,
    };
    let Some(station) = ports.station(&sender).await? else {
        return refuse::refuse(ports, now, record, intake::unregistered(&record.body, sender)).await;
    };
    match intake::read(&record.body, sender) {
        Ok(message) => adjust::adjust(ports, now, record, &station, message).await,
        Err(refused) => refuse::refuse(ports, now, record, refused).await,
    }
}
