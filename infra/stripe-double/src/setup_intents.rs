//! Setup intents: saving a card for later (`docs.stripe.com/api/setup_intents`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::cards::Answer;
use crate::confirmation;
use crate::customers::Customer;
use crate::errors::{ErrorBody, Refusal};
use crate::form::Params;
use crate::ledger::{self, Resource};
use crate::method_types::Methods;
use crate::payment_methods::{self, PaymentMethod};
use crate::work::Work;
use crate::{lists, metadata};

/// A setup intent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SetupIntent {
    pub(crate) id: String,
    pub(crate) allowed_payment_method_types: Option<Vec<String>>,
    pub(crate) client_secret: String,
    pub(crate) created: i64,
    pub(crate) customer: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) last_setup_error: Option<Value>,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) next_action: Option<Value>,
    pub(crate) payment_method: Option<String>,
    pub(crate) payment_method_types: Vec<String>,
    pub(crate) status: Status,
    pub(crate) usage: String,
}

/// What its maker notes on a setup intent.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Purpose {
    pub(crate) description: Option<String>,
    pub(crate) metadata: BTreeMap<String, String>,
}

/// Where it stands (`docs.stripe.com/payments/paymentintents/lifecycle`). The double cancels none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    RequiresPaymentMethod,
    RequiresConfirmation,
    RequiresAction,
    Succeeded,
}

impl Resource for SetupIntent {
    const OBJECT: &'static str = "setup_intent";
}

/// `POST /v1/setup_intents`.
pub(crate) fn create(work: &mut Work<'_>, params: &Params) -> Result<Value, Refusal> {
    let confirm = params.flag("confirm")?.unwrap_or(false);
    let customer: Option<Customer> = match params.text("customer")? {
        Some(id) => Some(work.require(id, "customer")?),
        None => None,
    };
    let methods = Methods::read(params)?;
    let purpose = Purpose { description: params.owned("description")?, metadata: metadata::read(params)? };
    let usage = params.text("usage")?;
    let mut setup = begin(work, customer.map(|customer| customer.id), purpose);
    setup.allowed_payment_method_types = methods.allowed;
    setup.payment_method_types = methods.taken;
    usage.unwrap_or("off_session").clone_into(&mut setup.usage);
    if let Some(id) = params.text("payment_method")? {
        setup.payment_method = Some(usable(work, id, &setup)?.id);
        setup.status = Status::RequiresConfirmation;
    }
    let document = work.put(&setup)?;
    work.announce("setup_intent.created", &document)?;
    if confirm { run(work, setup, params.text("return_url")?) } else { Ok(document) }
}

/// A new setup intent for cards, not yet stored.
pub(crate) fn begin(work: &mut Work<'_>, customer: Option<String>, purpose: Purpose) -> SetupIntent {
    let id = work.mint("seti");
    SetupIntent {
        allowed_payment_method_types: None,
        client_secret: format!("{id}_secret_{}", ledger::digest_24(&id)),
        created: work.now().as_second(),
        customer,
        description: purpose.description,
        last_setup_error: None,
        metadata: purpose.metadata,
        next_action: None,
        payment_method: None,
        payment_method_types: vec!["card".to_owned()],
        status: Status::RequiresPaymentMethod,
        usage: "off_session".to_owned(),
        id,
    }
}

/// `POST /v1/setup_intents/{id}/confirm`.
pub(crate) fn confirm(work: &mut Work<'_>, id: &str, params: &Params) -> Result<Value, Refusal> {
    let mut setup: SetupIntent = work.require(id, "intent")?;
    if let Some(id) = params.text("payment_method")? {
        setup.payment_method = Some(usable(work, id, &setup)?.id);
    }
    run(work, setup, params.text("return_url")?)
}

fn usable(work: &mut Work<'_>, id: &str, setup: &SetupIntent) -> Result<PaymentMethod, Refusal> {
    let method = payment_methods::named(work, id, setup.customer.as_deref(), "payment_method")?;
    payment_methods::check_owner(&method, setup.customer.as_deref())?;
    Ok(method)
}

fn run(work: &mut Work<'_>, mut setup: SetupIntent, return_url: Option<&str>) -> Result<Value, Refusal> {
    let (Status::RequiresPaymentMethod | Status::RequiresConfirmation | Status::RequiresAction, Some(id)) =
        (setup.status, setup.payment_method.as_deref())
    else {
        let message = "This SetupIntent could not be confirmed: it has succeeded or has no payment method.";
        let mut refusal = Refusal::by_state(Some("setup_intent_unexpected_state"), message);
        refusal.error.setup_intent = work.ledger().document(&setup.id).cloned();
        return Err(refusal);
    };
    let method: PaymentMethod = work.require(id, "payment_method")?;
    match method.behavior().set_up(false) {
        Answer::Approved => succeed(work, setup, method, false),
        Answer::MustAuthenticate => {
            setup.status = Status::RequiresAction;
            setup.next_action = Some(confirmation::next_action(&setup.id, return_url));
            let document = work.put(&setup)?;
            work.announce("setup_intent.requires_action", &document)?;
            Ok(document)
        }
        answer @ Answer::Declined(_) => {
            let Some(mut error) = payment_methods::error_of(answer, &method)? else {
                return Err(Refusal::server_error());
            };
            error.setup_intent = Some(want_another_method(work, setup, &error)?);
            Err(Refusal::card(error))
        }
    }
}

/// The card is saved and stays with the customer.
pub(crate) fn succeed(
    work: &mut Work<'_>,
    mut setup: SetupIntent,
    mut method: PaymentMethod,
    authenticated: bool,
) -> Result<Value, Refusal> {
    if let Some(customer) = &setup.customer {
        method = payment_methods::attach_to(work, method, customer)?;
    }
    method.set_up = method.set_up || authenticated;
    work.put(&method)?;
    setup.status = Status::Succeeded;
    setup.next_action = None;
    setup.last_setup_error = None;
    let document = work.put(&setup)?;
    work.announce("setup_intent.succeeded", &document)?;
    Ok(document)
}

/// Notes the error, drops the payment method and tells of the failure.
pub(crate) fn want_another_method(
    work: &mut Work<'_>,
    mut setup: SetupIntent,
    error: &ErrorBody,
) -> Result<Value, Refusal> {
    setup.last_setup_error = Some(serde_json::to_value(error)?);
    setup.payment_method = None;
    setup.next_action = None;
    setup.status = Status::RequiresPaymentMethod;
    let document = work.put(&setup)?;
    work.announce("setup_intent.setup_failed", &document)?;
    Ok(document)
}

/// `GET /v1/setup_intents/{id}`.
pub(crate) fn retrieve(work: &Work<'_>, id: &str) -> Result<Value, Refusal> {
    lists::retrieve(work, SetupIntent::OBJECT, id, "intent")
}
