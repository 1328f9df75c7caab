//! What happens outside of invocations, and what their calls set in motion.

use alerts::AlertId;
use jiff::{SignedDuration, Timestamp};
use messages::{Ack, AckResult, CommandKind, Envelope};
use models::{StripeEvent, Woken};
use ports::{Due, Payable};

use super::deliver::Delivery;
use super::{Event, World};
use crate::chance::Rate;
use crate::core::later;
use crate::invariants::{Invariant, Violation};
use crate::rates::Rates;
use crate::sites::Pays;

/// Half of the drivers who are asked come back.
const DRIVER_COMES: Rate = Rate::percent(70);
/// Most payments that take days are paid.
const BANK_PAYS: Rate = Rate::percent(80);
/// A station waits so long for an ack before it sends again, and longer each time.
const SEND_AGAIN_S: i64 = 60;
/// So many sweeps are enough for anything.
const SWEEPS: u32 = 3;
/// A stranger sends the same so often.
const STRANGER_REPEATS: i64 = 3;
/// Dead letters are put back so often.
const REDRIVE_EVERY: SignedDuration = SignedDuration::from_hours(12);

impl World {
    pub(super) fn happen(&mut self, event: Event, now: Timestamp) {
        match event {
            Event::Send { session, line, attempt } => self.send(session, line, attempt, now),
            Event::Arrive(delivery) => self.messages.push_back(delivery),
            Event::Acked { message_id } => self.stations.ack(&message_id),
            Event::AskForHold { session } => self.ask_for_hold(session, now),
            Event::Start { token } => self.start_session(&token, now),
            Event::HoldEnds { intent } => self.stripe.hold_ends(&intent),
            Event::Stop { transaction } => self.stop(&transaction, now),
            Event::Streamed(delivery) => self.woken.push_back(delivery),
            Event::Tell { event, attempt } => self.tell(event, attempt, now),
            Event::DriverActs { intent } => self.stripe.driver_acts(&intent),
            Event::BankFinishes { intent, pays } => self.stripe.bank_finishes(&intent, pays),
            Event::AskBack { session, intent, order } => self.ask_back(session, intent, order, now),
            Event::RefundEnds { refund, status } => self.stripe.refund_ends(&refund, status),
            Event::Dispute { session, intent } => self.dispute(session, &intent, now),
            Event::DisputeEnds { dispute, is_won } => self.stripe.close_dispute(&dispute, is_won),
            Event::Redrive => self.redrive(now),
            Event::FaultsEnd => {
                self.core.lock().rates = Rates::NONE;
                self.do_faults_go_on = false;
            }
        }
    }

    /// A station sends a message until it is acknowledged.
    fn send(&mut self, session: usize, line: usize, attempt: u32, now: Timestamp) {
        if self.stations.is_acked(session, line) {
            return;
        }
        let script = &self.scripts[session];
        let station = script.session.station.to_string();
        let data = script.lines[line].data.clone();
        let topic = format!("ev/v1/{station}/transaction");
        let envelope =
            |received_at| Envelope { data: data.clone(), topic: topic.clone(), client: station.clone(), received_at };
        let copies = {
            let rate = self.core.lock().rates.sent_twice;
            match self.chance.hits(rate) {
                false => 1,
                true if self.chance.below(10) == 0 => 4,
                true => 2,
            }
        };
        for copy in 0..copies {
            let delay = SignedDuration::from_millis(self.chance.between(20, 3_000));
            let at = later(now, delay);
            let mut core = self.core.lock();
            core.totals.messages += 1;
            core.totals.duplicates += u64::from(copy > 0);
            let id = format!("q-{}", core.totals.messages);
            drop(core);
            self.agenda.put(at, Event::Arrive(Delivery::new(id, envelope(at))));
        }
        let pause = SignedDuration::from_secs(SEND_AGAIN_S << attempt.min(6));
        self.agenda.put(later(now, pause), Event::Send { session, line, attempt: attempt + 1 });
    }

    /// A station is asked to stop: one that has only forgotten to say so says so now.
    fn stop(&mut self, transaction: &str, now: Timestamp) {
        let Some(session) = self.stations.session(transaction) else { return };
        let script = &self.scripts[session];
        let line = script.lines.len() - 1;
        if script.answers_stop && script.lines[line].sent_at.is_none() && !self.stations.is_acked(session, line) {
            self.agenda.put(now, Event::Send { session, line, attempt: 0 });
        }
    }

    fn redrive(&mut self, now: Timestamp) {
        for delivery in std::mem::take(&mut self.dead_letters) {
            self.agenda.put(now, Event::Arrive(delivery));
        }
        if self.do_faults_go_on || !self.tasks.is_empty() {
            self.agenda.put(later(now, REDRIVE_EVERY), Event::Redrive);
        }
    }

    /// What calls have set in motion since this was done last.
    pub(super) fn collect_effects(&mut self) {
        let now = self.core.lock().now;
        for woken in self.tables.drain_woken() {
            self.stream(&woken, now);
        }
        for event in self.stripe.drain_events() {
            self.follow(&event, now);
        }
        let air = self.air.take();
        for (_, ack) in air.acks {
            self.check_ack(&ack);
            let rate = self.core.lock().rates.ack_lost;
            if !self.chance.hits(rate) {
                let at = later(now, SignedDuration::from_millis(self.chance.between(10, 900)));
                self.agenda.put(at, Event::Acked { message_id: ack.message_id });
            }
        }
        for (_, command) in air.commands {
            let at = later(now, SignedDuration::from_millis(self.chance.between(10, 900)));
            match (command.kind, command.transaction_id, command.id_token) {
                (CommandKind::StopTransaction, Some(transaction), _) => {
                    self.agenda.put(at, Event::Stop { transaction: transaction.to_string() });
                }
                (CommandKind::StartTransaction, _, Some(token)) if at <= command.expires_at => {
                    self.agenda.put(at, Event::Start { token: token.to_string() });
                }
                _ => {}
            }
        }
        for found in air.swept {
            self.swept(&found);
        }
    }

    /// An ack says that a message is stored: it must be by now.
    fn check_ack(&mut self, ack: &Ack) {
        let Some((session, seq_no)) = self.stations.message(&ack.message_id) else { return };
        let session = &self.scripts[session].session;
        let is_stored = || self.tables.stored_messages(session).iter().any(|stored| stored.message.seq_no == seq_no);
        if ack.result == AckResult::Stored && !is_stored() {
            let detail = format!("{} is acknowledged before it is stored", ack.message_id);
            self.violations.push(Violation { invariant: Invariant::NothingLost, detail });
        }
    }

    fn stream(&mut self, woken: &Woken, now: Timestamp) {
        let rate = self.core.lock().rates.streamed_twice;
        let copies = if self.chance.hits(rate) { 2 } else { 1 };
        for _ in 0..copies {
            let at = later(now, SignedDuration::from_millis(self.chance.between(50, 900)));
            let id = format!("s-{}", self.chance.number());
            self.agenda.put(at, Event::Streamed(Delivery::new(id, woken.clone())));
        }
    }

    /// Stripe tells of what happened; drivers and banks do their part.
    fn follow(&mut self, event: &StripeEvent, now: Timestamp) {
        let rates = self.core.lock().rates;
        let session = self.session_of(event);
        let driver = self.scripts[session].driver;
        self.want_back(session, event, now);
        match (event.kind, driver.map(Pays::of)) {
            ("payment_intent.payment_failed", Some(Pays::InPerson)) if self.chance.hits(DRIVER_COMES) => {
                let at = later(now, SignedDuration::from_mins(self.chance.between(1, 5 * 24 * 60)));
                self.agenda.put(at, Event::DriverActs { intent: event.intent.clone() });
            }
            // Whoever stands at the station answers at once, or not at all.
            ("payment_intent.requires_action", _) if self.chance.hits(DRIVER_COMES) => {
                let at = later(now, SignedDuration::from_secs(self.chance.between(5, 90)));
                self.agenda.put(at, Event::DriverActs { intent: event.intent.clone() });
            }
            ("payment_intent.amount_capturable_updated", _) => {
                let end = self.stripe.capture_before(&event.intent);
                self.agenda.put(end.unwrap_or(now), Event::HoldEnds { intent: event.intent.clone() });
            }
            ("payment_intent.processing", _) => {
                let at = later(now, SignedDuration::from_mins(self.chance.between(1, 3 * 24 * 60)));
                let pays = self.chance.hits(BANK_PAYS);
                self.agenda.put(at, Event::BankFinishes { intent: event.intent.clone(), pays });
            }
            _ => {}
        }
        let copies = if self.chance.hits(rates.told_twice) { 2 } else { 1 };
        for _ in 0..copies {
            let late_s = if self.chance.hits(rates.told_late) { 3 * 24 * 3_600 } else { 20 };
            let at = later(now, SignedDuration::from_secs(self.chance.between(0, late_s)));
            self.agenda.put(at, Event::Tell { event: event.clone(), attempt: 1 });
        }
    }

    fn session_of(&self, event: &StripeEvent) -> usize {
        let session = match &event.of {
            Payable::Debt(session) => self.stations.session(session.transaction.as_str()),
            Payable::Hold(hold) => self.stations.session_on(hold.token().as_str()),
            Payable::Card(_) => None,
        };
        session.unwrap_or(0)
    }

    /// Counts how often in a row a sweep found the same thing due; once nothing goes wrong any more, that tells.
    fn swept(&mut self, found: &[Due]) {
        let before = std::mem::take(&mut self.found_again);
        for name in found.iter().map(name) {
            let times = before.get(&name).copied().unwrap_or(0) + 1;
            if times > SWEEPS && !self.do_faults_go_on {
                self.found_in_vain.insert(name.clone());
            }
            self.found_again.insert(name, times);
        }
    }

    /// Puts what strangers send into the queue: nobody's message, or one in the name of another.
    pub(super) fn strangers_send(&mut self, at: Timestamp, number: usize) {
        let (topic, client, data): (String, String, &[u8]) = match number % 3 {
            0 => ("ev/v1/cs-000/transaction".to_owned(), format!("thief-{number}"), b"{}"),
            1 => (format!("ev/v1/nobody-{number}/transaction"), format!("nobody-{number}"), br#"{"messageId":"x"}"#),
            _ => ("ev/v1/cs-001/transaction".to_owned(), "cs-001".to_owned(), b"\xff\x00{"),
        };
        match number % 3 {
            0 => {
                // They send at noon, so that all of it is of one day.
                self.strangers.insert(AlertId::identity(&client, at));
            }
            1 => {
                self.strangers.extend(client.parse().ok().map(|station| AlertId::unregistered(&station)));
            }
            _ => {}
        }
        for repeat in 0..STRANGER_REPEATS {
            let received_at = later(at, SignedDuration::from_millis(repeat * 700));
            let envelope = Envelope { data: data.to_vec(), topic: topic.clone(), client: client.clone(), received_at };
            self.agenda.put(received_at, Event::Arrive(Delivery::new(format!("x-{number}-{repeat}"), envelope)));
        }
    }
}

/// What is due, and since when: looked at again at a later time, it is another.
fn name(due: &Due) -> String {
    let since = due.due_at();
    match due {
        Due::Session { id, .. } => format!("session {id} since {since}"),
        Due::Debt { id, .. } => format!("debt {id} since {since}"),
        Due::Hold { id, .. } => format!("hold {id} since {since}"),
        Due::Returns { id, payment, .. } => format!("returns of payment {payment} of {id} since {since}"),
        Due::Card { id, .. } => format!("card of {id} since {since}"),
        Due::Alert { id, .. } => format!("alert {id} since {since}"),
        Due::Presence { id, .. } => format!("presence {id} since {since}"),
        Due::Disturbance { site, fault, .. } => format!("{fault} at {site} since {since}"),
    }
}
