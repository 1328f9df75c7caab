//! `transaction`: the shape of OCPP 2.0.1 `TransactionEventRequest`, one message per event.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::fields::{Integer, kwh_as_wh, message_id, small, text};
use crate::{ConnectorKey, IdToken, MAX_REGISTER_WH, Refusal, TransactionId, refusal};

/// The longest signed meter value that is kept, bytes (an OCMF record is about 1 KiB).
const MAX_SIGNED: usize = 16 * 1024;

/// Where in its transaction a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EventType {
    /// The first message.
    Started,
    /// Anything between.
    Updated,
    /// The last message.
    Ended,
}

/// What the transaction is doing (OCPP 2.0.1 `ChargingStateEnumType`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum ChargingState {
    /// No vehicle is connected.
    Idle,
    /// A vehicle is connected and asks for nothing: parking.
    EvConnected,
    /// Energy flows.
    Charging,
    /// The vehicle has paused: parking.
    SuspendedEv,
    /// We have paused: neither charging nor parking.
    SuspendedEvse,
    /// A state we do not know, as the station wrote it.
    Other(String),
}

impl From<String> for ChargingState {
    fn from(text: String) -> Self {
        match text.as_str() {
            "Idle" => Self::Idle,
            "EVConnected" => Self::EvConnected,
            "Charging" => Self::Charging,
            "SuspendedEV" => Self::SuspendedEv,
            "SuspendedEVSE" => Self::SuspendedEvse,
            _ => Self::Other(text),
        }
    }
}

impl From<ChargingState> for String {
    fn from(state: ChargingState) -> Self {
        match state {
            ChargingState::Idle => "Idle".to_owned(),
            ChargingState::EvConnected => "EVConnected".to_owned(),
            ChargingState::Charging => "Charging".to_owned(),
            ChargingState::SuspendedEv => "SuspendedEV".to_owned(),
            ChargingState::SuspendedEvse => "SuspendedEVSE".to_owned(),
            ChargingState::Other(text) => text,
        }
    }
}

/// One event of a transaction. `seq_no` orders the events of a transaction, whatever the clock says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransactionMessage {
    /// Named again in the ack; the station's own choice.
    pub message_id: String,
    /// First, between or last.
    pub event_type: EventType,
    /// The transaction; unique per station.
    pub transaction_id: TransactionId,
    /// Counts up from 0 within the transaction.
    pub seq_no: u32,
    /// When it happened, by the station's clock.
    pub at: Timestamp,
    /// Where; always in `Started`.
    pub connector: Option<ConnectorKey>,
    /// For whom; always in `Started`.
    pub id_token: Option<IdToken>,
    /// What the transaction is doing from `at` on.
    pub charging_state: Option<ChargingState>,
    /// The cumulative energy register, Wh; 0 to 10,000,000,000. `registerKwh` is converted, rounded half away from zero below 1 Wh.
    pub register_wh: Option<i64>,
    /// It happened while the station was offline.
    #[serde(default)]
    pub offline: bool,
    /// Why the transaction ended (OCPP 2.0.1 `ReasonEnumType`), as the station wrote it.
    pub stopped_reason: Option<String>,
    /// A signed reading (OCMF), as the station wrote it.
    pub signed_meter_value: Option<String>,
    /// Since when the EVSE had been held for this driver.
    pub reserved_from: Option<Timestamp>,
}

/// A transaction message that will never be stored, with its `messageId` where that could be read: without it nothing can be acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{refusal}")]
pub struct RefusedTransaction {
    /// Whom to answer.
    pub message_id: Option<String>,
    /// What was wrong.
    pub refusal: Refusal,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire<'a> {
    message_id: String,
    event_type: EventType,
    transaction_id: TransactionId,
    #[serde(deserialize_with = "small")]
    seq_no: u32,
    at: Timestamp,
    #[serde(default, deserialize_with = "optional_small")]
    evse_id: Option<u16>,
    #[serde(default, deserialize_with = "optional_small")]
    connector_id: Option<u16>,
    id_token: Option<IdToken>,
    charging_state: Option<ChargingState>,
    register_wh: Option<Integer>,
    #[serde(borrow)]
    register_kwh: Option<&'a RawValue>,
    offline: Option<bool>,
    stopped_reason: Option<String>,
    signed_meter_value: Option<String>,
    reserved_from: Option<Timestamp>,
}

fn optional_small<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Option<u16>, D::Error> {
    let Some(Integer(value)) = Option::deserialize(input)? else { return Ok(None) };
    let value = u16::try_from(value).map_err(|_| serde::de::Error::custom(format!("{value} is out of range")))?;
    Ok(Some(value))
}

impl TransactionMessage {
    /// Reads a `transaction` payload.
    ///
    /// # Errors
    /// [`RefusedTransaction`]: not the contract's JSON, or a `Started` without connector or id token.
    pub fn parse(bytes: &[u8]) -> Result<Self, RefusedTransaction> {
        let wire: Result<Wire<'_>, Refusal> = refusal::read(bytes);
        wire.and_then(|wire| wire.message().map_err(Refusal::malformed))
            .map_err(|refusal| RefusedTransaction::new(bytes, refusal))
    }
}

impl RefusedTransaction {
    /// A refusal of these bytes, with the `messageId` that can still be read from them.
    #[must_use]
    pub fn new(bytes: &[u8], refusal: Refusal) -> Self {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct OnlyId {
            message_id: String,
        }
        let message_id = serde_json::from_slice::<OnlyId>(bytes).ok().and_then(|only| message_id(only.message_id).ok());
        Self { message_id, refusal }
    }
}

impl Wire<'_> {
    fn message(self) -> Result<TransactionMessage, String> {
        let register_wh = match (self.register_wh, self.register_kwh) {
            (Some(_), Some(_)) => return Err("give registerWh or registerKwh, not both".to_owned()),
            (Some(Integer(wh)), None) => Some(wh),
            (None, Some(raw)) if raw.get() != "null" => Some(kwh_as_wh(raw.get())?),
            (None, _) => None,
        };
        if register_wh.is_some_and(|wh| !(0..=MAX_REGISTER_WH).contains(&wh)) {
            return Err(format!("the register is not between 0 and {MAX_REGISTER_WH} Wh"));
        }
        let connector = match (self.evse_id, self.connector_id) {
            (Some(0), _) | (_, Some(0)) => return Err("evseId and connectorId count from 1".to_owned()),
            (Some(evse_id), Some(connector_id)) => Some(ConnectorKey { evse_id, connector_id }),
            (None | Some(_), None) | (None, Some(_)) => None,
        };
        if self.event_type == EventType::Started && (connector.is_none() || self.id_token.is_none()) {
            return Err("Started needs evseId, connectorId and idToken".to_owned());
        }
        if self.signed_meter_value.as_ref().is_some_and(|signed| signed.len() > MAX_SIGNED) {
            return Err(format!("signedMeterValue is longer than {MAX_SIGNED} bytes"));
        }
        let charging_state = match self.charging_state {
            Some(ChargingState::Other(unknown)) => Some(ChargingState::Other(text(unknown)?)),
            known => known,
        };
        Ok(TransactionMessage {
            message_id: message_id(self.message_id)?,
            event_type: self.event_type,
            transaction_id: self.transaction_id,
            seq_no: self.seq_no,
            at: self.at,
            connector,
            id_token: self.id_token,
            charging_state,
            register_wh,
            offline: self.offline.unwrap_or(false),
            stopped_reason: self.stopped_reason.map(text).transpose()?,
            signed_meter_value: self.signed_meter_value,
            reserved_from: self.reserved_from,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STARTED: &str = r#"{ "messageId": "c0ffee-17", "eventType": "Started", "transactionId": "7a1c", "seqNo": 0,
        "at": "2026-06-01T10:00:00+02:00", "evseId": 1, "connectorId": 1, "idToken": "04A1B2C3",
        "chargingState": "Charging", "registerWh": 1284533, "offline": false,
        "stoppedReason": null, "signedMeterValue": null, "reservedFrom": null }"#;

    #[test]
    fn a_started_is_read_whole_and_times_become_utc() {
        let message = TransactionMessage::parse(STARTED.as_bytes()).unwrap();
        assert_eq!(message.at.to_string(), "2026-06-01T08:00:00Z");
        assert_eq!(message.connector, Some(ConnectorKey { evse_id: 1, connector_id: 1 }));
        assert_eq!(message.register_wh, Some(1_284_533));
        assert_eq!(message.charging_state, Some(ChargingState::Charging));
    }

    #[test]
    fn a_stored_message_is_read_back_as_it_was() {
        let message = TransactionMessage::parse(STARTED.as_bytes()).unwrap();
        let json = serde_json::to_string(&message).unwrap();
        assert_eq!(serde_json::from_str::<TransactionMessage>(&json).unwrap(), message);
    }

    #[test]
    fn the_contract_is_kept_and_the_sender_is_still_known() {
        let with = |fields: &str| {
            let json = format!(r#"{{"messageId":"m-1","transactionId":"t","at":"2026-06-01T10:00:00Z",{fields}}}"#);
            TransactionMessage::parse(json.as_bytes())
        };
        for (fields, good) in [
            (r#""eventType":"Ended","seqNo":1"#, true),
            (r#""eventType":"Ended","seqNo":1.0,"registerKwh":12.5"#, true),
            (r#""eventType":"Ended","seqNo":1,"evseId":null,"registerKwh":null"#, true),
            (r#""eventType":"Updated","seqNo":1,"chargingState":"Dreaming""#, true),
            (r#""eventType":"Started","seqNo":0"#, false),
            (r#""eventType":"Ended","seqNo":-1"#, false),
            (r#""eventType":"Ended","seqNo":4294967296"#, false),
            (r#""eventType":"Finished","seqNo":1"#, false),
            (r#""eventType":"Ended","seqNo":1,"registerWh":1,"registerKwh":0.001"#, false),
            (r#""eventType":"Ended","seqNo":1,"registerWh":10000000001"#, false),
            (r#""eventType":"Ended","seqNo":1,"registerKwh":"12""#, false),
            (r#""eventType":"Ended","seqNo":1,"evseId":70000"#, false),
            (r#""eventType":"Ended""#, false),
        ] {
            let parsed = with(fields);
            assert_eq!(parsed.is_ok(), good, "{fields}");
            if let Err(refused) = parsed {
                assert_eq!(refused.message_id.as_deref(), Some("m-1"), "{fields}");
            }
        }
        assert_eq!(TransactionMessage::parse(b"\x00garbage").unwrap_err().message_id, None);
    }
}
