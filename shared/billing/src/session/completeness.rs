//! Whether all of a session is here, and what to do while it is not.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use messages::EventType;
use serde::{Deserialize, Serialize};

use super::StoredMessage;
use crate::readings::MeterLimits;

/// After so long without a message, a station is asked for an open transaction.
const ASK_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// After so long without a message, an open session is given to a person.
const REVIEW_AFTER: SignedDuration = SignedDuration::from_hours(48);

/// Sequence numbers that are missing, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeqRange {
    /// The first that is missing.
    pub from: u32,
    /// The last that is missing.
    pub to: u32,
}

/// How much of a session is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completeness {
    /// It has not ended, as far as we know.
    Open,
    /// It has ended, and messages are missing.
    Waiting {
        /// The gaps; a missing `Started` is a gap from 0.
        missing: Vec<SeqRange>,
        /// When it is billed all the same.
        bill_at: Timestamp,
    },
    /// `Started`, `Ended` and everything between are here.
    Complete,
}

/// How much of a session is here; depends on the set of messages only.
#[must_use]
pub fn completeness(messages: &[StoredMessage], limits: &MeterLimits) -> Completeness {
    let Some((ended_seq, received_at)) = last_ended(messages) else { return Completeness::Open };
    let missing = missing(messages, ended_seq);
    if missing.is_empty() {
        return Completeness::Complete;
    }
    Completeness::Waiting { missing, bill_at: bill_at(received_at, limits) }
}

/// When a session whose `Ended` was received then is billed although messages are missing.
pub(crate) fn bill_at(ended_received_at: Timestamp, limits: &MeterLimits) -> Timestamp {
    ended_received_at.saturating_add(limits.grace()).unwrap_or(Timestamp::MAX)
}

/// The sequence number of the last `Ended`, and when it was received first.
fn last_ended(messages: &[StoredMessage]) -> Option<(u32, Timestamp)> {
    let ended = messages.iter().filter(|stored| stored.message.event_type == EventType::Ended);
    let ended = ended.map(|stored| (stored.message.seq_no, stored.received_at));
    ended.min_by_key(|(seq_no, received_at)| (std::cmp::Reverse(*seq_no), *received_at))
}

/// The gaps between the first `Started` (0 while there is none) and `ended_seq`.
pub(crate) fn missing(messages: &[StoredMessage], ended_seq: u32) -> Vec<SeqRange> {
    let started = messages.iter().filter(|stored| stored.message.event_type == EventType::Started);
    let first = started.map(|stored| stored.message.seq_no).min();
    // Without its `Started` a session is not whole, even when every number is taken.
    let mut gaps = Vec::new();
    let mut next = first.unwrap_or(0);
    let present: BTreeSet<u32> = messages.iter().map(|stored| stored.message.seq_no).collect();
    for seq_no in present.into_iter().filter(|seq_no| (first.unwrap_or(0)..=ended_seq).contains(seq_no)) {
        if seq_no > next {
            gaps.push(SeqRange { from: next, to: seq_no - 1 });
        }
        next = seq_no.saturating_add(1);
    }
    if first.is_none() && gaps.is_empty() {
        gaps.push(SeqRange { from: 0, to: 0 });
    }
    gaps
}

/// What to do about a session without an `Ended`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenSession {
    /// Nothing; look again then.
    Fresh {
        /// When to look again.
        ask_at: Timestamp,
    },
    /// Ask the station; look again then.
    Silent {
        /// When to look again.
        review_at: Timestamp,
    },
    /// Hold it for review; its end is never guessed.
    Lost,
}

/// What to do at `now` about a session without an `Ended`, by when its last message was received.
#[must_use]
pub fn judge_open(messages: &[StoredMessage], now: Timestamp) -> OpenSession {
    let last = messages.iter().map(|stored| stored.received_at).max().unwrap_or(Timestamp::MIN);
    let after = |wait| last.saturating_add(wait).unwrap_or(Timestamp::MAX);
    if now < after(ASK_AFTER) {
        OpenSession::Fresh { ask_at: after(ASK_AFTER) }
    } else if now < after(REVIEW_AFTER) {
        OpenSession::Silent { review_at: after(REVIEW_AFTER) }
    } else {
        OpenSession::Lost
    }
}
