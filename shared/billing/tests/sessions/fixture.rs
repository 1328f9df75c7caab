//! Messages in few words.

use billing::Delivered;
use billing::session::StoredMessage;
use billing::tariff::Tariff;

/// One message: `Started`, `Updated` or `Ended`; seqNo; time of day; further fields; time of receipt, where it is known.
pub(crate) type Row = (&'static str, u32, &'static str, &'static str, Option<&'static str>);

/// A message of 1 June 2026; a time may name another day.
pub(crate) fn delivered(row: &Row) -> Delivered {
    let (kind, seq_no, at, fields, received_at) = row;
    let time = |text: &str| if text.contains('T') { text.to_owned() } else { format!("2026-06-01T{text}Z") };
    let received = received_at.map_or(String::new(), |text| format!(r#","receivedAt":"{}""#, time(text)));
    let where_and_who = if *kind == "Started" { r#","evseId":1,"connectorId":1,"idToken":"04A1B2C3""# } else { "" };
    let fields = if fields.is_empty() { String::new() } else { format!(",{fields}") };
    let json = format!(
        r#"{{"messageId":"m-{seq_no}","eventType":"{kind}","transactionId":"t","seqNo":{seq_no},"at":"{}"{where_and_who}{fields}{received}}}"#,
        time(at)
    );
    Delivered::parse(json.as_bytes()).unwrap()
}

pub(crate) fn stored(rows: &[Row]) -> Vec<StoredMessage> {
    let stored = |row: &Row| {
        let Delivered { message, received_at } = delivered(row);
        StoredMessage { received_at: received_at.unwrap_or(message.at), message }
    };
    rows.iter().map(stored).collect()
}

/// 1 EUR to start, 0.30 EUR per kWh, 6 EUR per hour of parking; 20 % VAT.
pub(crate) fn tariff() -> Tariff {
    Tariff::from_json(
        r#"{"id":"day","currency":"EUR","last_updated":"2026-01-01T00:00:00Z","elements":[{"price_components":[
            {"type":"FLAT","price":1,"vat":20,"step_size":0},{"type":"ENERGY","price":0.3,"vat":20,"step_size":0},
            {"type":"PARKING_TIME","price":6,"vat":20,"step_size":0}]}]}"#,
    )
    .unwrap()
}
