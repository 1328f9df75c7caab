//! Topic rules: from a published message to the envelope that a queue gets, as the rule's SQL makes it.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;

use crate::broker::Published;

/// Whether a topic matches an MQTT topic filter with `+` and `#` (MQTT 3.1.1, section 4.7).
#[must_use]
pub(crate) fn matches(filter: &str, topic: &str) -> bool {
    let mut levels = topic.split('/');
    for wanted in filter.split('/') {
        match (wanted, levels.next()) {
            ("#", _) => return true,
            ("+", Some(_)) => {}
            (name, Some(level)) if name == level => {}
            (_, _) => return false,
        }
    }
    levels.next().is_none()
}

/// The envelope of `SELECT encode(*, 'base64') AS data, topic() AS topic, clientid() AS client, timestamp() AS received_at`.
/// The embedded broker does not tell the publisher, so the station of the topic stands for the client id.
#[must_use]
pub(crate) fn envelope(published: &Published, now: Timestamp) -> String {
    let client = published.topic.split('/').nth(2).unwrap_or_default();
    serde_json::json!({
        "data": BASE64_STANDARD.encode(&published.payload),
        "topic": published.topic,
        "client": client,
        "received_at": now.as_millisecond(),
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_match_as_mqtt_says() {
        for (filter, topic, expected) in [
            ("ev/v1/+/telemetry", "ev/v1/s-1/telemetry", true),
            ("ev/v1/+/telemetry", "ev/v1/s-1/transaction", false),
            ("ev/v1/+/telemetry", "ev/v1/s-1/x/telemetry", false),
            ("ev/v1/+/telemetry", "ev/v1/s-1", false),
            ("ev/v1/+/telemetry", "ev/v1/s-1/telemetry/x", false),
            ("ev/#", "ev/v1/s-1/telemetry", true),
            ("#", "anything", true),
        ] {
            assert_eq!(matches(filter, topic), expected, "{filter} on {topic}");
        }
    }

    #[test]
    fn the_envelope_keeps_every_byte() {
        let published = Published { topic: "ev/v1/s-1/stock".to_owned(), payload: vec![0, 255, b'{', 10] };
        let envelope = envelope(&published, Timestamp::from_millisecond(1_780_000_000_123).unwrap());
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&envelope).unwrap(),
            serde_json::json!({"data": "AP97Cg==", "topic": "ev/v1/s-1/stock", "client": "s-1", "received_at": 1_780_000_000_123_i64})
        );
    }
}
