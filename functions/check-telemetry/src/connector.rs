//! One connector: its row and its samples to what is written, if anything is.

use faults::{Cadence, Change, ChangeKind, NOTED_EVERY, Remedy, ResolvedProfile, sampled_at, step_all};
use jiff::Timestamp;
use messages::{ConnectorKey, Sample, SiteId, StationId};
use ports::{ConnectorRow, Live};

/// What follows from samples.
pub(crate) enum Decision {
    /// Nothing that has to be kept now.
    Nothing,
    /// The row is to be written, with what follows from the changes.
    Save(Box<Save>),
}

/// One write.
pub(crate) struct Save {
    /// The row.
    pub(crate) row: ConnectorRow,
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
        cadence: None,
        saved_at: None,
        version: 0,
    }
}

/// Takes samples of the connector that `row` was read of; they are put into order.
pub(crate) fn decide(
    row: &ConnectorRow,
    profile: &ResolvedProfile,
    site: &SiteId,
    samples: &mut [Sample],
    now: Timestamp,
) -> Decision {
    let (detector, stepped) = step_all(row.detector.clone(), profile, samples);
    let received_at = samples.iter().filter_map(|sample| sample.received_at).max();
    // A station whose clock stands still is heard all the same.
    let heard = received_at.is_some_and(|at| row.cadence.is_none_or(|cadence| cadence.is_older_than(at)));
    if detector == row.detector && !heard {
        return Decision::Nothing;
    }
    let changes: Vec<Change> = forgotten(row, now).chain(stepped).collect();
    let mut episodes = row.episodes.clone();
    for change in &changes {
        change.apply(&mut episodes);
    }
    let live = samples.last().map_or_else(|| row.live.clone(), |newest| seen(&row.live, newest));
    // A fault that opened and cleared within one batch leaves the state as it was.
    let news = !changes.is_empty()
        || live.status != row.live.status
        || live.transaction != row.live.transaction
        || row.site != *site
        || detector.has_news_since(&row.detector);
    if !news && row.saved_at.is_some_and(|saved_at| now.duration_since(saved_at).abs() < NOTED_EVERY) {
        return Decision::Nothing;
    }
    let row = ConnectorRow {
        station: row.station.clone(),
        key: row.key,
        site: site.clone(),
        detector,
        episodes,
        live,
        cadence: received_at.map_or(row.cadence, |at| Some(Cadence::after(row.cadence, at))),
        saved_at: Some(now),
        version: row.version,
    };
    Decision::Save(Box::new(Save { row, changes }))
}

/// Episodes that the detectors no longer know of, because their state could not be read: they end, and are found again as new ones.
fn forgotten(row: &ConnectorRow, now: Timestamp) -> impl Iterator<Item = Change> {
    let episodes = match row.detector.last_at() {
        None => row.episodes.as_slice(),
        Some(_) => &[],
    };
    episodes.iter().map(move |episode| Change {
        at: now,
        connector: row.key,
        fault: episode.fault.clone(),
        severity: episode.severity,
        kind: ChangeKind::Cleared,
        value: episode.value,
        limit: episode.limit,
        unit: "",
        evidence: "what the detectors remember was lost".to_owned(),
        remedy: Remedy::against(&episode.fault, episode.severity),
        opened_at: episode.opened_at,
    })
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
