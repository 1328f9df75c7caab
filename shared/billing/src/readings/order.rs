//! The messages that make a session, in order.

use std::collections::BTreeMap;

use messages::EventType;

use crate::session::StoredMessage;

/// The messages from the first `Started` to the last `Ended`, by sequence number, one of each.
#[derive(Debug)]
pub(super) struct Ordered<'a> {
    pub(super) messages: Vec<&'a StoredMessage>,
    pub(super) ended_seq: u32,
}

/// What a session lacks to be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lacking {
    Started,
    Ended,
}

/// Orders the messages; of several under one number the one that was received first counts.
pub(super) fn order(messages: &[StoredMessage]) -> Result<Ordered<'_>, Lacking> {
    let mut by_seq: BTreeMap<u32, &StoredMessage> = BTreeMap::new();
    for stored in messages {
        let first = by_seq.entry(stored.message.seq_no).or_insert(stored);
        if rank(stored) < rank(first) {
            *first = stored;
        }
    }
    let seq_of = |wanted: EventType| {
        by_seq.values().filter(move |stored| stored.message.event_type == wanted).map(|stored| stored.message.seq_no)
    };
    let started = seq_of(EventType::Started).next().ok_or(Lacking::Started)?;
    let ended_seq = seq_of(EventType::Ended).next_back().filter(|ended| *ended > started).ok_or(Lacking::Ended)?;
    Ok(Ordered { messages: by_seq.range(started..=ended_seq).map(|(_, stored)| *stored).collect(), ended_seq })
}

/// Which of two messages under one number counts; the last parts only make the choice independent of their order.
fn rank(stored: &StoredMessage) -> impl Ord + '_ {
    let message = &stored.message;
    (
        stored.received_at,
        &message.message_id,
        message.at,
        message.register_wh,
        message.event_type,
        &message.signed_meter_value,
    )
}
