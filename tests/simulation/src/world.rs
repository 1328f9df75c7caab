//! The world: stations, queues, streams, schedules, Stripe and people around the handlers, one moment after the other.

mod back;
mod deliver;
mod happen;
mod holds;
mod invoke;
mod setup;
mod stations;
mod webhooks;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};
use messages::Envelope;
use models::{Stripe, StripeEvent, Tables, Woken};
use ports::{Record, RefundStatus};

use crate::agenda::Agenda;
use crate::chance::Chance;
use crate::core::{Core, later};
use crate::invariants::Violation;
use crate::kills::Kills;
use crate::mutants::{Mutant, Sabotage};
use crate::operators::Order;
use crate::points::Function;
use crate::script::Script;
use crate::task::{Task, poll};
use crate::wires::{Air, People};

use deliver::Delivery;
use invoke::{Given, Outcome};
use stations::Stations;

pub use webhooks::WEBHOOK_SECRET;

/// The most invocations at a time.
const AT_ONCE: usize = 64;

/// How long one call of one invocation takes when it runs alone; of many, each takes as long, so that the time goes on the slower.
const CALL: SignedDuration = SignedDuration::from_millis(5);

/// After so long without an end something is due for ever.
const END: SignedDuration = SignedDuration::from_hours(24 * 90);

/// What happens outside of invocations.
#[derive(Debug)]
enum Event {
    /// A station sends a message, if it is not acknowledged yet: of which session, and which of its messages.
    Send { session: usize, line: usize, attempt: u32 },
    /// A message is in the queue of transactions.
    Arrive(Delivery<Envelope>),
    /// A station hears that a message of its is stored or refused.
    Acked { message_id: String },
    /// Somebody who is not known asks for a hold.
    AskForHold { session: usize },
    /// A station is asked to start a session on this token.
    Start { token: String },
    /// What an intent holds is released.
    HoldEnds { intent: String },
    /// A station is asked to stop a session.
    Stop { transaction: String },
    /// A stream tells who has to look at something.
    Streamed(Delivery<Woken>),
    /// Stripe tells of something; the number counts the tries.
    Tell { event: StripeEvent, attempt: u32 },
    /// A driver comes back to a payment that waits for them.
    DriverActs { intent: String },
    /// A bank has finished its work.
    BankFinishes { intent: String, pays: bool },
    /// An operator orders that money goes back: of which session and intent, and which of the orders.
    AskBack { session: usize, intent: String, order: usize },
    /// A bank is done with a refund.
    RefundEnds { refund: String, status: RefundStatus },
    /// A bank disputes a payment.
    Dispute { session: usize, intent: String },
    /// It has decided.
    DisputeEnds { dispute: String, is_won: bool },
    /// Somebody puts dead letters back into their queue.
    Redrive,
    /// From now on nothing goes wrong.
    FaultsEnd,
}

/// The world.
pub(crate) struct World {
    pub(crate) core: Core,
    pub(crate) tables: Tables,
    pub(crate) stripe: Stripe,
    pub(crate) people: People,
    pub(crate) scripts: Vec<Script>,
    pub(crate) stations: Stations,
    pub(crate) dead_letters: Vec<Delivery<Envelope>>,
    /// Sessions on a hold that have begun.
    pub(crate) begun: BTreeSet<usize>,
    /// What operators have ordered.
    pub(crate) orders: Vec<Order>,
    /// Alerts that what strangers sent may raise.
    pub(crate) strangers: BTreeSet<alerts::AlertId>,
    /// What sweeps found due again and again although nothing went wrong any more.
    found_again: BTreeMap<String, u32>,
    pub(crate) found_in_vain: BTreeSet<String>,
    pub(crate) is_stuck: bool,
    /// What was broken while things happened.
    pub(crate) violations: Vec<Violation>,
    chance: Chance,
    air: Air,
    agenda: Agenda<Event>,
    /// Messages and stream records that wait for an invocation.
    messages: VecDeque<Delivery<Envelope>>,
    woken: VecDeque<Delivery<Woken>>,
    tasks: Vec<Task<Outcome, Given>>,
    kills: Kills,
    sabotage: Sabotage,
    /// So many awaits are more than enough.
    patience: u64,
    last_sweep: Timestamp,
    is_sweeping: bool,
    do_faults_go_on: bool,
}

impl World {
    /// Lets everything happen, until nothing is left to happen.
    pub(crate) fn run(&mut self) {
        let end = later(self.core.lock().now, END);
        while !self.is_stuck {
            self.is_stuck = self.core.lock().totals.awaits > self.patience;
            self.collect_effects();
            let now = self.core.lock().now;
            while let Some(event) = self.agenda.take(now) {
                self.happen(event, now);
            }
            self.start_invocations(now);
            if self.tasks.is_empty() {
                // What has just happened may set something in motion.
                self.collect_effects();
                match self.next_moment(now) {
                    Some(at) if at <= end => self.core.lock().now = at.max(now),
                    Some(_) => {
                        self.is_stuck = true;
                        return;
                    }
                    None => return,
                }
            } else {
                self.let_one_go_on(now);
            }
        }
    }

    /// Whether a session took place: without its hold, an ad-hoc one does not.
    pub(crate) fn took_place(&self, session: usize) -> bool {
        self.scripts[session].ad_hoc.is_none() || self.begun.contains(&session)
    }

    /// When something happens next, now that nobody is at work.
    fn next_moment(&self, now: Timestamp) -> Option<Timestamp> {
        [self.agenda.next_at(), self.sweep_at(now)].into_iter().flatten().min()
    }

    /// When the next sweep is worth its while: those in between would find nothing.
    fn sweep_at(&self, now: Timestamp) -> Option<Timestamp> {
        if self.sabotage.is(Mutant::SweepOff) || self.is_sweeping {
            return None;
        }
        let due = self.tables.next_due()?;
        Some(due.max(later(self.last_sweep, SignedDuration::from_mins(1))).max(now))
    }

    /// One invocation takes one step, which may be its last.
    fn let_one_go_on(&mut self, now: Timestamp) {
        let awake = self.tasks.iter().filter(|task| task.hangs_until <= now).count();
        if awake == 0 {
            let wakes = self.tasks.iter().map(|task| task.hangs_until.min(task.until)).min();
            let at = wakes.into_iter().chain(self.next_moment(now)).min().unwrap_or(now);
            self.core.lock().now = at.max(later(now, SignedDuration::from_millis(1)));
            self.end_overdue();
            return;
        }
        let chosen = self.chance.below(awake);
        let position = self.tasks.iter().enumerate().filter(|(_, task)| task.hangs_until <= now).nth(chosen);
        let Some((position, _)) = position else { return };
        let outcome = poll(&mut self.tasks[position].work);
        let parts = i32::try_from(self.tasks.len()).unwrap_or(i32::MAX);
        self.core.advance(CALL / parts);
        if let Some(outcome) = outcome {
            let task = self.tasks.swap_remove(position);
            self.ended(task.of, &outcome);
        } else {
            self.gave_way(position);
        }
    }

    /// An invocation gave way: it goes on later, hangs, or is killed.
    fn gave_way(&mut self, position: usize) {
        let (now, is_killed, hangs) = {
            let mut core = self.core.lock();
            let Some(point) = core.gave_way.take() else { return };
            core.totals.awaits += 1;
            let visits = core.coverage.visit(point);
            let number = core.totals.awaits;
            let is_killed = self.kills.kills(&mut core, number, visits);
            if is_killed {
                core.coverage.kill(point);
                core.totals.kills += 1;
            }
            let rate = core.rates.hang;
            let hangs = core.chance.hits(rate).then(|| core.chance.between(100, 25_000));
            (core.now, is_killed, hangs)
        };
        if is_killed {
            let task = self.tasks.swap_remove(position);
            drop(task.work);
            self.ended(task.of, &Outcome::Killed);
        } else if let Some(millis) = hangs {
            self.tasks[position].hangs_until = later(now, SignedDuration::from_millis(millis));
        } else if self.tasks[position].until <= now {
            self.end_overdue();
        }
    }

    /// Ends the invocations whose time is over.
    fn end_overdue(&mut self) {
        let now = self.core.lock().now;
        while let Some(position) = self.tasks.iter().position(|task| task.until <= now) {
            let task = self.tasks.swap_remove(position);
            drop(task.work);
            {
                let mut core = self.core.lock();
                core.totals.kills += 1;
                core.totals.timeouts += 1;
            }
            self.ended(task.of, &Outcome::Killed);
        }
    }
}

/// The records of several deliveries, as a handler gets them.
fn records<T: Clone>(deliveries: &[Delivery<T>]) -> Vec<Record<T>> {
    deliveries.iter().map(|delivery| delivery.record.clone()).collect()
}

/// How long an invocation of a function may take (`Timeout` in the template), s.
fn timeout(function: Function) -> SignedDuration {
    SignedDuration::from_secs(match function {
        Function::RecordTransaction | Function::SendAlerts => 20,
        Function::CollectPayment | Function::Refund => 60,
        Function::ReceiveStripeEvent => 10,
        Function::Sweep => 50,
    })
}
