//! Items: attributes in, values out.

use std::collections::HashMap;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use ports::{BoxError, PortError};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::BadItem;
use crate::keys::{BODY, DUE_AT, DUE_PART, EXPIRES_AT, PK, SK, VERSION, due_part, moment, parse_moment};

/// An item as the SDK hands it over.
pub(crate) type Attributes = HashMap<String, AttributeValue>;

/// An item being made.
#[derive(Debug, Clone)]
pub(crate) struct Item(Attributes);

impl Item {
    /// An item under this partition key alone.
    pub(crate) fn new(pk: impl Into<String>) -> Self {
        Self(HashMap::new()).text(PK, pk)
    }

    /// An item under these keys.
    pub(crate) fn keyed(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self::new(pk).text(SK, sk)
    }

    pub(crate) fn text(mut self, attribute: &str, value: impl Into<String>) -> Self {
        self.0.insert(attribute.to_owned(), AttributeValue::S(value.into()));
        self
    }

    /// Nothing is written where there is no value: indexes and filters look for presence.
    pub(crate) fn optional_text(self, attribute: &str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.text(attribute, value),
            None => self,
        }
    }

    pub(crate) fn bytes(mut self, attribute: &str, value: Vec<u8>) -> Self {
        self.0.insert(attribute.to_owned(), AttributeValue::B(Blob::new(value)));
        self
    }

    /// The domain value, as JSON.
    pub(crate) fn body(self, action: &'static str, value: &impl Serialize) -> Result<Self, PortError> {
        Ok(self.text(BODY, json(action, value)?))
    }

    /// The version that this write makes of the one that was read.
    pub(crate) fn next_version(mut self, read: u64) -> Self {
        self.0.insert(VERSION.to_owned(), number(read.saturating_add(1)));
        self
    }

    /// Enters the `due` index, or does not.
    pub(crate) fn due(self, key: &str, at: Option<Timestamp>) -> Self {
        match at {
            Some(at) => self.text(DUE_PART, due_part(key)).text(DUE_AT, moment(at)),
            None => self,
        }
    }

    /// May be deleted from then on.
    pub(crate) fn expires_at(mut self, at: Timestamp) -> Self {
        self.0.insert(EXPIRES_AT.to_owned(), AttributeValue::N(at.as_second().to_string()));
        self
    }

    pub(crate) fn attributes(self) -> Attributes {
        self.0
    }
}

pub(crate) fn number(value: u64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// The key of an item, for reads and updates.
pub(crate) fn key(pk: impl Into<String>, sk: impl Into<String>) -> Attributes {
    Item::keyed(pk, sk).attributes()
}

pub(crate) fn json(action: &'static str, value: &impl Serialize) -> Result<String, PortError> {
    serde_json::to_string(value).map_err(|error| PortError::new(action, error))
}

/// What was read of an item.
pub(crate) trait Read {
    fn text_of(&self, attribute: &'static str) -> Result<&str, BadItem>;
    fn bytes_of(&self, attribute: &'static str) -> Result<&[u8], BadItem>;
    fn version(&self) -> Result<u64, BadItem>;
    fn due_at(&self) -> Result<Option<Timestamp>, BadItem>;
    fn value<T: DeserializeOwned>(&self) -> Result<T, BadItem>;
}

impl Read for Attributes {
    fn text_of(&self, attribute: &'static str) -> Result<&str, BadItem> {
        let text = self.get(attribute).and_then(|value| value.as_s().ok());
        text.map(String::as_str).ok_or(BadItem::missing(attribute))
    }

    fn bytes_of(&self, attribute: &'static str) -> Result<&[u8], BadItem> {
        let bytes = self.get(attribute).and_then(|value| value.as_b().ok());
        bytes.map(AsRef::as_ref).ok_or(BadItem::missing(attribute))
    }

    fn version(&self) -> Result<u64, BadItem> {
        let digits = self.get(VERSION).and_then(|value| value.as_n().ok()).ok_or(BadItem::missing(VERSION))?;
        digits.parse().map_err(|error: std::num::ParseIntError| BadItem::because(VERSION, error))
    }

    fn due_at(&self) -> Result<Option<Timestamp>, BadItem> {
        self.get(DUE_AT).map(|value| parse_moment(DUE_AT, value)).transpose()
    }

    fn value<T: DeserializeOwned>(&self) -> Result<T, BadItem> {
        serde_json::from_str(self.text_of(BODY)?).map_err(|error| BadItem::because(BODY, error))
    }
}

/// Reads a value from an item, or says that `action` failed.
pub(crate) fn read<T>(
    action: &'static str,
    item: &Attributes,
    value: impl FnOnce(&Attributes) -> Result<T, BadItem>,
) -> Result<T, PortError> {
    value(item).map_err(|error| PortError::new(action, BoxError::from(error)))
}
