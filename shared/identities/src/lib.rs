//! Things and certificates of stations at AWS IoT.
//!
//! The only crate that knows the SDK of the IoT control plane: it is large, and one function alone needs it.

#[cfg(test)]
#[path = "../../aws/src/wire.rs"]
mod wire;

use aws::Clients;
use aws_sdk_iot::Client;
use aws_sdk_iot::error::SdkError;
use aws_sdk_iot::operation::create_thing::CreateThingError;
use aws_sdk_iot::operation::delete_certificate::DeleteCertificateError;
use aws_sdk_iot::operation::delete_thing::DeleteThingError;
use aws_sdk_iot::operation::list_thing_principals::ListThingPrincipalsError;
use aws_sdk_iot::types::CertificateStatus;
use messages::StationId;
use ports::{Identity, IssueIdentities, PortError, Secret};

#[cfg(test)]
use aws::{Credentials, Settings, Timeouts};

/// The endpoint whose certificate is signed by Amazon's own authority.
const ENDPOINT_TYPE: &str = "iot:Data-ATS";

/// Issues identities under the policy of stations.
#[derive(Debug, Clone)]
pub struct Identities {
    client: Client,
    station_policy: String,
}

impl Identities {
    /// Under the IoT policy of this name.
    #[must_use]
    pub fn new(clients: &Clients, station_policy: impl Into<String>) -> Self {
        Self { client: Client::new(clients.config()), station_policy: station_policy.into() }
    }

    /// The ARNs of whatever is attached to the station's thing; none when it has no thing.
    async fn principals(&self, station: &StationId) -> Result<Vec<String>, PortError> {
        let action = "list the certificates of a station";
        let (mut principals, mut after) = (Vec::new(), None);
        loop {
            let request = self.client.list_thing_principals().thing_name(station.as_str()).set_next_token(after);
            let page = match request.send().await {
                Ok(page) => page,
                Err(error)
                    if error
                        .as_service_error()
                        .is_some_and(ListThingPrincipalsError::is_resource_not_found_exception) =>
                {
                    return Ok(principals);
                }
                Err(error) => return Err(failed(action)(error)),
            };
            principals.extend(page.principals.unwrap_or_default());
            after = page.next_token;
            if after.is_none() {
                return Ok(principals);
            }
        }
    }

    async fn endpoint(&self) -> Result<String, PortError> {
        let action = "find the endpoint of stations";
        let found =
            self.client.describe_endpoint().endpoint_type(ENDPOINT_TYPE).send().await.map_err(failed(action))?;
        found.endpoint_address.ok_or_else(|| PortError::new(action, "AWS IoT named none"))
    }

    async fn create_thing(&self, station: &StationId) -> Result<(), PortError> {
        match self.client.create_thing().thing_name(station.as_str()).send().await {
            Ok(_) => Ok(()),
            // Somebody has given it attributes or a type; they are theirs.
            Err(error)
                if error.as_service_error().is_some_and(CreateThingError::is_resource_already_exists_exception) =>
            {
                Ok(())
            }
            Err(error) => Err(failed("create a thing")(error)),
        }
    }

    /// Attaches everything to a certificate, and activates it last: nobody can connect with half an identity.
    async fn enable(&self, station: &StationId, certificate_id: &str, arn: &str) -> Result<(), PortError> {
        let attached = self.client.attach_policy().policy_name(&self.station_policy).target(arn);
        attached.send().await.map_err(failed("attach the policy of stations"))?;
        let attached = self.client.attach_thing_principal().thing_name(station.as_str()).principal(arn);
        attached.send().await.map_err(failed("attach a certificate to its thing"))?;
        self.set_status(certificate_id, CertificateStatus::Active).await
    }

    /// Takes the effect of a certificate away first, so that what is cut off has revoked; while it is attached it is found again.
    async fn end(&self, station: &StationId, certificate_id: &str, arn: &str) -> Result<(), PortError> {
        self.set_status(certificate_id, CertificateStatus::Inactive).await?;
        let detached = self.client.detach_policy().policy_name(&self.station_policy).target(arn);
        detached.send().await.map_err(failed("detach the policy of stations"))?;
        let detached = self.client.detach_thing_principal().thing_name(station.as_str()).principal(arn);
        detached.send().await.map_err(failed("detach a certificate from its thing"))?;
        match self.client.delete_certificate().certificate_id(certificate_id).force_delete(true).send().await {
            Ok(_) => Ok(()),
            // AWS IoT detaches a moment later than it says. What is left is inactive, and attached to nothing.
            Err(error)
                if error.as_service_error().is_some_and(DeleteCertificateError::is_delete_conflict_exception) =>
            {
                tracing::warn!(station.id = %station, certificate.id = certificate_id, "an inactive certificate is left");
                Ok(())
            }
            Err(error) => Err(failed("delete a certificate")(error)),
        }
    }

    async fn set_status(&self, certificate_id: &str, status: CertificateStatus) -> Result<(), PortError> {
        let request = self.client.update_certificate().certificate_id(certificate_id).new_status(status);
        request.send().await.map_err(failed("change the status of a certificate"))?;
        Ok(())
    }
}

/// `action` did not succeed.
fn failed<E, R>(action: &'static str) -> impl FnOnce(SdkError<E, R>) -> PortError
where
    E: std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    move |error| PortError::new(action, error)
}

/// The id in the ARN of a certificate; none of another principal.
fn certificate_id(arn: &str) -> Option<&str> {
    arn.split_once(":cert/").map(|(_, id)| id)
}

impl IssueIdentities for Identities {
    async fn issue(&self, station: &StationId) -> Result<Identity, PortError> {
        let action = "issue a certificate";
        let endpoint = self.endpoint().await?;
        self.create_thing(station).await?;
        let created = self.client.create_keys_and_certificate().set_as_active(false);
        let created = created.send().await.map_err(failed(action))?;
        let missing = |part: &'static str| PortError::new(action, format!("AWS IoT gave no {part}"));
        let certificate_id = created.certificate_id.ok_or_else(|| missing("id"))?;
        let arn = created.certificate_arn.ok_or_else(|| missing("ARN"))?;
        let certificate_pem = created.certificate_pem.ok_or_else(|| missing("certificate"))?;
        let private_key = created.key_pair.and_then(|keys| keys.private_key).ok_or_else(|| missing("private key"))?;
        if let Err(error) = self.enable(station, &certificate_id, &arn).await {
            // Nobody will ever see its key. What cannot be taken back now is inactive, or refused by its name later.
            drop(self.end(station, &certificate_id, &arn).await);
            return Err(error);
        }
        Ok(Identity { certificate_id, certificate_pem, private_key: Secret::new(private_key), endpoint })
    }

    async fn certificates(&self, station: &StationId) -> Result<Vec<String>, PortError> {
        let principals = self.principals(station).await?;
        Ok(principals.iter().filter_map(|arn| certificate_id(arn)).map(str::to_owned).collect())
    }

    async fn revoke(&self, station: &StationId, certificate: &str) -> Result<(), PortError> {
        let principals = self.principals(station).await?;
        match principals.iter().find(|arn| certificate_id(arn) == Some(certificate)) {
            Some(arn) => self.end(station, certificate, arn).await,
            None => Ok(()),
        }
    }

    async fn delete_thing(&self, station: &StationId) -> Result<(), PortError> {
        match self.client.delete_thing().thing_name(station.as_str()).send().await {
            Ok(_) => Ok(()),
            // AWS IoT detaches certificates a moment later than it says. A thing without one lets nobody in, and is taken again.
            Err(error) if error.as_service_error().is_some_and(DeleteThingError::is_invalid_request_exception) => {
                tracing::warn!(station.id = %station, "a thing without certificates is left");
                Ok(())
            }
            Err(error) => Err(failed("delete a thing")(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::answering;

    const CERTIFICATE: &str = r#"{"certificateId":"c-2","certificateArn":"arn:aws:iot:eu-central-1:123456789012:cert/c-2",
        "certificatePem":"pem","keyPair":{"PublicKey":"public","PrivateKey":"private"}}"#;
    const PRINCIPALS: &str = r#"{"principals":["arn:aws:iot:eu-central-1:123456789012:cert/c-1",
        "arn:aws:iot:eu-central-1:123456789012:cert/c-2"]}"#;

    fn station() -> StationId {
        "s-1".parse().unwrap()
    }

    #[tokio::test]
    async fn a_certificate_works_only_once_everything_is_attached_to_it() {
        let endpoint = r#"{"endpointAddress":"iot.example"}"#;
        let answers = [(200, endpoint), (200, "{}"), (200, CERTIFICATE), (200, ""), (200, "{}"), (200, "")];
        let (clients, requests) = answering(&answers);
        let identity = Identities::new(&clients, "stations").issue(&station()).await.unwrap();
        assert_eq!((identity.certificate_id.as_str(), identity.certificate_pem.as_str()), ("c-2", "pem"));
        assert_eq!((identity.private_key.expose().as_str(), identity.endpoint.as_str()), ("private", "iot.example"));
        let requests: Vec<_> = requests.try_iter().collect();
        assert_eq!(requests[3].body, r#"{"target":"arn:aws:iot:eu-central-1:123456789012:cert/c-2"}"#);
        let asked: Vec<_> = requests.iter().map(|request| request.line.as_str()).collect();
        assert_eq!(
            asked,
            [
                "GET /endpoint?endpointType=iot%3AData-ATS HTTP/1.1",
                "POST /things/s-1 HTTP/1.1",
                "POST /keys-and-certificate?setAsActive=false HTTP/1.1",
                "PUT /target-policies/stations HTTP/1.1",
                "PUT /things/s-1/principals HTTP/1.1",
                "PUT /certificates/c-2?newStatus=ACTIVE HTTP/1.1",
            ]
        );
    }

    #[tokio::test]
    async fn a_certificate_stops_working_before_anything_else_of_it_ends() {
        let (clients, requests) = answering(&[(200, PRINCIPALS), (200, ""), (200, ""), (200, "{}"), (200, "")]);
        Identities::new(&clients, "stations").revoke(&station(), "c-2").await.unwrap();
        let asked: Vec<_> = requests.try_iter().map(|request| request.line).collect();
        assert_eq!(
            asked,
            [
                "GET /things/s-1/principals HTTP/1.1",
                "PUT /certificates/c-2?newStatus=INACTIVE HTTP/1.1",
                "POST /target-policies/stations HTTP/1.1",
                "DELETE /things/s-1/principals HTTP/1.1",
                "DELETE /certificates/c-2?forceDelete=true HTTP/1.1",
            ]
        );
    }

    #[tokio::test]
    async fn half_an_identity_is_taken_back() {
        let (taken, refused) = (
            (409, r#"{"__type":"ResourceAlreadyExistsException","message":"it has attributes"}"#),
            (403, r#"{"__type":"UnauthorizedException","message":"no"}"#),
        );
        let endpoint = r#"{"endpointAddress":"iot.example"}"#;
        let answers = [
            (200, endpoint),
            taken,
            (200, CERTIFICATE),
            (200, ""),
            refused,
            (200, ""),
            (200, ""),
            (200, "{}"),
            (200, ""),
        ];
        let (clients, requests) = answering(&answers);
        assert!(Identities::new(&clients, "stations").issue(&station()).await.is_err());
        let asked: Vec<_> = requests.try_iter().map(|request| request.line).collect();
        assert_eq!(asked[4], "PUT /things/s-1/principals HTTP/1.1");
        assert_eq!(asked[5], "PUT /certificates/c-2?newStatus=INACTIVE HTTP/1.1");
        assert_eq!(asked.last().unwrap(), "DELETE /certificates/c-2?forceDelete=true HTTP/1.1");
    }

    #[tokio::test]
    async fn what_aws_iot_still_holds_on_to_is_left_without_effect() {
        let held = (409, r#"{"__type":"DeleteConflictException","message":"things are still attached"}"#);
        let (clients, _requests) = answering(&[(200, PRINCIPALS), (200, ""), (200, ""), (200, "{}"), held]);
        Identities::new(&clients, "stations").revoke(&station(), "c-2").await.unwrap();
        let (clients, _requests) =
            answering(&[(400, r#"{"__type":"InvalidRequestException","message":"principals are still attached"}"#)]);
        Identities::new(&clients, "stations").delete_thing(&station()).await.unwrap();
    }

    #[tokio::test]
    async fn a_certificate_of_another_station_is_never_touched() {
        let (clients, requests) = answering(&[(200, PRINCIPALS)]);
        let identities = Identities::new(&clients, "stations");
        identities.revoke(&station(), "c-3").await.unwrap();
        assert_eq!(requests.try_iter().count(), 1);
    }

    #[tokio::test]
    async fn all_certificates_are_listed_and_other_principals_are_not() {
        let first =
            r#"{"principals":["arn:aws:iot:eu-central-1:123456789012:cert/c-1","someone@example"],"nextToken":"n"}"#;
        let second = r#"{"principals":["arn:aws:iot:eu-central-1:123456789012:cert/c-2"]}"#;
        let (clients, _requests) = answering(&[(200, first), (200, second)]);
        assert_eq!(Identities::new(&clients, "stations").certificates(&station()).await.unwrap(), ["c-1", "c-2"]);
    }
}
