//! Who a message is from and what it says, or why it cannot be taken.

use messages::{Envelope, Kind, Reason, Refusal, RefusedTransaction, StationId, StockMessage};

/// A message that cannot be taken, and what its sender is to us.
pub(crate) struct Refused {
    /// What was wrong.
    pub(crate) refusal: Refusal,
    /// Who sent it.
    pub(crate) sender: Sender,
}

/// The sender of a message that cannot be taken.
pub(crate) enum Sender {
    /// Topic and client disagree: whoever is answered might be the wrong one.
    Unproven,
    /// A station that nobody has registered.
    Unregistered(Answerable),
    /// A station of ours.
    Registered(Answerable),
}

/// A station, and the id of its message where that could be read.
pub(crate) struct Answerable {
    pub(crate) station: StationId,
    pub(crate) message_id: Option<String>,
}

/// The station that the topic names and that sent the message.
pub(crate) fn sender(envelope: &Envelope) -> Result<StationId, Refused> {
    let address = envelope.address().map_err(|refusal| Refused { refusal, sender: Sender::Unproven })?;
    match address.kind {
        Kind::Stock => Ok(address.station),
        Kind::Telemetry | Kind::Transaction | Kind::CommandResult => {
            let refusal = Refusal::malformed("this kind of message does not belong here");
            Err(registered(envelope, address.station, refusal))
        }
    }
}

/// What the message says: its size is looked at before its content.
pub(crate) fn read(envelope: &Envelope, station: StationId) -> Result<StockMessage, Refused> {
    let message = envelope.payload(Kind::Stock).and_then(StockMessage::parse);
    message.map_err(|refusal| registered(envelope, station, refusal))
}

/// The refusal of a message from a station that nobody has registered.
pub(crate) fn unregistered(envelope: &Envelope, station: StationId) -> Refused {
    let refusal = Refusal::new(Reason::Identity, "the station is not registered");
    Refused { sender: Sender::Unregistered(answerable(envelope, station)), refusal }
}

fn registered(envelope: &Envelope, station: StationId, refusal: Refusal) -> Refused {
    Refused { sender: Sender::Registered(answerable(envelope, station)), refusal }
}

fn answerable(envelope: &Envelope, station: StationId) -> Answerable {
    // Every message that is acknowledged names its id in the same way.
    let RefusedTransaction { message_id, refusal: _ } = RefusedTransaction::new(&envelope.data, Refusal::malformed(""));
    Answerable { station, message_id }
}
