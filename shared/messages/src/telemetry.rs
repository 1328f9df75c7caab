//! `telemetry`: one sample or several, each of one or several connectors.

use jiff::Timestamp;
use serde::Deserialize;

use crate::fields::{Integer, small, text};
use crate::{ConnectorKey, MAX_REGISTER_WH, Refusal, TransactionId, refusal};

/// The most phases a connector has; DC counts as one.
const MAX_PHASES: usize = 3;

/// What a station reports of a connector (OCPP 1.6 `ChargePointStatus`, OCPP 2.0.1 `ConnectorStatusEnumType`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub enum Status {
    /// Free.
    Available,
    /// In use, without saying how.
    Occupied,
    /// A vehicle is being connected.
    Preparing,
    /// Energy flows.
    Charging,
    /// The vehicle asks for no energy.
    SuspendedEv,
    /// The station offers no energy.
    SuspendedEvse,
    /// The transaction has ended, the vehicle is still connected.
    Finishing,
    /// Held for somebody.
    Reserved,
    /// Out of service.
    Unavailable,
    /// The station reports a fault.
    Faulted,
    /// A status we do not know, as the station wrote it.
    Other(String),
}

impl From<String> for Status {
    fn from(text: String) -> Self {
        match text.as_str() {
            "Available" => Self::Available,
            "Occupied" => Self::Occupied,
            "Preparing" => Self::Preparing,
            "Charging" => Self::Charging,
            "SuspendedEV" => Self::SuspendedEv,
            "SuspendedEVSE" => Self::SuspendedEvse,
            "Finishing" => Self::Finishing,
            "Reserved" => Self::Reserved,
            "Unavailable" => Self::Unavailable,
            "Faulted" => Self::Faulted,
            _ => Self::Other(text),
        }
    }
}

impl Status {
    /// The status as the contract writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Available => "Available",
            Self::Occupied => "Occupied",
            Self::Preparing => "Preparing",
            Self::Charging => "Charging",
            Self::SuspendedEv => "SuspendedEV",
            Self::SuspendedEvse => "SuspendedEVSE",
            Self::Finishing => "Finishing",
            Self::Reserved => "Reserved",
            Self::Unavailable => "Unavailable",
            Self::Faulted => "Faulted",
            Self::Other(text) => text,
        }
    }
}

/// One set of measured quantities of one connector at one time. What the station does not measure is absent.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// When it was measured, by the station's clock.
    pub at: Timestamp,
    /// Where.
    pub connector: ConnectorKey,
    /// What the station says of the connector.
    pub status: Status,
    /// Voltage per phase against neutral (DC: one), V.
    pub voltage_v: Vec<f64>,
    /// Current per phase (DC: one), A.
    pub current_a: Vec<f64>,
    /// Active power of all phases, W.
    pub power_w: Option<f64>,
    /// The current offered to the vehicle per phase, A.
    pub offered_a: Option<f64>,
    /// The hottest temperature that the station knows of the connector, °C.
    pub temperature_c: Option<f64>,
    /// The cumulative energy register, Wh; 0 to 10,000,000,000.
    pub register_wh: Option<i64>,
    /// The running transaction.
    pub transaction_id: Option<TransactionId>,
    /// OCPP 1.6 `ChargePointErrorCode`.
    pub error_code: Option<String>,
    /// The vendor's or an MREC code.
    pub vendor_error_code: Option<String>,
    /// When the cloud received it; no part of the payload. Without it the station's clock is believed.
    pub received_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Wire {
    samples: Vec<WireSample>,
}

#[derive(Deserialize)]
struct WireSample {
    at: Timestamp,
    connectors: Vec<WireConnector>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireConnector {
    #[serde(deserialize_with = "small")]
    evse_id: u16,
    #[serde(deserialize_with = "small")]
    connector_id: u16,
    status: Status,
    #[serde(rename = "voltageV")]
    voltage: Option<Phases>,
    #[serde(rename = "currentA")]
    current: Option<Phases>,
    #[serde(rename = "powerW")]
    power: Option<f64>,
    #[serde(rename = "offeredA")]
    offered: Option<f64>,
    #[serde(rename = "temperatureC")]
    temperature: Option<f64>,
    register_wh: Option<Integer>,
    transaction_id: Option<TransactionId>,
    error_code: Option<String>,
    vendor_error_code: Option<String>,
}

/// One value per phase; a bare number is one phase.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a number or a list of numbers, one per phase")]
enum Phases {
    One(f64),
    Many(Vec<f64>),
}

/// Reads a `telemetry` payload into its samples, ordered by time and connector.
///
/// # Errors
/// [`Refusal`] with `Malformed`: not the contract's JSON, more than three phases, a register out of range.
pub fn parse_telemetry(bytes: &[u8]) -> Result<Vec<Sample>, Refusal> {
    let wire: Wire = refusal::read(bytes)?;
    let mut samples = Vec::new();
    for WireSample { at, connectors } in wire.samples {
        for connector in connectors {
            samples.push(connector.sample(at).map_err(Refusal::malformed)?);
        }
    }
    samples.sort_by_key(|sample| (sample.at, sample.connector));
    Ok(samples)
}

impl WireConnector {
    fn sample(self, at: Timestamp) -> Result<Sample, String> {
        if self.evse_id == 0 || self.connector_id == 0 {
            return Err("evseId and connectorId count from 1".to_owned());
        }
        let register_wh = self.register_wh.map(|Integer(wh)| wh);
        if register_wh.is_some_and(|wh| !(0..=MAX_REGISTER_WH).contains(&wh)) {
            return Err(format!("registerWh is not between 0 and {MAX_REGISTER_WH}"));
        }
        let status = match self.status {
            Status::Other(unknown) => Status::Other(text(unknown)?),
            known => known,
        };
        Ok(Sample {
            at,
            connector: ConnectorKey { evse_id: self.evse_id, connector_id: self.connector_id },
            status,
            voltage_v: phases("voltageV", self.voltage)?,
            current_a: phases("currentA", self.current)?,
            power_w: self.power,
            offered_a: self.offered,
            temperature_c: self.temperature,
            register_wh,
            transaction_id: self.transaction_id,
            error_code: self.error_code.map(text).transpose()?,
            vendor_error_code: self.vendor_error_code.map(text).transpose()?,
            received_at: None,
        })
    }
}

fn phases(field: &str, given: Option<Phases>) -> Result<Vec<f64>, String> {
    let values = match given {
        None => Vec::new(),
        Some(Phases::One(value)) => vec![value],
        Some(Phases::Many(values)) => values,
    };
    if values.len() > MAX_PHASES {
        return Err(format!("{field} has more than {MAX_PHASES} phases"));
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: &str = r#"{ "samples": [ { "at": "2026-06-01T10:00:00Z", "connectors": [ {
        "evseId": 1, "connectorId": 1.0, "status": "Charging", "voltageV": [230.4, 230.1, 229.9],
        "currentA": [15.9, 15.8, 16.0], "powerW": 10980, "offeredA": 16, "temperatureC": 41.3, "registerWh": 1284533.0,
        "transactionId": "7a1c", "errorCode": "NoError", "vendorErrorCode": "CX017", "someday": true } ] } ] }"#;

    #[test]
    fn a_full_sample_is_read_whole() {
        let samples = parse_telemetry(FULL.as_bytes()).unwrap();
        assert_eq!(samples.len(), 1);
        let sample = &samples[0];
        assert_eq!(sample.connector, ConnectorKey { evse_id: 1, connector_id: 1 });
        assert_eq!(sample.status, Status::Charging);
        assert_eq!(sample.voltage_v, [230.4, 230.1, 229.9]);
        assert_eq!(sample.register_wh, Some(1_284_533));
        assert_eq!(sample.vendor_error_code.as_deref(), Some("CX017"));
    }

    #[test]
    fn what_breaks_the_contract_is_refused_whole() {
        let with = |fields: &str| {
            format!(
                r#"{{"samples":[{{"at":"2026-06-01T10:00:00Z","connectors":[{{"evseId":1,"connectorId":1{fields}}}]}}]}}"#
            )
        };
        for (fields, good) in [
            (r#","status":"Charging""#, true),
            (r#","status":"Humming""#, true),
            (r#","status":"Charging","voltageV":230.1"#, true),
            ("", false),
            (r#","status":"Charging","voltageV":[1,2,3,4]"#, false),
            (r#","status":"Charging","voltageV":"230""#, false),
            (r#","status":"Charging","powerW":1e999"#, false),
            (r#","status":"Charging","registerWh":-1"#, false),
            (r#","status":"Charging","registerWh":10000000001"#, false),
            (r#","status":"Charging","registerWh":1.5"#, false),
            (r#","status":"Charging","transactionId":"a#b""#, false),
            (r#","status":"Charging","errorCode":"a\u0000b""#, false),
            (r#","status":"Charging","evseId":2"#, false),
        ] {
            assert_eq!(parse_telemetry(with(fields).as_bytes()).is_ok(), good, "{fields}");
        }
        let deep = "[".repeat(100_000);
        for bad in [&b""[..], b"[]", b"{}", b"\xff\xfe", deep.as_bytes()] {
            assert!(parse_telemetry(bad).is_err());
        }
    }

    #[test]
    fn a_refusal_says_where_the_fault_lies() {
        for (from, to, detail) in [
            (
                "[230.4, 230.1, 229.9]",
                r#""230""#,
                "samples[0].connectors[0].voltageV: expected a number or a list of numbers",
            ),
            ("1284533.0", "1.5", "samples[0].connectors[0].registerWh: "),
            (r#""2026-06-01T10:00:00Z""#, "3", "samples[0].at: "),
            (r#""status": "Charging","#, "", "samples[0].connectors[0]: missing field `status`"),
            ("true } ] } ] }", "", "EOF while parsing"),
        ] {
            let refused = parse_telemetry(FULL.replace(from, to).as_bytes()).unwrap_err();
            assert!(refused.detail.starts_with(detail), "{}", refused.detail);
        }
    }
}
