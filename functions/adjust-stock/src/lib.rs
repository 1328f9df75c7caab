//! Spares on hand.
//!
//! A stock message counts or moves the spares at the station's site. Each is applied once, however often it is delivered: its mark is
//! written together with the stock, and with the alert that follows when a stock runs low or is replenished. A station is answered
//! only after the write has been committed, and again when it sends a message again.

mod adjust;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use messages::{Address, Envelope, Kind, StockMessage};
use ports::intake::{Refused, address, refuse};
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
    let sender = match address(&record.body, &[Kind::Stock]) {
        Ok(Address { station, kind: _ }) => station,
        Err(refused) => return refuse(ports, now, record, refused).await,
    };
    let Some(station) = ports.station(&sender).await? else {
        return refuse(ports, now, record, Refused::unregistered(&record.body, sender)).await;
    };
    match record.body.payload(Kind::Stock).and_then(StockMessage::parse) {
        Ok(message) => adjust::adjust(ports, now, record, &station, message).await,
        Err(refusal) => refuse(ports, now, record, Refused::proven(&record.body, sender, refusal)).await,
    }
}
