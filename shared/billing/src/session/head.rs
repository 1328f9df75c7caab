//! The head of a session: what lists and the sweep need, without reading its messages.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use messages::{ConnectorKey, EventType, IdToken, SessionId, SiteId};
use serde::{Deserialize, Serialize};

use super::completeness::bill_at;
use super::{SeqRange, StoredMessage};
use crate::cdr::Cdr;
use crate::flags::Flag;
use crate::money::Money;
use crate::readings::{Measurement, MeterLimits};
use crate::receipt::{Issued, ReceiptNumber};
use crate::settlement::HeldReason;

/// An open session is looked at when it has been silent for so long.
const FIRST_LOOK_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// How far a session has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// It runs, as far as we know.
    Open,
    /// Its `Ended` is here; it waits for missing messages or for its bill.
    Ended,
    /// It has its CDR.
    Billed,
    /// A person must decide.
    Review,
}

/// One item per session. What it says of the messages follows from their set, in whatever order they came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Head {
    /// Which session.
    pub session: SessionId,
    /// Where.
    pub site: SiteId,
    /// At which connector; known from `Started`.
    pub connector: Option<ConnectorKey>,
    /// For whom; known from `Started`.
    pub id_token: Option<IdToken>,
    /// The `at` of `Started`; once settled, the corrected time.
    pub started_at: Option<Timestamp>,
    /// The `at` of `Ended`; once settled, the corrected time.
    pub ended_at: Option<Timestamp>,
    /// How far it has come.
    pub state: SessionState,
    /// The sequence number of `Started`.
    pub started_seq: Option<u32>,
    /// The sequence number of `Ended`.
    pub ended_seq: Option<u32>,
    /// When `Ended` was received.
    pub ended_received_at: Option<Timestamp>,
    /// The energy of the session, Wh; once settled.
    pub energy_wh: Option<i64>,
    /// The bill; once settled.
    pub total: Option<Money>,
    /// What is remarkable about it; once settled.
    #[serde(default)]
    pub flags: BTreeSet<Flag>,
    /// Why it is held for review.
    #[serde(default)]
    pub held: Option<HeldReason>,
    /// What was missing when it was billed.
    #[serde(default)]
    pub missing: Vec<SeqRange>,
    /// The number of its receipt; once one is issued.
    #[serde(default)]
    pub receipt: Option<ReceiptNumber>,
    /// When somebody has to look at it again; none when nothing is left to do.
    pub due_at: Option<Timestamp>,
    /// The version that was read; 0: not stored yet. Whoever writes raises it.
    #[serde(default)]
    pub version: u64,
}

/// What a message does to a head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Folded {
    /// It says something new.
    Changed(Box<Head>),
    /// The head says it already, or does not hold it.
    Unchanged,
}

impl Head {
    /// The head of a session whose first message to arrive is this one.
    #[must_use]
    pub fn open(session: SessionId, site: SiteId, stored: &StoredMessage, limits: &MeterLimits) -> Self {
        let empty = Self::empty(session, site);
        match empty.with(stored, limits) {
            Folded::Changed(head) => *head,
            Folded::Unchanged => empty,
        }
    }

    fn empty(session: SessionId, site: SiteId) -> Self {
        Self {
            session,
            site,
            connector: None,
            id_token: None,
            started_at: None,
            ended_at: None,
            state: SessionState::Open,
            started_seq: None,
            ended_seq: None,
            ended_received_at: None,
            energy_wh: None,
            total: None,
            flags: BTreeSet::new(),
            held: None,
            missing: Vec::new(),
            receipt: None,
            due_at: None,
            version: 0,
        }
    }

    /// Folds one message in. Only `Started` and `Ended` change a head, and an `Updated` while neither is known; a billed head only
    /// notes what was not part of the bill. A session that waits for a person because something was missing goes on when that comes.
    #[must_use]
    pub fn with(&self, stored: &StoredMessage, limits: &MeterLimits) -> Folded {
        let head = match self.state {
            SessionState::Open | SessionState::Ended => self.folded(stored, limits),
            SessionState::Review if self.lacked(stored) => self.taken_up().folded(stored, limits),
            SessionState::Review => return Folded::Unchanged,
            SessionState::Billed => self.noted(stored),
        };
        if head == *self { Folded::Unchanged } else { Folded::Changed(Box::new(head)) }
    }

    /// The head that follows from a set of messages.
    #[must_use]
    pub fn of(session: SessionId, site: SiteId, messages: &[StoredMessage], limits: &MeterLimits) -> Self {
        messages.iter().fold(Self::empty(session, site), |head, stored| match head.with(stored, limits) {
            Folded::Changed(changed) => *changed,
            Folded::Unchanged => head,
        })
    }

    /// The head of a session that is billed; its receipt is due at once.
    pub(crate) fn billed(self, measurement: &Measurement, cdr: &Cdr) -> Self {
        Self {
            started_at: Timestamp::from_second(measurement.started_s).ok(),
            ended_at: Some(cdr.end_date_time),
            state: SessionState::Billed,
            energy_wh: Some(measurement.energy_wh),
            total: Some(cdr.due()),
            flags: cdr.flags.clone(),
            missing: measurement.missing.clone(),
            due_at: Some(cdr.created_at),
            ..self
        }
    }

    /// The head of a session that a person must look at.
    pub(crate) fn held(self, reason: HeldReason, flags: BTreeSet<Flag>, missing: Vec<SeqRange>) -> Self {
        Self { state: SessionState::Review, held: Some(reason), flags, missing, due_at: None, ..self }
    }

    /// Whether it was held before without its bill: it says so until it is settled again.
    #[must_use]
    pub fn was_held(&self) -> bool {
        self.held.is_some()
    }

    /// Whether it is billed and has no receipt yet.
    #[must_use]
    pub fn lacks_receipt(&self) -> bool {
        self.state == SessionState::Billed && self.receipt.is_none()
    }

    /// The head of a session that has this receipt: nothing is left to do.
    #[must_use]
    pub fn with_receipt(self, issued: &Issued) -> Self {
        Self { receipt: Some(issued.number.clone()), due_at: None, ..self }
    }

    /// This head, taken in at `now`: an ended session waits for missing messages from when we learned of its end, so that a backlog
    /// which comes long after it was received is not billed in pieces.
    #[must_use]
    pub fn taken_in(self, now: Timestamp, limits: &MeterLimits) -> Self {
        match self.state {
            SessionState::Ended => Self { due_at: self.due_at.max(Some(bill_at(now, limits))), ..self },
            SessionState::Open | SessionState::Billed | SessionState::Review => self,
        }
    }

    fn folded(&self, stored: &StoredMessage, limits: &MeterLimits) -> Self {
        let mut head = self.clone();
        let message = &stored.message;
        match message.event_type {
            EventType::Started if self.started_seq.is_none_or(|known| message.seq_no < known) => {
                head.started_seq = Some(message.seq_no);
                head.started_at = Some(message.at);
                head.connector = message.connector;
                head.id_token.clone_from(&message.id_token);
            }
            EventType::Ended if self.ended_seq.is_none_or(|known| message.seq_no > known) => {
                head.ended_seq = Some(message.seq_no);
                head.ended_at = Some(message.at);
                head.ended_received_at = Some(stored.received_at);
                head.state = SessionState::Ended;
            }
            EventType::Started | EventType::Updated | EventType::Ended => {}
        }
        head.due_at = match head.ended_received_at {
            Some(ended) => Some(bill_at(ended, limits)),
            None => self.first_look(stored),
        };
        head
    }

    /// When an open session is looked at first: a day after its `Started` was received, or after the earliest message while there is
    /// no `Started`.
    fn first_look(&self, stored: &StoredMessage) -> Option<Timestamp> {
        let look = stored.received_at.saturating_add(FIRST_LOOK_AFTER).unwrap_or(Timestamp::MAX);
        let counts = match stored.message.event_type {
            EventType::Started => self.started_seq.is_none_or(|known| stored.message.seq_no < known),
            EventType::Updated | EventType::Ended => {
                self.started_seq.is_none() && self.due_at.is_none_or(|due| look < due)
            }
        };
        if counts { Some(look) } else { self.due_at }
    }

    fn noted(&self, stored: &StoredMessage) -> Self {
        let mut head = self.clone();
        if self.lacked(stored) {
            head.flags.insert(Flag::AfterBill);
        }
        head
    }

    /// Whether a message was not there when the session was settled.
    fn lacked(&self, stored: &StoredMessage) -> bool {
        let seq_no = stored.message.seq_no;
        let was_missing = self.missing.iter().any(|gap| (gap.from..=gap.to).contains(&seq_no));
        match self.ended_seq {
            Some(ended) => was_missing || seq_no > ended,
            None => stored.message.event_type == EventType::Ended,
        }
    }

    /// A held session as it stands now that more of it is here.
    fn taken_up(&self) -> Self {
        let state = if self.ended_seq.is_some() { SessionState::Ended } else { SessionState::Open };
        Self { state, flags: BTreeSet::new(), missing: Vec::new(), ..self.clone() }
    }
}
