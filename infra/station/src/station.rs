//! The station without its network: what it wants to publish, and what it makes of what it receives.

use crate::command::{self, Obeyed};
use crate::contract::{Ack, Command, CommandResult, MessageKind, StoppedReason};
use crate::event::{Report, StationEvent, Summary};
use crate::model::{Output, StationModel};
use crate::outbox::{Acknowledgement, Backoff, Outbox};
use crate::plan::{Plan, RawMessage};
use crate::upload::HeldBack;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::VecDeque;

/// Telemetry messages kept while they cannot be sent: two hours.
const TELEMETRY_MAX: usize = 120;
/// Answers remembered, so that a command delivered twice is not obeyed twice.
const ANSWERS_MAX: usize = 32;

/// A message on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Which decides the topic.
    pub kind: MessageKind,
    /// UTF-8 JSON, unless a plan says otherwise.
    pub payload: Vec<u8>,
}

/// What the network said to a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handed {
    /// It will be sent.
    Over,
    /// There is no room now.
    Back,
}

/// A station that knows neither network nor clock: time and messages come in as arguments, messages go out through a closure.
#[derive(Debug)]
pub struct Station {
    id: String,
    sends_duplicates: bool,
    model: StationModel,
    held_back: HeldBack,
    outbox: Outbox,
    telemetry: VecDeque<Outgoing>,
    /// Sent once and never again: answers, and raw messages without an id.
    once: VecDeque<Outgoing>,
    answers: VecDeque<CommandResult>,
    reports: Vec<Report>,
    summary: Summary,
}

impl Station {
    /// A station at the start of its plan.
    #[must_use]
    pub fn new(id: String, plan: Plan, backoff: Backoff) -> Self {
        Self {
            id,
            sends_duplicates: plan.duplicates,
            model: StationModel::new(plan),
            held_back: HeldBack::default(),
            outbox: Outbox::new(backoff),
            telemetry: VecDeque::new(),
            once: VecDeque::new(),
            answers: VecDeque::new(),
            reports: Vec::new(),
            summary: Summary::default(),
        }
    }

    /// Its id, which is also its MQTT client id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether the plan has been carried out and everything has been sent and acknowledged.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.model.is_finished()
            && self.held_back.is_empty()
            && self.outbox.is_empty()
            && self.telemetry.is_empty()
            && self.once.is_empty()
    }

    /// What the run came to so far.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let (finished, unacknowledged) = (self.is_finished(), self.outbox.len() as u64);
        Summary { finished, unacknowledged, registers: self.model.registers(), ..self.summary.clone() }
    }

    /// What has happened since the last call.
    pub fn take_reports(&mut self) -> Vec<Report> {
        std::mem::take(&mut self.reports)
    }

    /// Lives through the time up to `now`.
    pub fn advance(&mut self, now: Timestamp) {
        let outputs = self.model.advance(now);
        self.take_outputs(outputs);
    }

    /// The subscriptions stand: everything unacknowledged is sent again.
    pub fn connect(&mut self, now: Timestamp) {
        self.summary.connections += 1;
        self.outbox.resend_all();
        self.report(now, StationEvent::Connected);
    }

    /// The connection is gone.
    pub fn disconnect(&mut self, now: Timestamp, reason: String) {
        self.report(now, StationEvent::Disconnected { reason });
    }

    /// Hands over what is to be sent at this time, until there is nothing more or no room: answers first, then what waits for an
    /// acknowledgement, then telemetry.
    pub fn publish_due(&mut self, now: Timestamp, mut hand: impl FnMut(&Outgoing) -> Handed) {
        while let Some(message) = self.once.front() {
            match hand(message) {
                Handed::Over => drop(self.once.pop_front()),
                Handed::Back => return,
            }
        }
        while let Some((_, message, sendings)) = self.outbox.first_due(now) {
            if hand(message) == Handed::Back {
                return;
            }
            match sendings {
                // A repetition for which there is no room is no loss: it is one on purpose.
                0 if self.sends_duplicates => drop(hand(message)),
                0 => {}
                _ => self.summary.resends += 1,
            }
            self.outbox.mark_first_due_sent(now);
        }
        while let Some(message) = self.telemetry.front() {
            match hand(message) {
                Handed::Over => drop(self.telemetry.pop_front()),
                Handed::Back => return,
            }
            self.summary.telemetry_messages += 1;
        }
    }

    /// Takes an acknowledgement. Whatever its result, the message is not sent again.
    pub fn receive_ack(&mut self, payload: &[u8], now: Timestamp) {
        let ack: Ack = match serde_json::from_slice(payload) {
            Ok(ack) => ack,
            Err(error) => {
                tracing::warn!(station.id = self.id, error = %error, "an acknowledgement could not be read");
                return;
            }
        };
        match (self.outbox.acknowledge(&ack.message_id), ack.result.as_str()) {
            (Acknowledgement::Unknown, _) => {}
            (Acknowledgement::Settled, "refused") => {
                self.summary.refused += 1;
                self.report(now, StationEvent::Refused { message_id: ack.message_id.clone(), reason: ack.reason });
            }
            (Acknowledgement::Settled, _) => self.summary.stored += 1,
        }
        if matches!(ack.id_token_status.as_deref(), Some("Blocked" | "Unknown")) {
            self.deauthorize(&ack.message_id);
        }
    }

    /// Takes a command and answers it. A command delivered twice is answered twice and obeyed once.
    pub fn receive_command(&mut self, payload: &[u8], now: Timestamp) {
        let Some(command_id) = read_command_id(payload) else {
            tracing::warn!(station.id = self.id, "a command without an id cannot be answered");
            return;
        };
        if let Some(answer) = self.answers.iter().find(|answer| answer.command_id == command_id).cloned() {
            self.send_once(MessageKind::CommandResult, &answer);
            return;
        }
        self.advance(now);
        let obeyed = match serde_json::from_slice::<Command>(payload) {
            Ok(command) => command::obey(&mut self.model, &command, now),
            Err(error) => Obeyed::rejected(&format!("unreadable: {error}")),
        };
        self.take_outputs(obeyed.outputs);
        let answer = CommandResult { command_id, at: now, result: obeyed.outcome, detail: obeyed.detail };
        self.send_once(MessageKind::CommandResult, &answer);
        self.summary.commands += 1;
        self.report(
            now,
            StationEvent::CommandAnswered { command_id: answer.command_id.clone(), result: answer.result },
        );
        if self.answers.len() == ANSWERS_MAX {
            self.answers.pop_front();
        }
        self.answers.push_back(answer);
    }

    /// The id of a transaction message is that of its transaction with the `seqNo`.
    fn deauthorize(&mut self, message_id: &str) {
        if let Some((transaction_id, _)) = message_id.rsplit_once('-') {
            let outputs = self.model.stop(transaction_id, StoppedReason::DeAuthorized);
            self.take_outputs(outputs);
        }
    }

    fn take_outputs(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Transaction { message, upload } => {
                    self.summary.transaction_messages += 1;
                    for message in self.held_back.pass(message, upload) {
                        self.keep(message.message_id.clone(), MessageKind::Transaction, &message);
                    }
                }
                Output::Stock(message) => {
                    self.summary.stock_messages += 1;
                    self.keep(message.message_id.clone(), MessageKind::Stock, &message);
                }
                Output::Telemetry(message) => self.queue_telemetry(&message),
                Output::Raw(RawMessage { kind, payload, message_id, .. }) => {
                    let message = Outgoing { kind, payload: payload.into_bytes() };
                    match message_id {
                        Some(message_id) => self.outbox.keep(message_id, message),
                        None => self.once.push_back(message),
                    }
                }
                Output::Happened { at, event } => self.count(at, event),
            }
        }
    }

    fn count(&mut self, at: Timestamp, event: StationEvent) {
        match &event {
            StationEvent::SessionEnded { energy_wh, .. } => {
                self.summary.sessions += 1;
                self.summary.energy_wh += energy_wh;
            }
            StationEvent::TurnedAway { .. } => self.summary.turned_away += 1,
            StationEvent::Connected
            | StationEvent::Disconnected { .. }
            | StationEvent::SessionStarted { .. }
            | StationEvent::FaultBegan { .. }
            | StationEvent::FaultEnded { .. }
            | StationEvent::Refused { .. }
            | StationEvent::CommandAnswered { .. } => {}
        }
        self.report(at, event);
    }

    fn queue_telemetry(&mut self, message: &impl Serialize) {
        let Some(message) = self.encode(MessageKind::Telemetry, message) else { return };
        if self.telemetry.len() == TELEMETRY_MAX {
            self.telemetry.pop_front();
            self.summary.telemetry_dropped += 1;
        }
        self.telemetry.push_back(message);
    }

    fn keep(&mut self, message_id: String, kind: MessageKind, message: &impl Serialize) {
        if let Some(message) = self.encode(kind, message) {
            self.outbox.keep(message_id, message);
        }
    }

    fn send_once(&mut self, kind: MessageKind, message: &impl Serialize) {
        if let Some(message) = self.encode(kind, message) {
            self.once.push_back(message);
        }
    }

    fn encode(&self, kind: MessageKind, message: &impl Serialize) -> Option<Outgoing> {
        match serde_json::to_vec(message) {
            Ok(payload) => Some(Outgoing { kind, payload }),
            Err(error) => {
                tracing::error!(station.id = self.id, error = %error, "a message could not be written");
                None
            }
        }
    }

    fn report(&mut self, at: Timestamp, event: StationEvent) {
        self.reports.push(Report { station_id: self.id.clone(), at, event });
    }
}

fn read_command_id(payload: &[u8]) -> Option<String> {
    let command: serde_json::Value = serde_json::from_slice(payload).ok()?;
    command.get("commandId")?.as_str().map(str::to_owned)
}
