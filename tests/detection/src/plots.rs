//! Plots of some episodes: what was measured, where the limit is, when the cause began and what was said.

use std::path::Path;

use faults::{Change, ChangeKind, FaultId};
use messages::Sample;

use crate::bench::{Plan, Pools, trial_seed};
use crate::clean::{Stay, begin};
use crate::detector::{Detector, Watched};
use crate::number::{measure, seconds};
use crate::pool::Learned;
use crate::scenario::Scenario;
use crate::series::Cadence;
use crate::station::Kind;
use crate::svg::{Chart, Curve};
use crate::trial;

const HOUR_S: f64 = 3600.0;

/// The episodes that are drawn.
const EPISODES: &[(FaultId, &str)] = &[
    (FaultId::Overvoltage, "1.15 Vn"),
    (FaultId::LooseConnection, "+20 mohm"),
    (FaultId::RegisterMismatch, "-20 %"),
    (FaultId::PhaseLoss, "3 %"),
];

/// Writes the plots into a directory, each named after its fault.
///
/// # Errors
/// The directory or a file cannot be written.
pub(crate) fn write<D: Detector>(
    into: &Path,
    detector: &D,
    plan: &Plan,
    pools: &Pools<D>,
    scenarios: &[Scenario],
) -> std::io::Result<()> {
    std::fs::create_dir_all(into)?;
    let cadence = plan.cadences.last().copied().unwrap_or(Cadence(60));
    for scenario in scenarios {
        let drawn = EPISODES.iter().any(|(fault, label)| *fault == scenario.fault && *label == scenario.magnitude);
        let suitable = pools.suitable(scenario, cadence, true);
        if let Some(&(place, learned)) = suitable.first().filter(|_| drawn) {
            let chart = episode(detector, plan, scenario, cadence, (place, learned));
            std::fs::write(into.join(format!("{}.svg", scenario.fault)), chart.svg())?;
        }
    }
    std::fs::write(into.join("clean_days.svg"), clean_days(detector, plan, cadence).svg())
}

/// What a plot shows of an episode.
struct Shown {
    /// When the connector was first seen.
    begin_s: f64,
    curves: Vec<Curve>,
    marks: Vec<(f64, String)>,
    register_wh: Option<i64>,
    /// What the power says was delivered, Wh.
    metered_wh: f64,
    /// The newest sample, s; what comes late is left out.
    last_s: f64,
}

impl Shown {
    fn new(begin_s: f64) -> Self {
        Self { begin_s, curves: Vec::new(), marks: Vec::new(), register_wh: None, metered_wh: 0.0, last_s: begin_s }
    }

    fn hours(&self, at_s: f64) -> f64 {
        (at_s - self.begin_s) / HOUR_S
    }

    fn point(&mut self, index: usize, name: &str, at_s: f64, value: f64) {
        while self.curves.len() <= index {
            self.curves.push(Curve { name: name.to_owned(), points: Vec::new() });
        }
        let hours = self.hours(at_s);
        self.curves[index].points.push((hours, value));
    }

    fn take(&mut self, fault: &FaultId, sample: &Sample) {
        let at = seconds(sample.at);
        let passed_s = at - self.last_s;
        if passed_s <= 0.0 {
            return;
        }
        self.last_s = at;
        match fault {
            FaultId::Overvoltage => {
                sample.voltage_v.iter().enumerate().for_each(|(n, volts)| self.point(n, phase(n), at, *volts));
            }
            FaultId::PhaseLoss => {
                sample.current_a.iter().enumerate().for_each(|(n, amperes)| self.point(n, phase(n), at, *amperes));
            }
            FaultId::RegisterMismatch => {
                self.metered_wh += sample.power_w.unwrap_or(0.0) * passed_s / HOUR_S;
                self.point(0, "from power", at, self.metered_wh / 1000.0);
                if let Some(register) = sample.register_wh {
                    let first = *self.register_wh.get_or_insert(register);
                    let counted = u32::try_from(register - first).map_or(0.0, f64::from);
                    self.point(1, "register", at, counted / 1000.0);
                }
            }
            _ => {
                if let Some(celsius) = sample.temperature_c {
                    self.point(0, "temperature, °C", at, celsius);
                }
                self.point(1, "current, A", at, sample.current_a.first().copied().unwrap_or(0.0));
            }
        }
    }

    fn change(&mut self, change: &Change) {
        let what = match change.kind {
            ChangeKind::Opened => "opened",
            ChangeKind::Cleared => "cleared",
        };
        let hours = self.hours(seconds(change.at));
        self.marks.push((hours, format!("{} {what} {}", change.fault, change.severity)));
    }
}

fn phase(number: usize) -> &'static str {
    ["L1", "L2", "L3"].get(number).copied().unwrap_or("L")
}

fn episode<D: Detector>(
    detector: &D,
    plan: &Plan,
    scenario: &Scenario,
    cadence: Cadence,
    (place, learned): (usize, &Learned<D>),
) -> Chart {
    // The last of the currents that the trials take in turn.
    let number = scenario.currents.len().saturating_sub(1);
    let seed = trial_seed(plan.root, scenario, cadence, true, number);
    let begin_s = learned.series.world.now();
    let mut shown = Shown::new(begin_s);
    let mut acted = false;
    trial::run(detector, scenario, learned, (number, place), seed, &mut |point, sample, changes| {
        if point.acts != acted {
            acted = point.acts;
            let hours = shown.hours(point.truth.now);
            shown.marks.push((hours, if acted { "injected" } else { "removed" }.to_owned()));
        }
        shown.take(&scenario.fault, sample);
        for change in changes {
            shown.change(change);
        }
    });
    let nominal_v = learned.station.nominal_v;
    let (axis, limits) = match scenario.fault {
        FaultId::Overvoltage => {
            ("voltage, V", vec![("110 % of nominal".to_owned(), 1.1 * nominal_v), ("nominal".to_owned(), nominal_v)])
        }
        FaultId::PhaseLoss => ("current, A", Vec::new()),
        FaultId::RegisterMismatch => ("energy, kWh", Vec::new()),
        _ => ("°C and A", vec![("warm".to_owned(), learned.profile.warn_c)]),
    };
    let title = format!("{} {}, a sample every {} s", scenario.fault, scenario.magnitude, cadence.0);
    Chart { title, axis, curves: shown.curves, limits, marks: shown.marks }
}

fn clean_days<D: Detector>(detector: &D, plan: &Plan, cadence: Cadence) -> Chart {
    // Days with sessions and a thermometer, so that there is something to see.
    let stay = |number: usize| Stay { cadence, number: 2 * number, days: 3 };
    let suits = |stay: &Stay| {
        let station = begin(plan.root, *stay).0;
        station.meter.thermometer && station.kind != Kind::Dc && station.sessions > 3.0
    };
    let stay = (0..100).map(stay).find(suits).unwrap_or(stay(0));
    let (station, mut series, _) = begin(plan.root, stay);
    let profile = station.profile.resolve();
    let mut watched = Watched::new(detector, &profile, D::State::default());
    let mut shown = Shown::new(0.0);
    for _ in 0..series.samples_in(measure(stay.days) * 24.0 * HOUR_S) {
        series.advance(None, &mut |sample| {
            shown.take(&FaultId::LooseConnection, &sample);
            watched.take(&sample).iter().for_each(|change| shown.change(change));
        });
    }
    Chart {
        title: format!("Clean days, a sample every {} s", cadence.0),
        axis: "°C and A",
        curves: shown.curves,
        limits: vec![("warm".to_owned(), profile.warn_c)],
        marks: shown.marks,
    }
}
