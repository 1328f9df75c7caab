//! Plans the tests start from, and ways to run them.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use station::contract::{MessageKind, Telemetry, Transaction};
use station::{Arrival, Backoff, EvsePlan, EvseSpec, Handed, Output, Plan, Station, StationModel, Upload, Vehicle};

/// 2026-06-01T10:00:00Z and some seconds.
pub(crate) fn at(second: i64) -> Timestamp {
    let ten: Timestamp = "2026-06-01T10:00:00Z".parse().unwrap();
    ten + SignedDuration::from_secs(second)
}

/// A three-phase vehicle that asks for an energy at a second and parks five minutes.
pub(crate) fn arrival(second: i64, asked_wh: u32) -> Arrival {
    Arrival {
        plug_in: at(second),
        id_token: "04A1B2C3".to_owned(),
        vehicle: Vehicle::ac_three_phase(60_000, 0.2, 11_000),
        asked_wh,
        park: SignedDuration::from_mins(5),
        upload: Upload::Live,
    }
}

/// One three-phase EVSE.
pub(crate) fn plan(arrivals: Vec<Arrival>) -> Plan {
    let spec = EvseSpec::ac_three_phase(1).with_register(1_284_533);
    Plan::new(at(0), 60, vec![EvsePlan { spec, arrivals }])
}

/// Everything a plan says until it is finished, which must be within a week.
pub(crate) fn run_through(plan: &Plan) -> Vec<Output> {
    assert_eq!(plan.check(), Ok(()));
    let mut model = StationModel::new(plan.clone());
    let mut outputs = Vec::new();
    for minute in 0..168 * 60 {
        outputs.extend(model.advance(at(minute * 60)));
        if model.is_finished() {
            return outputs;
        }
    }
    panic!("the plan does not end");
}

pub(crate) fn transactions(outputs: &[Output]) -> Vec<&Transaction> {
    outputs
        .iter()
        .filter_map(|output| match output {
            Output::Transaction { message, .. } => Some(message),
            Output::Telemetry(_) | Output::Stock(_) | Output::Raw(_) | Output::Happened { .. } => None,
        })
        .collect()
}

pub(crate) fn telemetry(outputs: &[Output]) -> Vec<&Telemetry> {
    outputs
        .iter()
        .filter_map(|output| match output {
            Output::Telemetry(message) => Some(message),
            Output::Transaction { .. } | Output::Stock(_) | Output::Raw(_) | Output::Happened { .. } => None,
        })
        .collect()
}

/// A station whose messages are written down with the second they were sent at.
pub(crate) struct Desk {
    pub(crate) station: Station,
    pub(crate) sent: Vec<(i64, MessageKind, Value)>,
    pub(crate) second: i64,
}

impl Desk {
    pub(crate) fn new(plan: &Plan) -> Self {
        assert_eq!(plan.check(), Ok(()));
        let station = Station::new("station-001".to_owned(), plan.clone(), Backoff::default());
        Self { station, sent: vec![], second: 0 }
    }

    /// Passes seconds, and acknowledges what the given function has a result for.
    pub(crate) fn pass(&mut self, seconds: i64, answer: impl Fn(&Value) -> Option<&'static str>) {
        for _ in 0..seconds {
            self.station.advance(at(self.second));
            let before = self.sent.len();
            let (second, sent) = (self.second, &mut self.sent);
            self.station.publish_due(at(second), |message| {
                let payload = serde_json::from_slice(&message.payload).unwrap_or(Value::Null);
                sent.push((second, message.kind, payload));
                Handed::Over
            });
            let answers: Vec<_> = self.sent[before..]
                .iter()
                .filter_map(|(_, _, message)| Some((message["messageId"].as_str()?.to_owned(), answer(message)?)))
                .collect();
            for (message_id, result) in answers {
                self.acknowledge(&message_id, result);
            }
            self.second += 1;
        }
    }

    pub(crate) fn acknowledge(&mut self, message_id: &str, result: &str) {
        let ack =
            serde_json::json!({ "messageId": message_id, "result": result, "reason": null, "idTokenStatus": null });
        self.station.receive_ack(ack.to_string().as_bytes(), at(self.second));
    }

    /// What was sent of a kind.
    pub(crate) fn of(&self, kind: MessageKind) -> Vec<&Value> {
        self.sent.iter().filter(|(_, of_kind, _)| *of_kind == kind).map(|(_, _, payload)| payload).collect()
    }
}

/// Acknowledges everything that has an id.
pub(crate) fn store_all(message: &Value) -> Option<&'static str> {
    message["messageId"].is_string().then_some("stored")
}

/// Acknowledges nothing.
pub(crate) fn stay_silent(_: &Value) -> Option<&'static str> {
    None
}
