//! Faults that show in no sample: sequences of sessions, and of connections.

use faults::{ChangeKind, Episode, FaultId, Health, Observed, Presence, SessionOutcome};
use jiff::{SignedDuration, Timestamp};
use messages::{Connection, ConnectorKey, IdToken, LifecycleEvent};

use crate::draw::{Draw, Seed};
use crate::number::BEGINNING;
use crate::score::Share;

const TRIALS: usize = 600;
/// Units fail after so many healthy sessions at most.
const HEALTHY: f64 = 40.0;
/// How often a healthy unit's session is aborted, by vehicles and people.
const ABORTED: f64 = 0.08;
/// Drivers who come by.
const DRIVERS: [&str; 6] = ["04A1", "04A2", "04A3", "04A4", "04A5", "04A6"];
/// So soon a unit has to be found, in bad sessions, and a station that is gone, s.
const BAD_SESSIONS: usize = 4;
const GONE_S: f64 = 180.0;
/// The broker tells late, s; the schedule looks every so often, s.
const TOLD_LATE_S: f64 = 20.0;
const LOOKS_EVERY_S: f64 = 60.0;

/// Units that fail from one session on, found within four; and how often a healthy history said so.
pub(crate) fn malfunctioning(root: Seed) -> (Share, usize) {
    let (mut found, mut wrong) = (0, 0);
    for number in 0..TRIALS {
        let mut draw = Draw::new(root.of(&[6, number]));
        let (mut health, mut open, mut at) = (Health::default(), Vec::<Episode>::new(), BEGINNING);
        let healthy = whole(draw.within(0.0, HEALTHY));
        for _ in 0..healthy {
            let aborted = draw.chance(ABORTED);
            wrong += usize::from(session(&mut draw, (&mut health, &mut open), &mut at, aborted));
        }
        let opens = (0..BAD_SESSIONS).any(|_| session(&mut draw, (&mut health, &mut open), &mut at, true));
        found += usize::from(opens || open.iter().any(|episode| episode.fault == FaultId::MalfunctioningUnit));
    }
    (Share::new(found, TRIALS), wrong)
}

/// One session; whether the fault opens with it.
fn session(
    draw: &mut Draw,
    (health, open): (&mut Health, &mut Vec<Episode>),
    at: &mut Timestamp,
    aborted: bool,
) -> bool {
    *at += seconds(draw.within(600.0, 20_000.0));
    let (wh, lasts_s) = if aborted {
        (draw.within(0.0, 400.0), 200.0)
    } else {
        (draw.within(1_100.0, 40_000.0), draw.within(900.0, 9_000.0))
    };
    let token: Option<IdToken> = draw.pick(&DRIVERS).parse().ok();
    let outcome = SessionOutcome {
        ended_at: *at,
        duration: seconds(lasts_s),
        energy_wh: i64::try_from(whole(wh)).ok(),
        id_token: token,
        stopped_reason: None,
    };
    let (next, changes) = health.after(ConnectorKey { evse_id: 1, connector_id: 1 }, open, &outcome);
    *health = next;
    for change in &changes {
        change.apply(open);
    }
    changes.iter().any(|change| change.kind == ChangeKind::Opened)
}

/// Stations that lose their connection, told within three minutes of it.
pub(crate) fn offline(root: Seed) -> Share {
    let told =
        (0..TRIALS).filter(|number| gone_told(&mut Draw::new(root.of(&[7, *number]))).is_some_and(|s| s <= GONE_S));
    Share::new(told.count(), TRIALS)
}

/// After how many seconds it is told that a station is gone.
fn gone_told(draw: &mut Draw) -> Option<f64> {
    let lost = BEGINNING + seconds(draw.within(60.0, 100_000.0));
    let event = |connection, at| LifecycleEvent {
        client: "station-001".to_owned(),
        connection,
        at,
        version_number: 1,
        session: "1".to_owned(),
    };
    let Observed::Changed(online) = Presence::after(None, &event(Connection::Opened, BEGINNING), BEGINNING) else {
        return None;
    };
    let ended = Connection::Closed { reason: Some("MQTT_KEEP_ALIVE_TIMEOUT".to_owned()) };
    let heard = lost + seconds(TOLD_LATE_S * draw.share());
    let Observed::Changed(gone) = Presence::after(Some(&*online), &event(ended, lost), heard) else { return None };
    let mut presence = *gone;
    let mut now = heard + seconds(LOOKS_EVERY_S * draw.share());
    for _ in 0..60 {
        if presence.watch.check_at.is_some_and(|check_at| check_at <= now) {
            let (after, changes) = presence.looked_at(now, None);
            presence = after;
            let opened = changes
                .iter()
                .any(|change| change.kind == ChangeKind::Opened && change.episode.fault == FaultId::Offline);
            if opened {
                return Some(now.duration_since(lost).as_secs_f64());
            }
        }
        now += seconds(LOOKS_EVERY_S);
    }
    None
}

fn seconds(seconds: f64) -> SignedDuration {
    SignedDuration::from_millis(i64::try_from(whole(seconds * 1000.0)).unwrap_or(0))
}

/// A number that is not negative, cut to a whole one.
fn whole(value: f64) -> usize {
    usize::try_from(crate::number::floor(value)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::Half;

    #[test]
    fn failing_units_and_stations_that_are_gone_are_found_in_time() {
        let root = Seed::root(Half::Tune, 1);
        let (units, wrong) = malfunctioning(root);
        assert!(units.value > 0.98, "{units:?}");
        assert!(wrong <= 2, "{wrong} healthy units were called failing");
        assert!(offline(root).value > 0.99, "{:?}", offline(root));
    }
}
