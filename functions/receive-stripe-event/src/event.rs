//! The little of an event that is read: which it is, and whose session or card it concerns.

use jiff::{SignedDuration, Timestamp};
use messages::{DriverId, HoldId, SessionId};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Events after which a payment may stand elsewhere; `payment_intent.created` only repeats what we have just asked for.
const CONCERNING: [&str; 6] = [
    "payment_intent.amount_capturable_updated",
    "payment_intent.canceled",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.succeeded",
];

/// Events after which the page on which a driver saves a card may stand elsewhere.
const SAVING: [&str; 2] = ["checkout.session.completed", "checkout.session.expired"];

/// Events after which something may go back of a payment: its refunds and disputes.
const RETURNING: [&str; 7] = [
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.updated",
    "refund.failed",
    "refund.updated",
];

/// The longest event id that is kept, bytes.
const MAX_ID: usize = 255;

/// An event, as far as it is read.
#[derive(Debug, Deserialize)]
pub(crate) struct Event {
    /// `evt_…`.
    pub(crate) id: String,
    /// E.g. `payment_intent.succeeded`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// Seconds since 1970.
    created: Option<i64>,
    data: Data,
}

#[derive(Debug, Deserialize)]
struct Data {
    object: Subject,
}

#[derive(Debug, Deserialize)]
struct Subject {
    id: Option<String>,
    object: Option<String>,
    payment_intent: Option<Reference>,
    metadata: Option<Metadata>,
}

/// Another object, by its id or in full.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Reference {
    Id(String),
    InFull(IgnoredAny),
}

#[derive(Debug, Deserialize)]
struct Metadata {
    session: Option<String>,
    hold: Option<String>,
    driver: Option<String>,
}

/// An event that cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnreadableEvent {
    /// It is not the JSON of an event.
    #[error("not the JSON of an event")]
    Json(#[source] serde_json::Error),
    /// Its id cannot be a key.
    #[error("its id cannot be a key")]
    Id,
}

impl Event {
    pub(crate) fn parse(body: &[u8]) -> Result<Self, UnreadableEvent> {
        let event: Self = serde_json::from_slice(body).map_err(UnreadableEvent::Json)?;
        let is_key = (1..=MAX_ID).contains(&event.id.len())
            && event.id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if is_key { Ok(event) } else { Err(UnreadableEvent::Id) }
    }

    /// The session whose payment may stand elsewhere now. Others may use the account too: what names no session of ours is not ours.
    pub(crate) fn concerned_session(&self) -> Option<SessionId> {
        self.concerned()?.session.as_ref()?.parse().ok()
    }

    /// The hold that may stand elsewhere now.
    pub(crate) fn concerned_hold(&self) -> Option<HoldId> {
        self.concerned()?.hold.as_ref()?.parse().ok()
    }

    /// The driver who was asked for a card and may have answered.
    pub(crate) fn concerned_driver(&self) -> Option<DriverId> {
        let metadata = self.data.object.metadata.as_ref().filter(|_| SAVING.contains(&self.kind.as_str()));
        metadata?.driver.as_ref()?.parse().ok()
    }

    fn concerned(&self) -> Option<&Metadata> {
        self.data.object.metadata.as_ref().filter(|_| CONCERNING.contains(&self.kind.as_str()))
    }

    /// Whether it tells of something younger than `age`; an event without a time is old.
    pub(crate) fn is_younger_than(&self, age: SignedDuration, now: Timestamp) -> bool {
        let happened = self.created.and_then(|seconds| Timestamp::from_second(seconds).ok());
        happened.is_some_and(|happened| now.duration_since(happened) < age)
    }

    /// The intent of whose payment something may go back. A dispute has no metadata of ours: its intent is all that leads to a session.
    pub(crate) fn returning_intent(&self) -> Option<&str> {
        RETURNING.contains(&self.kind.as_str()).then(|| self.intent()).flatten()
    }

    /// Whether it tells of a dispute, which may be of a payment that we do not know of yet. A refund of ours is of one that we know.
    pub(crate) fn is_of_dispute(&self) -> bool {
        self.kind.starts_with("charge.dispute.")
    }

    /// The payment intent it is about.
    pub(crate) fn intent(&self) -> Option<&str> {
        let object = &self.data.object;
        match (object.object.as_deref(), &object.payment_intent) {
            (Some("payment_intent"), _) => object.id.as_deref(),
            (_, Some(Reference::Id(id))) => Some(id),
            (_, Some(Reference::InFull(_)) | None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: &str, object: &str) -> Result<(Option<String>, Option<String>), String> {
        let json = format!(r#"{{"id":"evt_1","object":"event","type":"{kind}","data":{{"object":{object}}}}}"#);
        Event::parse(json.as_bytes())
            .map(|event| (event.concerned_session().map(|id| id.to_string()), event.intent().map(str::to_owned)))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn an_event_concerns_the_session_that_its_metadata_names() {
        let ours = Some("s-1:t-1".to_owned());
        let intent = r#"{"id":"pi_1","object":"payment_intent","amount":5,"metadata":{"session":"s-1:t-1"}}"#;
        for (kind, object, session, about) in [
            ("payment_intent.succeeded", intent, ours.clone(), Some("pi_1")),
            ("payment_intent.payment_failed", intent, ours, Some("pi_1")),
            ("payment_intent.created", intent, None, Some("pi_1")),
            ("payment_intent.of_next_year", intent, None, Some("pi_1")),
            (
                "payment_intent.succeeded",
                r#"{"id":"pi_1","object":"payment_intent","metadata":{}}"#,
                None,
                Some("pi_1"),
            ),
            ("payment_intent.succeeded", r#"{"object":"payment_intent","metadata":null}"#, None, None),
            ("payment_intent.succeeded", r#"{"object":"x","metadata":{"session":"somebody else's"}}"#, None, None),
            ("charge.succeeded", r#"{"id":"ch_1","object":"charge","payment_intent":"pi_2"}"#, None, Some("pi_2")),
            ("charge.succeeded", r#"{"id":"ch_1","object":"charge","payment_intent":{"id":"pi_2"}}"#, None, None),
            ("balance.available", r#"{"object":"balance"}"#, None, None),
        ] {
            assert_eq!(read(kind, object), Ok((session, about.map(str::to_owned))), "{kind} {object}");
        }
    }

    #[test]
    fn an_event_concerns_the_hold_that_its_metadata_names() {
        for (kind, metadata, hold) in [
            ("payment_intent.amount_capturable_updated", r#"{"hold":"7k2m"}"#, Some("7k2m")),
            ("payment_intent.canceled", r#"{"hold":"7k2m"}"#, Some("7k2m")),
            ("payment_intent.created", r#"{"hold":"7k2m"}"#, None),
            ("payment_intent.canceled", r#"{"hold":"somebody else's"}"#, None),
            ("payment_intent.canceled", r#"{"session":"s-1:t-1"}"#, None),
        ] {
            let object = format!(r#"{{"id":"pi_1","object":"payment_intent","metadata":{metadata}}}"#);
            let json = format!(r#"{{"id":"evt_1","type":"{kind}","data":{{"object":{object}}}}}"#);
            let found = Event::parse(json.as_bytes()).unwrap().concerned_hold();
            assert_eq!(found.as_ref().map(HoldId::as_str), hold, "{kind} {metadata}");
        }
    }

    #[test]
    fn a_page_concerns_the_driver_that_its_metadata_names() {
        for (kind, metadata, driver) in [
            ("checkout.session.completed", r#"{"driver":"d-1"}"#, Some("d-1")),
            ("checkout.session.expired", r#"{"driver":"d-1"}"#, Some("d-1")),
            ("checkout.session.of_next_year", r#"{"driver":"d-1"}"#, None),
            ("payment_intent.succeeded", r#"{"driver":"d-1"}"#, None),
            ("checkout.session.completed", r#"{"driver":"somebody/else"}"#, None),
            ("checkout.session.completed", r#"{"session":"s-1:t-1"}"#, None),
        ] {
            let object = format!(r#"{{"id":"cs_1","object":"checkout.session","metadata":{metadata}}}"#);
            let json = format!(r#"{{"id":"evt_1","type":"{kind}","data":{{"object":{object}}}}}"#);
            let event = Event::parse(json.as_bytes()).unwrap();
            assert_eq!(event.concerned_driver().as_ref().map(DriverId::as_str), driver, "{kind} {metadata}");
            assert_eq!((event.concerned_session(), event.concerned_hold()), (None, None), "{kind} {metadata}");
        }
    }

    #[test]
    fn disputes_and_refunds_concern_the_payment_of_their_intent() {
        let dispute = r#"{"id":"du_1","object":"dispute","charge":"ch_1","payment_intent":"pi_1","metadata":{}}"#;
        for (kind, object, intent) in [
            ("charge.dispute.created", dispute, Some("pi_1")),
            ("charge.dispute.closed", dispute, Some("pi_1")),
            ("charge.dispute.of_next_year", dispute, None),
            ("charge.dispute.created", r#"{"id":"du_1","object":"dispute","charge":"ch_1"}"#, None),
            ("refund.failed", r#"{"id":"re_1","object":"refund","payment_intent":"pi_2"}"#, Some("pi_2")),
            ("refund.created", r#"{"id":"re_1","object":"refund","payment_intent":"pi_2"}"#, None),
            ("payment_intent.succeeded", r#"{"id":"pi_1","object":"payment_intent"}"#, None),
        ] {
            let json = format!(r#"{{"id":"evt_1","type":"{kind}","data":{{"object":{object}}}}}"#);
            assert_eq!(Event::parse(json.as_bytes()).unwrap().returning_intent(), intent, "{kind} {object}");
        }
    }

    #[test]
    fn what_is_no_event_is_refused() {
        for bad in [
            "",
            "{}",
            "[]",
            r#"{"id":"evt_1"}"#,
            r#"{"id":"evt_1","type":"x","data":{}}"#,
            r#"{"id":"","type":"x","data":{"object":{}}}"#,
            r#"{"id":"evt#1","type":"x","data":{"object":{}}}"#,
            &"[".repeat(200),
        ] {
            assert!(Event::parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
