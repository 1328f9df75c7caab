//! One trial: a healthy world, a cause that comes and goes, and what was said about it.

use faults::{Change, ChangeKind, FaultId, Severity};

use crate::baseline::{Alarms, Baselines};
use crate::cause::Cause;
use crate::detector::{Detector, Watched};
use crate::draw::{Draw, Seed};
use crate::pool::Learned;
use crate::scenario::{Begins, Scenario};
use crate::session::{Stage, Wish};
use crate::station::Kind;
use crate::world::Truth;

/// A cause that acts from the start of charging is there before it, s.
const EARLY_S: f64 = 60.0;

/// From here on an overtemperature can be seen, °C.
const WARM_C: f64 = 70.0;

/// What came of a trial.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outcome {
    /// Which trial of its scenario.
    pub(crate) number: usize,
    /// The station in its pool.
    pub(crate) place: usize,
    pub(crate) told: bool,
    /// When it was found, if it was.
    pub(crate) found: Option<Found>,
    /// Openings of faults that were not there.
    pub(crate) wrong: Vec<FaultId>,
    /// Openings of the fault after the first, other than as a more urgent one.
    pub(crate) duplicates: usize,
    /// Openings of the fault as a more urgent one.
    pub(crate) worsened: usize,
    /// Whether the fault was over at the end.
    pub(crate) cleared: bool,
    /// Whether each baseline saw it; none where it cannot.
    pub(crate) baselines: [Option<bool>; 3],
    pub(crate) bytes: usize,
    pub(crate) setting: Setting,
}

/// How a fault was found, from its onset on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Found {
    /// From the onset on.
    pub(crate) seconds: f64,
    /// What flowed since the onset.
    pub(crate) wh: f64,
    /// Since the onset, the one that showed it included.
    pub(crate) samples: usize,
}

/// The circumstances that recall is tabled over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Setting {
    pub(crate) current_a: f64,
    pub(crate) slow_s: f64,
    pub(crate) lag_s: f64,
    pub(crate) k_per_w: f64,
    pub(crate) ambient_c: f64,
}

/// A point of a series, for plots.
pub(crate) struct Point {
    pub(crate) truth: Truth,
    /// Whether the cause acts.
    pub(crate) acts: bool,
}

/// Runs one trial on a station that has a history.
pub(crate) fn run<D: Detector>(
    detector: &D,
    scenario: &Scenario,
    learned: &Learned<D>,
    (number, place): (usize, usize),
    seed: Seed,
    watch: &mut impl FnMut(&Point, &messages::Sample, &[Change]),
) -> Outcome {
    let station = &learned.station;
    let mut draw = Draw::new(seed);
    let cause = (scenario.cause)(&mut draw, scenario.amount, station);
    let lasts_s = draw.within(scenario.lasts_s.0, scenario.lasts_s.1);
    let before_s = if scenario.begins == Begins::AtTheStart { -EARLY_S } else { draw.within(600.0, 2700.0) };
    let mut series = learned.series.clone();
    series.reseed(seed.of(&[1]));
    let rest_s = lasts_s + scenario.after_s;
    let charging_s = match scenario.begins {
        Begins::AtTheStart | Begins::Charging => before_s + rest_s + 120.0,
        Begins::AtTheEnd => before_s,
    };
    let session = series.plug_in(draw.within(300.0, 1500.0), &wish(scenario, learned, number, charging_s));
    let from = session.charge_from + before_s;
    let current_a = session.wanted_a(from);
    if scenario.begins == Begins::AtTheEnd {
        session.paused_until = session.charge_until;
        session.unplugged_at = session.charge_until + rest_s;
    }
    let until = from + lasts_s;
    series.hold_the_line(from);
    let heat = &station.heat;
    let mut verdict = Verdict::new(scenario);
    let mut watched = Watched::new(detector, &learned.profile, learned.state.clone());
    let mut baselines = Baselines::new(learned.profile.nominal_v);
    let compared = learned.told && Alarms::default().sees(&scenario.fault).is_some();
    let mut arrived = Vec::new();
    while series.world.now() < until + scenario.after_s {
        let now = series.world.now();
        let acts = now >= from && now < until;
        arrived.clear();
        let truth = series.advance(acts.then_some(&cause), &mut |sample| arrived.push(sample));
        verdict.look(&truth, &cause, acts);
        let point = Point { truth, acts };
        for sample in &arrived {
            let changes = watched.take(sample);
            // Methods that know nothing of a connector are compared where ours know everything.
            if compared {
                for (saw, alarms) in verdict.baselines.iter_mut().zip(baselines.take(sample)) {
                    *saw |= acts && alarms.sees(&scenario.fault) == Some(true);
                }
            }
            for change in &changes {
                verdict.take(change, &point);
            }
            watch(&point, sample, &changes);
        }
    }
    Outcome {
        number,
        place,
        told: learned.told,
        found: verdict.found,
        wrong: verdict.wrong,
        duplicates: verdict.duplicates,
        worsened: verdict.worsened,
        cleared: !verdict.open,
        baselines: verdict.baselines.map(|saw| compared.then_some(saw)),
        bytes: watched.bytes,
        setting: Setting {
            current_a,
            slow_s: heat.slow_s,
            lag_s: heat.lag_s,
            k_per_w: heat.k_per_w,
            ambient_c: heat.ambient_c,
        },
    }
}

fn wish<D: Detector>(scenario: &Scenario, learned: &Learned<D>, number: usize, charging_s: f64) -> Wish {
    let phases = if learned.station.kind == Kind::Ac3 { 3.0 } else { 1.0 };
    let current_a = match scenario.fault {
        FaultId::RegisterStuck => Some(scenario.amount / (phases * learned.station.nominal_v)),
        _ if scenario.currents.is_empty() => None,
        _ => Some(scenario.currents[number % scenario.currents.len()]),
    };
    Wish { charging_s: Some(charging_s), current_a, ..scenario.wish.clone() }
}

/// What has been said so far.
struct Verdict<'a> {
    scenario: &'a Scenario,
    onset: Option<Truth>,
    samples: usize,
    found: Option<Found>,
    wrong: Vec<FaultId>,
    duplicates: usize,
    worsened: usize,
    open: bool,
    /// The severity that ended last, and when.
    ended: Option<(jiff::Timestamp, Severity)>,
    baselines: [bool; 3],
}

impl<'a> Verdict<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        Self {
            scenario,
            onset: None,
            samples: 0,
            found: None,
            wrong: Vec::new(),
            duplicates: 0,
            worsened: 0,
            open: false,
            ended: None,
            baselines: [false; 3],
        }
    }

    /// Looks whether the cause can be seen, and counts samples from then on.
    fn look(&mut self, truth: &Truth, cause: &Cause, acts: bool) {
        let visible = match cause {
            Cause::Hot { .. } => truth.celsius >= WARM_C,
            Cause::Draws(of_offer) => truth.amperes[0] >= truth.offer_a * (0.1 + 0.9 * of_offer),
            Cause::NoDraw(_) => truth.stage == Stage::Charging,
            _ => true,
        };
        if self.onset.is_none() && acts && visible {
            self.onset = Some(truth.clone());
        }
        self.samples += usize::from(self.onset.is_some());
    }

    fn take(&mut self, change: &Change, point: &Point) {
        let expected = change.fault == self.scenario.fault || Some(&change.fault) == self.scenario.instead.as_ref();
        match change.kind {
            ChangeKind::Cleared if expected => {
                self.open = false;
                self.ended = Some((change.at, change.severity));
            }
            ChangeKind::Opened if expected => {
                self.open = true;
                self.opened(change, point);
            }
            ChangeKind::Opened if !self.caused(point) || !self.scenario.also.contains(&change.fault) => {
                self.wrong.push(change.fault.clone());
            }
            ChangeKind::Opened | ChangeKind::Cleared => {}
        }
    }

    /// Whether the cause acts, or has acted.
    fn caused(&self, point: &Point) -> bool {
        point.acts || self.onset.is_some()
    }

    fn opened(&mut self, change: &Change, point: &Point) {
        let worse = self.ended.is_some_and(|(at, severity)| at == change.at && change.severity < severity);
        if self.onset.is_none() && point.acts {
            // Noise showed it a little early.
            self.onset = Some(point.truth.clone());
        }
        match (&self.onset, self.found) {
            (_, Some(_)) if worse => self.worsened += 1,
            (_, Some(_)) => self.duplicates += 1,
            (Some(onset), None) if point.acts => {
                self.found = Some(Found {
                    seconds: point.truth.now - onset.now,
                    wh: point.truth.energy_wh - onset.energy_wh,
                    samples: self.samples,
                });
            }
            (_, None) => self.wrong.push(change.fault.clone()),
        }
    }
}
