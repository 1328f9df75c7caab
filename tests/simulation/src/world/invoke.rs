//! Invocations: what they are given, and what becomes of it when they end.

use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use messages::Envelope;
use models::{StripeEvent, Woken};
use ports::{FailedRecord, Payable, Record};
use receive_stripe_event::WebhookRequest;

use super::deliver::{Delivery, not_done};
use super::{AT_ONCE, Event, World, records, timeout, webhooks};
use crate::core::later;
use crate::mutants::Sabotaged;
use crate::operators::Heard;
use crate::points::Function;
use crate::task::{Task, Work};
use crate::wires::Wires;

/// What an invocation was given.
pub(super) enum Given {
    Messages(Vec<Delivery<Envelope>>),
    Woken(Vec<Delivery<Woken>>),
    Webhook {
        event: StripeEvent,
        attempt: u32,
    },
    Minute,
    /// The number of the order.
    Order(usize),
}

/// How an invocation ended.
pub(super) enum Outcome {
    /// These records are to be delivered again.
    Done(Vec<FailedRecord>),
    /// The webhook was answered.
    Answered(u16),
    /// The order was answered.
    Ordered(Heard),
    /// It died.
    Killed,
}

/// A webhook that was not answered well comes again after this, and later each time.
const TELL_AGAIN: SignedDuration = SignedDuration::from_mins(5);

/// The longest batch.
const BATCH: usize = 10;

impl World {
    /// Starts what waits, as far as there is room.
    pub(super) fn start_invocations(&mut self, now: Timestamp) {
        while self.tasks.len() < AT_ONCE && !self.messages.is_empty() {
            let size = 1 + self.chance.below(BATCH).min(self.chance.below(BATCH));
            let batch: Vec<_> = self.messages.drain(..size.min(self.messages.len())).collect();
            let given = records(&batch);
            self.start(Function::RecordTransaction, Given::Messages(batch), now, move |ports, now| {
                Box::pin(async move { Outcome::Done(record_transaction::handle(&ports, now, given).await) })
            });
        }
        while self.tasks.len() < AT_ONCE
            && let Some(delivery) = self.woken.pop_front()
        {
            self.look_at(delivery, now);
        }
        if self.sweep_at(now).is_some_and(|at| at <= now) {
            (self.last_sweep, self.is_sweeping) = (now, true);
            self.core.lock().totals.sweeps += 1;
            self.start(Function::Sweep, Given::Minute, now, |ports, now| {
                Box::pin(async move {
                    // A sweep that could not find out what is due is nothing: the next one tries again.
                    let _: Result<sweep::Swept, ports::PortError> = sweep::handle(&ports, now).await;
                    Outcome::Done(Vec::new())
                })
            });
        }
    }

    /// Hands a record of a stream to its reader; one at a time, as the template says of debts.
    fn look_at(&mut self, delivery: Delivery<Woken>, now: Timestamp) {
        let id = delivery.record.id.clone();
        match delivery.record.body.clone() {
            Woken::Debt(session) => self.collect(Record { id, body: Payable::Debt(session) }, delivery, now),
            Woken::Hold(hold) => self.collect(Record { id, body: Payable::Hold(hold) }, delivery, now),
            Woken::Card(driver) => self.collect(Record { id, body: Payable::Card(driver) }, delivery, now),
            Woken::Alert(alert) => {
                let record = Record { id, body: alert };
                self.start(Function::SendAlerts, Given::Woken(vec![delivery]), now, move |ports, now| {
                    Box::pin(async move { Outcome::Done(send_alerts::handle(&ports, now, vec![record]).await) })
                });
            }
        }
    }

    fn collect(&mut self, record: Record<Payable>, delivery: Delivery<Woken>, now: Timestamp) {
        self.start(Function::CollectPayment, Given::Woken(vec![delivery]), now, move |ports, now| {
            Box::pin(async move { Outcome::Done(collect_payment::handle(&ports, now, vec![record]).await) })
        });
    }

    /// Hands an event to the webhook.
    pub(super) fn tell(&mut self, event: StripeEvent, attempt: u32, now: Timestamp) {
        self.core.lock().totals.webhooks += 1;
        let request: WebhookRequest = webhooks::request(&event, now);
        self.start(Function::ReceiveStripeEvent, Given::Webhook { event, attempt }, now, move |ports, now| {
            Box::pin(async move { Outcome::Answered(receive_stripe_event::handle(&ports, now, request).await.status) })
        });
    }

    pub(super) fn start(
        &mut self,
        function: Function,
        of: Given,
        now: Timestamp,
        work: impl FnOnce(Sabotaged, Timestamp) -> Work<Outcome>,
    ) {
        // No two machines have the same time.
        let skew = {
            let mut core = self.core.lock();
            core.totals.invocations += 1;
            core.log.text(function.as_str());
            core.log.number(now.as_millisecond());
            if self.do_faults_go_on {
                SignedDuration::from_millis(core.chance.between(-2_000, 2_000))
            } else {
                SignedDuration::ZERO
            }
        };
        let wires = Wires {
            core: self.core.clone(),
            function,
            tables: self.tables.clone(),
            stripe: self.stripe.clone(),
            people: self.people.clone(),
            air: self.air.clone(),
            unrecorded: Arc::new(Mutex::new(None)),
        };
        let work = work(Sabotaged::new(wires, self.sabotage.clone()), later(now, skew));
        self.tasks.push(Task { work, of, until: later(now, timeout(function)), hangs_until: now });
    }

    /// An invocation is over.
    pub(super) fn ended(&mut self, given: Given, outcome: &Outcome) {
        let now = self.core.lock().now;
        let failed = match outcome {
            Outcome::Done(failed) => Some(failed.as_slice()),
            Outcome::Answered(_) | Outcome::Ordered(_) => Some([].as_slice()),
            Outcome::Killed => None,
        };
        match given {
            Given::Messages(deliveries) => self.queue_again(not_done(deliveries, failed), now),
            Given::Woken(deliveries) => self.stream_again(not_done(deliveries, failed), now),
            Given::Webhook { event, attempt } => {
                if !matches!(outcome, Outcome::Answered(200)) {
                    let pause = TELL_AGAIN * i32::try_from(attempt.min(100)).unwrap_or(1);
                    self.agenda.put(later(now, pause), Event::Tell { event, attempt: attempt + 1 });
                }
            }
            Given::Minute => self.is_sweeping = false,
            Given::Order(number) => {
                if let Outcome::Ordered(heard) = outcome {
                    self.orders[number].heard = *heard;
                }
            }
        }
    }
}
