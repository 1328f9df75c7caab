//! Series of samples as a table writes them: stretches of one reading, at a cadence.

use faults::{Change, ChangeKind, DetectorState, FaultId, Profile, ResolvedProfile, step};
use jiff::{SignedDuration, Timestamp};
use messages::{ConnectorKey, Sample, Status};

/// 2026-06-01T10:00:00Z.
const BEGINNING: Timestamp = Timestamp::constant(1_780_308_000, 0);

/// What a station measures for a while. Nothing, unless said otherwise, on a connector that charges.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub(crate) status: Status,
    pub(crate) volts: Vec<f64>,
    pub(crate) amperes: Vec<f64>,
    pub(crate) offered: Option<f64>,
    pub(crate) celsius: Option<f64>,
    pub(crate) watts: Option<f64>,
    pub(crate) register_wh: Option<i64>,
    pub(crate) error_code: Option<&'static str>,
    pub(crate) vendor_code: Option<&'static str>,
    pub(crate) transaction: Option<&'static str>,
    /// So many seconds after it was measured it was received.
    pub(crate) received_after: Option<i64>,
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            status: Status::Charging,
            volts: Vec::new(),
            amperes: Vec::new(),
            offered: None,
            celsius: None,
            watts: None,
            register_wh: None,
            error_code: None,
            vendor_code: None,
            transaction: None,
            received_after: None,
        }
    }
}

impl Reading {
    pub(crate) fn idle(self) -> Self {
        Self { status: Status::Available, ..self }
    }

    /// The sample of this reading, `seconds` after the beginning.
    pub(crate) fn at(&self, seconds: i64) -> Sample {
        Sample {
            at: second(seconds),
            connector: ConnectorKey { evse_id: 1, connector_id: 1 },
            status: self.status.clone(),
            voltage_v: self.volts.clone(),
            current_a: self.amperes.clone(),
            power_w: self.watts,
            offered_a: self.offered,
            temperature_c: self.celsius,
            register_wh: self.register_wh,
            transaction_id: self.transaction.and_then(|id| id.parse().ok()),
            error_code: self.error_code.map(str::to_owned),
            vendor_error_code: self.vendor_code.map(str::to_owned),
            received_at: self.received_after.map(|after| second(seconds + after)),
        }
    }
}

/// A reading of one phase.
pub(crate) fn volts(volts: f64) -> Reading {
    Reading { volts: vec![volts], amperes: vec![16.0], ..Reading::default() }
}

/// A reading of one phase's current against what was offered.
pub(crate) fn amperes(amperes: f64, offered: f64) -> Reading {
    Reading { amperes: vec![amperes], offered: Some(offered), ..Reading::default() }
}

/// A reading of a temperature.
pub(crate) fn celsius(celsius: f64) -> Reading {
    Reading { celsius: Some(celsius), ..Reading::default() }
}

/// The moment that is `seconds` after the beginning.
pub(crate) fn second(seconds: i64) -> Timestamp {
    BEGINNING + SignedDuration::from_secs(seconds)
}

/// 230 V nominal, 32 A at most.
pub(crate) fn profile() -> ResolvedProfile {
    Profile { nominal_v: Some(230.0), max_a: Some(32.0), ..Profile::default() }.resolve()
}

/// The samples of stretches of so many seconds each, one sample every `cadence_s`.
pub(crate) fn samples(cadence_s: i64, stretches: &[(i64, Reading)]) -> Vec<Sample> {
    let mut samples = Vec::new();
    let mut end = 0;
    for (seconds, reading) in stretches {
        let mut at = end;
        end += seconds;
        while at < end {
            samples.push(reading.at(at));
            at += cadence_s;
        }
    }
    samples
}

/// What samples change, each change as `60 opened P2`.
pub(crate) fn changes_of(profile: &ResolvedProfile, samples: &[Sample]) -> (DetectorState, Vec<Change>) {
    samples.iter().fold((DetectorState::default(), Vec::new()), |(state, mut all), sample| {
        let (state, changes) = step(state, profile, sample);
        all.extend(changes);
        (state, all)
    })
}

/// A change as a table writes it: `60 opened P2`.
pub(crate) fn written(change: &Change) -> String {
    let seconds = change.at.duration_since(second(0)).as_secs();
    let kind = match change.kind {
        ChangeKind::Opened => "opened",
        ChangeKind::Cleared => "cleared",
    };
    format!("{seconds} {kind} {}", change.severity)
}

/// One row of a table: stretches at a cadence and what they change of some faults.
#[track_caller]
pub(crate) fn check(
    faults: &[FaultId],
    profile: &ResolvedProfile,
    cadence_s: i64,
    stretches: &[(i64, Reading)],
    expected: &[&str],
) {
    assert_eq!(written_of(faults, profile, &samples(cadence_s, stretches)), expected, "one sample every {cadence_s} s");
}

/// What samples change of some faults.
pub(crate) fn written_of(faults: &[FaultId], profile: &ResolvedProfile, samples: &[Sample]) -> Vec<String> {
    let (_, changes) = changes_of(profile, samples);
    changes.iter().filter(|change| faults.contains(&change.fault)).map(written).collect()
}

/// Lets the register of samples count their power from the first on, in steps of so many Wh; from each time on a share of it.
pub(crate) fn counted(mut samples: Vec<Sample>, step_wh: i64, shares: &[(i64, f64)]) -> Vec<Sample> {
    let mut wh = 5_000_000.0;
    for place in 0..samples.len() {
        if let Some(before) = place.checked_sub(1) {
            let (before, now) = (&samples[before], &samples[place]);
            let elapsed = now.at.duration_since(before.at);
            let share = shares.iter().rfind(|(from, _)| before.at >= second(*from)).map_or(1.0, |(_, share)| *share);
            let watts = f64::midpoint(before.power_w.unwrap_or(0.0), now.power_w.unwrap_or(0.0));
            wh += share * watts * elapsed.as_secs_f64() / 3_600.0;
        }
        #[expect(clippy::cast_possible_truncation, reason = "a register ends at 10^10 Wh")]
        let whole = wh as i64;
        samples[place].register_wh = Some(whole / step_wh * step_wh);
    }
    samples
}

/// A connector whose warmth follows the square of the current: first order, a quarter of an hour.
pub(crate) struct Warming {
    cadence_s: i32,
    at: i64,
    load_a2: f64,
    pub(crate) samples: Vec<Sample>,
}

impl Warming {
    pub(crate) fn new(cadence_s: i32) -> Self {
        Self { cadence_s, at: 0, load_a2: 0.0, samples: Vec::new() }
    }

    /// The time of the next sample.
    pub(crate) fn now(&self) -> i64 {
        self.at
    }

    /// Goes on for so long with a current (idle, if it is none), an air temperature and a rise, K/A².
    pub(crate) fn go_on(&mut self, seconds: i64, current: f64, air_c: f64, rise: f64) -> &mut Self {
        let share = 1.0 - (-f64::from(self.cadence_s) / 900.0).exp();
        let end = self.at + seconds;
        while self.at < end {
            self.load_a2 += share * (current * current - self.load_a2);
            let celsius = ((air_c + rise * self.load_a2) * 10.0).round() / 10.0;
            let reading = Reading { celsius: Some(celsius), ..amperes(current, 32.0) };
            let reading = if current > 0.0 { reading } else { reading.idle() };
            self.samples.push(reading.at(self.at));
            self.at += i64::from(self.cadence_s);
        }
        self
    }

    /// So many sessions of an hour, each after two hours of rest.
    pub(crate) fn sessions(&mut self, count: i64, air_c: f64, rise: f64) -> &mut Self {
        for _ in 0..count {
            self.go_on(7_200, 0.0, air_c, rise).go_on(3_600, 24.0, air_c, rise);
        }
        self
    }
}
