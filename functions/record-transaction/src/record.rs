//! A readable message: stored, folded into the head, and answered; the one that completes a session also settles it.

use billing::readings::MeterLimits;
use billing::session::{Compared, Folded, Head, SessionState, StoredMessage, compare};
use jiff::{SignedDuration, Timestamp};
use messages::{
    Ack, Command, CommandKind, Envelope, EventType, HoldId, IdToken, IdTokenStatus, Reason, Refusal, SessionId,
    TransactionMessage,
};
use ports::intake::{Refused, refuse};
use ports::{
    AnswerStations, CommandStations, KeepHolds, KeepSessions, PortError, Put, ReadDrivers, Record, Saved, Station,
};

use crate::hold::{self, Paying};
use crate::settle::settle;
use crate::{ATTEMPTS, RecordPorts};

/// A station that sees a stop command later than this after we sent it does nothing.
const STOP_WITHIN: SignedDuration = SignedDuration::from_mins(5);

pub(crate) async fn record<P>(
    ports: &P,
    now: Timestamp,
    record: &Record<Envelope>,
    station: &Station,
    message: TransactionMessage,
) -> Result<(), PortError>
where
    P: RecordPorts,
{
    let session = SessionId { station: station.id.clone(), transaction: message.transaction_id.clone() };
    let stored = StoredMessage { message: message.clone(), received_at: record.body.received_at };
    if let Put::Present(known) = ports.put_message(&session, &stored).await?
        && compare(&known.message, &message) == Compared::Conflict
    {
        let refusal = Refusal::new(Reason::Conflict, "another message is stored under this sequence number");
        return refuse(ports, now, record, Refused::proven(&record.body, station.id.clone(), refusal)).await;
    }
    let head = fold(ports, now, &session, station, &stored).await?;
    if head.state == SessionState::Ended {
        settle(ports, now, &session).await?;
    }
    answer(ports, now, &head, &message).await?;
    hold::watch(ports, now, station, &head).await
}

/// Brings the head up to date with a stored message; several may try at once, and the loser reads again.
async fn fold<P>(
    ports: &P,
    now: Timestamp,
    session: &SessionId,
    station: &Station,
    stored: &StoredMessage,
) -> Result<Head, PortError>
where
    P: KeepSessions + Sync,
{
    let limits = MeterLimits::default();
    for _ in 0..ATTEMPTS {
        let head = match ports.head(session).await? {
            None => Head::open(session.clone(), station.site_id.clone(), stored, &limits),
            Some(known) => match known.with(stored, &limits) {
                Folded::Changed(head) => *head,
                Folded::Unchanged => return Ok(known),
            },
        };
        let head = head.taken_in(now, &limits);
        match ports.save_head(&head).await? {
            Saved::Done => return Ok(Head { version: head.version + 1, ..head }),
            Saved::Conflict => {}
        }
    }
    Err(PortError::new("write the head of a session", "others kept writing it"))
}

/// Tells the station that its message is stored and, for a `Started`, what is known of the token; who may not charge is stopped.
async fn answer<P>(ports: &P, now: Timestamp, head: &Head, message: &TransactionMessage) -> Result<(), PortError>
where
    P: ReadDrivers + KeepHolds + AnswerStations + CommandStations + Sync,
{
    let station = &head.session.station;
    let status = match (message.event_type, &message.id_token) {
        (EventType::Started, Some(token)) => Some(token_status(ports, now, head, token).await?),
        (EventType::Started, None) | (EventType::Updated | EventType::Ended, _) => None,
    };
    ports.ack(station, &Ack::stored(&message.message_id, status)).await?;
    match status {
        Some(IdTokenStatus::Blocked | IdTokenStatus::Unknown) => ports.command(station, &stop(now, message)).await,
        Some(IdTokenStatus::Accepted) | None => Ok(()),
    }
}

async fn token_status<P>(ports: &P, now: Timestamp, head: &Head, token: &IdToken) -> Result<IdTokenStatus, PortError>
where
    P: ReadDrivers + KeepHolds + Sync,
{
    if let Some(id) = HoldId::of_token(token) {
        return Ok(match hold::paying(ports, now, head, &id).await? {
            Paying::Hold(_) => IdTokenStatus::Accepted,
            Paying::TurnedAway => IdTokenStatus::Blocked,
            Paying::Unknown => IdTokenStatus::Unknown,
        });
    }
    Ok(match ports.driver_of(token).await? {
        Some(driver) if driver.blocked => IdTokenStatus::Blocked,
        Some(_) => IdTokenStatus::Accepted,
        None => IdTokenStatus::Unknown,
    })
}

/// The same command at every repeat of the message.
fn stop(now: Timestamp, message: &TransactionMessage) -> Command {
    Command {
        command_id: format!("stop-{}", message.message_id),
        kind: CommandKind::StopTransaction,
        connector: message.connector,
        transaction_id: Some(message.transaction_id.clone()),
        limit_a: None,
        id_token: None,
        expires_at: now.saturating_add(STOP_WITHIN).unwrap_or(now),
    }
}
