//! A session as it was measured.

use std::collections::BTreeSet;

use messages::{ChargingState, ConnectorKey, IdToken};

use super::MeterLimits;
use super::clock::{self, Corrected, Stamp};
use super::intervals::{Interval, IntervalKind, intervals};
use super::order::{Lacking, Ordered, order};
use super::register::{self, Reading, Unreadable};
use crate::cdr::SignedReadings;
use crate::flags::Flag;
use crate::session::{SeqRange, StoredMessage, missing};
use crate::settlement::HeldReason;

/// A reservation is not believed to have begun earlier than this before the session, seconds.
const RESERVATION_MAX_S: i64 = 30 * 86_400;

/// What was measured of a session. Times are corrected, in whole seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measurement {
    /// Where, by `Started`.
    pub connector: ConnectorKey,
    /// For whom, by `Started`.
    pub id_token: IdToken,
    /// When it started.
    pub started_s: i64,
    /// When it ended.
    pub ended_s: i64,
    /// How far ahead the station's clock was, seconds; 0 when it was not corrected.
    pub skew_s: i64,
    /// The register when energy began to count, Wh.
    pub register_start_wh: i64,
    /// The register when energy ceased to count, Wh.
    pub register_end_wh: i64,
    /// The energy, Wh: the sum of the intervals.
    pub energy_wh: i64,
    /// What its signed readings are worth; nothing until [`Measurement::judged`].
    pub signed_readings: SignedReadings,
    /// What it did and when, in order and without holes, the reservation first.
    pub intervals: Vec<Interval>,
    /// Messages that are missing.
    pub missing: Vec<SeqRange>,
    /// What is remarkable about it.
    pub flags: BTreeSet<Flag>,
    /// Corrected times of its messages, by sequence number.
    pub(crate) times_s: Vec<(u32, i64)>,
}

/// A session that cannot be measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmeasurable {
    /// Why not.
    pub reason: HeldReason,
    /// What is remarkable about it.
    pub flags: BTreeSet<Flag>,
}

impl Unmeasurable {
    fn because(reason: HeldReason) -> Self {
        Self { reason, flags: BTreeSet::new() }
    }
}

impl From<Lacking> for Unmeasurable {
    fn from(lacking: Lacking) -> Self {
        let reason = match lacking {
            Lacking::Started => HeldReason::NoStarted,
            Lacking::Ended => HeldReason::NoEnded,
        };
        Self { reason, flags: BTreeSet::from([Flag::Incomplete]) }
    }
}

impl From<Unreadable> for Unmeasurable {
    fn from(unreadable: Unreadable) -> Self {
        match unreadable {
            Unreadable::NoReading(flags) => Self { reason: HeldReason::NoReading, flags },
            Unreadable::Negative => {
                Self { reason: HeldReason::NegativeEnergy, flags: BTreeSet::from([Flag::NegativeEnergy]) }
            }
        }
    }
}

/// Measures a session from the set of its messages, whatever their order and repetition.
///
/// # Errors
/// [`Unmeasurable`]: no `Started`, no `Ended`, no reading that can be used, or an end below the start.
pub fn measure(messages: &[StoredMessage], limits: &MeterLimits) -> Result<Measurement, Unmeasurable> {
    let ordered = order(messages)?;
    let (Some(started), Some(ended)) = (ordered.messages.first(), ordered.messages.last()) else {
        return Err(Unmeasurable::because(HeldReason::NoStarted));
    };
    let (Some(connector), Some(id_token)) = (started.message.connector, started.message.id_token.clone()) else {
        return Err(Unmeasurable::because(HeldReason::NoStarted));
    };
    let stamps: Vec<Stamp> = ordered.messages.iter().map(|stored| stamp(stored)).collect();
    let Corrected { times_s, skew_s, mut flags } = clock::correct(&stamps, limits.max_skew_s);
    let (started_s, ended_s) = (first_or_zero(&times_s), times_s.last().copied().unwrap_or(0));
    let read = register::read(&readings(&ordered, &stamps, &times_s), limits)?;
    flags.extend(&read.flags);
    if ended.message.register_wh.is_none() {
        flags.insert(Flag::StopValueMissing);
    }
    let missing = missing(messages, ordered.ended_seq);
    if !missing.is_empty() {
        flags.insert(Flag::Incomplete);
    }
    let energy_wh = read.steps.iter().map(|step| step.energy_wh).sum();
    if energy_wh < limits.min_energy_wh {
        flags.insert(Flag::BelowMinEnergy);
    }
    let states: Vec<Option<&ChargingState>> =
        ordered.messages.iter().map(|stored| stored.message.charging_state.as_ref()).collect();
    let mut stretches: Vec<Interval> = reservation(started, started_s, skew_s).into_iter().collect();
    stretches.extend(intervals(&times_s, &states, &read.steps));
    if !stretches.iter().any(|stretch| stretch.kind != IntervalKind::Reservation) {
        // A session that ended as it began still has a period for its fee.
        stretches.push(Interval { kind: IntervalKind::Charging, start_s: started_s, end_s: ended_s, energy_wh: 0 });
    }
    let seq_nos = ordered.messages.iter().map(|stored| stored.message.seq_no);
    Ok(Measurement {
        connector,
        id_token,
        started_s,
        ended_s,
        skew_s,
        register_start_wh: read.start_wh,
        register_end_wh: read.end_wh,
        energy_wh,
        signed_readings: SignedReadings::None,
        intervals: stretches,
        missing,
        flags,
        times_s: seq_nos.zip(times_s).collect(),
    })
}

impl Measurement {
    /// Time of one kind, seconds.
    #[must_use]
    pub fn seconds(&self, kind: IntervalKind) -> i64 {
        self.intervals.iter().filter(|interval| interval.kind == kind).map(Interval::seconds).sum()
    }
}

fn stamp(stored: &StoredMessage) -> Stamp {
    Stamp { at_s: stored.message.at.as_second(), received_s: stored.received_at.as_second() }
}

fn first_or_zero(times_s: &[i64]) -> i64 {
    times_s.first().copied().unwrap_or(0)
}

fn readings(ordered: &Ordered<'_>, stamps: &[Stamp], times_s: &[i64]) -> Vec<Reading> {
    let mut readings = Vec::new();
    let mut before: Option<(i64, i64)> = None;
    for (index, ((stored, stamp), time_s)) in ordered.messages.iter().zip(stamps).zip(times_s).enumerate() {
        let Some(wh) = stored.message.register_wh else { continue };
        // A clock that was held still by a correction may hide time that has passed for the broker.
        let since_s = before
            .map_or(0, |(before_s, received_s)| (time_s - before_s).max(stamp.received_s.saturating_sub(received_s)));
        before = Some((*time_s, stamp.received_s));
        readings.push(Reading { index, since_s, wh });
    }
    readings
}

fn reservation(started: &StoredMessage, started_s: i64, skew_s: i64) -> Option<Interval> {
    let start_s = started.message.reserved_from?.as_second().saturating_sub(skew_s);
    (started_s - RESERVATION_MAX_S..started_s).contains(&start_s).then_some(Interval {
        kind: IntervalKind::Reservation,
        start_s,
        end_s: started_s,
        energy_wh: 0,
    })
}
