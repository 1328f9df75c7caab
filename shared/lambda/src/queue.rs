//! Batches from a queue.

use std::future::Future;

use aws::decode::Undecodable;
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use jiff::Timestamp;
use ports::{FailedRecord, KeepQuarantine, Record};

use crate::handle_batch;

/// Handles a batch of queue messages at the time `now`; the response names those that the queue must keep.
pub async fn queue_batch<T, D, H, F>(
    event: &SqsEvent,
    now: Timestamp,
    decode: D,
    quarantine: &impl KeepQuarantine,
    handle: H,
) -> SqsBatchResponse
where
    D: Fn(&SqsMessage) -> Result<Record<T>, Undecodable>,
    H: Fn(Vec<Record<T>>) -> F,
    F: Future<Output = Vec<FailedRecord>>,
{
    let decode = |message: &SqsMessage| {
        let source = || message.event_source_arn.as_deref().unwrap_or("a queue");
        decode(message).map_err(|input| Box::new(input.quarantined(source(), now)))
    };
    let failed = handle_batch(&event.records, message_id, decode, quarantine, handle).await;
    let mut response = SqsBatchResponse::default();
    response.set_failures(failed.into_iter().map(|record| record.id));
    response
}

/// Without an id, which SQS always gives, the empty one makes the queue keep the whole batch.
fn message_id(message: &SqsMessage) -> &str {
    message.message_id.as_deref().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doubles::{Handler, Kept, decode};

    /// The ids that the queue must keep, those that were handled (twice where the batch was taken apart), and those in quarantine.
    async fn outcome(messages: &[(&str, &str)]) -> [Vec<String>; 3] {
        let records: Vec<_> =
            messages.iter().map(|(id, body)| serde_json::json!({ "messageId": id, "body": body })).collect();
        let event: SqsEvent = serde_json::from_value(serde_json::json!({ "Records": records })).unwrap();
        let (kept, handler) = (Kept::default(), Handler::default());
        let decode = |message: &SqsMessage| {
            let id = message.message_id.as_deref().unwrap_or_default();
            decode(id, message.body.as_deref().unwrap_or_default())
        };
        let response =
            queue_batch(&event, Timestamp::UNIX_EPOCH, decode, &kept, |records| handler.handle(records)).await;
        let again = response.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect();
        [again, handler.0.into_inner(), kept.ids()]
    }

    #[tokio::test]
    async fn one_bad_message_does_not_hold_up_its_batch() {
        for (messages, expected) in [
            (&[("a", "x"), ("b", "y")][..], [&[][..], &["a", "b"], &[]]),
            (&[("a", "x"), ("b", "bad"), ("c", "y")], [&[], &["a", "c"], &["b"]]),
            (&[("a", "x"), ("b", "fails"), ("c", "y")], [&["b"], &["a", "c"], &[]]),
            (&[("a", "x"), ("unkept", "unkept"), ("c", "y")], [&["unkept"], &["a", "c"], &[]]),
            (&[("a", "x"), ("b", "bomb"), ("c", "y")], [&["b"], &["a", "c"], &[]]),
            (&[("a", "x"), ("b", "panics"), ("c", "y")], [&["b"], &["a", "a", "c"], &[]]),
            (&[("b", "panics"), ("c", "bad"), ("d", "fails"), ("e", "y")], [&["b", "d"], &["e"], &["c"]]),
            (&[("b", "panics")], [&["b"], &[], &[]]),
            (&[("b", "bad")], [&[], &[], &["b"]]),
            (&[], [&[], &[], &[]]),
        ] {
            assert_eq!(outcome(messages).await, expected.map(<[&str]>::to_vec), "{messages:?}");
        }
    }
}
