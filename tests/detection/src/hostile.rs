//! Hostile samples: whatever a station may send, detection neither panics nor grows.

use std::io::Write;

use faults::{DetectorState, MAX_STATE_BYTES, Profile, ResolvedProfile, step};
use jiff::{SignedDuration, Timestamp};
use messages::{Sample, Status};
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};

use crate::meter::sample;
use crate::number::BEGINNING;

/// Values near limits, far from them, and impossible.
const VALUES: [f64; 22] = [
    0.0,
    -0.0,
    0.1,
    0.6,
    6.0,
    16.0,
    18.5,
    32.0,
    71.0,
    91.0,
    120.0,
    195.0,
    230.0,
    254.0,
    277.0,
    1e5,
    -1e5,
    f64::MAX,
    f64::MIN,
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
];
/// Seconds from one sample to the next; the first few are usual.
const USUAL: usize = 6;
const PAUSES: [i64; 12] = [1, 1, 10, 10, 60, 60, 0, -30, 301, -100_000, 90_000, 3_000_000_000];
const REGISTERS: [i64; 6] = [0, 1_000_000, 1_000_100, 1_001_000, 999_999_990, 10_000_000_000];
const CODES: [&str; 9] = [
    "NoError",
    "OtherError",
    "OverVoltage",
    "GroundFailure",
    "CX017",
    "CX026",
    "E-77",
    "x#y",
    "a code that is much too long to be kept",
];
/// How often a state is written and read back.
const STORED_EVERY: u64 = 64;
/// A state has seen enough after this many samples.
const FRESH_EVERY: u64 = 5_000;
const TELL_EVERY: u64 = 500_000;

/// Runs so many samples; the largest state that they made, bytes.
///
/// # Errors
/// A state that is too large, or not read back as it was written.
pub(crate) fn hostile(samples: u64, seed: u64) -> Result<usize, String> {
    let mut rng = SmallRng::seed_from_u64(seed);
    let (mut state, mut at, mut largest) = (DetectorState::default(), BEGINNING, 0);
    let mut profile = ResolvedProfile::default();
    let mut last = sample(at);
    for number in 0..samples {
        if number % FRESH_EVERY == 0 {
            (state, at, profile) = (DetectorState::default(), BEGINNING, any_profile(&mut rng));
            if number % TELL_EVERY == 0 {
                drop(write!(std::io::stderr(), "\r{number} of {samples} samples"));
            }
        }
        at = moved(at, &mut rng);
        // Readings stay for a while, so that runs complete.
        last = Sample {
            at,
            received_at: received(at, &mut rng),
            ..if rng.random_bool(0.2) { any(&mut rng, at) } else { last }
        };
        let (next, changes) = step(state, &profile, &last);
        state = next;
        if let Some(change) = changes.iter().find(|change| !change.value.is_finite()) {
            return Err(format!("{change:?}"));
        }
        if number % STORED_EVERY == 0 {
            let bytes = state.encode();
            largest = largest.max(bytes.len());
            if bytes.len() > MAX_STATE_BYTES || DetectorState::decode(&bytes).as_ref() != Ok(&state) {
                return Err(format!("sample {number}: {} bytes of {state:?}", bytes.len()));
            }
        }
    }
    Ok(largest)
}

fn moved(at: Timestamp, rng: &mut SmallRng) -> Timestamp {
    // Odd times now and then: else a state would hardly see two samples in a row.
    let kinds = if rng.random_bool(0.01) { PAUSES.len() } else { USUAL };
    let pause = PAUSES[rng.random_range(0..kinds)];
    at.checked_add(SignedDuration::from_secs(pause)).unwrap_or(BEGINNING)
}

fn received(at: Timestamp, rng: &mut SmallRng) -> Option<Timestamp> {
    let late = SignedDuration::from_secs(*[0, 1, 90, -90, -100_000_000].choose(rng)?);
    rng.random_bool(0.5).then(|| at.checked_add(late).unwrap_or(at))
}

fn value(rng: &mut SmallRng) -> f64 {
    if rng.random_bool(0.3) { rng.random_range(0.0..500.0) } else { VALUES[rng.random_range(0..VALUES.len())] }
}

fn any(rng: &mut SmallRng, at: Timestamp) -> Sample {
    let statuses =
        [Status::Charging, Status::Charging, Status::Available, Status::SuspendedEv, Status::Faulted, Status::Occupied];
    let phases = |rng: &mut SmallRng| (0..rng.random_range(0..=3)).map(|_| value(rng)).collect();
    let code = |rng: &mut SmallRng| rng.random_bool(0.5).then(|| CODES[rng.random_range(0..CODES.len())].to_owned());
    Sample {
        status: statuses[rng.random_range(0..statuses.len())].clone(),
        voltage_v: phases(rng),
        current_a: phases(rng),
        power_w: rng.random_bool(0.7).then(|| 40.0 * value(rng)),
        offered_a: rng.random_bool(0.7).then(|| value(rng)),
        temperature_c: rng.random_bool(0.7).then(|| value(rng)),
        register_wh: rng.random_bool(0.7).then(|| REGISTERS[rng.random_range(0..REGISTERS.len())]),
        error_code: code(rng),
        vendor_error_code: code(rng),
        ..sample(at)
    }
}

fn any_profile(rng: &mut SmallRng) -> ResolvedProfile {
    let maybe = |rng: &mut SmallRng| rng.random_bool(0.5).then(|| value(rng));
    Profile {
        nominal_v: maybe(rng),
        max_a: maybe(rng),
        warn_c: maybe(rng),
        critical_c: maybe(rng),
        ..Profile::default()
    }
    .resolve()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_samples_neither_panic_nor_grow_a_state() {
        let largest = hostile(300_000, 1).unwrap();
        assert!(largest > 200, "these samples reach little: {largest} bytes");
    }
}
