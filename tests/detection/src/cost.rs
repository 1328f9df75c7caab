//! What a sample costs: time of a step, time of reading it, bytes of the state.
//!
//! `cargo detection-report` builds it as the Lambdas are built; a development build is slower.

use std::hint::black_box;
use std::time::Instant;

use messages::{Sample, parse_telemetry};
use serde::Serialize;

use crate::clean::{Stay, begin};
use crate::detector::Detector;
use crate::draw::Seed;
use crate::number::measure;
use crate::series::Cadence;

/// What was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cost {
    pub(crate) samples: usize,
    /// A step, ns per sample.
    pub(crate) step_ns: f64,
    /// Reading the same samples from JSON, ns per sample.
    pub(crate) parse_ns: f64,
    /// The most that a state took anywhere in the run, bytes.
    pub(crate) bytes: usize,
}

/// Samples in one payload.
const BATCH: usize = 30;
/// The quickest of so many rounds counts: the others were disturbed.
const STEP_ROUNDS: usize = 30;
const PARSE_ROUNDS: usize = 5;

/// Measures over the days of one station of each kind; how large states become is for others to say.
pub(crate) fn cost<D: Detector>(detector: &D, root: Seed, days: usize) -> Cost {
    let mut series = Vec::new();
    let mut total = 0;
    for number in [0, 2, 4] {
        let (station, mut from, _) = begin(root, Stay { cadence: Cadence(10), number: 1_000_000 + number, days });
        let mut samples: Vec<Sample> = Vec::new();
        for _ in 0..days * 8640 {
            from.advance(None, &mut |sample| samples.push(sample));
        }
        total += samples.len();
        series.push((station.profile.resolve(), samples));
    }
    let step_ns = quickest(STEP_ROUNDS, || {
        for (profile, samples) in &series {
            let last = samples.iter().fold(D::State::default(), |state, sample| {
                let (state, changes) = detector.step(state, profile, sample);
                black_box(changes);
                state
            });
            black_box(last);
        }
    });
    let payloads: Vec<String> = series.iter().flat_map(|(_, samples)| samples.chunks(BATCH).map(payload)).collect();
    let parse_ns = quickest(PARSE_ROUNDS, || {
        for payload in &payloads {
            drop(black_box(parse_telemetry(payload.as_bytes())));
        }
    });
    Cost { samples: total, step_ns: step_ns / measure(total), parse_ns: parse_ns / measure(total), bytes: 0 }
}

/// How long the work takes at best, ns.
#[expect(clippy::disallowed_methods, reason = "measuring time is what this is for; nothing is decided by it")]
fn quickest(rounds: usize, work: impl Fn()) -> f64 {
    let round = |_| {
        let begun = Instant::now();
        work();
        begun.elapsed().as_secs_f64() * 1e9
    };
    (0..rounds).map(round).fold(f64::INFINITY, f64::min)
}

/// The `telemetry` payload of samples.
fn payload(samples: &[Sample]) -> String {
    let one = |sample: &Sample| {
        serde_json::json!({ "at": sample.at, "connectors": [{
            "evseId": sample.connector.evse_id,
            "connectorId": sample.connector.connector_id,
            "status": sample.status.as_str(),
            "voltageV": sample.voltage_v,
            "currentA": sample.current_a,
            "powerW": sample.power_w,
            "offeredA": sample.offered_a,
            "temperatureC": sample.temperature_c,
            "registerWh": sample.register_wh,
            "transactionId": sample.transaction_id.as_ref().map(ToString::to_string),
            "errorCode": sample.error_code,
        }] })
    };
    serde_json::json!({ "samples": samples.iter().map(one).collect::<Vec<_>>() }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::Half;

    #[test]
    fn the_payload_is_read_back_as_it_was() {
        let (_, mut series, _) = begin(Seed::root(Half::Tune, 1), Stay { cadence: Cadence(60), number: 2, days: 1 });
        let mut samples = Vec::new();
        for _ in 0..1440 {
            series.advance(None, &mut |sample| samples.push(sample));
        }
        samples.sort_by_key(|sample| sample.at);
        samples.dedup();
        let read = parse_telemetry(payload(&samples).as_bytes()).unwrap();
        assert_eq!(read.len(), samples.len());
        assert_eq!(payload(&read), payload(&samples));
    }
}
