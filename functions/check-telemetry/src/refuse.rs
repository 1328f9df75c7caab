//! What can never be taken: kept byte for byte, and told where it smells of a false identity.

use alerts::Alert;
use jiff::Timestamp;
use messages::{Envelope, Reason, Refusal, StationId};
use ports::{KeepAlerts, KeepQuarantine, PortError, Quarantined, Raised, Record};

use crate::intake::Message;

/// Puts a message into quarantine; a client that speaks for another raises an alert.
pub(crate) async fn refuse<P>(
    ports: &P,
    now: Timestamp,
    record: &Record<Envelope>,
    refusal: &Refusal,
) -> Result<(), PortError>
where
    P: KeepAlerts + KeepQuarantine + Sync,
{
    quarantine(ports, record, refusal).await?;
    match refusal.reason {
        Reason::Identity => raise(ports, &Alert::identity_mismatch(&record.body, now)).await,
        Reason::Malformed | Reason::Conflict | Reason::TooLarge | Reason::Clock => Ok(()),
    }
}

/// Puts the messages of a station that nobody knows into quarantine, and raises one alert.
pub(crate) async fn refuse_unregistered<P>(
    ports: &P,
    now: Timestamp,
    station: &StationId,
    messages: &[Message<'_>],
) -> Result<(), PortError>
where
    P: KeepAlerts + KeepQuarantine + Sync,
{
    let refusal = Refusal::new(Reason::Identity, "the station is not registered");
    for message in messages {
        quarantine(ports, message.record, &refusal).await?;
    }
    raise(ports, &Alert::unregistered_station(station, now)).await
}

async fn quarantine(
    ports: &impl KeepQuarantine,
    record: &Record<Envelope>,
    refusal: &Refusal,
) -> Result<(), PortError> {
    ports.quarantine(&Quarantined::message(&record.id, &record.body, refusal)).await?;
    tracing::warn!(record.id, reason = refusal.reason.as_str(), "a message is in quarantine");
    Ok(())
}

async fn raise(ports: &impl KeepAlerts, alert: &Alert) -> Result<(), PortError> {
    match ports.raise(alert).await? {
        Raised::New | Raised::Already => Ok(()),
    }
}
