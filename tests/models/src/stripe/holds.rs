//! Holds: money that is kept and captured once (`docs.stripe.com/payments/place-a-hold-on-a-payment-method`).

use billing::money::Money;
use jiff::Timestamp;
use ports::{HeldIntent, HoldRequest, Intent, IntentStatus, PaymentError, TakeHolds};

use super::Stripe;

impl Stripe {
    fn held(&self, intent: Intent) -> HeldIntent {
        let is_held = intent.status == IntentStatus::RequiresCapture;
        let capture_before = if is_held { self.capture_before(&intent.id) } else { None };
        HeldIntent { intent, capture_before }
    }
}

impl TakeHolds for Stripe {
    async fn create_hold(&self, key: &str, request: &HoldRequest) -> Result<HeldIntent, PaymentError> {
        let now = self.now();
        let answer = self.shop().create_hold(key, request, now);
        answer.reply().map(|intent| self.held(intent))
    }

    async fn confirm_hold(&self, key: &str, intent: &str, payment_method: &str) -> Result<HeldIntent, PaymentError> {
        let now = self.now();
        let answer = self.shop().confirm(key, intent, payment_method, now);
        answer.reply().map(|intent| self.held(intent))
    }

    async fn read_hold(&self, intent: &str) -> Result<HeldIntent, PaymentError> {
        let answer = self.shop().read(intent);
        answer.reply().map(|intent| self.held(intent))
    }

    async fn capture_hold(&self, key: &str, intent: &str, amount: Money) -> Result<HeldIntent, PaymentError> {
        let now = self.now();
        let answer = self.shop().capture(key, intent, amount, now);
        answer.reply().map(|intent| self.held(intent))
    }

    async fn release_hold(&self, key: &str, intent: &str) -> Result<HeldIntent, PaymentError> {
        let now = self.now();
        let answer = self.shop().cancel(key, intent, now);
        answer.reply().map(|intent| self.held(intent))
    }

    async fn find_hold(&self, request: &HoldRequest, since: Timestamp) -> Result<Option<HeldIntent>, PaymentError> {
        let found = self.shop().find(&request.hold.clone().into(), &request.customer, since);
        match found {
            Ok(found) => Ok(found.map(|intent| self.held(intent))),
            Err(answer) => answer.reply().map(|intent| Some(self.held(intent))),
        }
    }
}
