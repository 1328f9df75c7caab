//! Input that can never succeed, byte for byte.
//!
//! Partition: the day it was received (UTC) and one of four shards; sort key: the id of its record.

use jiff::{SignedDuration, Timestamp};
use ports::{KeepQuarantine, PortError, Quarantined};

use crate::Dynamo;
use crate::error::BadItem;
use crate::item::{Attributes, Item, Read};
use crate::keys::{SK, hash, moment};
use crate::write::Expected;

/// How long input is kept after it was received.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(90 * 24);

/// A flood of bad input is spread over so many partitions.
const SHARDS: u64 = 4;

impl KeepQuarantine for Dynamo {
    async fn quarantine(&self, input: &Quarantined) -> Result<(), PortError> {
        let until = input.received_at.saturating_add(KEPT_FOR).unwrap_or(Timestamp::MAX);
        let item = Item::keyed(partition(input), input.id.as_str())
            .text("received_at", moment(input.received_at))
            .text("source", input.source.as_str())
            .optional_text("client", input.client.as_deref())
            .text("reason", input.reason.as_str())
            .text("detail", input.detail.as_str())
            .bytes("data", input.data.clone())
            .expires_at(until);
        // Refused means that it is there already.
        self.put("keep an input in quarantine", &self.tables.quarantine, item, Expected::Absent).await.map(|_| ())
    }
}

fn partition(input: &Quarantined) -> String {
    format!("{}#{}", input.received_at.strftime("%Y-%m-%d"), hash(input.id.as_bytes()) % SHARDS)
}

/// An input as it was kept.
pub(crate) fn input_of(item: &Attributes) -> Result<Quarantined, BadItem> {
    let received_at = item.text_of("received_at")?;
    Ok(Quarantined {
        id: item.text_of(SK)?.to_owned(),
        received_at: received_at.parse().map_err(|error: jiff::Error| BadItem::because("received_at", error))?,
        source: item.text_of("source")?.to_owned(),
        client: item.text_of("client").ok().map(str::to_owned),
        reason: item.text_of("reason")?.to_owned(),
        detail: item.text_of("detail")?.to_owned(),
        data: item.bytes_of("data")?.to_vec(),
    })
}
