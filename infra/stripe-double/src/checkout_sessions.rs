//! Checkout in `setup` mode: the customer saves a card on a page of Stripe's (`docs.stripe.com/api/checkout/sessions`,
//! `docs.stripe.com/payments/checkout/how-checkout-works`, `docs.stripe.com/payments/save-and-reuse`).
//!
//! `open` → `complete` or `expired`. The page is [`crate::checkout_page`]; [`crate::Handle::complete_checkout`] does the
//! same without it. The documentation leaves open when the setup intent is made; the double makes it when the customer
//! submits the page.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::cards::TestCard;
use crate::customers::{self, Customer};
use crate::errors::Refusal;
use crate::form::Params;
use crate::ledger::Resource;
use crate::payment_methods::{self, PaymentMethod};
use crate::setup_intents::{self, Purpose};
use crate::work::Work;
use crate::{currencies, lists, metadata};

/// When a session expires, unless told otherwise (`docs.stripe.com/api/checkout/sessions/create`, `expires_at`).
const OPEN_FOR: SignedDuration = SignedDuration::from_hours(24);
/// The soonest that may be asked for; the latest is [`OPEN_FOR`].
const OPEN_FOR_MIN: SignedDuration = SignedDuration::from_mins(30);

/// What the id of the session replaces in `success_url` (`docs.stripe.com/payments/checkout/custom-success-page`).
const ID_PLACEHOLDER: &str = "{CHECKOUT_SESSION_ID}";

/// A checkout session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CheckoutSession {
    pub(crate) id: String,
    pub(crate) allowed_payment_method_types: Option<Vec<String>>,
    pub(crate) automatic_tax: Value,
    pub(crate) cancel_url: Option<String>,
    pub(crate) client_reference_id: Option<String>,
    pub(crate) created: i64,
    pub(crate) currency: String,
    pub(crate) custom_fields: Vec<Value>,
    pub(crate) custom_text: Value,
    pub(crate) customer: Option<String>,
    pub(crate) customer_creation: Option<String>,
    pub(crate) customer_details: Value,
    pub(crate) customer_email: Option<String>,
    pub(crate) expires_at: i64,
    pub(crate) locale: Option<String>,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) mode: String,
    pub(crate) payment_intent: Option<String>,
    pub(crate) payment_method_types: Vec<String>,
    pub(crate) payment_status: String,
    pub(crate) setup_intent: Option<String>,
    pub(crate) shipping_options: Vec<Value>,
    pub(crate) status: Status,
    pub(crate) success_url: String,
    pub(crate) ui_mode: String,
    /// Where the page is, while it can be submitted.
    pub(crate) url: Option<String>,
    /// Not in Stripe's object: `setup_intent_data`, for the intent to come.
    pub(crate) purpose: Purpose,
}

/// Where a session stands (`docs.stripe.com/api/checkout/sessions/object`, `status`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    Open,
    Complete,
    Expired,
}

impl Resource for CheckoutSession {
    const OBJECT: &'static str = "checkout.session";
}

impl CheckoutSession {
    /// Where the customer goes afterwards.
    pub(crate) fn success_url(&self) -> String {
        self.success_url.replace(ID_PLACEHOLDER, &self.id)
    }
}

/// `POST /v1/checkout/sessions`.
pub(crate) fn create(work: &mut Work<'_>, params: &Params) -> Result<Value, Refusal> {
    if params.required("mode")? != "setup" {
        return Err(Refusal::invalid("mode", "The double knows sessions in setup mode only."));
    }
    if params.text("ui_mode")?.is_some_and(|mode| mode != "hosted_page") {
        return Err(Refusal::invalid("ui_mode", "The double knows hosted pages only."));
    }
    let currency = params.required("currency")?.to_owned();
    currencies::check_currency(&currency)?;
    let success_url = url(params, "success_url")?.ok_or_else(|| Refusal::missing("success_url"))?;
    let customer: Option<Customer> = match params.text("customer")? {
        Some(id) => Some(work.require(id, "customer")?),
        None => None,
    };
    let email = params.owned("customer_email")?;
    let known = customer.as_ref().and_then(|customer| customer.email.clone());
    let setup = params.group("setup_intent_data")?;
    let allowed = params.list("allowed_payment_method_types")?;
    let id = format!("cs_test_{}", work.mint("cs").trim_start_matches("cs_"));
    let session = CheckoutSession {
        allowed_payment_method_types: (!allowed.is_empty()).then_some(allowed),
        automatic_tax: json!({ "enabled": false, "liability": null, "provider": null, "status": null }),
        cancel_url: url(params, "cancel_url")?,
        client_reference_id: params.owned("client_reference_id")?,
        created: work.now().as_second(),
        currency,
        custom_fields: Vec::new(),
        custom_text: json!({
            "after_submit": null, "shipping_address": null, "submit": null, "terms_of_service_acceptance": null,
        }),
        customer_creation: match customer {
            Some(_) => None,
            None => Some(params.text("customer_creation")?.unwrap_or("if_required").to_owned()),
        },
        customer: customer.map(|customer| customer.id),
        customer_details: json!({ "email": email.clone().or(known) }),
        customer_email: email,
        expires_at: expires_at(work, params)?,
        locale: params.owned("locale")?,
        metadata: metadata::read(params)?,
        mode: "setup".to_owned(),
        payment_intent: None,
        payment_method_types: vec!["card".to_owned()],
        payment_status: "no_payment_required".to_owned(),
        setup_intent: None,
        shipping_options: Vec::new(),
        status: Status::Open,
        success_url,
        ui_mode: "hosted_page".to_owned(),
        url: Some(format!("{}/c/pay/{id}", work.site())),
        purpose: Purpose { description: setup.owned("description")?, metadata: metadata::read(&setup)? },
        id,
    };
    work.put(&session)
}

fn url(params: &Params, name: &str) -> Result<Option<String>, Refusal> {
    match params.owned(name)? {
        Some(url) if !url.starts_with("http://") && !url.starts_with("https://") => {
            // `docs.stripe.com/error-codes`, `url_invalid`.
            Err(Refusal::invalid_code(name, "url_invalid", "Not a valid URL: it must begin with http:// or https://."))
        }
        url => Ok(url),
    }
}

fn expires_at(work: &Work<'_>, params: &Params) -> Result<i64, Refusal> {
    let now = work.now().as_second();
    let latest = now.saturating_add(OPEN_FOR.as_secs());
    let asked = params.integer("expires_at")?.unwrap_or(latest);
    if (now.saturating_add(OPEN_FOR_MIN.as_secs())..=latest).contains(&asked) {
        Ok(asked)
    } else {
        Err(Refusal::invalid("expires_at", "expires_at must be between 30 minutes and 24 hours from now."))
    }
}

/// `GET /v1/checkout/sessions/{id}`.
pub(crate) fn retrieve(work: &Work<'_>, id: &str) -> Result<Value, Refusal> {
    lists::retrieve(work, CheckoutSession::OBJECT, id, "id")
}

/// `POST /v1/checkout/sessions/{id}/expire`: an open session only (`docs.stripe.com/api/checkout/sessions/expire`).
pub(crate) fn expire(work: &mut Work<'_>, id: &str) -> Result<Value, Refusal> {
    let session: CheckoutSession = work.require(id, "id")?;
    match session.status {
        Status::Open => end(work, session),
        Status::Complete | Status::Expired => {
            Err(Refusal::by_state(None, format!("Only open Checkout Sessions can be expired; {id} is not.")))
        }
    }
}

/// Ends an open session without a card.
pub(crate) fn end(work: &mut Work<'_>, mut session: CheckoutSession) -> Result<Value, Refusal> {
    session.status = Status::Expired;
    session.url = None;
    let document = work.put(&session)?;
    work.announce("checkout.session.expired", &document)?;
    Ok(document)
}

/// The customer submits the page with a card, and proves to be the holder where asked: the card is saved for payments off
/// the session. A card that the issuer declines is refused and leaves the session open.
pub(crate) fn complete(work: &mut Work<'_>, mut session: CheckoutSession, card: &TestCard) -> Result<Value, Refusal> {
    let (id, now) = (work.mint("pm"), work.now().as_second());
    let method = PaymentMethod::copy_of(card, id, now);
    if let Some(error) = payment_methods::error_of(method.behavior().set_up(true), &method)? {
        return Err(Refusal::card(error));
    }
    if session.customer_creation.as_deref() == Some("always") {
        session.customer = Some(customers::of_checkout(work, session.customer_email.clone())?);
    }
    let mut setup = setup_intents::begin(work, session.customer.clone(), session.purpose.clone());
    setup.payment_method = Some(method.id.clone());
    let document = work.put(&setup)?;
    work.announce("setup_intent.created", &document)?;
    session.setup_intent = Some(setup.id.clone());
    setup_intents::succeed(work, setup, method, true)?;
    session.status = Status::Complete;
    session.url = None;
    let document = work.put(&session)?;
    work.announce("checkout.session.completed", &document)?;
    Ok(document)
}
