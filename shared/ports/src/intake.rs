//! A station's message on its way in: who sent it, and what becomes of what cannot be taken.

use alerts::Alert;
use jiff::Timestamp;
use messages::{Ack, Address, Envelope, Kind, Reason, Refusal, RefusedTransaction, StationId};

use crate::{AnswerStations, KeepAlerts, KeepQuarantine, PortError, Quarantined, Raised, Record};

/// A message that cannot be taken, and what its sender is to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What was wrong.
    pub refusal: Refusal,
    /// Who sent it.
    pub sender: Sender,
}

/// The sender of a message that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sender {
    /// Topic and client disagree: whoever is answered might be the wrong one.
    Unproven,
    /// A station that nobody has registered.
    Unregistered(Answerable),
    /// A station whose own message it is.
    Proven(Answerable),
}

/// A station, and the id of its message where that could be read: without it nothing can be acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answerable {
    /// The station.
    pub station: StationId,
    /// Its message.
    pub message_id: Option<String>,
}

impl Refused {
    /// The refusal of a station's own message.
    #[must_use]
    pub fn proven(envelope: &Envelope, station: StationId, refusal: Refusal) -> Self {
        Self { sender: Sender::Proven(Answerable::new(envelope, station)), refusal }
    }

    /// The refusal of a message from a station that nobody has registered.
    #[must_use]
    pub fn unregistered(envelope: &Envelope, station: StationId) -> Self {
        let refusal = Refusal::new(Reason::Identity, "the station is not registered");
        Self { sender: Sender::Unregistered(Answerable::new(envelope, station)), refusal }
    }
}

impl Answerable {
    fn new(envelope: &Envelope, station: StationId) -> Self {
        // Every message that is acknowledged names its id in the same way.
        let RefusedTransaction { message_id, refusal: _ } =
            RefusedTransaction::new(&envelope.data, Refusal::malformed(""));
        Self { station, message_id }
    }
}

/// Who sent a message and of which kind it is, when it is of one of the `kinds` that belong here.
///
/// # Errors
/// [`Refused`]: topic and client disagree, or the message belongs elsewhere.
pub fn address(envelope: &Envelope, kinds: &[Kind]) -> Result<Address, Refused> {
    let address = envelope.address().map_err(|refusal| Refused { refusal, sender: Sender::Unproven })?;
    if kinds.contains(&address.kind) {
        Ok(address)
    } else {
        let refusal = Refusal::malformed("this kind of message does not belong here");
        Err(Refused::proven(envelope, address.station, refusal))
    }
}

/// Puts a message into quarantine byte for byte, and raises an alert where it smells of a false identity.
///
/// # Errors
/// [`PortError`].
pub async fn keep<P>(ports: &P, now: Timestamp, record: &Record<Envelope>, refused: &Refused) -> Result<(), PortError>
where
    P: KeepQuarantine + KeepAlerts + Sync,
{
    let Refused { refusal, sender } = refused;
    ports.quarantine(&Quarantined::message(&record.id, &record.body, refusal)).await?;
    let Refusal { reason, detail } = refusal;
    tracing::warn!(
        record.id,
        source = record.body.topic,
        reason = reason.as_str(),
        detail,
        "a message is in quarantine"
    );
    let alert = match sender {
        Sender::Unproven => Alert::identity_mismatch(&record.body, now),
        Sender::Unregistered(to) => Alert::unregistered_station(&to.station, now),
        Sender::Proven(_) => return Ok(()),
    };
    match ports.raise(&alert).await? {
        Raised::New | Raised::Already => Ok(()),
    }
}

/// Keeps a message as [`keep`] does and tells its station, when that is known, that it need not send it again.
///
/// # Errors
/// [`PortError`].
pub async fn refuse<P>(ports: &P, now: Timestamp, record: &Record<Envelope>, refused: Refused) -> Result<(), PortError>
where
    P: KeepQuarantine + KeepAlerts + AnswerStations + Sync,
{
    keep(ports, now, record, &refused).await?;
    match refused.sender {
        Sender::Unregistered(Answerable { station, message_id: Some(id) })
        | Sender::Proven(Answerable { station, message_id: Some(id) }) => {
            ports.ack(&station, &Ack::refused(id, refused.refusal.reason)).await
        }
        Sender::Unproven | Sender::Unregistered(_) | Sender::Proven(_) => Ok(()),
    }
}
