//! What the signed readings of a session are worth to its bill: each was checked by itself, here they are held against what was sent.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use messages::{EventType, TransactionMessage};

use super::Measurement;
use super::order::{Ordered, order};
use crate::cdr::SignedReadings;
use crate::flags::Flag;
use crate::session::StoredMessage;

/// So many signed texts of a session are checked at most, half of them from its beginning: a check takes some milliseconds of a whole
/// processor, and a station may send as many as it likes. What lies between makes no bill.
const MAX_CHECKED: usize = 32;

/// Signed readings of one session may lie further apart than its beginning and its end by so much, seconds.
const SPAN_SPARE_S: i64 = 300;

/// What a signed text turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    /// Signed by the meter whose key is known. What it says of energy taken, as far as the meter vouches for it; may be empty.
    Genuine(Vec<SignedReading>),
    /// Not what that meter has signed.
    Forged {
        /// Why, in one line.
        why: String,
    },
    /// Nobody can tell.
    Unproven(Doubt),
}

/// Why nobody can tell whether a signed text is genuine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// The key of the meter is not known.
    NoKey,
    /// The key that is known is none.
    BadKey,
    /// It is signed with an algorithm that cannot be checked here.
    Algorithm,
    /// It is in no format that is known.
    Format,
}

/// One reading of a register, as the meter has signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedReading {
    /// The register by its OBIS code (IEC 62056-6-1); empty where it is not named.
    pub register: String,
    /// Where in its transaction it was taken.
    pub mark: Mark,
    /// When it was taken, by the meter's clock, seconds since 1970; none where that cannot be read.
    pub at_s: Option<i64>,
    /// The whole Wh below and above what the register showed; meters sign fractions, stations send whole Wh.
    pub wh: RangeInclusive<i64>,
}

/// Where in its transaction a reading was taken (OCMF, `TX`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// At its beginning.
    Begin,
    /// Between.
    Between,
    /// At its end, however it ended.
    End,
    /// The meter does not know of transactions.
    None,
}

/// What was checked, by the text that a station sent.
pub type Checks = BTreeMap<String, Check>;

/// The signed text of a message, where there is one.
#[must_use]
pub fn signed_text(message: &TransactionMessage) -> Option<&str> {
    message.signed_meter_value.as_deref().filter(|text| !text.trim().is_empty())
}

/// The texts of a session to check; none while it cannot be billed.
#[must_use]
pub fn signed_texts(messages: &[StoredMessage]) -> BTreeSet<&str> {
    let Ok(Ordered { messages, .. }) = order(messages) else { return BTreeSet::new() };
    let texts: Vec<&str> = messages.iter().filter_map(|stored| signed_text(&stored.message)).collect();
    let half = MAX_CHECKED / 2;
    let first = texts.iter().take(half);
    first.chain(texts.iter().rev().take(half)).copied().collect()
}

impl Measurement {
    /// This measurement with what its signed readings are worth; depends on the set of messages only. A text that was not checked is one
    /// of which nobody can tell.
    #[must_use]
    pub fn judged(mut self, messages: &[StoredMessage], checks: &Checks) -> Self {
        self.signed_readings = judge(messages, &self, checks);
        if self.signed_readings == SignedReadings::Invalid {
            self.flags.insert(Flag::SignatureInvalid);
        }
        self
    }
}

fn judge(messages: &[StoredMessage], measured: &Measurement, checks: &Checks) -> SignedReadings {
    let Ok(Ordered { messages, .. }) = order(messages) else { return SignedReadings::None };
    let (Some(started), Some(ended)) = (messages.first(), messages.last()) else { return SignedReadings::None };
    let (first_wh, last_wh) = (started.message.register_wh, ended.message.register_wh);
    let (mut begins, mut ends) = (Vec::new(), Vec::new());
    let mut worth = SignedReadings::None;
    for message in messages.iter().map(|stored| &stored.message) {
        let Some(text) = signed_text(message) else { continue };
        worth = SignedReadings::Unverified;
        let readings = match checks.get(text) {
            Some(Check::Genuine(readings)) => readings,
            Some(Check::Forged { .. }) => return SignedReadings::Invalid,
            Some(Check::Unproven(_)) | None => continue,
        };
        let at = |place| readings.iter().filter(move |reading| place_of(reading, message) == Some(place));
        let said = (
            saying(at(Place::Beginning), first_wh),
            saying(at(Place::Between), message.register_wh),
            saying(at(Place::End), last_wh),
        );
        let (Some(begin), Some(_), Some(end)) = said else { return SignedReadings::Invalid };
        begins.extend(begin);
        ends.extend(end);
    }
    if makes_bill(first_wh, last_wh, measured) && are_one_session(&begins, &ends, measured) {
        worth = SignedReadings::Verified;
    }
    worth
}

/// Whether the beginning and the end are of one register and of one session. A record of an earlier session is genuine, too, and its end may
/// be what the station sends as a beginning; but then its meter's clock says so. That clock need not be right, only run.
fn are_one_session(begins: &[&SignedReading], ends: &[&SignedReading], measured: &Measurement) -> bool {
    let session_s = measured.ended_s.saturating_sub(measured.started_s).saturating_add(SPAN_SPARE_S);
    let is_within = |begin: &SignedReading, end: &SignedReading| {
        let span_s = end.at_s.zip(begin.at_s).map(|(end_s, begin_s)| end_s.saturating_sub(begin_s));
        span_s.is_some_and(|span_s| (0..=session_s).contains(&span_s))
    };
    let mut pairs = begins
        .iter()
        .flat_map(|begin| ends.iter().map(move |end| (*begin, *end)))
        .filter(|(begin, end)| begin.register == end.register)
        .peekable();
    pairs.peek().is_some() && pairs.all(|(begin, end)| is_within(begin, end))
}

/// The value that was sent which a signed reading stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// That of `Started`.
    Beginning,
    /// That of the message itself.
    Between,
    /// That of `Ended`.
    End,
}

/// A record sent at the end may repeat the whole transaction: what it read between stands for no value that was sent with it.
fn place_of(reading: &SignedReading, message: &TransactionMessage) -> Option<Place> {
    match (reading.mark, message.event_type) {
        (Mark::Begin, _) | (Mark::None, EventType::Started) => Some(Place::Beginning),
        (Mark::End, _) | (Mark::None, EventType::Ended) => Some(Place::End),
        (Mark::Between | Mark::None, EventType::Updated) => Some(Place::Between),
        (Mark::Between, EventType::Started | EventType::Ended) => None,
    }
}

/// The readings that show what was sent: a meter may sign several registers, one of them is the one that is sent. None: all of them show
/// something else.
fn saying<'a>(
    readings: impl Iterator<Item = &'a SignedReading>,
    sent_wh: Option<i64>,
) -> Option<Vec<&'a SignedReading>> {
    let Some(sent_wh) = sent_wh else { return Some(Vec::new()) };
    let (same, other): (Vec<_>, Vec<_>) = readings.partition(|reading| reading.wh.contains(&sent_wh));
    (other.is_empty() || !same.is_empty()).then_some(same)
}

/// Whether the bill follows from the first and the last register and nothing else.
fn makes_bill(first_wh: Option<i64>, last_wh: Option<i64>, measured: &Measurement) -> bool {
    first_wh == Some(measured.register_start_wh)
        && last_wh == Some(measured.register_end_wh)
        && !measured.flags.contains(&Flag::Reset)
        && !measured.flags.contains(&Flag::ImplausibleStartReplaced)
}
