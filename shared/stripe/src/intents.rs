//! Payment intents: created unconfirmed, confirmed off session, read.

use billing::money::Currency;
use jiff::Timestamp;
use ports::{BoxError, Intent, IntentRequest, IntentStatus, PaymentError, TakePayments};
use stripe_core::payment_intent::{
    CancelPaymentIntent, ConfirmPaymentIntent, ConfirmPaymentIntentOffSession, CreatePaymentIntent,
    CreatePaymentIntentAutomaticPaymentMethods, CreatePaymentIntentAutomaticPaymentMethodsAllowRedirects,
    ListPaymentIntent, RetrievePaymentIntent,
};
use stripe_shared::{PaymentIntent, PaymentIntentStatus};
use stripe_types::RangeQueryTs;

use crate::StripeClient;
use crate::amount::{from_api, to_api};
use crate::client::Repeat;
use crate::failure::decline;

/// The key of the metadata that names the session.
pub(crate) const SESSION: &str = "session";

/// The most intents of a page, and the most pages that are looked through.
const PAGE: i64 = 100;
const PAGES: usize = 20;

impl TakePayments for StripeClient {
    async fn create_intent(&self, key: &str, request: &IntentRequest) -> Result<Intent, PaymentError> {
        let created = self.send(&create(request)?, Repeat::Under(key));
        shown(&created.await?)
    }

    async fn confirm_intent(&self, key: &str, intent: &str, payment_method: &str) -> Result<Intent, PaymentError> {
        let confirmed = self.send(&confirm(intent, payment_method), Repeat::Under(key));
        shown(&confirmed.await?)
    }

    async fn read_intent(&self, intent: &str) -> Result<Intent, PaymentError> {
        let read = self.send(&RetrievePaymentIntent::new(intent), Repeat::Freely);
        shown(&read.await?)
    }

    async fn cancel_intent(&self, key: &str, intent: &str) -> Result<Intent, PaymentError> {
        let canceled = self.send(&CancelPaymentIntent::new(intent), Repeat::Under(key));
        shown(&canceled.await?)
    }

    async fn find_intent(&self, request: &IntentRequest, since: Timestamp) -> Result<Option<Intent>, PaymentError> {
        let session = request.session.to_string();
        let found = self.find(&request.customer, (SESSION, &session), since).await?;
        found.as_ref().map(shown).transpose()
    }
}

impl StripeClient {
    /// The oldest intent of a customer that was created at `since` or later and has this entry in its metadata.
    pub(crate) async fn find(
        &self,
        customer: &str,
        (key, value): (&str, &str),
        since: Timestamp,
    ) -> Result<Option<PaymentIntent>, PaymentError> {
        let mut list =
            ListPaymentIntent::new().customer(customer).created(RangeQueryTs::gte(since.as_second())).limit(PAGE);
        let mut oldest = None;
        for _ in 0..PAGES {
            let page = self.send(&list, Repeat::Freely).await?;
            // The newest come first.
            let ours = page.data.iter().rfind(|intent| intent.metadata.get(key).is_some_and(|named| named == value));
            oldest = ours.cloned().or(oldest);
            match page.data.last() {
                Some(end) if page.has_more => list = list.starting_after(end.id.as_str()),
                Some(_) | None => return Ok(oldest),
            }
        }
        Err(PaymentError::Later("the customer has too many intents to look through".into()))
    }
}

/// The request as Stripe takes it.
fn create(request: &IntentRequest) -> Result<CreatePaymentIntent, PaymentError> {
    let amount = to_api(request.amount).map_err(refused)?;
    let currency: stripe_types::Currency = request.amount.currency.code().to_lowercase().parse().map_err(refused)?;
    let mut create = CreatePaymentIntent::new(amount, currency)
        .customer(request.customer.as_str())
        .payment_method(request.payment_method.as_str())
        .automatic_payment_methods(without_redirects())
        .description(request.description.as_str())
        // One entry: a map of several would be sent in another order each time.
        .metadata([(SESSION.to_owned(), request.session.to_string())]);
    if let Some(email) = &request.receipt_email {
        create = create.receipt_email(email.as_str());
    }
    Ok(create)
}

fn confirm(intent: &str, payment_method: &str) -> ConfirmPaymentIntent {
    ConfirmPaymentIntent::new(intent)
        .payment_method(payment_method)
        .off_session(ConfirmPaymentIntentOffSession::Bool(true))
}

/// Nobody is there to be sent to another page.
pub(crate) fn without_redirects() -> CreatePaymentIntentAutomaticPaymentMethods {
    CreatePaymentIntentAutomaticPaymentMethods {
        allow_redirects: Some(CreatePaymentIntentAutomaticPaymentMethodsAllowRedirects::Never),
        ..CreatePaymentIntentAutomaticPaymentMethods::new(true)
    }
}

pub(crate) fn refused(error: impl Into<BoxError>) -> PaymentError {
    PaymentError::Refused(error.into())
}

/// An intent as the domain knows it; what cannot be understood leaves the outcome unknown.
pub(crate) fn shown(intent: &PaymentIntent) -> Result<Intent, PaymentError> {
    let unknown = |error: BoxError| PaymentError::Unknown(error);
    let code = intent.currency.to_string().to_uppercase();
    let currency: Currency = code.parse().map_err(|error: billing::money::UnknownCurrency| unknown(error.into()))?;
    let received_minor = from_api(intent.amount_received, currency).map_err(|error| unknown(error.into()))?;
    Ok(Intent {
        id: intent.id.to_string(),
        status: status(&intent.status),
        received_minor,
        last_decline: intent.last_payment_error.as_deref().map(decline),
    })
}

fn status(status: &PaymentIntentStatus) -> IntentStatus {
    match status {
        PaymentIntentStatus::Canceled => IntentStatus::Canceled,
        PaymentIntentStatus::Processing => IntentStatus::Processing,
        PaymentIntentStatus::RequiresAction => IntentStatus::RequiresAction,
        PaymentIntentStatus::RequiresCapture => IntentStatus::RequiresCapture,
        PaymentIntentStatus::RequiresConfirmation => IntentStatus::RequiresConfirmation,
        PaymentIntentStatus::RequiresPaymentMethod => IntentStatus::RequiresPaymentMethod,
        PaymentIntentStatus::Succeeded => IntentStatus::Succeeded,
        // The SDK's enum may grow.
        _ => IntentStatus::Unknown,
    }
}
