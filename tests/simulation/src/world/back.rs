//! What goes back: operators order it, banks work on it, and banks dispute what was paid.

use jiff::{SignedDuration, Timestamp};
use models::{About, StripeEvent};
use ports::RefundStatus;

use super::invoke::{Given, Outcome};
use super::{Event, World};
use crate::chance::Rate;
use crate::core::later;
use crate::operators::{Heard, Order};
use crate::points::Function;

/// Of refunds that take a while, most are taken; some of the others are canceled.
const TAKEN: Rate = Rate::percent(60);
const CANCELED: Rate = Rate::percent(30);
/// What a bank has taken comes back.
const SENT_BACK: Rate = Rate::percent(4);

impl World {
    /// What Stripe tells makes people want something back.
    pub(super) fn want_back(&mut self, session: usize, event: &StripeEvent, now: Timestamp) {
        match (&event.about, event.kind) {
            (About::Intent, "payment_intent.succeeded") => {
                let wanted = self.scripts[session].wanted_back.clone();
                for (order, one) in wanted.orders.iter().enumerate() {
                    let intent = event.intent.clone();
                    self.agenda.put(later(now, one.after), Event::AskBack { session, intent, order });
                }
                if let Some(dispute) = wanted.dispute {
                    let intent = event.intent.clone();
                    self.agenda.put(later(now, dispute.after), Event::Dispute { session, intent });
                }
            }
            (About::Refund { id, .. }, "refund.created") => self.refund_goes_on(id, now),
            _ => {}
        }
    }

    /// A bank works on what is under way; what is taken stays so, nearly always.
    fn refund_goes_on(&mut self, id: &str, now: Timestamp) {
        let made = self.stripe.given_back();
        let Some(refund) = made.iter().rev().find(|refund| refund.id == id) else { return };
        let failed = || RefundStatus::Failed("lost_or_stolen_card".to_owned());
        let (ends, within_min) = match refund.status {
            RefundStatus::Pending if self.chance.hits(TAKEN) => (RefundStatus::Succeeded, 3 * 24 * 60),
            RefundStatus::Pending if self.chance.hits(CANCELED) => (RefundStatus::Canceled, 24 * 60),
            RefundStatus::Pending => (failed(), 5 * 24 * 60),
            RefundStatus::Succeeded if self.do_faults_go_on && self.chance.hits(SENT_BACK) => (failed(), 14 * 24 * 60),
            RefundStatus::Succeeded | RefundStatus::Failed(_) | RefundStatus::Canceled => return,
        };
        let at = later(now, SignedDuration::from_mins(self.chance.between(1, within_min)));
        self.agenda.put(at, Event::RefundEnds { refund: id.to_owned(), status: ends });
    }

    /// An operator gives an order.
    pub(super) fn ask_back(&mut self, session: usize, intent: String, order: usize, now: Timestamp) {
        let number = self.orders.len();
        let script = &self.scripts[session];
        let Some(wanted) = script.wanted_back.orders.get(order) else { return };
        let order = Order {
            session: script.session.clone(),
            intent,
            share: wanted.share,
            reason: format!("order {number}"),
            heard: Heard::Nothing,
        };
        self.orders.push(order.clone());
        self.core.lock().totals.asked_back += 1;
        self.start(Function::Refund, Given::Order(number), now, move |ports, now| {
            Box::pin(async move { Outcome::Ordered(order.carry_out(ports, now).await) })
        });
    }

    /// A bank disputes a payment.
    pub(super) fn dispute(&mut self, session: usize, intent: &str, now: Timestamp) {
        let Some(wanted) = self.scripts[session].wanted_back.dispute else { return };
        if let Some(dispute) = self.stripe.open_dispute(intent, "fraudulent") {
            self.agenda.put(later(now, wanted.lasts), Event::DisputeEnds { dispute, is_won: wanted.is_won });
        }
    }
}
