//! The handler over ports in memory.

mod alerts;
mod events;
mod failures;
mod heard;
mod laws;
mod memory;
mod profiles;
mod refusals;
mod site;
mod writes;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::{SignedDuration, Timestamp};
use messages::{ConnectorKey, Envelope, StationId};
use ports::Record;
use serde::Deserialize;

use memory::Memory;

/// 2026-06-01T12:00:00Z.
const BEGINNING: Timestamp = Timestamp::constant(1_780_315_200, 0);

const FIRST: ConnectorKey = ConnectorKey { evse_id: 1, connector_id: 1 };
const SECOND: ConnectorKey = ConnectorKey { evse_id: 2, connector_id: 1 };

fn second(seconds: i64) -> Timestamp {
    BEGINNING + SignedDuration::from_secs(seconds)
}

fn station(number: u16) -> StationId {
    format!("station-{number:03}").parse().unwrap()
}

/// What a connector of a message says, as JSON; it charges on EVSE 1 unless `more` says otherwise.
fn connector(evse: u16, more: &str) -> String {
    format!(r#"{{"evseId":{evse},"connectorId":1,"status":"Charging"{more}}}"#)
}

/// A message of station 1 with one sample, measured and received so many seconds after the beginning.
fn message(seconds: i64, connectors: &[String]) -> Record<Envelope> {
    message_of(1, seconds, connectors)
}

fn message_of(station: u16, seconds: i64, connectors: &[String]) -> Record<Envelope> {
    let at = second(seconds);
    let json = format!(r#"{{"samples":[{{"at":"{at}","connectors":[{}]}}]}}"#, connectors.join(","));
    let client = self::station(station).to_string();
    Record {
        id: format!("{station}@{seconds}"),
        body: Envelope { data: json.into_bytes(), topic: format!("ev/v1/{client}/telemetry"), client, received_at: at },
    }
}

fn with_volts(volts: f64) -> Vec<String> {
    vec![connector(1, &format!(r#","voltageV":{volts}"#))]
}

/// Handles a batch at that time; the ids of the records that are to be delivered again.
fn handle(memory: &Memory, seconds: i64, records: Vec<Record<Envelope>>) -> Vec<String> {
    let failed = run(crate::handle(memory, second(seconds), records));
    failed.into_iter().map(|record| record.id).collect()
}

/// Ports in memory never wait.
fn run<T>(future: impl Future<Output = T> + Send) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a port in memory waits"),
    }
}

/// The readable records of a sample event.
fn event(name: &str) -> Vec<Record<Envelope>> {
    #[derive(Deserialize)]
    struct Event {
        #[serde(rename = "Records")]
        records: Vec<Message>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Message {
        message_id: String,
        body: String,
    }
    #[derive(Deserialize)]
    struct Wire {
        data: String,
        topic: String,
        client: String,
        received_at: i64,
    }
    let path = format!("{}/../../events/check-telemetry/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let event: Event = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let read = |message: Message| {
        let wire: Wire = serde_json::from_str(&message.body).ok()?;
        let data = BASE64_STANDARD.decode(wire.data).ok()?;
        let received_at = Timestamp::from_millisecond(wire.received_at).ok()?;
        let body = Envelope { data, topic: wire.topic, client: wire.client, received_at };
        Some(Record { id: message.message_id, body })
    };
    event.records.into_iter().filter_map(read).collect()
}
