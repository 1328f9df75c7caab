//! What can never be stored: kept byte for byte, answered, and told where it smells of a false identity.

use alerts::Alert;
use jiff::Timestamp;
use messages::{Ack, Envelope, Reason};
use ports::{AnswerStations, KeepAlerts, KeepQuarantine, PortError, Quarantined, Raised, Record};

use crate::Refused;

/// Puts a message into quarantine and, where its sender is known, tells the station that it need not send it again.
pub(crate) async fn refuse<P>(
    ports: &P,
    now: Timestamp,
    record: &Record<Envelope>,
    refused: Refused,
) -> Result<(), PortError>
where
    P: KeepQuarantine + KeepAlerts + AnswerStations + Sync,
{
    let Refused { station, message_id, refusal } = refused;
    ports.quarantine(&Quarantined::message(&record.id, &record.body, &refusal)).await?;
    tracing::warn!(record.id, reason = refusal.reason.as_str(), "a message is in quarantine");
    if let Some(alert) = security_alert(&record.body, station.as_ref(), refusal.reason, now) {
        match ports.raise(&alert).await? {
            Raised::New | Raised::Already => {}
        }
    }
    match (station, message_id) {
        (Some(station), Some(message_id)) => ports.ack(&station, &Ack::refused(message_id, refusal.reason)).await,
        (None, _) | (_, None) => Ok(()),
    }
}

/// A station that is known by its topic but to nobody here, or a client that speaks for another.
fn security_alert(
    envelope: &Envelope,
    station: Option<&messages::StationId>,
    reason: Reason,
    now: Timestamp,
) -> Option<Alert> {
    match (reason, station) {
        (Reason::Identity, Some(station)) => Some(Alert::unregistered_station(station, now)),
        (Reason::Identity, None) => Some(Alert::identity_mismatch(envelope, now)),
        (Reason::Malformed | Reason::Conflict | Reason::TooLarge | Reason::Clock, _) => None,
    }
}
