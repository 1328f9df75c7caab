//! The nominal voltage: what the profile says, or else the usual one that ten quiet minutes fit.

use crate::bytes::{Reader, Writer};
use crate::part::Family;
use crate::profile::Current;
use crate::seen::{Seen, narrow};
use crate::state::BadState;

/// Nominal voltages of the world's supplies, V: between phase and neutral, or between phases where a station measures that.
const USUAL_V: [f64; 6] = [120.0, 208.0, 230.0, 240.0, 277.0, 400.0];
/// Below this a supply is off, V.
const OFF_V: f64 = 60.0;
/// A mean within this share of a usual voltage fits it; where none does, the wider share decides.
const FITS: f64 = 0.075;
const FITS_LOADED: f64 = 0.10;
/// A voltage that leaves its mean by more than this share begins the ten minutes anew.
const QUIET: f64 = 0.08;
const LEARN_MS: i64 = 600_000;
const LEARN_SAMPLES: u8 = 10;

/// A nominal voltage. Where two usual ones fit what was measured (230 V and 240 V), the limits are as far apart as both together allow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Nominal {
    /// The smallest that it can be, V: what is too low is measured by it.
    pub(crate) low_v: f64,
    /// The largest that it can be, V: what is too high is measured by it.
    pub(crate) high_v: f64,
}

impl Nominal {
    fn exactly(volts: f64) -> Self {
        Self { low_v: volts, high_v: volts }
    }
}

/// How far learning has come.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Supply {
    learned: Option<Range>,
    mean_v: f32,
    quiet_ms: u32,
    samples: u8,
}

/// The first and the last of [`USUAL_V`] that fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range(u8, u8);

impl Supply {
    /// What is known after a sample. Nothing on DC, where the vehicle's battery sets the voltage.
    pub(crate) fn take(&mut self, seen: &Seen<'_>) -> Option<Nominal> {
        match (seen.profile.current, seen.profile.nominal_v) {
            (Current::Dc, _) => return None,
            (Current::Ac, Some(volts)) => return Some(Nominal::exactly(volts)),
            (Current::Ac, None) => {}
        }
        if self.learned.is_none() {
            self.learn(seen);
        }
        self.learned.and_then(Range::nominal)
    }

    fn learn(&mut self, seen: &Seen<'_>) {
        let volts = seen.now.measured.voltage_v.present().map(|(_, volts)| f64::from(volts));
        let mut volts = volts.filter(|volts| *volts > OFF_V);
        let Some(first) = volts.next() else { return };
        let (sum, phases) = volts.fold((first, 1.0), |(sum, phases), volts| (sum + volts, phases + 1.0));
        let mean = sum / phases;
        let before = f64::from(self.mean_v);
        if self.samples == 0 || (mean - before).abs() > QUIET * before {
            (self.mean_v, self.quiet_ms, self.samples) = (narrow(mean), 0, 1);
            return;
        }
        let elapsed = u32::try_from(seen.elapsed_ms().unwrap_or(0)).unwrap_or(0);
        self.samples = self.samples.saturating_add(1);
        self.quiet_ms = self.quiet_ms.saturating_add(elapsed);
        self.mean_v = narrow(before + (mean - before) / f64::from(self.samples));
        if i64::from(self.quiet_ms) >= LEARN_MS && self.samples >= LEARN_SAMPLES {
            *self = Self { learned: Range::of(f64::from(self.mean_v)), ..Self::default() };
        }
    }
}

impl Family for Supply {
    const TAG: u8 = 5;

    fn outline(&self) -> u16 {
        u16::from(self.learned.is_some())
    }

    fn write(&self, to: &mut Writer) {
        if let Some(Range(low, high)) = self.learned {
            to.byte(low + 1);
            to.byte(high);
        } else {
            to.byte(0);
            to.float(self.mean_v);
            to.whole(self.quiet_ms.into());
            to.byte(self.samples);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, BadState> {
        if let Some(low) = from.byte()?.checked_sub(1) {
            let range = Range(low, from.byte()?);
            range.nominal().ok_or(BadState)?;
            return Ok(Self { learned: Some(range), ..Self::default() });
        }
        let (mean_v, quiet_ms, samples) = (from.float()?, from.whole()?, from.byte()?);
        Ok(Self { learned: None, mean_v, quiet_ms: u32::try_from(quiet_ms).map_err(|_| BadState)?, samples })
    }
}

impl Range {
    /// The usual voltages that a mean fits; under load it may lie below all of them.
    fn of(mean: f64) -> Option<Self> {
        let within = |share: f64| {
            let mut fitting = (0..).zip(USUAL_V).filter(|(_, usual)| (mean / usual - 1.0).abs() <= share);
            let (first, _) = fitting.next()?;
            Some(Self(first, fitting.last().map_or(first, |(last, _)| last)))
        };
        within(FITS).or_else(|| within(FITS_LOADED))
    }

    fn nominal(self) -> Option<Nominal> {
        let volts = |place: u8| USUAL_V.get(usize::from(place)).copied();
        (self.0 <= self.1).then_some(())?;
        Some(Nominal { low_v: volts(self.0)?, high_v: volts(self.1)? })
    }
}

#[cfg(test)]
impl crate::part::Fullest for Supply {
    fn fullest(at: i64) -> Self {
        assert!(at > LEARN_MS);
        Self { learned: None, mean_v: 230.0, quiet_ms: u32::try_from(LEARN_MS + 300_000).unwrap(), samples: u8::MAX }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_fits_the_usual_voltages_near_it() {
        for (mean, expected) in [
            (120.0, Some((120.0, 120.0))),
            (195.0, Some((208.0, 208.0))),
            (189.0, Some((208.0, 208.0))),
            (208.0, Some((208.0, 208.0))),
            (200.0, Some((208.0, 208.0))),
            (221.0, Some((208.0, 230.0))),
            (225.0, Some((230.0, 240.0))),
            (234.0, Some((230.0, 240.0))),
            (248.0, Some((240.0, 240.0))),
            (258.0, Some((240.0, 277.0))),
            (277.0, Some((277.0, 277.0))),
            (398.0, Some((400.0, 400.0))),
            (160.0, None),
            (330.0, None),
            (800.0, None),
        ] {
            let nominal = Range::of(mean).and_then(Range::nominal).map(|nominal| (nominal.low_v, nominal.high_v));
            assert_eq!(nominal, expected, "{mean} V");
        }
    }
}
