//! Payment intents that only hold money: created with manual capture, confirmed while the driver is there, captured or canceled
//! (docs.stripe.com/payments/place-a-hold-on-a-payment-method).

use billing::money::Money;
use jiff::Timestamp;
use ports::{HeldIntent, HoldRequest, IntentStatus, PaymentError, TakeHolds};
use stripe_core::payment_intent::{
    CancelPaymentIntent, CapturePaymentIntent, ConfirmPaymentIntent, CreatePaymentIntent, RetrievePaymentIntent,
};
use stripe_shared::{PaymentIntent, PaymentIntentCaptureMethod, PaymentIntentSetupFutureUsage};

use crate::StripeClient;
use crate::amount::to_api;
use crate::client::Repeat;
use crate::intents::{refused, shown, without_redirects};

/// The key of the metadata that names the hold.
pub(crate) const HOLD: &str = "hold";

/// The charge says how long it can be captured, and is shown in place of its id.
const CHARGE: &str = "latest_charge";

impl TakeHolds for StripeClient {
    async fn create_hold(&self, key: &str, request: &HoldRequest) -> Result<HeldIntent, PaymentError> {
        let created = self.send(&create(request)?, Repeat::Under(key));
        held(&created.await?)
    }

    async fn confirm_hold(&self, key: &str, intent: &str, payment_method: &str) -> Result<HeldIntent, PaymentError> {
        let confirm = ConfirmPaymentIntent::new(intent).payment_method(payment_method).expand(charge());
        let confirmed = self.send(&confirm, Repeat::Under(key));
        held(&confirmed.await?)
    }

    async fn read_hold(&self, intent: &str) -> Result<HeldIntent, PaymentError> {
        let read = self.send(&RetrievePaymentIntent::new(intent).expand(charge()), Repeat::Freely);
        held(&read.await?)
    }

    async fn capture_hold(&self, key: &str, intent: &str, amount: Money) -> Result<HeldIntent, PaymentError> {
        let capture = CapturePaymentIntent::new(intent).amount_to_capture(to_api(amount).map_err(refused)?);
        let captured = self.send(&capture, Repeat::Under(key));
        held(&captured.await?)
    }

    async fn release_hold(&self, key: &str, intent: &str) -> Result<HeldIntent, PaymentError> {
        let canceled = self.send(&CancelPaymentIntent::new(intent), Repeat::Under(key));
        held(&canceled.await?)
    }

    async fn find_hold(&self, request: &HoldRequest, since: Timestamp) -> Result<Option<HeldIntent>, PaymentError> {
        let named = (HOLD, request.hold.as_str());
        self.find(&request.customer, named, since).await?.as_ref().map(held).transpose()
    }
}

fn charge() -> Vec<String> {
    vec![CHARGE.to_owned()]
}

/// The request as Stripe takes it. The payment method is kept for what the hold does not pay.
fn create(request: &HoldRequest) -> Result<CreatePaymentIntent, PaymentError> {
    let amount = to_api(request.amount).map_err(refused)?;
    let currency: stripe_types::Currency = request.amount.currency.code().to_lowercase().parse().map_err(refused)?;
    let mut create = CreatePaymentIntent::new(amount, currency)
        .capture_method(PaymentIntentCaptureMethod::Manual)
        .setup_future_usage(PaymentIntentSetupFutureUsage::OffSession)
        .customer(request.customer.as_str())
        .payment_method(request.payment_method.as_str())
        .automatic_payment_methods(without_redirects())
        .description(request.description.as_str())
        // One entry: a map of several would be sent in another order each time.
        .metadata([(HOLD.to_owned(), request.hold.to_string())]);
    if let Some(email) = &request.receipt_email {
        create = create.receipt_email(email.as_str());
    }
    Ok(create)
}

/// An intent as the domain knows it, with the time until which it can be captured where it can, and its charge is shown.
fn held(intent: &PaymentIntent) -> Result<HeldIntent, PaymentError> {
    let shown = shown(intent)?;
    if shown.status != IntentStatus::RequiresCapture {
        return Ok(HeldIntent { intent: shown, capture_before: None });
    }
    let charge = intent.latest_charge.as_ref().and_then(|charge| charge.as_object());
    let details = charge.and_then(|charge| charge.payment_method_details.as_ref());
    let card = details.and_then(|details| details.card.as_ref());
    let seconds = card.and_then(|card| card.capture_before);
    let capture_before = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
    Ok(HeldIntent { intent: shown, capture_before })
}
