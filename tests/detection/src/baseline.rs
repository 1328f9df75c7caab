//! Three simple methods on the same data, to compare with: fixed thresholds, a z-score, an EWMA chart. None knows about sessions.

use std::collections::VecDeque;

use faults::FaultId;
use messages::Sample;

use crate::number::{measure, seconds};

/// A method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Method {
    /// Volts 10 % from nominal, current above the offer, more than 70 °C, power 10 % from volts times current.
    Thresholds,
    /// Four standard deviations from the mean of the last five minutes.
    ZScore,
    /// An exponentially weighted mean (0.2) three of its own standard deviations from the long mean.
    Ewma,
}

impl Method {
    pub(crate) const ALL: [Self; 3] = [Self::Thresholds, Self::ZScore, Self::Ewma];

    /// The method's name in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Thresholds => "fixed thresholds",
            Self::ZScore => "z-score",
            Self::Ewma => "EWMA chart",
        }
    }
}

/// Which quantities a method says something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Alarms([bool; QUANTITIES]);

const QUANTITIES: usize = 4;
const VOLTS: usize = 0;
const AMPERES: usize = 1;
const WATTS: usize = 2;
const CELSIUS: usize = 3;

impl Alarms {
    /// Whether it is an alarm of a quantity in which this fault shows; none where no method can see the fault at all.
    pub(crate) fn sees(self, fault: &FaultId) -> Option<bool> {
        let quantities: &[usize] = match fault {
            FaultId::Overvoltage | FaultId::Undervoltage | FaultId::SensorNoisy | FaultId::FrozenVoltage => &[VOLTS],
            FaultId::Overcurrent | FaultId::NoDraw | FaultId::FrozenCurrent | FaultId::WeldedContactor => &[AMPERES],
            FaultId::Overtemperature | FaultId::LooseConnection | FaultId::FrozenTemperature => &[CELSIUS],
            FaultId::PhaseLoss | FaultId::PhaseImbalance => &[VOLTS, AMPERES, WATTS],
            FaultId::PowerMismatch => &[WATTS],
            FaultId::SensorImplausible => &[VOLTS, CELSIUS],
            _ => return None,
        };
        Some(quantities.iter().any(|quantity| self.0[*quantity]))
    }

    /// How many quantities.
    pub(crate) fn count(self) -> usize {
        self.0.iter().filter(|alarm| **alarm).count()
    }

    /// What is here and was not before.
    fn since(self, before: Self) -> Self {
        Self(std::array::from_fn(|quantity| self.0[quantity] && !before.0[quantity]))
    }
}

/// The methods at one connector.
#[derive(Debug, Clone)]
pub(crate) struct Baselines {
    nominal_v: Option<f64>,
    before: [Alarms; 3],
    windows: [Window; QUANTITIES],
    charts: [Chart; QUANTITIES],
}

impl Baselines {
    pub(crate) fn new(nominal_v: Option<f64>) -> Self {
        Self { nominal_v, before: Default::default(), windows: Default::default(), charts: Default::default() }
    }

    /// Takes a sample; the alarms of each method that begin with it.
    pub(crate) fn take(&mut self, sample: &Sample) -> [Alarms; 3] {
        let at = seconds(sample.at);
        let values = [
            sample.voltage_v.iter().copied().reduce(f64::max),
            sample.current_a.iter().copied().reduce(f64::max),
            sample.power_w,
            sample.temperature_c,
        ];
        let mut z = Alarms::default();
        let mut ewma = Alarms::default();
        for (quantity, value) in values.into_iter().enumerate() {
            let Some(value) = value.filter(|value| value.is_finite()) else { continue };
            z.0[quantity] = self.windows[quantity].take(at, value);
            ewma.0[quantity] = self.charts[quantity].take(value);
        }
        let now = [self.thresholds(sample), z, ewma];
        let begun = std::array::from_fn(|method| now[method].since(self.before[method]));
        self.before = now;
        begun
    }

    fn thresholds(&self, sample: &Sample) -> Alarms {
        let off = |volts: &f64| self.nominal_v.is_some_and(|nominal| (volts / nominal - 1.0).abs() > 0.1);
        let apparent: f64 =
            sample.voltage_v.iter().zip(&sample.current_a).map(|(volts, amperes)| volts * amperes).sum();
        let mismatch = |watts: f64| apparent > 0.0 && (watts / apparent - 1.0).abs() > 0.1;
        let more = |offer: f64| sample.current_a.iter().any(|amperes| *amperes > offer);
        Alarms([
            sample.voltage_v.iter().any(off),
            sample.offered_a.is_some_and(more),
            sample.power_w.is_some_and(mismatch),
            sample.temperature_c.is_some_and(|celsius| celsius > 70.0),
        ])
    }
}

/// The last five minutes of one quantity.
#[derive(Debug, Clone, Default)]
struct Window {
    values: VecDeque<(f64, f64)>,
    sum: f64,
    squares: f64,
}

impl Window {
    fn take(&mut self, at: f64, value: f64) -> bool {
        while let Some((old_at, old)) = self.values.front().copied().filter(|(old_at, _)| *old_at < at - 300.0) {
            debug_assert!(old_at < at);
            self.values.pop_front();
            self.sum -= old;
            self.squares -= old * old;
        }
        let n = measure(self.values.len());
        let mean = self.sum / n.max(1.0);
        let deviation = (self.squares / n.max(1.0) - mean * mean).max(0.0).sqrt();
        let alarm = n >= 4.0 && deviation > 1e-6 && (value - mean).abs() > 4.0 * deviation;
        self.values.push_back((at, value));
        self.sum += value;
        self.squares += value * value;
        alarm
    }
}

/// An EWMA chart of one quantity against its long mean and variance.
#[derive(Debug, Clone, Default)]
struct Chart {
    samples: usize,
    mean: f64,
    variance: f64,
    ewma: f64,
}

impl Chart {
    const WEIGHT: f64 = 0.2;
    /// How much a sample counts in the long mean.
    const LONG: f64 = 0.002;

    fn take(&mut self, value: f64) -> bool {
        self.samples += 1;
        let weight = (1.0 / measure(self.samples)).max(Self::LONG);
        let off = value - self.mean;
        self.mean += weight * off;
        self.variance = (1.0 - weight) * (self.variance + weight * off * off);
        self.ewma += if self.samples == 1 { off } else { Self::WEIGHT * (value - self.ewma) };
        let limit = 3.0 * (self.variance * Self::WEIGHT / (2.0 - Self::WEIGHT)).sqrt();
        self.samples > 30 && limit > 1e-6 && (self.ewma - self.mean).abs() > limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meter::sample;
    use crate::number::moment;

    #[test]
    fn each_method_sees_a_jump_of_the_voltage_and_says_it_once() {
        let mut baselines = Baselines::new(Some(230.0));
        let mut begun = [0; 3];
        for second in 0..400 {
            let at = moment(f64::from(second));
            let wobble = if second % 2 == 0 { 0.1 } else { -0.1 };
            let volts = if second < 390 { 230.0 } else { 260.0 } + wobble;
            let sample = Sample { voltage_v: vec![volts], ..sample(at) };
            for (method, alarms) in baselines.take(&sample).into_iter().enumerate() {
                if alarms.sees(&FaultId::Overvoltage) == Some(true) {
                    assert!(second >= 390, "{second}");
                    begun[method] += 1;
                }
            }
        }
        assert_eq!(begun, [1; 3]);
        assert_eq!(Alarms::default().sees(&FaultId::ClockSkew), None);
    }
}
