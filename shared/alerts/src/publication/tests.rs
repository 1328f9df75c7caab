//! What SNS will take, whatever sites and stations are called.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::samples::{at, completed, every_kind, now, open, overvoltage, place, review};
use crate::{Ending, Fact, Language, Place, Resolution, ReviewReason};

/// Texts with everything that breaks texts.
fn wild() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        Just("Garage".to_owned()),
        Just("\"\\/\u{0}\n\r\t".to_owned()),
        Just("🔌ß€łÄ\u{2028}\u{202e}".to_owned()),
        "\\PC{0,40}",
        Just("x".repeat(3_000)),
        Just("😀".repeat(500)),
    ];
    prop::collection::vec(pieces, 0..4).prop_map(|pieces| pieces.concat())
}

fn publications(alert: &Alert) -> Vec<Publication> {
    let stages = [Stage::Opening, Stage::Resolution, Stage::Both];
    let tellings = alert.deliveries.iter().flat_map(|delivery| stages.map(|stage| (delivery, stage)));
    tellings.map(|(delivery, stage)| compose(alert, delivery, stage)).collect()
}

/// Every promise of a publication.
fn check(publication: &Publication) {
    let Publication { subject, texts, attributes, .. } = publication;
    assert!((1..100).contains(&subject.chars().count()) && !subject.chars().any(char::is_control), "{subject:?}");
    assert!(!texts.sms.is_empty() && fit::fits_sms(&texts.sms), "{}", texts.sms);
    assert!(texts.sms.len() <= 140);
    assert!(attributes.values().all(|value| !value.is_empty()));
    assert!(texts.push_body.chars().count() <= 400, "{}", texts.push_body);
    assert!(
        texts.default.len() <= 2_048 && texts.email.len() <= 8_192,
        "{} {}",
        texts.default.len(),
        texts.email.len()
    );

    let json = publication.per_channel();
    assert!(json.len() <= 256 * 1024, "{} bytes", json.len());
    let document: Value = serde_json::from_str(&json).unwrap();
    for channel in ["default", "email", "sms"] {
        assert!(document[channel].as_str().is_some_and(|text| !text.is_empty()), "{channel}");
    }
    for (channel, title) in [("APNS", "/aps/alert/title"), ("GCM", "/fcmV1Message/message/notification/title")] {
        let payload = document[channel].as_str().unwrap();
        assert!(payload.len() <= 4_096, "{channel}: {} bytes", payload.len());
        let payload: Value = serde_json::from_str(payload).unwrap();
        assert_eq!(payload.pointer(title).and_then(Value::as_str), Some(texts.push_title.as_str()), "{channel}");
    }
}

proptest! {
    // A case checks some fifty publications.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_a_place_is_called_every_channel_takes_the_text(name in wild(), other in wild(), zone in "\\PC{0,20}", german: bool) {
        let language = if german { Language::De } else { Language::En };
        let place = Place { name, time_zone: zone, ..place(language) };
        let mut alerts = every_kind(language);
        alerts.push(open(review(ReviewReason::Other(other.clone())), language));
        alerts.push(Alert::identity_mismatch(&crate::samples::envelope(&other, &other), now()));
        for alert in alerts {
            let mut alert = Alert { place: alert.place.is_some().then(|| place.clone()), ..alert };
            match &mut alert.fact {
                Fact::Fault(fault) => fault.evidence.clone_from(&other),
                Fact::PaymentFailed(payment) => payment.reason.clone_from(&other),
                _ => {}
            }
            publications(&alert).iter().for_each(check);
            let over = alert.resolved(Resolution { at: at("9999-12-30T00:00:00Z"), ending: Ending::Settled });
            publications(&over).iter().for_each(check);
        }
    }
}

#[test]
fn a_phone_gets_its_text_as_it_is_and_the_topic_gets_a_document() {
    let driver = open(completed(Language::En, 12_345, 462), Language::En);
    let Message::Plain(text) = publications(&driver)[0].message() else { unreachable!("a phone gets plain text") };
    assert!(text.starts_with("You charged 12.345 kWh"), "{text}");
    let operators = open(overvoltage(), Language::En);
    let Message::PerChannel(json) = publications(&operators)[0].message() else {
        unreachable!("a topic gets a document")
    };
    assert_eq!(
        serde_json::from_str::<Value>(&json).unwrap()["sms"].as_str(),
        Some(publications(&operators)[0].texts.sms.as_str())
    );
}

#[test]
fn people_can_filter_by_severity_site_kind_and_fault() {
    let attributes = |alert: &Alert| {
        let attributes = publications(alert)[0].attributes.clone();
        attributes.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(attributes(&open(overvoltage(), Language::En)), "fault=overvoltage kind=fault severity=P1 site=harbour");
    let stranger = Alert::unregistered_station(&"station-099".parse().unwrap(), now());
    assert_eq!(attributes(&stranger), "kind=unregistered_station severity=P3");
}

#[test]
fn a_push_message_goes_to_the_endpoint_instead_of_the_phone() {
    let mut fact = completed(Language::En, 12_345, 462);
    if let Fact::SessionCompleted(session) = &mut fact {
        session.driver.endpoint = Some("arn:aws:sns:eu-central-1:123456789012:endpoint/GCM/app/1".to_owned());
    }
    let targets: Vec<Target> =
        open(fact, Language::En).deliveries.into_iter().map(|delivery| delivery.target).collect();
    assert_eq!(targets, [Target::Endpoint("arn:aws:sns:eu-central-1:123456789012:endpoint/GCM/app/1".to_owned())]);
}
