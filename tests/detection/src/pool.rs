//! Stations with a history: six clean sessions each, learned once and shared by many trials.

use std::sync::Arc;

use faults::ResolvedProfile;

use crate::detector::{Detector, Watched};
use crate::draw::{Draw, Seed};
use crate::series::{Cadence, Series};
use crate::session::Wish;
use crate::station::{Kind, Station};

/// Clean sessions before a trial.
const SESSIONS: usize = 6;

/// A station after its history.
pub(crate) struct Learned<D: Detector> {
    pub(crate) station: Arc<Station>,
    pub(crate) profile: ResolvedProfile,
    /// Whether detection was told everything of it.
    pub(crate) told: bool,
    pub(crate) series: Series,
    pub(crate) state: D::State,
    pub(crate) bytes: usize,
    /// The faults that opened during the history, where there were none.
    pub(crate) wrong: Vec<faults::FaultId>,
}

/// What a station of a pool is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) cadence: Cadence,
    pub(crate) kind: Kind,
    pub(crate) told: bool,
    pub(crate) number: usize,
}

/// Every place of the pools, so many stations of each kind.
pub(crate) fn places(cadences: &[Cadence], stations: usize) -> Vec<Place> {
    let mut places = Vec::new();
    for cadence in cadences {
        for kind in Kind::ALL {
            for told in [true, false] {
                places.extend((0..stations).map(|number| Place { cadence: *cadence, kind, told, number }));
            }
        }
    }
    places
}

/// Draws the station of a place and lets it live through its history.
pub(crate) fn learn<D: Detector>(detector: &D, root: Seed, place: Place) -> Learned<D> {
    let Place { cadence, kind, told, number } = place;
    let seed = root.of(&[1, usize::from(cadence.0), kind as usize, usize::from(told), number]);
    let station = Arc::new(Station::draw(&mut Draw::new(seed), kind, told));
    let profile = station.profile.resolve();
    let mut series = Series::new(Arc::clone(&station), seed.of(&[0]), cadence);
    let mut watched = Watched::new(detector, &profile, D::State::default());
    let mut wrong = Vec::new();
    for _ in 0..SESSIONS {
        let charging_s = series.world.draw.within(2400.0, 7200.0);
        let wish = Wish { charging_s: Some(charging_s), at_least_a: 10.0, pauses: false, ..Wish::ANY };
        let free_s = series.world.draw.within(4200.0, 9000.0);
        let ends_at = series.plug_in(free_s, &wish).unplugged_at;
        while series.world.now() < ends_at {
            series.advance(None, &mut |sample| {
                wrong.extend(watched.take(&sample).into_iter().filter(opened).map(|change| change.fault));
            });
        }
    }
    let bytes = watched.bytes;
    let state = watched.into_state();
    Learned { station, profile, told, series, state, bytes, wrong }
}

/// Whether a change is an opening.
pub(crate) fn opened(change: &faults::Change) -> bool {
    change.kind == faults::ChangeKind::Opened
}
