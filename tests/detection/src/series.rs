//! A connector's series of samples: world, meter and line together at a cadence.

use std::sync::Arc;

use messages::Sample;

use crate::cause::Cause;
use crate::draw::{Draw, Seed};
use crate::line::Line;
use crate::meter::Reader;
use crate::number::{measure, whole};
use crate::session::{Session, Wish};
use crate::station::Station;
use crate::world::{Truth, World};

/// How often a station reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(transparent)]
pub(crate) struct Cadence(pub(crate) u16);

impl Cadence {
    pub(crate) const ALL: [Self; 3] = [Self(1), Self(10), Self(60)];

    /// Seconds from sample to sample.
    pub(crate) fn seconds(self) -> f64 {
        f64::from(self.0)
    }

    /// How finely the physics is computed, s.
    fn tick_s(self) -> f64 {
        let at_most = match self.0 {
            ..5 => 1.0,
            5..30 => 2.0,
            30.. => 10.0,
        };
        self.seconds() / (self.seconds() / at_most).ceil()
    }
}

/// The series of one connector.
#[derive(Debug, Clone)]
pub(crate) struct Series {
    pub(crate) world: World,
    reader: Reader,
    line: Line,
    cadence: Cadence,
    ticks: usize,
}

impl Series {
    pub(crate) fn new(station: Arc<Station>, seed: Seed, cadence: Cadence) -> Self {
        let mut world = World::new(station, seed, cadence.tick_s());
        let reader = Reader::new(&mut world.draw);
        let line = Line::new(&mut world.draw, 0.0);
        let ticks = whole(cadence.seconds() / world.tick_s());
        Self { world, reader, line, cadence, ticks }
    }

    /// Goes on from here with other luck.
    pub(crate) fn reseed(&mut self, seed: Seed) {
        let mut draw = Draw::new(seed);
        self.line = Line::new(&mut draw, self.world.now());
        self.world.draw = draw;
    }

    /// Has no gap that reaches beyond this time: what does not arrive tells nothing about a detector.
    pub(crate) fn hold_the_line(&mut self, from: f64) {
        self.line.hold(from);
    }

    /// Plans the next session.
    pub(crate) fn plug_in(&mut self, after_s: f64, wish: &Wish) -> &mut Session {
        let World { draw, station, .. } = &mut self.world;
        let station = Arc::clone(station);
        let mut drawn = draw.clone();
        let session = Session::draw(&mut drawn, &station, self.world.now() + after_s, wish);
        self.world.draw = drawn;
        self.world.session.insert(session)
    }

    /// Moves on to the next sample; delivers what arrives until then.
    pub(crate) fn advance(&mut self, cause: Option<&Cause>, deliver: &mut impl FnMut(Sample)) -> Truth {
        let mut truth = self.world.tick(cause);
        for _ in 1..self.ticks {
            truth = self.world.tick(cause);
        }
        let jitter_s = self.cadence.seconds() * 0.05 * self.world.draw.within(-1.0, 1.0);
        let World { draw, station, session, .. } = &mut self.world;
        let sample = self.reader.read(draw, station, session.as_ref(), &truth, jitter_s, cause);
        self.line.send(draw, truth.now, sample, deliver);
        truth
    }

    /// How many samples so many seconds have.
    pub(crate) fn samples_in(&self, seconds: f64) -> usize {
        whole(seconds / measure(self.ticks) / self.world.tick_s())
    }
}
