//! What a running session has cost by its latest message, and what it may cost by the next.
//!
//! Both are prices of the session as it would be billed if it ended then, by the same code: no other idea of a price can drift away from it.

use jiff::{SignedDuration, Timestamp};
use messages::{ChargingState, EventType, TransactionMessage};

use crate::money::Money;
use crate::session::StoredMessage;
use crate::settlement::{Case, Outcome, settle};

/// The next message is believed to come within this, before two have shown how often a station speaks, and at least; seconds.
const GAP_MIN_S: i64 = 60;

/// However long a station was silent, the next message is expected within this, seconds: a backlog is no rhythm.
const GAP_MAX_S: i64 = 900;

/// So many gaps between messages are looked at, from the last.
const GAPS: usize = 3;

/// What can flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Supply {
    /// The most the connector can deliver, W.
    pub power_w: i64,
}

/// What a session costs while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// By its latest message.
    pub used: Money,
    /// By the message after it, at most: at full power, or parked, whichever costs more.
    pub at_next: Money,
}

/// What a session has cost so far, and may cost by the next message; none when it has ended, or cannot be priced yet.
#[must_use]
pub fn usage(case: &Case<'_>, supply: Supply, now: Timestamp) -> Option<Usage> {
    if case.messages.iter().any(|stored| stored.message.event_type == EventType::Ended) {
        return None;
    }
    let mut ordered: Vec<&StoredMessage> = case.messages.iter().collect();
    ordered.sort_by_key(|stored| stored.message.seq_no);
    let last = *ordered.last()?;
    let read = ordered.iter().rfind(|stored| stored.message.register_wh.is_some())?;
    let read_wh = read.message.register_wh?;
    let gap_s = gap_s(&ordered);
    let unread_s = last.message.at.duration_since(read.message.at).as_secs().max(0);
    let flowing_s = unread_s.saturating_add(gap_s);
    let full_wh = read_wh.saturating_add(supply.power_w.max(0).saturating_mul(flowing_s) / 3600);
    let cost = |added: Vec<StoredMessage>| cost(case, added, now);
    let used = cost(vec![then(last, 1, 0, EventType::Ended, (None, Some(read_wh)))])?;
    let charging = cost(vec![
        then(last, 1, 0, EventType::Updated, (Some(ChargingState::Charging), None)),
        then(last, 2, gap_s, EventType::Ended, (None, Some(full_wh))),
    ])?;
    let parked = cost(vec![
        then(last, 1, 0, EventType::Updated, (Some(ChargingState::SuspendedEv), None)),
        then(last, 2, gap_s, EventType::Ended, (None, Some(read_wh))),
    ])?;
    let at_next = if parked.minor > charging.minor { parked } else { charging };
    Some(Usage { used, at_next })
}

/// How long until the next message, by the longest of the last pauses; seconds.
fn gap_s(ordered: &[&StoredMessage]) -> i64 {
    let pairs = ordered.iter().zip(ordered.iter().skip(1));
    let gaps = pairs.map(|(before, after)| after.message.at.duration_since(before.message.at).as_secs());
    gaps.rev().take(GAPS).max().unwrap_or(GAP_MIN_S).clamp(GAP_MIN_S, GAP_MAX_S)
}

/// A message that did not come: `seconds` after `last`, so many numbers on, with this state and register.
fn then(
    last: &StoredMessage,
    numbers: u32,
    seconds: i64,
    event_type: EventType,
    (charging_state, register_wh): (Option<ChargingState>, Option<i64>),
) -> StoredMessage {
    let message = TransactionMessage {
        event_type,
        seq_no: last.message.seq_no.saturating_add(numbers),
        at: last.message.at.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX),
        charging_state,
        register_wh,
        signed_meter_value: None,
        stopped_reason: None,
        ..last.message.clone()
    };
    // A backlog came together, and would have brought this one, too.
    let received_at = last.received_at.max(message.at);
    StoredMessage { message, received_at }
}

/// The bill of the session if these messages were its last.
fn cost(case: &Case<'_>, added: Vec<StoredMessage>, now: Timestamp) -> Option<Money> {
    let mut messages = case.messages.to_vec();
    messages.extend(added);
    let case = Case { messages: &messages, ..*case };
    match settle(&case, now).outcome {
        Outcome::Billed { due, .. } => Some(due),
        Outcome::Held { .. } => None,
    }
}
