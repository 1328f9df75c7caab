//! One alert: ask what is to be done, claim it, publish, record; until nothing is left to do now.

use alerts::{Alert, AlertId, Claim, Next, Outcome, Publication, Publishing, next};
use jiff::Timestamp;
use ports::{KeepAlerts, PortError, PublishAlerts, PublishError, Saved};

/// How many messages one alert may need at once, with the races that may be lost on the way; an alert has at most two targets.
const STEPS: usize = 16;
/// How often the outcome of a publication is written when others write at the same time.
const ATTEMPTS: usize = 5;

pub(crate) async fn send<P>(ports: &P, now: Timestamp, id: &AlertId) -> Result<(), PortError>
where
    P: KeepAlerts + PublishAlerts + Sync,
{
    for _ in 0..STEPS {
        let Some(alert) = ports.alert(id).await? else { return Ok(()) };
        match next(&alert, now) {
            Next::Publish(publishing) => match ports.save_alert(&publishing.claimed).await? {
                Saved::Done => publish(ports, now, *publishing).await?,
                Saved::Conflict => {}
            },
            Next::Finish(finished) => match ports.save_alert(&finished).await? {
                Saved::Done => {
                    log_end(&finished);
                    return Ok(());
                }
                Saved::Conflict => {}
            },
            Next::Wait { .. } | Next::Done => return Ok(()),
        }
    }
    Err(PortError::new("send an alert", "others kept writing it"))
}

/// Publishes what is claimed, and records what came of it.
async fn publish<P>(ports: &P, now: Timestamp, publishing: Publishing) -> Result<(), PortError>
where
    P: KeepAlerts + PublishAlerts + Sync,
{
    let Publishing { claimed, claim, publication } = publishing;
    let outcome = match ports.publish(&publication).await {
        Ok(()) => Outcome::Published,
        Err(error) => failed(&publication, &error),
    };
    let stored = Alert { version: claimed.version.saturating_add(1), ..claimed };
    record(ports, now, stored, &claim, outcome).await?;
    if outcome == Outcome::Published {
        let Publication { alert, stage, attributes, .. } = &publication;
        tracing::info!(alert.id = %alert, ?stage, kind = attributes.get("kind"), "an alert was told");
    }
    Ok(())
}

/// Writes the outcome on the alert as it is by then: it may have been resolved meanwhile.
async fn record(
    ports: &impl KeepAlerts,
    now: Timestamp,
    stored: Alert,
    claim: &Claim,
    outcome: Outcome,
) -> Result<(), PortError> {
    let id = stored.id.clone();
    let mut current = stored;
    for _ in 0..ATTEMPTS {
        match ports.save_alert(&current.record(claim, outcome, now)).await? {
            Saved::Done => return Ok(()),
            Saved::Conflict => {}
        }
        let Some(read) = ports.alert(&id).await? else { return Ok(()) };
        current = read;
    }
    Err(PortError::new("record that an alert was told", "others kept writing it"))
}

fn failed(publication: &Publication, error: &PublishError) -> Outcome {
    let outcome = if error.is_retryable() { Outcome::Failed } else { Outcome::Refused };
    let Publication { alert, stage, .. } = publication;
    let source = error as &dyn std::error::Error;
    tracing::warn!(alert.id = %alert, ?stage, ?outcome, error = source, "an alert was not told");
    outcome
}

fn log_end(alert: &Alert) {
    let unreached = alert.unreached();
    if unreached > 0 {
        tracing::error!(alert.id = %alert.id, unreached, "an alert did not reach everybody");
    } else {
        tracing::debug!(alert.id = %alert.id, "nothing is left to tell");
    }
}
