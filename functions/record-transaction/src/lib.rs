//! Transaction messages become a session; when it is complete, its CDR and its debt are written at once.
//!
//! Every message is an item of its own, put if absent, and the session is what follows from the set of them: late, twice and out of
//! order make no difference. A station is answered only after the write has been committed.

mod health;
mod hold;
mod record;
mod settle;

pub use settle::{Settling, give_up, settle};

use jiff::Timestamp;
use messages::{Address, CommandResult, Envelope, Kind, Refusal, TransactionMessage};
use ports::intake::{Refused, address, refuse};
use ports::{
    AnswerStations, CommandStations, FailedRecord, KeepAlerts, KeepHolds, KeepQuarantine, KeepSessions, PortError,
    ReadDrivers, ReadHealth, ReadStations, ReadTariffs, Record, StoreMessages, VerifyReadings,
};

/// How often a write that lost a race is decided again before the record is left for another delivery.
const ATTEMPTS: usize = 5;

/// What settling a session takes.
pub trait SettlePorts:
    StoreMessages + KeepSessions + KeepHolds + ReadHealth + ReadStations + ReadTariffs + ReadDrivers + VerifyReadings + Sync
{
}

impl<P> SettlePorts for P where
    P: StoreMessages
        + KeepSessions
        + KeepHolds
        + ReadHealth
        + ReadStations
        + ReadTariffs
        + ReadDrivers
        + VerifyReadings
        + Sync
{
}

/// What recording a message takes.
pub trait RecordPorts: SettlePorts + KeepAlerts + KeepQuarantine + AnswerStations + CommandStations {}

impl<P: SettlePorts + KeepAlerts + KeepQuarantine + AnswerStations + CommandStations> RecordPorts for P {}

/// What a station sent.
enum Incoming {
    Transaction(Box<TransactionMessage>),
    CommandResult(CommandResult),
}

/// Records transaction messages and answers to commands.
///
/// Returns the records that are to be delivered again because something outside did not answer; refused input is in quarantine.
pub async fn handle<P>(ports: &P, now: Timestamp, records: Vec<Record<Envelope>>) -> Vec<FailedRecord>
where
    P: RecordPorts,
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
    P: RecordPorts,
{
    let Address { station: sender, kind } = match address(&record.body, &[Kind::Transaction, Kind::CommandResult]) {
        Ok(address) => address,
        Err(refused) => return refuse(ports, now, record, refused).await,
    };
    let Some(station) = ports.station(&sender).await? else {
        return refuse(ports, now, record, Refused::unregistered(&record.body, sender)).await;
    };
    match read(&record.body, kind) {
        Ok(Incoming::Transaction(message)) => record::record(ports, now, record, &station, *message).await,
        Ok(Incoming::CommandResult(CommandResult { command_id, result, .. })) => {
            tracing::info!(station.id = %sender, command.id = command_id, ?result, "a station answered a command");
            Ok(())
        }
        Err(refusal) => refuse(ports, now, record, Refused::proven(&record.body, sender, refusal)).await,
    }
}

/// What the message says: its size is looked at before its content.
fn read(envelope: &Envelope, kind: Kind) -> Result<Incoming, Refusal> {
    let bytes = envelope.payload(kind)?;
    match kind {
        Kind::CommandResult => CommandResult::parse(bytes).map(Incoming::CommandResult),
        Kind::Transaction | Kind::Telemetry | Kind::Stock => match TransactionMessage::parse(bytes) {
            Ok(message) => Ok(Incoming::Transaction(Box::new(message))),
            Err(refused) => Err(refused.refusal),
        },
    }
}
