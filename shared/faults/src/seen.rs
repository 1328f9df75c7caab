//! A sample beside the one before it: the quantities that can be, and what has changed.

use jiff::Timestamp;
use messages::{Sample, Status};

use crate::baselines::Known;
use crate::bytes::{Reader, Writer};
use crate::causes::Silenced;
use crate::part::Family;
use crate::phases::Phases;
use crate::plausible;
use crate::run::GAP_MS;
use crate::state::BadState;
use crate::{ResolvedProfile, believed_time};

const CHARGING: u8 = 1;
const OFFERED: u8 = 2;
/// The bit of the first phase; the others follow.
const PHASE: u8 = 4;
const ALL: u8 = CHARGING | OFFERED | PHASE | PHASE << 1 | PHASE << 2;

/// The bit of the first phase's voltage among what was measured; the others follow.
const VOLTAGE: u8 = 1;
const POWER: u8 = 8;
const TEMPERATURE: u8 = 16;
const ALL_MEASURED: u8 = 31;

/// What is remembered of the last sample of a connector. What was not measured, or cannot be, is absent.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Last {
    /// When it was measured, ms since 1970.
    pub(crate) at: i64,
    /// Whether energy was flowing, as the station said.
    pub(crate) charging: bool,
    /// The current offered per phase, A; kept from earlier samples where a sample names none.
    pub(crate) offered_a: Option<f32>,
    /// The current per phase, A.
    pub(crate) current_a: Phases,
    /// What else was measured.
    pub(crate) measured: Measured,
}

/// What was measured beside the current.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Measured {
    /// The voltage per phase, V.
    pub(crate) voltage_v: Phases,
    /// The active power of all phases, W.
    pub(crate) power_w: Option<f32>,
    /// The temperature, °C.
    pub(crate) temperature_c: Option<f32>,
}

/// What a status says about the contactor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Activity {
    /// Energy flows.
    Charging,
    /// The vehicle wants none for now; the contactor may stay closed.
    Paused,
    /// The contactor has to be open.
    Idle,
    /// It does not say.
    Unclear,
}

/// A sample, what is known of its connector, and the sample before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    /// The time of the sample, ms since 1970.
    pub(crate) at: i64,
    /// The sample.
    pub(crate) sample: &'a Sample,
    /// The one before it, however long ago.
    pub(crate) last: Option<&'a Last>,
    /// The same, unless it was so long ago that it tells nothing.
    pub(crate) before: Option<&'a Last>,
    /// The sample, as the next one will see it.
    pub(crate) now: Last,
    /// What the status says.
    pub(crate) activity: Activity,
    elapsed_ms: Option<i64>,
    highest_a: Option<f64>,
    current_step_a: Option<f64>,
    /// What was known beforehand.
    pub(crate) profile: &'a ResolvedProfile,
    /// What was learned.
    pub(crate) known: Known,
    /// What the station reports itself and need not be concluded.
    pub(crate) silenced: Silenced,
}

/// The time of a sample that detection goes by, ms since 1970; whole seconds where no more milliseconds can be told.
pub(crate) fn time_of(sample: &Sample) -> i64 {
    let believed: Timestamp = sample.received_at.map_or(sample.at, |received| believed_time(sample.at, received));
    believed.as_millisecond().min(Timestamp::MAX.as_second() * 1_000)
}

impl<'a> Seen<'a> {
    pub(crate) fn new(at: i64, sample: &'a Sample, last: Option<&'a Last>, profile: &'a ResolvedProfile) -> Self {
        let elapsed_ms = last.map(|last| at.saturating_sub(last.at)).filter(|elapsed| *elapsed <= GAP_MS);
        let before = last.filter(|_| elapsed_ms.is_some());
        let offered = sample.offered_a.and_then(plausible::current_a).map(narrow);
        let now = Last {
            at,
            charging: sample.status == Status::Charging,
            offered_a: offered.or(before.and_then(|last| last.offered_a)),
            current_a: Phases::measured(&sample.current_a, plausible::current_a),
            measured: Measured {
                voltage_v: Phases::measured(&sample.voltage_v, plausible::voltage_v),
                power_w: sample.power_w.and_then(plausible::power_w).map(narrow),
                temperature_c: sample.temperature_c.and_then(plausible::temperature_c).map(narrow),
            },
        };
        Self {
            at,
            sample,
            last,
            before,
            now,
            activity: activity(&sample.status),
            elapsed_ms,
            highest_a: now.current_a.highest(),
            current_step_a: before.and_then(|before| now.current_a.step_from(&before.current_a)),
            profile,
            known: Known::default(),
            silenced: Silenced::default(),
        }
    }

    /// Whether energy flows, as the station says.
    pub(crate) fn charging(&self) -> bool {
        self.now.charging
    }

    /// The time since the sample before, ms; none after a pause.
    pub(crate) fn elapsed_ms(&self) -> Option<i64> {
        self.elapsed_ms
    }

    /// The largest current of a phase, A.
    pub(crate) fn highest_a(&self) -> Option<f64> {
        self.highest_a
    }

    /// The largest change of a phase's current since the sample before, A; none when that is not known.
    pub(crate) fn current_step_a(&self) -> Option<f64> {
        self.current_step_a
    }

    /// The sum of voltage times current over the phases, VA; none unless each current has its voltage.
    pub(crate) fn apparent_va(&self) -> Option<f64> {
        let mut any = None;
        for (phase, amperes) in self.now.current_a.present() {
            any = Some(any.unwrap_or(0.0) + f64::from(amperes * self.now.measured.voltage_v.get(phase)?));
        }
        any
    }

    /// The power, W: as measured, or else voltage times current.
    pub(crate) fn power_w(&self) -> Option<f64> {
        self.now.measured.power_w.map(f64::from).or_else(|| self.apparent_va())
    }
}

fn activity(status: &Status) -> Activity {
    match status {
        Status::Charging => Activity::Charging,
        Status::SuspendedEv => Activity::Paused,
        Status::Available
        | Status::Preparing
        | Status::SuspendedEvse
        | Status::Finishing
        | Status::Reserved
        | Status::Unavailable
        | Status::Faulted => Activity::Idle,
        Status::Occupied | Status::Other(_) => Activity::Unclear,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "plausible values fit, and seven digits are more than a meter has")]
pub(crate) fn narrow(value: f64) -> f32 {
    value as f32
}

impl Last {
    /// Writes everything but the time and what else was measured, which is a part of its own.
    pub(crate) fn write(&self, to: &mut Writer) {
        let mut mask = if self.charging { CHARGING } else { 0 };
        if self.offered_a.is_some() {
            mask |= OFFERED;
        }
        for (phase, _) in self.current_a.present() {
            mask |= PHASE << phase;
        }
        to.byte(mask);
        for value in self.offered_a.into_iter().chain(self.current_a.present().map(|(_, amperes)| amperes)) {
            to.float(value);
        }
    }

    pub(crate) fn read(at: i64, from: &mut Reader<'_>) -> Result<Self, BadState> {
        let mask = from.byte()?;
        if mask & !ALL != 0 {
            return Err(BadState);
        }
        let mut float = |bit: u8| if mask & bit == 0 { Ok(None) } else { from.float().map(Some) };
        let offered_a = float(OFFERED)?;
        let current_a = [float(PHASE)?, float(PHASE << 1)?, float(PHASE << 2)?].into();
        Ok(Self { at, charging: mask & CHARGING != 0, offered_a, current_a, measured: Measured::default() })
    }
}

impl Family for Measured {
    const TAG: u8 = 4;

    fn outline(&self) -> u16 {
        0
    }

    fn write(&self, to: &mut Writer) {
        let mut mask = 0;
        for (phase, _) in self.voltage_v.present() {
            mask |= VOLTAGE << phase;
        }
        for (bit, value) in [(POWER, self.power_w), (TEMPERATURE, self.temperature_c)] {
            mask |= if value.is_some() { bit } else { 0 };
        }
        to.byte(mask);
        let others = [self.power_w, self.temperature_c].into_iter().flatten();
        for value in self.voltage_v.present().map(|(_, volts)| volts).chain(others) {
            to.float(value);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, BadState> {
        let mask = from.byte()?;
        if mask & !ALL_MEASURED != 0 {
            return Err(BadState);
        }
        let mut float = |bit: u8| if mask & bit == 0 { Ok(None) } else { from.float().map(Some) };
        Ok(Self {
            voltage_v: [float(VOLTAGE)?, float(VOLTAGE << 1)?, float(VOLTAGE << 2)?].into(),
            power_w: float(POWER)?,
            temperature_c: float(TEMPERATURE)?,
        })
    }
}
