//! Billing messages that somebody hands in: one line per transaction.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use messages::{
    EventType, Refusal, RefusedTransaction, SessionId, StationId, TariffId, TransactionId, TransactionMessage,
};
use serde::{Deserialize, Serialize};

use crate::cdr::{Cdr, Sale, Seller};
use crate::flags::{Diagnostic, Flag};
use crate::readings::{Checks, IntervalKind, Measurement, MeterLimits, Unmeasurable, measure};
use crate::session::StoredMessage;
use crate::tariff::Tariff;

/// Later than this a message counts as late, seconds.
const LATE_S: i64 = 24 * 3600;

/// A message as it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// What the station sent.
    pub message: TransactionMessage,
    /// When it was received, where that is known.
    pub received_at: Option<Timestamp>,
}

impl Delivered {
    /// Reads a `transaction` payload with an optional `receivedAt`.
    ///
    /// # Errors
    /// [`RefusedTransaction`]: not such a payload.
    pub fn parse(bytes: &[u8]) -> Result<Self, RefusedTransaction> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct OnlyReceived {
            received_at: Option<Timestamp>,
        }
        let message = TransactionMessage::parse(bytes)?;
        let received = serde_json::from_slice::<OnlyReceived>(bytes)
            .map_err(|error| RefusedTransaction::new(bytes, Refusal::malformed(format!("receivedAt: {error}"))))?;
        Ok(Self { message, received_at: received.received_at })
    }
}

/// What is billed for one transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BillLine {
    /// The transaction.
    #[serde(rename = "transactionId")]
    pub transaction_id: TransactionId,
    /// Where, when `Started` is here.
    #[serde(rename = "evseId")]
    pub evse_id: Option<u16>,
    /// The measured energy, Wh; 0 when held.
    pub energy_wh: i64,
    /// From start to end, seconds.
    pub duration_s: i64,
    /// Time charging, seconds.
    pub charging_s: i64,
    /// Time in which the vehicle asked for nothing, seconds.
    pub parking_s: i64,
    /// How far ahead the station's clock was, seconds; 0 when it was not corrected.
    pub skew_s: i64,
    /// The corrected start: the tariff of that time applies.
    pub tariff_as_of: Option<Timestamp>,
    /// The local day of the start.
    pub service_date: Option<jiff::civil::Date>,
    /// The local month, `YYYY-MM`, in which the end was received.
    pub accounting_period: Option<String>,
    /// A person must look; nothing is billed.
    pub held: bool,
    /// What is remarkable about the session.
    pub flags: BTreeSet<Flag>,
    /// How it was delivered.
    pub diagnostics: BTreeSet<Diagnostic>,
    /// The bill.
    pub cdr: Option<Cdr>,
}

/// Bills every transaction among these messages, which are in the order of their arrival; the lines are ordered by start. Signed readings
/// are worth what the checks of their texts say.
#[must_use]
pub fn bill(
    tariff: &Tariff,
    zone: &TimeZone,
    limits: &MeterLimits,
    checks: &Checks,
    messages: Vec<Delivered>,
) -> Vec<BillLine> {
    let mut transactions: BTreeMap<TransactionId, Vec<Delivered>> = BTreeMap::new();
    for delivered in messages {
        transactions.entry(delivered.message.transaction_id.clone()).or_default().push(delivered);
    }
    let lines = transactions.into_iter().map(|(id, messages)| bill_one(id, tariff, zone, limits, checks, &messages));
    let mut lines: Vec<(Timestamp, BillLine)> = lines.collect();
    lines.sort_by(|(start, line), (other_start, other)| {
        (start, &line.transaction_id).cmp(&(other_start, &other.transaction_id))
    });
    lines.into_iter().map(|(_, line)| line).collect()
}

fn bill_one(
    id: TransactionId,
    tariff: &Tariff,
    zone: &TimeZone,
    limits: &MeterLimits,
    checks: &Checks,
    delivered: &[Delivered],
) -> (Timestamp, BillLine) {
    let stored: Vec<StoredMessage> = delivered.iter().map(Delivered::stored).collect();
    let mut diagnostics = delivery(delivered);
    let first = stored.iter().map(|stored| stored.message.at).min().unwrap_or(Timestamp::MIN);
    let evse_id = stored.iter().find_map(|stored| stored.message.connector).map(|connector| connector.evse_id);
    let held = |flags: BTreeSet<Flag>, diagnostics| BillLine {
        transaction_id: id.clone(),
        evse_id,
        energy_wh: 0,
        duration_s: 0,
        charging_s: 0,
        parking_s: 0,
        skew_s: 0,
        tariff_as_of: None,
        service_date: None,
        accounting_period: None,
        held: true,
        flags,
        diagnostics,
        cdr: None,
    };
    let measured = match measure(&stored, limits) {
        Ok(measured) => measured.judged(&stored, checks),
        Err(Unmeasurable { reason: _, flags }) => return (first, held(flags, diagnostics)),
    };
    if is_late(&stored, &measured) {
        diagnostics.insert(Diagnostic::Late);
    }
    let received = stored.iter().filter(|stored| stored.message.event_type == EventType::Ended);
    let received = received.map(|stored| stored.received_at).min();
    let Some((start, cdr)) = Timestamp::from_second(measured.started_s)
        .ok()
        .and_then(|start| Some((start, draw_up(&id, tariff, zone, &measured, received.unwrap_or(start))?)))
    else {
        return (first, held(measured.flags, diagnostics));
    };
    let line = BillLine {
        transaction_id: id,
        evse_id: Some(measured.connector.evse_id),
        energy_wh: measured.energy_wh,
        duration_s: measured.ended_s - measured.started_s,
        charging_s: measured.seconds(IntervalKind::Charging),
        parking_s: measured.seconds(IntervalKind::Parking),
        skew_s: measured.skew_s,
        tariff_as_of: Some(start),
        service_date: Some(zone.to_datetime(start).date()),
        accounting_period: received.map(|received| zone.to_datetime(received).strftime("%Y-%m").to_string()),
        held: false,
        flags: measured.flags,
        diagnostics,
        cdr: Some(cdr),
    };
    (start, line)
}

impl Delivered {
    /// Without a time of receipt a message counts as received when it happened.
    fn stored(&self) -> StoredMessage {
        let received_at = self.received_at.unwrap_or(self.message.at);
        StoredMessage { message: self.message.clone(), received_at }
    }
}

/// Repetition and order, by time of receipt where all are known and else as given.
fn delivery(delivered: &[Delivered]) -> BTreeSet<Diagnostic> {
    let mut arrived: Vec<&Delivered> = delivered.iter().collect();
    if delivered.iter().all(|delivered| delivered.received_at.is_some()) {
        arrived.sort_by_key(|delivered| delivered.received_at);
    }
    let mut diagnostics = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for delivered in arrived {
        let seq_no = delivered.message.seq_no;
        if seen.last().is_some_and(|last| seq_no < *last) && !seen.contains(&seq_no) {
            diagnostics.insert(Diagnostic::OutOfOrder);
        }
        if !seen.insert(seq_no) {
            diagnostics.insert(Diagnostic::Duplicate);
        }
    }
    diagnostics
}

fn is_late(stored: &[StoredMessage], measured: &Measurement) -> bool {
    let times: BTreeMap<u32, i64> = measured.times_s.iter().copied().collect();
    stored.iter().any(|stored| {
        times
            .get(&stored.message.seq_no)
            .is_some_and(|happened_s| stored.received_at.as_second().saturating_sub(*happened_s) > LATE_S)
    })
}

fn draw_up(
    id: &TransactionId,
    tariff: &Tariff,
    zone: &TimeZone,
    measured: &Measurement,
    now: Timestamp,
) -> Option<Cdr> {
    // Payloads do not name their station, nor does an OCPI tariff have an assignment.
    let station: StationId = "station".parse().ok()?;
    let tariff_id: TariffId = tariff.id.parse().or_else(|_| "tariff".parse()).ok()?;
    let session = SessionId { station, transaction: id.clone() };
    let seller = Seller::default();
    let sale =
        Sale { session: &session, tariff_id: &tariff_id, tariff, time_zone: zone, seller: &seller, location: None };
    Cdr::draw_up(&sale, measured, now).ok()
}
