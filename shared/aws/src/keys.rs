//! How keys are written, and the attributes beside the JSON of an item.
//!
//! Ids hold no `#`, so that parts of a key cannot be confused.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use messages::SiteId;

use crate::error::BadItem;

/// The partition key.
pub(crate) const PK: &str = "pk";
/// The sort key.
pub(crate) const SK: &str = "sk";
/// The domain value as JSON.
pub(crate) const BODY: &str = "body";
/// How often the item was written, for optimistic writes.
pub(crate) const VERSION: &str = "version";
/// The partition of the `due` index; with [`DUE_AT`] present exactly while something is due.
pub(crate) const DUE_PART: &str = "due_part";
/// Since when something is due, see [`moment`].
pub(crate) const DUE_AT: &str = "due_at";
/// The stream mark of a debt that wants to be collected.
pub(crate) const DUE_COLLECT: &str = "due_collect";
/// The stream mark of an alert that wants to be published.
pub(crate) const DUE_PUBLISH: &str = "due_publish";
/// When DynamoDB may delete the item, epoch seconds.
pub(crate) const EXPIRES_AT: &str = "expires_at";

/// The index of what is due.
pub(crate) const DUE_INDEX: &str = "due";
/// The site of a station that is missed, present as long as it is.
pub(crate) const GONE_SITE: &str = "gone_site";

/// The index of stations that are missed.
pub(crate) const GONE_INDEX: &str = "gone";

/// Partitions of the `due` index.
pub(crate) const DUE_PARTS: u64 = 16;

/// What the partition keys of sites begin with; no station has such an id.
pub(crate) const SITE: &str = "site#";

/// The partition of what is known of a site as a whole, among connectors.
pub(crate) fn of_site(site: &SiteId) -> String {
    format!("{SITE}{site}")
}

/// A point in time as text that sorts by time: UTC, every digit written, so that nothing is lost.
pub(crate) fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%9fZ").to_string()
}

/// The partition of the `due` index for the item of this key.
pub(crate) fn due_part(key: &str) -> String {
    format!("{:02}", hash(key.as_bytes()) % DUE_PARTS)
}

/// FNV-1a with the end of `MurmurHash3`, without which similar keys share their last bits. The same in every version and on every
/// machine, since what follows from it is stored.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    let fnv = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325, fnv);
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

/// Reads what [`moment`] wrote.
pub(crate) fn parse_moment(attribute: &'static str, value: &AttributeValue) -> Result<Timestamp, BadItem> {
    let text = value.as_s().map_err(|_| BadItem::missing(attribute))?;
    text.parse().map_err(|error: jiff::Error| BadItem::because(attribute, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_sort_as_text_and_lose_nothing() {
        let moments: Vec<Timestamp> = [
            "1969-12-31T23:59:59.5Z",
            "2026-06-01T10:00:00Z",
            "2026-06-01T10:00:00.000000001Z",
            "2026-06-01T10:00:00.5Z",
            "2026-06-01T10:00:01Z",
            "9999-12-30T22:00:00.999999999Z",
        ]
        .iter()
        .map(|text| text.parse().unwrap())
        .collect();
        let texts: Vec<String> = moments.iter().copied().map(moment).collect();
        assert!(texts.is_sorted(), "{texts:?}");
        for (at, text) in moments.iter().zip(&texts) {
            assert_eq!(text.len(), 30);
            assert_eq!(parse_moment(DUE_AT, &AttributeValue::S(text.clone())).unwrap(), *at);
        }
    }

    /// The parts are stored: whoever changes the hash loses what is due.
    #[test]
    fn the_part_of_a_key_never_changes() {
        for (key, part) in [("", "06"), ("a", "11"), ("station-001:7a1c", "13")] {
            assert_eq!(due_part(key), part, "{key}");
        }
    }

    #[test]
    fn parts_are_used_evenly() {
        let mut counts = [0_u32; 16];
        for n in 0..1600 {
            counts[due_part(&format!("station-{n:03}:{n}")).parse::<usize>().unwrap()] += 1;
        }
        assert!(counts.iter().all(|count| (50..200).contains(count)), "{counts:?}");
    }
}
