//! Stripe, which fails, is slow, forgets to reply, and is gone for a day.

use billing::money::Money;
use jiff::Timestamp;
use models::Mishap;
use ports::{
    CardOrder, GiveBack, HeldIntent, HoldRequest, Intent, IntentRequest, PageState, PaymentError, RefundRequest,
    SaveCards, ShownDispute, ShownRefund, TakeHolds, TakePayments,
};

use super::Wires;
use crate::points::Side;

impl Wires {
    /// What goes wrong with the next call to Stripe.
    fn mishap(&self) -> Mishap {
        let mut core = self.core.lock();
        let (rates, now, (from, to)) = (core.rates, core.now, core.outage);
        let half = core.chance.below(2) == 0;
        let mishap = if from <= now && now < to {
            // It takes some requests even then, and answers nobody.
            match core.chance.below(5) {
                0 => Mishap::ReplyLost,
                1 | 2 => Mishap::NotTaken,
                _ => Mishap::Lost,
            }
        } else if core.chance.hits(rates.stripe_unheard) {
            core.totals.lost_replies += 1;
            Mishap::ReplyLost
        } else if core.chance.hits(rates.stripe_lost) {
            Mishap::Lost
        } else if core.chance.hits(rates.stripe_failed) {
            if half { Mishap::FailedBefore } else { Mishap::FailedAfter }
        } else if core.chance.hits(rates.stripe_busy) {
            Mishap::NotTaken
        } else {
            return Mishap::None;
        };
        core.totals.stripe_faults += 1;
        mishap
    }
}

/// One call, with what goes wrong with it.
macro_rules! ask {
    ($self:ident.$method:ident($($argument:ident),*)) => {{
        $self.give_way(stringify!($method), Side::Before).await;
        $self.stripe.next_goes_wrong($self.mishap());
        let answer = $self.stripe.$method($($argument),*).await;
        $self.give_way(stringify!($method), Side::After).await;
        answer
    }};
}

impl TakePayments for Wires {
    async fn create_intent(&self, key: &str, request: &IntentRequest) -> Result<Intent, PaymentError> {
        ask!(self.create_intent(key, request))
    }

    async fn confirm_intent(&self, key: &str, intent: &str, payment_method: &str) -> Result<Intent, PaymentError> {
        ask!(self.confirm_intent(key, intent, payment_method))
    }

    async fn read_intent(&self, intent: &str) -> Result<Intent, PaymentError> {
        ask!(self.read_intent(intent))
    }

    async fn cancel_intent(&self, key: &str, intent: &str) -> Result<Intent, PaymentError> {
        ask!(self.cancel_intent(key, intent))
    }

    async fn find_intent(&self, request: &IntentRequest, since: Timestamp) -> Result<Option<Intent>, PaymentError> {
        ask!(self.find_intent(request, since))
    }
}

impl TakeHolds for Wires {
    async fn create_hold(&self, key: &str, request: &HoldRequest) -> Result<HeldIntent, PaymentError> {
        ask!(self.create_hold(key, request))
    }

    async fn confirm_hold(&self, key: &str, intent: &str, payment_method: &str) -> Result<HeldIntent, PaymentError> {
        ask!(self.confirm_hold(key, intent, payment_method))
    }

    async fn read_hold(&self, intent: &str) -> Result<HeldIntent, PaymentError> {
        ask!(self.read_hold(intent))
    }

    async fn capture_hold(&self, key: &str, intent: &str, amount: Money) -> Result<HeldIntent, PaymentError> {
        ask!(self.capture_hold(key, intent, amount))
    }

    async fn release_hold(&self, key: &str, intent: &str) -> Result<HeldIntent, PaymentError> {
        ask!(self.release_hold(key, intent))
    }

    async fn find_hold(&self, request: &HoldRequest, since: Timestamp) -> Result<Option<HeldIntent>, PaymentError> {
        ask!(self.find_hold(request, since))
    }
}

impl GiveBack for Wires {
    async fn create_refund(&self, request: &RefundRequest) -> Result<ShownRefund, PaymentError> {
        ask!(self.create_refund(request))
    }

    async fn find_refund(&self, request: &RefundRequest) -> Result<Option<ShownRefund>, PaymentError> {
        ask!(self.find_refund(request))
    }

    async fn read_refund(&self, refund: &str) -> Result<ShownRefund, PaymentError> {
        ask!(self.read_refund(refund))
    }

    async fn disputes_of(&self, intent: &str) -> Result<Vec<ShownDispute>, PaymentError> {
        ask!(self.disputes_of(intent))
    }
}

impl SaveCards for Wires {
    async fn open_card_page(&self, key: &str, order: &CardOrder) -> Result<PageState, PaymentError> {
        ask!(self.open_card_page(key, order))
    }

    async fn read_card_page(&self, page: &str) -> Result<PageState, PaymentError> {
        ask!(self.read_card_page(page))
    }
}
