//! Confirming a payment intent (`docs.stripe.com/api/payment_intents/confirm`): the issuer approves, declines, or wants
//! the holder to authenticate.

use serde_json::{Value, json};

use crate::cards::{self, Answer, Circumstances};
use crate::charges;
use crate::disputes;
use crate::errors::{ErrorBody, Refusal};
use crate::form::Params;
use crate::payment_intents::{PaymentIntent, Status, unexpected_state};
use crate::payment_methods::{self, PaymentMethod};
use crate::work::Work;

/// What a confirmation brings along.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attempt {
    pub(crate) payment_method: Option<String>,
    pub(crate) off_session: bool,
    pub(crate) error_on_requires_action: bool,
    pub(crate) return_url: Option<String>,
}

impl Attempt {
    /// Reads it from the parameters of create and confirm.
    pub(crate) fn read(params: &Params) -> Result<Self, Refusal> {
        Ok(Self {
            payment_method: params.owned("payment_method")?,
            off_session: params.text("off_session")?.is_some_and(|word| word != "false"),
            error_on_requires_action: params.flag("error_on_requires_action")?.unwrap_or(false),
            return_url: params.owned("return_url")?,
        })
    }
}

/// `POST /v1/payment_intents/{id}/confirm`.
pub(crate) fn confirm(work: &mut Work<'_>, id: &str, params: &Params) -> Result<Value, Refusal> {
    let attempt = Attempt::read(params)?;
    let mut intent: PaymentIntent = work.require(id, "intent")?;
    if let Some(email) = params.owned("receipt_email")? {
        intent.receipt_email = Some(email);
    }
    run(work, intent, &attempt)
}

/// Confirms the intent.
pub(crate) fn run(work: &mut Work<'_>, mut intent: PaymentIntent, attempt: &Attempt) -> Result<Value, Refusal> {
    match intent.status {
        Status::RequiresPaymentMethod | Status::RequiresConfirmation | Status::RequiresAction => {}
        Status::RequiresCapture | Status::Canceled | Status::Succeeded => {
            return Err(unexpected_state(work, &intent, "confirmed"));
        }
    }
    let Some(id) = attempt.payment_method.as_deref().or(intent.payment_method.as_deref()) else {
        let mut refusal = unexpected_state(work, &intent, "confirmed");
        refusal.error.message.push_str(" It has no payment method; a declined one must be named again.");
        return Err(refusal);
    };
    let method = payment_methods::named(work, id, intent.customer.as_deref(), "payment_method")?;
    payment_methods::check_owner(&method, intent.customer.as_deref())?;
    check_return_url(&intent, attempt)?;
    intent.payment_method = Some(method.id.clone());
    let circumstances = Circumstances { off_session: attempt.off_session, set_up: method.set_up, authenticated: false };
    match method.behavior().pay(circumstances) {
        Answer::Approved => approve(work, intent, &method, attempt.off_session),
        answer @ Answer::Declined(_) => fail(work, intent, &method, answer),
        Answer::MustAuthenticate if attempt.error_on_requires_action => {
            fail(work, intent, &method, Answer::Declined(cards::AUTHENTICATION_NOT_HANDLED))
        }
        Answer::MustAuthenticate => ask_to_authenticate(work, intent, attempt.return_url.as_deref()),
    }
}

/// Methods that may redirect need somewhere to return to (`docs.stripe.com/api/payment_intents/confirm`, `return_url`).
fn check_return_url(intent: &PaymentIntent, attempt: &Attempt) -> Result<(), Refusal> {
    let may_redirect =
        intent.automatic_payment_methods.as_ref().is_some_and(|auto| auto["allow_redirects"] == "always");
    if may_redirect && attempt.return_url.is_none() {
        return Err(Refusal::by_state_of(
            "return_url",
            None,
            "A return_url is required: this PaymentIntent takes automatic payment methods that may redirect. List \
             allowed_payment_method_types or set automatic_payment_methods[allow_redirects]=never.",
        ));
    }
    Ok(())
}

/// The issuer approved: the money is captured, or held for a capture later.
pub(crate) fn approve(
    work: &mut Work<'_>,
    mut intent: PaymentIntent,
    method: &PaymentMethod,
    off_session: bool,
) -> Result<Value, Refusal> {
    save_for_later(work, &intent, method)?;
    let mut charge = charges::authorize(work, &intent, method, off_session)?;
    intent.latest_charge = Some(charge.id.clone());
    intent.last_payment_error = None;
    intent.next_action = None;
    let told = if intent.is_hold() {
        intent.status = Status::RequiresCapture;
        intent.amount_capturable = intent.amount;
        "payment_intent.amount_capturable_updated"
    } else {
        charges::capture(work, &mut charge, intent.amount)?;
        intent.status = Status::Succeeded;
        intent.amount_received = intent.amount;
        "payment_intent.succeeded"
    };
    let charged = work.put(&charge)?;
    let document = work.put(&intent)?;
    work.announce("charge.succeeded", &charged)?;
    work.announce(told, &document)?;
    if charge.captured {
        disputes::open_if_the_card_says(work, &charge)?;
    }
    Ok(document)
}

/// The issuer declined: 402, and the intent wants another payment method (`docs.stripe.com/declines`).
pub(crate) fn fail(
    work: &mut Work<'_>,
    mut intent: PaymentIntent,
    method: &PaymentMethod,
    answer: Answer,
) -> Result<Value, Refusal> {
    let Some(mut error) = payment_methods::error_of(answer, method)? else { return Err(Refusal::server_error()) };
    let charge = charges::decline(work, &intent, method, &error)?;
    error.charge = Some(charge.id.clone());
    intent.latest_charge = Some(charge.id);
    error.payment_intent = Some(want_another_method(work, intent, &error)?);
    Err(Refusal::card(error))
}

/// Notes the error, drops the payment method and tells of the failure.
pub(crate) fn want_another_method(
    work: &mut Work<'_>,
    mut intent: PaymentIntent,
    error: &ErrorBody,
) -> Result<Value, Refusal> {
    intent.last_payment_error = Some(serde_json::to_value(error)?);
    intent.payment_method = None;
    intent.next_action = None;
    intent.status = Status::RequiresPaymentMethod;
    let document = work.put(&intent)?;
    work.announce("payment_intent.payment_failed", &document)?;
    Ok(document)
}

fn ask_to_authenticate(
    work: &mut Work<'_>,
    mut intent: PaymentIntent,
    return_url: Option<&str>,
) -> Result<Value, Refusal> {
    intent.status = Status::RequiresAction;
    intent.next_action = Some(next_action(&intent.id, return_url));
    let document = work.put(&intent)?;
    work.announce("payment_intent.requires_action", &document)?;
    Ok(document)
}

/// Where the holder authenticates; in the double that is [`crate::Handle::authenticate`].
pub(crate) fn next_action(id: &str, return_url: Option<&str>) -> Value {
    let redirect = json!({ "return_url": return_url, "url": format!("https://hooks.stripe.com/authenticate/{id}") });
    json!({ "redirect_to_url": redirect, "type": "redirect_to_url" })
}

/// With `setup_future_usage` a paid card stays with the customer (`docs.stripe.com/payments/save-during-payment`).
fn save_for_later(work: &mut Work<'_>, intent: &PaymentIntent, method: &PaymentMethod) -> Result<(), Refusal> {
    if let (Some(usage), Some(customer)) = (&intent.setup_future_usage, &intent.customer) {
        let mut saved = payment_methods::attach_to(work, method.clone(), customer)?;
        saved.set_up = saved.set_up || usage == "off_session";
        work.put(&saved)?;
    }
    Ok(())
}
