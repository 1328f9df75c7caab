//! Clean operation: days on which nothing is wrong, and what was said anyway.

use std::sync::Arc;

use faults::{FaultId, Severity};

use crate::baseline::Baselines;
use crate::detector::{Detector, Watched};
use crate::draw::{Draw, Seed};
use crate::pool::opened;
use crate::series::{Cadence, Series};
use crate::station::{Kind, Station};

const DAY_S: f64 = 86_400.0;

/// A station that is watched for some days.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stay {
    pub(crate) cadence: Cadence,
    pub(crate) number: usize,
    pub(crate) days: usize,
}

/// What was said of clean operation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Quiet {
    pub(crate) stay: String,
    pub(crate) days: f64,
    pub(crate) told: bool,
    /// Every opening is a false alarm.
    pub(crate) alarms: Vec<(FaultId, Severity, f64)>,
    /// Alarms of each baseline.
    pub(crate) baselines: [usize; 3],
    pub(crate) bytes: usize,
}

/// The stays of a whole run: at each cadence so many stations for so many days.
pub(crate) fn stays(cadences: &[Cadence], share: f64) -> Vec<Stay> {
    let mut stays = Vec::new();
    for cadence in cadences {
        let (stations, days) = match cadence.0 {
            ..5 => (90.0, 2),
            5..30 => (120.0, 10),
            30.. => (270.0, 10),
        };
        let stations = crate::number::whole(f64::max(stations * share, 6.0));
        stays.extend((0..stations).map(|number| Stay { cadence: *cadence, number, days }));
    }
    stays
}

/// The station of a stay, its series from the first second, and whether detection is told everything of it.
pub(crate) fn begin(root: Seed, stay: Stay) -> (Arc<Station>, Series, bool) {
    let seed = root.of(&[2, usize::from(stay.cadence.0), stay.number]);
    let told = stay.number.is_multiple_of(2);
    let station = Arc::new(Station::draw(&mut Draw::new(seed), Kind::ALL[stay.number / 2 % 3], told));
    let mut series = Series::new(Arc::clone(&station), seed.of(&[0]), stay.cadence);
    series.world.daily = true;
    (station, series, told)
}

/// Watches one station.
pub(crate) fn run<D: Detector>(detector: &D, root: Seed, stay: Stay) -> Quiet {
    let (station, mut series, told) = begin(root, stay);
    let profile = station.profile.resolve();
    let mut watched = Watched::new(detector, &profile, D::State::default());
    let mut baselines = Baselines::new((station.kind != Kind::Dc).then_some(station.nominal_v));
    let mut quiet = Quiet {
        stay: format!("{} s, station {} ({:?})", stay.cadence.0, stay.number, station.kind),
        days: crate::number::measure(stay.days),
        told,
        alarms: Vec::new(),
        baselines: [0; 3],
        bytes: 0,
    };
    for _ in 0..series.samples_in(quiet.days * DAY_S) {
        let now = series.world.now();
        series.advance(None, &mut |sample| {
            let changes = watched.take(&sample);
            quiet.alarms.extend(changes.into_iter().filter(opened).map(|change| (change.fault, change.severity, now)));
            for (count, alarms) in quiet.baselines.iter_mut().zip(baselines.take(&sample)) {
                *count += alarms.count();
            }
        });
    }
    quiet.bytes = watched.bytes;
    quiet
}
