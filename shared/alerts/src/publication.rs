//! One message to one target, in the form each channel takes.

use std::collections::BTreeMap;

use serde_json::json;

use crate::{Alert, AlertId, Delivery, Stage, Target, fit, texts};

/// The longest subject, characters: SNS wants less than 100.
const MAX_SUBJECT: usize = 99;
/// The longest title of a push message, characters; more is not shown.
const MAX_TITLE: usize = 100;
/// The longest body of a push message, characters; both services take 4 KB in all.
const MAX_PUSH: usize = 400;

/// What is handed to SNS for one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// The alert it tells.
    pub alert: AlertId,
    /// What it tells of it.
    pub stage: Stage,
    /// Where it goes.
    pub target: Target,
    /// The subject of an e-mail: 1 to 99 characters in one line.
    pub subject: String,
    /// The texts per channel.
    pub texts: Texts,
    /// Message attributes for filter policies: `severity`, `kind`, and where there is one `site` and `fault`.
    pub attributes: BTreeMap<&'static str, String>,
}

/// One message in the words of each channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    /// A sentence or two, for whatever has no text of its own.
    pub default: String,
    /// The whole story.
    pub email: String,
    /// One part of a text message: at most 140 bytes in UTF-8 and on the air.
    pub sms: String,
    /// The title of a push message.
    pub push_title: String,
    /// The body of a push message.
    pub push_body: String,
}

/// What SNS takes as `Message`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// The text as it is.
    Plain(String),
    /// One text per channel, with `MessageStructure=json`; at most 256 KB.
    PerChannel(String),
}

/// The message that tells `stage` of `alert` at one of its targets.
#[must_use]
pub fn compose(alert: &Alert, delivery: &Delivery, stage: Stage) -> Publication {
    let letter = texts::letter(alert, delivery, stage);
    Publication {
        alert: alert.id.clone(),
        stage,
        target: delivery.target.clone(),
        subject: fit::line(&letter.subject, MAX_SUBJECT),
        texts: Texts {
            email: letter.email(alert, delivery),
            sms: fit::sms(&letter.sms),
            push_title: fit::line(&letter.subject, MAX_TITLE),
            push_body: fit::line(&letter.headline, MAX_PUSH),
            default: letter.headline,
        },
        attributes: attributes(alert),
    }
}

fn attributes(alert: &Alert) -> BTreeMap<&'static str, String> {
    let mut attributes = BTreeMap::from([
        ("severity", alert.fact.severity().as_str().to_owned()),
        ("kind", alert.fact.kind().to_owned()),
    ]);
    attributes.extend(alert.site.as_ref().map(|site| ("site", site.to_string())));
    attributes.extend(alert.fact.fault().map(|fault| ("fault", fault.to_string())));
    attributes
}

impl Publication {
    /// What is handed to SNS: a phone gets its text as it is, a topic and an endpoint get one text per channel.
    #[must_use]
    pub fn message(&self) -> Message {
        match self.target {
            Target::Phone(_) => Message::Plain(self.texts.sms.clone()),
            Target::Operators | Target::Endpoint(_) => Message::PerChannel(self.per_channel()),
        }
    }

    /// The text that the reader at the target sees first.
    #[must_use]
    pub fn text(&self) -> &str {
        match self.target {
            Target::Phone(_) => &self.texts.sms,
            Target::Endpoint(_) => &self.texts.push_body,
            Target::Operators => &self.texts.default,
        }
    }

    /// The `MessageStructure=json` document. Push payloads are JSON inside a string.
    fn per_channel(&self) -> String {
        let Texts { default, email, sms, push_title, push_body } = &self.texts;
        let apns = json!({ "aps": { "alert": { "title": push_title, "body": push_body }, "sound": "default" }, "alert": self.alert });
        let fcm = json!({ "fcmV1Message": { "message": {
            "notification": { "title": push_title, "body": push_body }, "data": { "alert": self.alert } } } });
        let document =
            json!({ "default": default, "email": email, "sms": sms, "APNS": apns.to_string(), "GCM": fcm.to_string() });
        document.to_string()
    }
}

#[cfg(test)]
mod tests;
