//! Things and certificates at AWS IoT.

use aws_sdk_iot::Client;
use aws_sdk_iot::operation::list_thing_principals::ListThingPrincipalsError;
use aws_sdk_iot::types::CertificateStatus;
use messages::StationId;
use ports::{Identity, IssueIdentities, PortError, Secret};

use crate::error::failed;

/// The endpoint whose certificate is signed by Amazon's own authority.
const ENDPOINT_TYPE: &str = "iot:Data-ATS";

/// Issues identities under the policy of stations.
#[derive(Debug, Clone)]
pub struct Identities {
    client: Client,
    station_policy: String,
}

impl Identities {
    pub(crate) fn new(client: Client, station_policy: String) -> Self {
        Self { client, station_policy }
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

    async fn set_status(&self, certificate_id: &str, status: CertificateStatus) -> Result<(), PortError> {
        let request = self.client.update_certificate().certificate_id(certificate_id).new_status(status);
        request.send().await.map_err(failed("change the status of a certificate"))?;
        Ok(())
    }
}

/// The id in the ARN of a certificate; none of another principal.
fn certificate_id(arn: &str) -> Option<&str> {
    arn.split_once(":cert/").map(|(_, id)| id)
}

impl IssueIdentities for Identities {
    async fn issue(&self, station: &StationId) -> Result<Identity, PortError> {
        let action = "issue a certificate";
        let endpoint = self.endpoint().await?;
        self.client.create_thing().thing_name(station.as_str()).send().await.map_err(failed("create a thing"))?;
        // Activated last: nobody can connect with half an identity, and one that was cut off opens nothing.
        let created = self.client.create_keys_and_certificate().set_as_active(false);
        let created = created.send().await.map_err(failed(action))?;
        let missing = |part: &'static str| PortError::new(action, format!("AWS IoT gave no {part}"));
        let certificate_id = created.certificate_id.ok_or_else(|| missing("id"))?;
        let arn = created.certificate_arn.ok_or_else(|| missing("ARN"))?;
        let certificate_pem = created.certificate_pem.ok_or_else(|| missing("certificate"))?;
        let private_key = created.key_pair.and_then(|keys| keys.private_key).ok_or_else(|| missing("private key"))?;
        let attached = self.client.attach_policy().policy_name(&self.station_policy).target(&arn);
        attached.send().await.map_err(failed("attach the policy of stations"))?;
        let attached = self.client.attach_thing_principal().thing_name(station.as_str()).principal(&arn);
        attached.send().await.map_err(failed("attach a certificate to its thing"))?;
        self.set_status(&certificate_id, CertificateStatus::Active).await?;
        Ok(Identity { certificate_id, certificate_pem, private_key: Secret::new(private_key), endpoint })
    }

    async fn certificates(&self, station: &StationId) -> Result<Vec<String>, PortError> {
        let principals = self.principals(station).await?;
        Ok(principals.iter().filter_map(|arn| certificate_id(arn)).map(str::to_owned).collect())
    }

    async fn revoke(&self, station: &StationId, certificate: &str) -> Result<(), PortError> {
        let principals = self.principals(station).await?;
        let Some(arn) = principals.iter().find(|arn| certificate_id(arn) == Some(certificate)) else { return Ok(()) };
        // Without effect first, so that a revocation that is cut off has revoked; while it is attached it is found again.
        self.set_status(certificate, CertificateStatus::Inactive).await?;
        let detached = self.client.detach_policy().policy_name(&self.station_policy).target(arn);
        detached.send().await.map_err(failed("detach the policy of stations"))?;
        let detached = self.client.detach_thing_principal().thing_name(station.as_str()).principal(arn);
        detached.send().await.map_err(failed("detach a certificate from its thing"))?;
        let deleted = self.client.delete_certificate().certificate_id(certificate);
        deleted.send().await.map_err(failed("delete a certificate"))?;
        Ok(())
    }

    async fn delete_thing(&self, station: &StationId) -> Result<(), PortError> {
        // AWS IoT answers the deletion of a thing that is not there as one that was done.
        self.client.delete_thing().thing_name(station.as_str()).send().await.map_err(failed("delete a thing"))?;
        Ok(())
    }
}
