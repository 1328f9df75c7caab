//! How stations are admitted, rotated and retired, and who may claim a certificate.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use admit_station::{Answer, Decision, Outcome, Request};
use aws::Dynamo;
use futures_util::future::join_all;
use messages::StationId;
use ports::{Identity, IssueIdentities, KeepAssets, PortError, Ports, ReadStations, Secret, Station};
use serde_json::json;

use crate::world::{NOW, World, at};

/// AWS IoT as it concerns onboarding: certificates by station.
#[derive(Clone, Default)]
struct Registry {
    certificates: Arc<Mutex<BTreeMap<StationId, Vec<String>>>>,
    issued: Arc<Mutex<u32>>,
}

impl IssueIdentities for Registry {
    async fn issue(&self, station: &StationId) -> Result<Identity, PortError> {
        let mut issued = self.issued.lock().unwrap();
        *issued += 1;
        let certificate_id = format!("cert-{issued}");
        self.certificates.lock().unwrap().entry(station.clone()).or_default().push(certificate_id.clone());
        Ok(Identity {
            private_key: Secret::new(format!("key of {certificate_id}")),
            certificate_pem: format!("pem of {certificate_id}"),
            endpoint: "iot.example".to_owned(),
            certificate_id,
        })
    }

    async fn certificates(&self, station: &StationId) -> Result<Vec<String>, PortError> {
        Ok(self.certificates.lock().unwrap().get(station).cloned().unwrap_or_default())
    }

    async fn revoke(&self, station: &StationId, certificate_id: &str) -> Result<(), PortError> {
        let mut certificates = self.certificates.lock().unwrap();
        certificates.entry(station.clone()).or_default().retain(|id| id != certificate_id);
        Ok(())
    }

    async fn delete_thing(&self, station: &StationId) -> Result<(), PortError> {
        assert_eq!(self.certificates.lock().unwrap().remove(station).unwrap_or_default(), [""; 0]);
        Ok(())
    }
}

struct Onboarding {
    ports: Ports<Dynamo, Registry>,
    _world: World,
}

impl Onboarding {
    /// The default site with its stations, none of which has a certificate.
    async fn new() -> Self {
        let world = World::new().await;
        Self { ports: Ports { tables: world.ports.tables.clone(), outside: Registry::default() }, _world: world }
    }

    /// Gives an order as the command line does, in JSON.
    async fn order(&self, order: serde_json::Value) -> Outcome {
        let request: Request = serde_json::from_value(order).unwrap();
        assert!(matches!(request, Request::Order(_)));
        match admit_station::handle(&self.ports, at(NOW), request).await.unwrap() {
            Answer::Order(outcome) => outcome,
            Answer::Claim(_) => unreachable!("an order is answered as one"),
        }
    }

    /// Why an order was refused.
    async fn refusal(&self, order: serde_json::Value) -> String {
        match self.order(order).await {
            Outcome::Refused { reason } => reason,
            other => unreachable!("it should have been refused: {other:?}"),
        }
    }

    async fn certificates(&self, station: &str) -> Vec<String> {
        self.ports.certificates(&station.parse().unwrap()).await.unwrap()
    }

    /// Whether AWS IoT is told to let a station have a certificate, asked as AWS IoT asks.
    async fn claims(&self, parameters: serde_json::Value, certificate: &str, now: &str) -> bool {
        let request: Request = serde_json::from_value(json!({
            "claimCertificateId": "shared", "certificateId": certificate, "certificatePem": "-----BEGIN",
            "templateArn": "arn:aws:iot:eu-central-1:123456789012:provisioningtemplate/wattwarden-stations",
            "clientId": "claim-1", "parameters": parameters,
        }))
        .unwrap();
        let answer = admit_station::handle(&self.ports, at(now), request).await.unwrap();
        let json = serde_json::to_value(&answer).unwrap();
        match answer {
            Answer::Claim(Decision { allow_provisioning }) => {
                assert_eq!(json, json!({ "allowProvisioning": allow_provisioning }));
                allow_provisioning
            }
            Answer::Order(_) => unreachable!("a claim is answered as one"),
        }
    }

    async fn alerts(&self) -> Vec<String> {
        let alerts = self.ports.tables.all_alerts().await.unwrap();
        alerts.iter().map(|alert| format!("{} {:?}", alert.id.as_str(), alert.site)).collect()
    }
}

fn certificate(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Issued { certificate_id, .. } => certificate_id,
        other => unreachable!("a certificate should have been issued: {other:?}"),
    }
}

#[tokio::test]
async fn a_registered_station_is_admitted_once_and_its_key_is_in_the_answer() {
    let system = Onboarding::new().await;
    let admit = json!({ "action": "admit", "station": "station-001" });
    let expected = json!({
        "outcome": "issued", "certificateId": "cert-1", "certificatePem": "pem of cert-1",
        "privateKey": "key of cert-1", "endpoint": "iot.example",
    });
    assert_eq!(serde_json::to_value(system.order(admit.clone()).await).unwrap(), expected);
    assert!(system.refusal(admit).await.contains("cert-1"));
    assert!(system.refusal(json!({ "action": "admit", "station": "station-999" })).await.contains("not registered"));
    let box_1 = system.ports.station(&"station-001".parse().unwrap()).await.unwrap().unwrap();
    system.ports.tables.put_station(&Station { id: "claim-1".parse().unwrap(), ..box_1 }).await.unwrap();
    assert!(system.refusal(json!({ "action": "admit", "station": "claim-1" })).await.contains("no station yet"));
    assert_eq!(system.certificates("station-001").await, ["cert-1"]);
    assert_eq!(system.certificates("station-999").await, [""; 0]);
}

#[tokio::test]
async fn a_rotation_leaves_the_old_certificate_until_it_is_finished() {
    let system = Onboarding::new().await;
    let rotate = json!({ "action": "rotate", "station": "station-001" });
    assert!(system.refusal(rotate.clone()).await.contains("no certificate"));
    system.order(json!({ "action": "admit", "station": "station-001" })).await;
    let second = system.order(rotate.clone()).await;
    assert_eq!(system.certificates("station-001").await, ["cert-1", certificate(&second)]);
    assert!(system.refusal(rotate).await.contains("cert-1, cert-2"));
    let finish = |keep: &str| json!({ "action": "finish", "station": "station-001", "keep": keep });
    assert!(system.refusal(finish("cert-9")).await.contains("nothing was revoked"));
    assert_eq!(system.certificates("station-001").await.len(), 2);
    for _again in 0..2 {
        assert_eq!(system.order(finish("cert-2")).await, Outcome::Done);
        assert_eq!(system.certificates("station-001").await, ["cert-2"]);
    }
}

#[tokio::test]
async fn a_retired_station_is_nobody() {
    let system = Onboarding::new().await;
    system.order(json!({ "action": "admit", "station": "station-001" })).await;
    system.order(json!({ "action": "rotate", "station": "station-001" })).await;
    let allow = json!({ "action": "allow", "station": "station-001", "until": "2026-07-01T00:00:00Z" });
    assert_eq!(system.order(allow.clone()).await, Outcome::Done);
    for again in [false, true] {
        let retired = system.order(json!({ "action": "retire", "station": "station-001" })).await;
        let expected = if again { (false, 0) } else { (true, 2) };
        let Outcome::Retired { was_registered, certificates } = retired else { unreachable!("it is retired") };
        assert_eq!((was_registered, certificates.len()), expected);
        assert_eq!(system.certificates("station-001").await, [""; 0]);
        assert_eq!(system.ports.station(&"station-001".parse().unwrap()).await.unwrap(), None);
        assert!(!system.claims(json!({ "SerialNumber": "station-001" }), "c-1", NOW).await);
    }
    assert!(system.refusal(allow).await.contains("not registered"));
    // Loaded again, it is let in by a new order only.
    let other = system.ports.station(&"station-002".parse().unwrap()).await.unwrap().unwrap();
    system.ports.tables.put_station(&Station { id: "station-001".parse().unwrap(), ..other }).await.unwrap();
    assert!(!system.claims(json!({ "SerialNumber": "station-001" }), "c-1", NOW).await);
}

#[tokio::test]
async fn a_station_on_the_list_claims_one_certificate() {
    let system = Onboarding::new().await;
    let serial = json!({ "SerialNumber": "station-001" });
    assert!(!system.claims(serial.clone(), "c-1", NOW).await, "it is not on the list yet");
    let allow = |until: &str| json!({ "action": "allow", "station": "station-001", "until": until });
    assert!(system.refusal(allow(NOW)).await.contains("is over"));
    assert_eq!(system.order(allow("2026-06-03T00:00:00Z")).await, Outcome::Done);
    assert!(!system.claims(serial.clone(), "c-1", "2026-06-03T00:00:00Z").await, "its time is over");
    assert_eq!(system.alerts().await, [""; 0]);
    assert!(system.claims(serial.clone(), "c-1", NOW).await);
    assert!(system.claims(serial.clone(), "c-1", NOW).await, "AWS IoT asks again when the answer was lost");
    for _again in 0..2 {
        assert!(!system.claims(serial.clone(), "c-2", NOW).await);
    }
    assert!(
        system.refusal(allow("2026-07-01T00:00:00Z")).await.contains("has claimed"),
        "a list that is loaded twice opens no door"
    );
    assert!(!system.claims(serial.clone(), "c-2", NOW).await);
    // One message however often it is tried, in the name of the site.
    assert_eq!(system.alerts().await, [r#"claim-reused:station-001:2026-06-02 Some(SiteId("demo"))"#]);
    let again = json!({ "action": "allow", "station": "station-001", "until": "2026-07-01T00:00:00Z", "again": true });
    assert_eq!(system.order(again).await, Outcome::Done);
    assert!(system.claims(serial, "c-2", NOW).await);
}

#[tokio::test]
async fn a_claim_that_names_nobody_is_refused() {
    let system = Onboarding::new().await;
    let order = json!({ "action": "allow", "station": "station-001", "until": "2026-07-01T00:00:00Z" });
    for parameters in [
        json!({}),
        json!({ "SerialNumber": "" }),
        json!({ "SerialNumber": 1 }),
        json!({ "SerialNumber": ["station-001"] }),
        json!({ "SerialNumber": { "Ref": "station-001" } }),
        json!({ "SerialNumber": "station-999" }),
        json!({ "SerialNumber": "station-001\0" }),
        json!({ "SerialNumber": "station-001#admission" }),
        json!({ "SerialNumber": "../station-001" }),
        json!({ "SerialNumber": "station‐001" }),
        json!({ "SerialNumber": "x".repeat(100_000) }),
        // A station cannot give orders.
        json!({ "action": "allow", "station": "station-001", "until": "2026-07-01T00:00:00Z", "request": order }),
    ] {
        assert!(!system.claims(parameters.clone(), "c-1", NOW).await, "{parameters}");
    }
    assert!(!system.claims(json!({ "SerialNumber": "station-001" }), "c-1", NOW).await, "nobody was put on the list");
    assert_eq!(system.alerts().await, [""; 0]);
}

#[tokio::test]
async fn of_100_stations_that_claim_one_serial_at_once_one_is_admitted() {
    let system = Onboarding::new().await;
    system.order(json!({ "action": "allow", "station": "station-001", "until": "2026-07-01T00:00:00Z" })).await;
    let certificates: Vec<String> = (0..100).map(|number| format!("c-{number}")).collect();
    let serial = json!({ "SerialNumber": "station-001" });
    let answers = join_all(certificates.iter().map(|id| system.claims(serial.clone(), id, NOW))).await;
    assert_eq!(answers.iter().filter(|allowed| **allowed).count(), 1);
    assert_eq!(system.alerts().await.len(), 1);
}

/// The sample events one after the other, as they would follow each other in the life of a station.
#[tokio::test]
async fn the_samples_tell_the_life_of_a_station() {
    let system = Onboarding::new().await;
    for (sample, expected) in [
        (include_str!("../../../events/admit-station/claim.json"), r#"{"allowProvisioning":false}"#),
        (include_str!("../../../events/admit-station/allow.json"), r#"{"outcome":"done"}"#),
        (include_str!("../../../events/admit-station/claim-by-nobody.json"), r#"{"allowProvisioning":false}"#),
        (include_str!("../../../events/admit-station/claim.json"), r#"{"allowProvisioning":true}"#),
        (include_str!("../../../events/admit-station/admit.json"), r#""certificateId":"cert-1""#),
        (include_str!("../../../events/admit-station/rotate.json"), r#""certificateId":"cert-2""#),
        (include_str!("../../../events/admit-station/finish.json"), r#"{"outcome":"done"}"#),
        (include_str!("../../../events/admit-station/retire.json"), r#"{"outcome":"retired","wasRegistered":true"#),
        (include_str!("../../../events/admit-station/claim.json"), r#"{"allowProvisioning":false}"#),
        (include_str!("../../../events/admit-station/admit.json"), r#"{"outcome":"refused""#),
    ] {
        let request: Request = serde_json::from_str(sample).unwrap();
        let answer = admit_station::handle(&system.ports, at(NOW), request).await.unwrap();
        let answer = serde_json::to_string(&answer).unwrap();
        assert!(answer.contains(expected), "{answer} to {sample}");
    }
}
