//! The station as a value that steps through time.

use crate::contract::{Sample, Stock, StoppedReason, Telemetry, Transaction};
use crate::event::{RegisterSpan, StationEvent};
use crate::evse::Evse;
use crate::fault::{ActiveFaults, ScriptedFault};
use crate::plan::{Plan, RawMessage, StockEvent, Upload};
use crate::telemetry;
use jiff::{SignedDuration, Timestamp};
use rand::SeedableRng;
use rand::rngs::SmallRng;

const SECOND: SignedDuration = SignedDuration::from_secs(1);
/// Between two samples of a connector in use, s.
const SAMPLE_EVERY_S: i64 = 10;
/// Between two telemetry messages, and between two samples of an idle connector, s.
const MESSAGE_EVERY_S: i64 = 60;

/// What a station has to say.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Samples of the last minute.
    Telemetry(Telemetry),
    /// A transaction message and how it is to be sent.
    Transaction {
        /// The message.
        message: Transaction,
        /// How.
        upload: Upload,
    },
    /// Spare parts.
    Stock(Stock),
    /// A message to be published as it stands.
    Raw(RawMessage),
    /// For whoever watches the run.
    Happened {
        /// When.
        at: Timestamp,
        /// What.
        event: StationEvent,
    },
}

/// A station that carries out a plan, second by second. It reads no clock: the same plan, the same commands and the same times give
/// the same outputs, however the time between is cut into steps.
#[derive(Debug, Clone)]
pub struct StationModel {
    evses: Vec<Evse>,
    faults: Vec<ScriptedFault>,
    stock: Vec<StockEvent>,
    raw: Vec<RawMessage>,
    until: Timestamp,
    rng: SmallRng,
    /// Spreads the messages of stations over the minute, s.
    phase_s: i64,
    now: Timestamp,
    next: Timestamp,
    started: u32,
    counted: u32,
    samples: Vec<Sample>,
    has_reported_all: bool,
}

impl StationModel {
    /// A station at the start of its plan.
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        let start = Timestamp::from_second(plan.start.as_second()).unwrap_or(plan.start);
        Self {
            evses: plan.evses.into_iter().map(Evse::new).collect(),
            faults: plan.faults,
            stock: plan.stock,
            raw: plan.raw,
            until: plan.until.unwrap_or(start),
            rng: SmallRng::seed_from_u64(plan.seed),
            phase_s: i64::try_from(plan.seed % 60).unwrap_or(0),
            now: start,
            next: start,
            started: 0,
            counted: 0,
            samples: Vec::new(),
            has_reported_all: false,
        }
    }

    /// The last second that has been lived through.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Whether the plan has been carried out and its last state reported.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.has_reported_all
    }

    /// The energy registers as they are now.
    #[must_use]
    pub fn registers(&self) -> Vec<RegisterSpan> {
        self.evses.iter().map(Evse::register).collect()
    }

    /// Lives through every second up to and including `until`, and says what there is to tell, in order.
    pub fn advance(&mut self, until: Timestamp) -> Vec<Output> {
        let mut out = Vec::new();
        while self.next <= until {
            self.now = self.next;
            self.pass_second(&mut out);
            let Ok(next) = self.next.checked_add(SECOND) else { break };
            self.next = next;
        }
        out
    }

    /// Ends a running transaction; nothing is said when it does not run.
    pub fn stop(&mut self, transaction_id: &str, reason: StoppedReason) -> Vec<Output> {
        let mut out = Vec::new();
        if let Some(evse) = self.evses.iter_mut().find(|evse| evse.runs(transaction_id)) {
            evse.end(self.now, reason, &mut out);
        }
        out
    }

    /// The EVSEs a command is for: one, or all when it names none; empty when there is no such EVSE.
    pub(crate) fn addressed(&mut self, evse_id: Option<u32>) -> Vec<&mut Evse> {
        self.evses.iter_mut().filter(|evse| evse_id.is_none_or(|evse_id| evse.spec.evse_id == evse_id)).collect()
    }

    fn pass_second(&mut self, out: &mut Vec<Output>) {
        self.tell_fault_edges(out);
        for evse in &mut self.evses {
            let faults = ActiveFaults::find(&self.faults, evse.spec.evse_id, self.now);
            evse.pass_second(self.now, &faults, &mut self.started, out);
        }
        self.tell_stock(out);
        let now = self.now;
        out.extend(self.raw.extract_if(.., |raw| raw.at <= now).map(Output::Raw));
        self.tell_telemetry(out);
    }

    fn tell_fault_edges(&self, out: &mut Vec<Output>) {
        for fault in &self.faults {
            let (fault_id, evse_id) = (fault.kind.id(), fault.evse_id);
            let before = self.now.checked_sub(SECOND).is_ok_and(|before| fault.is_active(before));
            match (before, fault.is_active(self.now)) {
                (false, true) => out.push(Output::Happened {
                    at: self.now,
                    event: StationEvent::FaultBegan { fault: fault_id, evse_id },
                }),
                (true, false) => out.push(Output::Happened {
                    at: self.now,
                    event: StationEvent::FaultEnded { fault: fault_id, evse_id },
                }),
                (true, true) | (false, false) => {}
            }
        }
    }

    fn tell_stock(&mut self, out: &mut Vec<Output>) {
        let now = self.now;
        for StockEvent { at, item, change } in self.stock.extract_if(.., |stock| stock.at <= now) {
            self.counted += 1;
            let message_id = format!("stock-{}-{:04}", at.strftime("%Y%m%dT%H%M%SZ"), self.counted);
            out.push(Output::Stock(Stock { message_id, at, item, change }));
        }
    }

    fn tell_telemetry(&mut self, out: &mut Vec<Output>) {
        let second = self.now.as_second() + self.phase_s;
        if second.rem_euclid(SAMPLE_EVERY_S) != 0 {
            return;
        }
        let is_message_due = second.rem_euclid(MESSAGE_EVERY_S) == 0;
        let mut connectors = Vec::new();
        for evse in &self.evses {
            let faults = ActiveFaults::find(&self.faults, evse.spec.evse_id, self.now);
            if is_message_due || evse.is_in_use() || faults.any() {
                connectors.push(evse.sample(self.now, &faults, &mut self.rng));
            }
        }
        if !connectors.is_empty() {
            self.samples.push(Sample { at: self.now, connectors });
        }
        if is_message_due {
            let samples = std::mem::take(&mut self.samples);
            out.extend(telemetry::pack_for_contract(samples).into_iter().map(Output::Telemetry));
            self.has_reported_all = self.is_carried_out();
        }
    }

    fn is_carried_out(&self) -> bool {
        self.evses.iter().all(Evse::is_done)
            && self.faults.iter().all(|fault| fault.end() <= self.now)
            && self.stock.is_empty()
            && self.raw.is_empty()
            && self.until <= self.now
    }
}
