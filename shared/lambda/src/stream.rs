//! Batches from the stream of a table.

use std::future::Future;

use aws::decode::{Undecodable, stream_id};
use aws_lambda_events::dynamodb::{Event, EventRecord};
use aws_lambda_events::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use jiff::Timestamp;
use ports::{FailedRecord, KeepQuarantine, Record};

use crate::handle_batch;

/// Handles a batch of stream records at the time `now`. The response names at most one: the first that failed. Lambda takes its place in the stream as a
/// checkpoint and delivers it and everything after it again, so the records after it are handled now as well (nothing waits for a bad
/// record) and once more later (which changes nothing).
pub async fn stream_batch<T, D, H, F>(
    event: &Event,
    now: Timestamp,
    decode: D,
    quarantine: &impl KeepQuarantine,
    handle: H,
) -> DynamoDbEventResponse
where
    D: Fn(&EventRecord) -> Result<Record<T>, Undecodable>,
    H: Fn(Vec<Record<T>>) -> F,
    F: Future<Output = Vec<FailedRecord>>,
{
    let decode = |record: &EventRecord| {
        let source = || record.event_source_arn.as_deref().unwrap_or("a stream");
        decode(record).map_err(|input| Box::new(input.quarantined(source(), now)))
    };
    let failed = handle_batch(&event.records, stream_id, decode, quarantine, handle).await;
    let mut response = DynamoDbEventResponse::default();
    response.batch_item_failures.extend(failed.into_iter().next().map(|record| {
        let mut first = DynamoDbBatchItemFailure::default();
        first.item_identifier = Some(record.id);
        first
    }));
    response
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::doubles::{Handler, Kept, decode};

    /// The record from which the stream goes on, and those that were handled.
    async fn outcome(changes: &[(&str, &str)]) -> [Vec<String>; 2] {
        let records: Vec<_> = changes
            .iter()
            .map(|(number, _)| {
                json!({
                    "eventID": number, "eventName": "INSERT", "awsRegion": "eu-west-1",
                    "dynamodb": { "SequenceNumber": number, "SizeBytes": 1, "Keys": {}, "NewImage": {},
                                  "ApproximateCreationDateTime": 1_780_000_000 },
                })
            })
            .collect();
        let mut event: Event = serde_json::from_value(json!({ "Records": [] })).unwrap();
        event.records = records.into_iter().map(|record| serde_json::from_value(record).unwrap()).collect();
        let (kept, handler) = (Kept::default(), Handler::default());
        let text = |record: &EventRecord| changes.iter().find(|(number, _)| *number == record.event_id).unwrap().1;
        let decode = |record: &EventRecord| decode(&record.event_id, text(record));
        let response =
            stream_batch(&event, Timestamp::UNIX_EPOCH, decode, &kept, |records| handler.handle(records)).await;
        let from = response.batch_item_failures.into_iter().filter_map(|failure| failure.item_identifier).collect();
        [from, handler.0.into_inner()]
    }

    #[tokio::test]
    async fn the_stream_goes_on_from_the_first_record_that_failed() {
        for (changes, expected) in [
            (&[("1", "x"), ("2", "y")][..], [&[][..], &["1", "2"]]),
            (&[("1", "x"), ("3", "bad")], [&[], &["1"]]),
            (&[("1", "x"), ("2", "fails"), ("3", "y"), ("4", "fails")], [&["2"], &["1", "3"]]),
            (&[("1", "x"), ("2", "panics"), ("3", "fails"), ("4", "y")], [&["2"], &["1", "1", "4"]]),
            (&[("9", "fails"), ("10", "fails")], [&["9"], &[]]),
            (&[], [&[], &[]]),
        ] {
            assert_eq!(outcome(changes).await, expected.map(<[&str]>::to_vec), "{changes:?}");
        }
    }
}
