//! The messages of a session.

use futures_util::future::join_all;
use ports::{Put, StoreMessages};

use super::values::{message, session};

/// Catches an adapter that writes without a condition, and one that says `Stored` of what it did not store.
pub async fn a_stored_message_is_never_replaced(ports: &impl StoreMessages) {
    let session = session("never-replaced");
    let (first, second) = (message(7, "first"), message(7, "second"));
    assert_eq!(ports.put_message(&session, &first).await.unwrap(), Put::Stored);
    for again in [&first, &second] {
        assert_eq!(ports.put_message(&session, again).await.unwrap(), Put::Present(Box::new(first.clone())));
    }
    assert_eq!(ports.messages(&session).await.unwrap(), [first]);
}

/// Catches numbers that sort as text, messages of other sessions, and times that lose digits.
pub async fn messages_come_back_whole_and_in_order(ports: &impl StoreMessages) {
    let (this, other) = (session("in-order"), session("in-order-2"));
    assert_eq!(ports.put_message(&other, &message(1, "other")).await.unwrap(), Put::Stored);
    for seq_no in [10, 2, u32::MAX, 0, 11, 1_000_000_000] {
        assert_eq!(ports.put_message(&this, &message(seq_no, "this")).await.unwrap(), Put::Stored);
    }
    let expected: Vec<_> =
        [0, 2, 10, 11, 1_000_000_000, u32::MAX].into_iter().map(|seq_no| message(seq_no, "this")).collect();
    assert_eq!(ports.messages(&this).await.unwrap(), expected);
    assert_eq!(ports.messages(&session("in-order-3")).await.unwrap(), []);
}

/// Catches an adapter that reads and then writes.
pub async fn of_64_at_once_one_is_stored(ports: &impl StoreMessages) {
    let session = &session("at-once");
    let messages: Vec<_> = (0..64).map(|n| message(3, &format!("word-{n}"))).collect();
    let outcomes = join_all(messages.iter().map(|message| ports.put_message(session, message))).await;
    let outcomes: Vec<Put> = outcomes.into_iter().map(Result::unwrap).collect();
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Put::Stored).count(), 1);
    let stored = ports.messages(session).await.unwrap();
    assert_eq!(stored.len(), 1);
    for (outcome, sent) in outcomes.iter().zip(&messages) {
        match outcome {
            Put::Stored => assert_eq!(*sent, stored[0]),
            Put::Present(present) => assert_eq!(**present, stored[0]),
        }
    }
}

/// Catches an adapter that reads one page: DynamoDB's end at 1 MB.
pub async fn no_message_of_a_long_session_is_missing(ports: &impl StoreMessages) {
    let session = &session("long");
    let mut messages: Vec<_> = (0..90).map(|seq_no| message(seq_no, "long")).collect();
    for message in &mut messages {
        message.message.signed_meter_value = Some("x".repeat(16 * 1024));
    }
    for stored in join_all(messages.iter().map(|message| ports.put_message(session, message))).await {
        assert_eq!(stored.unwrap(), Put::Stored);
    }
    assert_eq!(ports.messages(session).await.unwrap(), messages);
}
