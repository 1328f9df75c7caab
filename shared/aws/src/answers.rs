//! Talking back to stations through the IoT data plane.

use aws_sdk_iotdataplane::Client;
use aws_sdk_iotdataplane::primitives::Blob;
use messages::{Ack, Command, StationId};
use ports::{AnswerStations, CommandStations, PortError};
use serde::Serialize;

use crate::error::failed;
use crate::item::json;

/// At least once: stations know repeated answers.
const QOS: i32 = 1;

/// Publishes to the topics that stations listen to.
#[derive(Debug, Clone)]
pub struct Answers {
    client: Client,
}

impl Answers {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    async fn publish(
        &self,
        action: &'static str,
        station: &StationId,
        kind: &str,
        payload: &impl Serialize,
    ) -> Result<(), PortError> {
        let payload = Blob::new(json(action, payload)?);
        let request = self.client.publish().topic(format!("ev/v1/{station}/{kind}")).qos(QOS).payload(payload);
        request.send().await.map_err(failed(action))?;
        Ok(())
    }
}

impl AnswerStations for Answers {
    async fn ack(&self, station: &StationId, ack: &Ack) -> Result<(), PortError> {
        self.publish("answer a station", station, "ack", ack).await
    }
}

impl CommandStations for Answers {
    async fn command(&self, station: &StationId, command: &Command) -> Result<(), PortError> {
        self.publish("send a command to a station", station, "command", command).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::answering;

    #[tokio::test]
    async fn an_ack_goes_to_the_station_that_sent_the_message() {
        let (clients, requests) = answering(&[(200, "{}"), (403, r#"{"message":"no"}"#)]);
        let station: StationId = "s-1".parse().unwrap();
        let ack = Ack::stored("m-1", None);
        clients.answers().ack(&station, &ack).await.unwrap();
        let asked = requests.recv().unwrap();
        assert_eq!(asked.line, "POST /topics/ev%2Fv1%2Fs-1%2Fack?qos=1 HTTP/1.1");
        assert_eq!(asked.body, serde_json::to_string(&ack).unwrap());
        assert!(clients.answers().ack(&station, &ack).await.is_err());
    }
}
