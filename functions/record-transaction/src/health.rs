//! What a session says of its connector.

use alerts::{AlertChange, Place};
use billing::readings::{MeterLimits, measure};
use billing::session::StoredMessage;
use faults::SessionOutcome;
use jiff::{SignedDuration, Timestamp};
use messages::{ConnectorKey, StationId};
use ports::HealthRow;

/// How a session went and at which connector; none without a beginning and an end.
///
/// It is that of the bill where the session can be measured. Otherwise (no usable reading) it is what its messages say, and no
/// clock that is ahead makes a session of the future.
pub(crate) fn outcome(
    messages: &[StoredMessage],
    limits: &MeterLimits,
    now: Timestamp,
) -> Option<(ConnectorKey, SessionOutcome)> {
    let (connector, told) = SessionOutcome::of(messages.iter().map(|stored| &stored.message))?;
    let outcome = match measure(messages, limits) {
        Ok(measured) => SessionOutcome {
            ended_at: Timestamp::from_second(measured.ended_s).unwrap_or(told.ended_at),
            duration: SignedDuration::from_secs(measured.ended_s.saturating_sub(measured.started_s)),
            energy_wh: Some(measured.energy_wh),
            ..told
        },
        Err(_) => SessionOutcome { ended_at: told.ended_at.min(now), energy_wh: None, ..told },
    };
    Some((connector, outcome))
}

/// The row after one more session, where it says something new, and the alerts that follow.
pub(crate) fn after(
    known: Option<HealthRow>,
    (station, connector): (&StationId, ConnectorKey),
    place: &Place,
    outcome: &SessionOutcome,
    now: Timestamp,
) -> (Option<HealthRow>, Vec<AlertChange>) {
    let mut row = known.unwrap_or_else(|| HealthRow {
        station: station.clone(),
        key: connector,
        site: place.site.clone(),
        health: faults::Health::default(),
        episodes: Vec::new(),
        version: 0,
    });
    let (health, changes) = row.health.after(connector, &row.episodes, outcome);
    if health == row.health {
        return (None, Vec::new());
    }
    for change in &changes {
        change.apply(&mut row.episodes);
    }
    let alerts = changes.iter().map(|change| AlertChange::fault(station, place, change, now)).collect();
    (Some(HealthRow { site: place.site.clone(), health, ..row }), alerts)
}
