//! Transaction messages become a session; when it is complete, its CDR and its debt are written at once.
//!
//! Every message is an item of its own, put if absent, and the session is what follows from the set of them: late, twice and out of
//! order make no difference. A station is answered only after the write has been committed.

mod record;
mod refuse;
mod settle;

pub use settle::{Settling, give_up, settle};

use jiff::Timestamp;
use messages::{CommandResult, Envelope, Kind, Refusal, RefusedTransaction, StationId, TransactionMessage};
use ports::{
    AnswerStations, CommandStations, FailedRecord, KeepAlerts, KeepQuarantine, KeepSessions, PortError, ReadDrivers,
    ReadStations, ReadTariffs, Record, StoreMessages,
};

/// How often a write that lost a race is decided again before the record is left for another delivery.
const ATTEMPTS: usize = 5;

/// What a station sent.
enum Incoming {
    Transaction(StationId, TransactionMessage),
    CommandResult(StationId, CommandResult),
}

/// What cannot be taken, and whom to tell.
struct Refused {
    station: Option<StationId>,
    message_id: Option<String>,
    refusal: Refusal,
}

/// Records transaction messages and answers to commands.
///
/// Returns the records that are to be delivered again because something outside did not answer; refused input is in quarantine.
pub async fn handle<P>(ports: &P, now: Timestamp, records: Vec<Record<Envelope>>) -> Vec<FailedRecord>
where
    P: StoreMessages
        + KeepSessions
        + ReadStations
        + ReadTariffs
        + ReadDrivers
        + KeepAlerts
        + KeepQuarantine
        + AnswerStations
        + CommandStations
        + Sync,
{
    let mut failed = Vec::new();
    for record in &records {
        if let Err(error) = ingest(ports, now, record).await {
            tracing::warn!(record.id, error = &error as &dyn std::error::Error, "the message will be delivered again");
            failed.push(record.failed());
        }
    }
    failed
}

async fn ingest<P>(ports: &P, now: Timestamp, record: &Record<Envelope>) -> Result<(), PortError>
where
    P: StoreMessages
        + KeepSessions
        + ReadStations
        + ReadTariffs
        + ReadDrivers
        + KeepAlerts
        + KeepQuarantine
        + AnswerStations
        + CommandStations
        + Sync,
{
    match read(&record.body) {
        Ok(Incoming::Transaction(station, message)) => record::record(ports, now, record, &station, message).await,
        Ok(Incoming::CommandResult(station, result)) => {
            tracing::info!(station.id = %station, command.id = result.command_id, result = ?result.result, "a station answered a command");
            Ok(())
        }
        Err(refused) => refuse::refuse(ports, now, record, refused).await,
    }
}

fn read(envelope: &Envelope) -> Result<Incoming, Refused> {
    let address = envelope.address().map_err(|refusal| Refused { station: None, message_id: None, refusal })?;
    let station = address.station;
    let bytes = match envelope.payload(address.kind) {
        Ok(bytes) => bytes,
        Err(refusal) => {
            let RefusedTransaction { message_id, refusal } = RefusedTransaction::new(&envelope.data, refusal);
            return Err(Refused { station: Some(station), message_id, refusal });
        }
    };
    match address.kind {
        Kind::Transaction => match TransactionMessage::parse(bytes) {
            Ok(message) => Ok(Incoming::Transaction(station, message)),
            Err(RefusedTransaction { message_id, refusal }) => {
                Err(Refused { station: Some(station), message_id, refusal })
            }
        },
        Kind::CommandResult => match CommandResult::parse(bytes) {
            Ok(result) => Ok(Incoming::CommandResult(station, result)),
            Err(refusal) => Err(Refused { station: Some(station), message_id: None, refusal }),
        },
        Kind::Telemetry | Kind::Stock => {
            let refusal = Refusal::malformed("this kind of message does not belong here");
            Err(Refused { station: Some(station), message_id: None, refusal })
        }
    }
}
