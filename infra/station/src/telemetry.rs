//! Packing samples into messages the contract allows.

use crate::contract::{Sample, TELEMETRY_MAX_BYTES, Telemetry};

/// `{"samples":[]}`.
const ENVELOPE_BYTES: usize = 14;

/// Packs samples into as few messages as their size allows. A sample too large for one message is cut between its connectors.
pub(crate) fn pack(samples: Vec<Sample>, max_bytes: usize) -> Vec<Telemetry> {
    let mut messages = Vec::new();
    let mut message = Telemetry { samples: Vec::new() };
    let mut used_bytes = ENVELOPE_BYTES;
    for sample in samples.into_iter().flat_map(|sample| cut(sample, max_bytes - ENVELOPE_BYTES)) {
        let bytes = encoded_bytes(&sample) + 1;
        if used_bytes + bytes > max_bytes && !message.samples.is_empty() {
            messages.push(std::mem::replace(&mut message, Telemetry { samples: Vec::new() }));
            used_bytes = ENVELOPE_BYTES;
        }
        used_bytes += bytes;
        message.samples.push(sample);
    }
    if !message.samples.is_empty() {
        messages.push(message);
    }
    messages
}

/// Packs samples into messages of the contract's size.
pub(crate) fn pack_for_contract(samples: Vec<Sample>) -> Vec<Telemetry> {
    pack(samples, TELEMETRY_MAX_BYTES)
}

fn cut(sample: Sample, max_bytes: usize) -> Vec<Sample> {
    if encoded_bytes(&sample) < max_bytes || sample.connectors.len() < 2 {
        return vec![sample];
    }
    let Sample { at, mut connectors } = sample;
    let rest = connectors.split_off(connectors.len() / 2);
    [connectors, rest].into_iter().flat_map(|connectors| cut(Sample { at, connectors }, max_bytes)).collect()
}

fn encoded_bytes(sample: &Sample) -> usize {
    serde_json::to_vec(sample).map_or(0, |encoded| encoded.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{ConnectorSample, Status};
    use jiff::Timestamp;

    fn sample(second: i64, connectors: u32) -> Sample {
        let connector = |evse_id| ConnectorSample {
            evse_id,
            connector_id: 1,
            status: Status::Charging,
            voltage_v: vec![230.1, 229.8, 231.4],
            current_a: vec![15.9, 16.0, 16.1],
            power_w: 10_900,
            offered_a: 16.0,
            temperature_c: 31.5,
            register_wh: 1_284_533,
            transaction_id: Some("20260601T100000Z-0001".to_owned()),
            error_code: "NoError".to_owned(),
        };
        Sample { at: Timestamp::from_second(second).unwrap(), connectors: (1..=connectors).map(connector).collect() }
    }

    #[test]
    fn samples_are_kept_whole_ordered_and_within_the_limit() {
        for (samples, connectors, messages) in [(1, 1, 1), (6, 2, 1), (6, 4, 1), (6, 6, 2), (6, 40, 12), (0, 0, 0)] {
            let samples: Vec<_> = (0..samples).map(|second| sample(second, connectors)).collect();
            let packed = pack_for_contract(samples.clone());
            assert_eq!(packed.len(), messages, "{} samples of {connectors} connectors", samples.len());
            for message in &packed {
                assert!(serde_json::to_vec(message).unwrap().len() <= TELEMETRY_MAX_BYTES);
            }
            let flat = |samples: Vec<Sample>| -> Vec<_> {
                samples
                    .into_iter()
                    .flat_map(|sample| sample.connectors.into_iter().map(move |one| (sample.at, one)))
                    .collect()
            };
            assert_eq!(flat(packed.into_iter().flat_map(|message| message.samples).collect()), flat(samples));
        }
    }
}
