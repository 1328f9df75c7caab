//! Publishing alerts through SNS.

use ::alerts::publication::Message;
use ::alerts::{Publication, Target};
use aws_sdk_sns::Client;
use aws_sdk_sns::error::SdkError;
use aws_sdk_sns::operation::publish::PublishError as SnsError;
use aws_sdk_sns::types::MessageAttributeValue;
use ports::{PublishAlerts, PublishError};

/// The attribute by which SNS knows that a text message must not wait behind advertising.
const SMS_TYPE: &str = "AWS.SNS.SMS.SMSType";

/// Publishes to the operators' topic, to phones and to push endpoints.
#[derive(Debug, Clone)]
pub struct Publisher {
    client: Client,
    operators_topic_arn: String,
}

impl Publisher {
    pub(crate) fn new(client: Client, operators_topic_arn: String) -> Self {
        Self { client, operators_topic_arn }
    }
}

impl PublishAlerts for Publisher {
    async fn publish(&self, publication: &Publication) -> Result<(), PublishError> {
        let mut request = self.client.publish();
        for (name, value) in &publication.attributes {
            request = request.message_attributes(*name, attribute(value)?);
        }
        let request = match publication.message() {
            Message::Plain(text) => request.message(text),
            Message::PerChannel(json) => request.message_structure("json").message(json),
        };
        let request = match &publication.target {
            Target::Operators => request.topic_arn(&self.operators_topic_arn).subject(&publication.subject),
            Target::Endpoint(arn) => request.target_arn(arn),
            Target::Phone(number) => {
                request.phone_number(number).message_attributes(SMS_TYPE, attribute("Transactional")?)
            }
        };
        request.send().await.map(|_| ()).map_err(classify)
    }
}

fn attribute(value: &str) -> Result<MessageAttributeValue, PublishError> {
    let attribute = MessageAttributeValue::builder().data_type("String").string_value(value).build();
    attribute.map_err(|error| PublishError::Refused(Box::new(error)))
}

fn classify<R: std::fmt::Debug + Send + Sync + 'static>(error: SdkError<SnsError, R>) -> PublishError {
    let is_final = error.as_service_error().is_some_and(|error| match error {
        SnsError::InvalidParameterException(_)
        | SnsError::InvalidParameterValueException(_)
        | SnsError::EndpointDisabledException(_)
        | SnsError::PlatformApplicationDisabledException(_)
        | SnsError::NotFoundException(_) => true,
        // Permissions, keys and throttling change without the message changing; so may whatever this version does not know.
        _ => false,
    });
    if is_final { PublishError::Refused(Box::new(error)) } else { PublishError::Unavailable(Box::new(error)) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use ::alerts::publication::Texts;

    use super::*;
    use crate::wire::answering;

    const SENT: (u16, &str) =
        (200, "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>");

    fn to(target: Target, word: &str) -> Publication {
        let text = |channel: &str| format!("{channel} {word}");
        Publication {
            alert: "unregistered:s-1".parse().unwrap(),
            stage: ::alerts::Stage::Opening,
            target,
            subject: "Subject".to_owned(),
            texts: Texts {
                default: text("default"),
                email: text("email"),
                sms: text("sms"),
                push_title: text("title"),
                push_body: text("body"),
            },
            attributes: BTreeMap::from([("severity", "p1".to_owned()), ("kind", "fault".to_owned())]),
        }
    }

    #[tokio::test]
    async fn each_target_is_addressed_as_what_it_is() {
        for (target, address, is_structured) in [
            (Target::Operators, "TopicArn=arn%3Aoperators&", true),
            (Target::Phone("+4912345".to_owned()), "PhoneNumber=%2B4912345&", false),
            (Target::Endpoint("arn:endpoint".to_owned()), "TargetArn=arn%3Aendpoint&", true),
        ] {
            let (clients, requests) = answering(&[SENT]);
            clients.publisher("arn:operators").publish(&to(target, "x")).await.unwrap();
            let body = requests.recv().unwrap().body;
            assert!(body.contains(address), "{body}");
            assert_eq!(body.contains("MessageStructure=json"), is_structured, "{body}");
            assert_eq!(body.contains("Message=sms%20x"), !is_structured, "{body}");
            let addresses = ["TopicArn=", "PhoneNumber=", "TargetArn="];
            assert_eq!(addresses.iter().filter(|name| body.contains(*name)).count(), 1, "{body}");
            assert!(body.contains("severity") && body.contains("p1") && body.contains("kind"), "{body}");
        }
    }

    #[tokio::test]
    async fn an_error_says_whether_trying_again_makes_sense() {
        for (code, is_retryable) in [
            ("InvalidParameter", false),
            ("ParameterValueInvalid", false),
            ("EndpointDisabled", false),
            ("NotFound", false),
            ("AuthorizationError", true),
            ("KMSDisabled", true),
            ("SomethingNew", true),
        ] {
            let answer =
                format!("<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code></Error></ErrorResponse>");
            let (clients, _requests) = answering(&[(400, &answer)]);
            let error = clients.publisher("arn").publish(&to(Target::Operators, "x")).await.unwrap_err();
            assert_eq!(error.is_retryable(), is_retryable, "{code}: {error:?}");
        }
    }
}
