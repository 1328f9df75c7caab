//! Payment intents: create, retrieve, list (`docs.stripe.com/api/payment_intents`). What happens on confirming is in
//! [`crate::confirmation`], what happens to holds in [`crate::holds`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::confirmation::{self, Attempt};
use crate::currencies;
use crate::customers::Customer;
use crate::errors::Refusal;
use crate::form::Params;
use crate::ledger::{self, Resource};
use crate::method_types::Methods;
use crate::work::Work;
use crate::{lists, metadata, payment_methods};

/// A payment intent; amounts are minor units.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PaymentIntent {
    pub(crate) id: String,
    pub(crate) allowed_payment_method_types: Option<Vec<String>>,
    pub(crate) amount: i64,
    pub(crate) amount_capturable: i64,
    pub(crate) amount_received: i64,
    pub(crate) automatic_payment_methods: Option<Value>,
    pub(crate) canceled_at: Option<i64>,
    pub(crate) cancellation_reason: Option<String>,
    pub(crate) capture_method: String,
    pub(crate) client_secret: String,
    pub(crate) confirmation_method: String,
    pub(crate) created: i64,
    pub(crate) currency: String,
    pub(crate) customer: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) last_payment_error: Option<Value>,
    pub(crate) latest_charge: Option<String>,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) next_action: Option<Value>,
    pub(crate) payment_method: Option<String>,
    pub(crate) payment_method_types: Vec<String>,
    pub(crate) receipt_email: Option<String>,
    pub(crate) setup_future_usage: Option<String>,
    pub(crate) statement_descriptor_suffix: Option<String>,
    pub(crate) status: Status,
}

/// Where an intent stands (`docs.stripe.com/payments/paymentintents/lifecycle`). Cards never stay in `processing`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    RequiresPaymentMethod,
    RequiresConfirmation,
    RequiresAction,
    RequiresCapture,
    Canceled,
    Succeeded,
}

impl Status {
    /// As Stripe spells it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::RequiresPaymentMethod => "requires_payment_method",
            Self::RequiresConfirmation => "requires_confirmation",
            Self::RequiresAction => "requires_action",
            Self::RequiresCapture => "requires_capture",
            Self::Canceled => "canceled",
            Self::Succeeded => "succeeded",
        }
    }
}

impl Resource for PaymentIntent {
    const OBJECT: &'static str = "payment_intent";
}

impl PaymentIntent {
    /// Whether confirming only holds the money.
    pub(crate) fn is_hold(&self) -> bool {
        self.capture_method == "manual"
    }
}

/// Refuses an action the intent's status forbids: 400 `payment_intent_unexpected_state`, the intent attached
/// (`docs.stripe.com/error-codes`).
pub(crate) fn unexpected_state(work: &Work<'_>, intent: &PaymentIntent, action: &str) -> Refusal {
    let message = format!("This PaymentIntent could not be {action}: its status is {}.", intent.status.name());
    let mut refusal = Refusal::by_state(Some("payment_intent_unexpected_state"), message);
    refusal.error.payment_intent = work.ledger().document(&intent.id).cloned();
    refusal
}

/// `POST /v1/payment_intents`.
pub(crate) fn create(work: &mut Work<'_>, params: &Params) -> Result<Value, Refusal> {
    let confirm = check_parameters(params)?;
    let attempt = Attempt::read(params)?;
    let mut intent = read(work, params)?;
    if let Some(id) = params.text("payment_method")? {
        let method = payment_methods::named(work, id, intent.customer.as_deref(), "payment_method")?;
        payment_methods::check_owner(&method, intent.customer.as_deref())?;
        intent.payment_method = Some(method.id);
        intent.status = Status::RequiresConfirmation;
    }
    let document = work.put(&intent)?;
    work.announce("payment_intent.created", &document)?;
    if confirm { confirmation::run(work, intent, &Attempt { payment_method: None, ..attempt }) } else { Ok(document) }
}

/// Answers whether to confirm at once. Some parameters are allowed only then
/// (`docs.stripe.com/api/payment_intents/create`).
fn check_parameters(params: &Params) -> Result<bool, Refusal> {
    let confirm = params.flag("confirm")?.unwrap_or(false);
    let only_confirming = ["error_on_requires_action", "off_session", "return_url"];
    match only_confirming.into_iter().find(|name| !confirm && params.has(name)) {
        Some(name) => Err(Refusal::invalid(name, format!("{name} can only be sent with confirm=true."))),
        None => Ok(confirm),
    }
}

fn read(work: &mut Work<'_>, params: &Params) -> Result<PaymentIntent, Refusal> {
    let amount = params.integer("amount")?.ok_or_else(|| Refusal::missing("amount"))?;
    let currency = params.required("currency")?.to_owned();
    currencies::check_currency(&currency)?;
    currencies::check_amount(amount, &currency)?;
    let customer: Option<Customer> = match params.text("customer")? {
        Some(id) => Some(work.require(id, "customer")?),
        None => None,
    };
    let methods = Methods::read(params)?;
    if params.text("confirmation_method")? == Some("manual") {
        return Err(Refusal::invalid("confirmation_method", "The double knows confirmation_method=automatic only."));
    }
    let capture_method = params.text("capture_method")?;
    let id = work.mint("pi");
    Ok(PaymentIntent {
        amount,
        amount_capturable: 0,
        amount_received: 0,
        allowed_payment_method_types: methods.allowed,
        automatic_payment_methods: methods.automatic,
        canceled_at: None,
        cancellation_reason: None,
        capture_method: capture_method.unwrap_or("automatic_async").to_owned(),
        client_secret: format!("{id}_secret_{}", ledger::digest_24(&id)),
        confirmation_method: "automatic".to_owned(),
        created: work.now().as_second(),
        currency,
        customer: customer.map(|customer| customer.id),
        description: params.owned("description")?,
        last_payment_error: None,
        latest_charge: None,
        metadata: metadata::read(params)?,
        next_action: None,
        payment_method: None,
        payment_method_types: methods.taken,
        receipt_email: params.owned("receipt_email")?,
        setup_future_usage: params.owned("setup_future_usage")?,
        statement_descriptor_suffix: params.owned("statement_descriptor_suffix")?,
        status: Status::RequiresPaymentMethod,
        id,
    })
}

/// `GET /v1/payment_intents/{id}`.
pub(crate) fn retrieve(work: &Work<'_>, id: &str) -> Result<Value, Refusal> {
    lists::retrieve(work, PaymentIntent::OBJECT, id, "intent")
}

/// `GET /v1/payment_intents`, by `customer` and `created`.
pub(crate) fn list(work: &Work<'_>, params: &Params) -> Result<Value, Refusal> {
    let customer = params.owned("customer")?;
    lists::list(work, params, PaymentIntent::OBJECT, "/v1/payment_intents", |intent| {
        customer.as_deref().is_none_or(|customer| intent["customer"] == customer)
    })
}
