//! The allow-list of stations that may claim a certificate: beside the station, under the sort key `admission`.
//!
//! The allowance has no JSON: its use is one conditional update of an attribute, so that of any number of claims one wins.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use jiff::Timestamp;
use messages::StationId;
use ports::{Allowed, Claimed, KeepAdmissions, PortError};

use crate::Dynamo;
use crate::assets::station_name;
use crate::error::failed;
use crate::item::{Attributes, Item, key};
use crate::keys::moment;

const ADMISSION: &str = "admission";
/// Until when the allowance may be used, see [`moment`].
const UNTIL: &str = "until";
/// The certificate that was claimed.
const CLAIMED_BY: &str = "claimed_by";

impl KeepAdmissions for Dynamo {
    async fn allow_claim(&self, station: &StationId, until: Timestamp) -> Result<Allowed, PortError> {
        let item = Item::keyed(station_name(station), ADMISSION).text(UNTIL, moment(until));
        let request = self
            .client
            .put_item()
            .table_name(&self.tables.assets)
            .set_item(Some(item.attributes()))
            .condition_expression("attribute_not_exists(#claimed_by)")
            .expression_attribute_names("#claimed_by", CLAIMED_BY);
        match request.send().await {
            Ok(_) => Ok(Allowed::Done),
            Err(error) if error.as_service_error().is_some_and(PutItemError::is_conditional_check_failed_exception) => {
                Ok(Allowed::ClaimedBefore)
            }
            Err(error) => Err(failed("let a station claim a certificate")(error)),
        }
    }

    async fn forbid_claim(&self, station: &StationId) -> Result<(), PortError> {
        self.delete_asset("take a station off the allow-list", key(station_name(station), ADMISSION)).await
    }

    async fn claim(&self, station: &StationId, certificate_id: &str, now: Timestamp) -> Result<Claimed, PortError> {
        let certificate = AttributeValue::S(certificate_id.to_owned());
        let request = self
            .client
            .update_item()
            .table_name(&self.tables.assets)
            .set_key(Some(key(station_name(station), ADMISSION)))
            .update_expression("SET #claimed_by = :certificate")
            .condition_expression("#until > :now AND (attribute_not_exists(#claimed_by) OR #claimed_by = :certificate)")
            .set_expression_attribute_names(Some(names()))
            .expression_attribute_values(":certificate", certificate.clone())
            .expression_attribute_values(":now", AttributeValue::S(moment(now)))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match request.send().await.map_err(aws_sdk_dynamodb::error::SdkError::into_service_error) {
            Ok(_) => Ok(Claimed::Done),
            Err(UpdateItemError::ConditionalCheckFailedException(refused)) => Ok(refusal(refused.item(), &certificate)),
            Err(error) => Err(PortError::new("claim a certificate", error)),
        }
    }
}

fn names() -> HashMap<String, String> {
    [("#until", UNTIL), ("#claimed_by", CLAIMED_BY)]
        .map(|(name, attribute)| (name.to_owned(), attribute.to_owned()))
        .into()
}

/// Why an allowance could not be used.
fn refusal(found: Option<&Attributes>, certificate: &AttributeValue) -> Claimed {
    match found.map(|item| item.get(CLAIMED_BY)) {
        None => Claimed::NotAllowed,
        Some(Some(other)) if other != certificate => Claimed::UsedBefore,
        Some(Some(_) | None) => Claimed::Expired,
    }
}
