//! Disputes (`docs.stripe.com/disputes`): a bank takes back what is left of a payment until it has decided, and for good when it is lost.

use billing::money::Money;
use billing::payment::DisputeState;
use jiff::Timestamp;
use ports::ShownDispute;

use super::Stripe;
use super::answer::Answer;
use super::event::About;
use super::shop::Shop;

/// Why Stripe gives up refunds that are under way (`docs.stripe.com/api/refunds/object`, `failure_reason`).
const GIVEN_UP: &str = "charge_for_pending_refund_disputed";

/// A dispute, and of what.
#[derive(Debug, Clone)]
pub(super) struct Dispute {
    intent: String,
    shown: ShownDispute,
}

/// A dispute, for tests and invariants to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disputed {
    /// Of which intent.
    pub intent: String,
    /// The dispute as it is shown.
    pub dispute: ShownDispute,
}

impl Stripe {
    /// A bank disputes what is left of a payment, unless it has done so before or nothing is left; the id of the dispute.
    #[must_use]
    pub fn open_dispute(&self, intent: &str, reason: &str) -> Option<String> {
        let now = self.clock.now();
        self.shop().open_dispute(intent, reason, now)
    }

    /// The bank decides.
    pub fn close_dispute(&self, dispute: &str, is_won: bool) {
        let now = self.clock.now();
        self.shop().close_dispute(dispute, is_won, now);
    }

    /// Every dispute, in order.
    #[must_use]
    pub fn disputed(&self) -> Vec<Disputed> {
        let disputed = |dispute: &Dispute| Disputed { intent: dispute.intent.clone(), dispute: dispute.shown.clone() };
        self.shop().disputes.iter().map(disputed).collect()
    }
}

impl Shop {
    pub(super) fn disputes_of(&mut self, intent: &str) -> Result<Vec<ShownDispute>, Answer> {
        self.is_asked()?;
        let of_intent = self.disputes.iter().filter(|dispute| dispute.intent == intent);
        Ok(of_intent.map(|dispute| dispute.shown.clone()).collect())
    }

    /// Whether a dispute that is not won keeps the money of an intent.
    pub(super) fn is_withheld(&self, intent: &str) -> bool {
        self.disputes.iter().any(|dispute| dispute.intent == intent && dispute.shown.state != DisputeState::Won)
    }

    fn open_dispute(&mut self, intent: &str, reason: &str, now: Timestamp) -> Option<String> {
        if self.disputes.iter().any(|dispute| dispute.intent == intent) {
            return None;
        }
        self.void_pending(intent, GIVEN_UP, now);
        let currency = self.currency_of(intent)?;
        let amount = Money { minor: self.left_minor(intent), currency };
        if amount.minor <= 0 {
            return None;
        }
        let id = format!("du_{:06}", self.disputes.len() + 1);
        let shown = ShownDispute { id: id.clone(), amount, reason: reason.to_owned(), state: DisputeState::Open };
        self.disputes.push(Dispute { intent: intent.to_owned(), shown });
        for kind in ["charge.dispute.created", "charge.dispute.funds_withdrawn"] {
            self.tell_about(kind, intent, About::Dispute { id: id.clone() }, now);
        }
        Some(id)
    }

    fn close_dispute(&mut self, id: &str, is_won: bool, now: Timestamp) {
        let is_it = |dispute: &&mut Dispute| dispute.shown.id == id && dispute.shown.state == DisputeState::Open;
        let Some(dispute) = self.disputes.iter_mut().find(is_it) else { return };
        dispute.shown.state = if is_won { DisputeState::Won } else { DisputeState::Lost };
        let intent = dispute.intent.clone();
        let about = About::Dispute { id: id.to_owned() };
        if is_won {
            self.tell_about("charge.dispute.funds_reinstated", &intent, about.clone(), now);
        }
        self.tell_about("charge.dispute.closed", &intent, about, now);
    }
}
