//! One connector: its row and its samples to what is written, if anything is.

use alerts::AlertId;
use alerts::{AlertChange, Ending, Place, fold};
use faults::{Change, Episode, ResolvedProfile, sampled_at, step_all};
use jiff::{SignedDuration, Timestamp};
use messages::{ConnectorKey, Sample, SiteId, StationId};
use ports::{ConnectorRow, Live};

/// A connector of which nothing is new is written after this.
const SAVE_EVERY: SignedDuration = SignedDuration::from_secs(60);

/// What follows from samples.
pub(crate) enum Decision {
    /// Nothing that has to be kept now.
    Nothing,
    /// The row is to be written, with the alerts that follow.
    Save(Box<Save>),
}

/// One write.
pub(crate) struct Save {
    /// The row.
    pub(crate) row: ConnectorRow,
    /// What is to be told, at most one change per alert.
    pub(crate) alerts: Vec<AlertChange>,
    /// The faults that opened and cleared.
    pub(crate) changes: Vec<Change>,
}

/// A connector that was never written.
pub(crate) fn unwritten(station: &StationId, key: ConnectorKey, site: &SiteId) -> ConnectorRow {
    ConnectorRow {
        station: station.clone(),
        key,
        site: site.clone(),
        detector: faults::DetectorState::default(),
        episodes: Vec::new(),
        live: Live::default(),
        saved_at: None,
        version: 0,
    }
}

/// Takes samples of the connector that `row` was read of; they are put into order.
pub(crate) fn decide(
    row: &ConnectorRow,
    profile: &ResolvedProfile,
    place: &Place,
    samples: &mut [Sample],
    now: Timestamp,
) -> Decision {
    let (detector, changes) = step_all(row.detector.clone(), profile, samples);
    if detector == row.detector {
        return Decision::Nothing;
    }
    let forgotten = forgotten(row);
    let mut episodes: Vec<Episode> = if forgotten.is_empty() { row.episodes.clone() } else { Vec::new() };
    for change in &changes {
        change.apply(&mut episodes);
    }
    let live = samples.last().map_or_else(|| row.live.clone(), |newest| seen(&row.live, newest));
    // A fault that opened and cleared within one batch leaves the state as it was.
    let news = !changes.is_empty()
        || live.status != row.live.status
        || live.transaction != row.live.transaction
        || row.site != place.site
        || detector.has_news_since(&row.detector);
    if !news && row.saved_at.is_some_and(|saved_at| now.duration_since(saved_at).abs() < SAVE_EVERY) {
        return Decision::Nothing;
    }
    let resolved = forgotten.iter().map(|episode| {
        let id = AlertId::fault(&row.station, row.key, &episode.fault, episode.opened_at);
        AlertChange::resolve(id, Ending::Cleared, now, now)
    });
    let told = changes.iter().map(|change| AlertChange::fault(&row.station, place, change, now));
    let alerts = fold(resolved.chain(told).collect());
    let row = ConnectorRow {
        station: row.station.clone(),
        key: row.key,
        site: place.site.clone(),
        detector,
        episodes,
        live,
        saved_at: Some(now),
        version: row.version,
    };
    Decision::Save(Box::new(Save { row, alerts, changes }))
}

/// Episodes that the detectors no longer know of, because their state could not be read: they end, and are found again as new ones.
fn forgotten(row: &ConnectorRow) -> &[Episode] {
    match row.detector.last_at() {
        None => &row.episodes,
        Some(_) => &[],
    }
}

/// What was last seen, after one more sample. The register is cumulative: the last reading stays true until there is another.
fn seen(live: &Live, sample: &Sample) -> Live {
    Live {
        at: Some(sampled_at(sample)),
        status: Some(sample.status.as_str().to_owned()),
        power_w: sample.power_w,
        register_wh: sample.register_wh.or(live.register_wh),
        temperature_c: sample.temperature_c,
        transaction: sample.transaction_id.clone(),
    }
}
