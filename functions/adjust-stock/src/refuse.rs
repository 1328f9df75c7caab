//! What can never be taken: kept byte for byte, told where it smells of a false identity, and answered where that harms nobody.

use alerts::Alert;
use jiff::Timestamp;
use messages::{Ack, Envelope, Reason};
use ports::{AnswerStations, KeepAlerts, KeepQuarantine, PortError, Quarantined, Raised, Record};

use crate::intake::{Answerable, Refused, Sender};

/// Puts a message into quarantine. A station that is known to have sent it is told that it need not send it again.
pub(crate) async fn refuse<P>(
    ports: &P,
    now: Timestamp,
    record: &Record<Envelope>,
    refused: Refused,
) -> Result<(), PortError>
where
    P: KeepQuarantine + KeepAlerts + AnswerStations + Sync,
{
    let Refused { refusal, sender } = refused;
    ports.quarantine(&Quarantined::message(&record.id, &record.body, &refusal)).await?;
    tracing::warn!(record.id, reason = refusal.reason.as_str(), "a message is in quarantine");
    match sender {
        Sender::Unproven => raise(ports, &Alert::identity_mismatch(&record.body, now)).await,
        Sender::Unregistered(to) => {
            raise(ports, &Alert::unregistered_station(&to.station, now)).await?;
            answer(ports, to, refusal.reason).await
        }
        Sender::Registered(to) => answer(ports, to, refusal.reason).await,
    }
}

async fn raise(ports: &impl KeepAlerts, alert: &Alert) -> Result<(), PortError> {
    match ports.raise(alert).await? {
        Raised::New | Raised::Already => Ok(()),
    }
}

async fn answer(ports: &impl AnswerStations, to: Answerable, reason: Reason) -> Result<(), PortError> {
    match to.message_id {
        Some(message_id) => ports.ack(&to.station, &Ack::refused(message_id, reason)).await,
        None => Ok(()),
    }
}
