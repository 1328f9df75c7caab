//! Capturing, canceling and expiry (`docs.stripe.com/payments/place-a-hold-on-a-payment-method`).

use serde_json::Value;

use crate::charges::{self, Charge};
use crate::currencies;
use crate::disputes;
use crate::errors::Refusal;
use crate::form::Params;
use crate::payment_intents::{PaymentIntent, Status, unexpected_state};
use crate::work::Work;

/// `POST /v1/payment_intents/{id}/capture`: once, at most what is held; the rest is released.
pub(crate) fn capture(work: &mut Work<'_>, id: &str, params: &Params) -> Result<Value, Refusal> {
    let amount = params.integer("amount_to_capture")?;
    let mut intent: PaymentIntent = work.require(id, "intent")?;
    match intent.status {
        Status::RequiresCapture => {}
        Status::RequiresPaymentMethod
        | Status::RequiresConfirmation
        | Status::RequiresAction
        | Status::Canceled
        | Status::Succeeded => return Err(unexpected_state(work, &intent, "captured")),
    }
    let amount = amount.unwrap_or(intent.amount_capturable);
    if amount > intent.amount_capturable {
        return Err(Refusal::by_state_of(
            "amount_to_capture",
            Some("amount_too_large"),
            format!("At most {} of this PaymentIntent can be captured.", intent.amount_capturable),
        ));
    }
    currencies::check_step(amount, &intent.currency, "amount_to_capture")?;
    let mut charge: Charge = work.require(intent.latest_charge.as_deref().unwrap_or_default(), "charge")?;
    charges::capture(work, &mut charge, amount)?;
    intent.status = Status::Succeeded;
    intent.amount_capturable = 0;
    intent.amount_received = amount;
    let captured = work.put(&charge)?;
    let document = work.put(&intent)?;
    work.announce("charge.captured", &captured)?;
    work.announce("payment_intent.succeeded", &document)?;
    disputes::open_if_the_card_says(work, &charge)?;
    Ok(document)
}

/// `POST /v1/payment_intents/{id}/cancel`: anything that has not succeeded; a hold is released.
pub(crate) fn cancel(work: &mut Work<'_>, id: &str, params: &Params) -> Result<Value, Refusal> {
    let reason = params.text("cancellation_reason")?;
    let intent: PaymentIntent = work.require(id, "intent")?;
    match intent.status {
        Status::RequiresPaymentMethod
        | Status::RequiresConfirmation
        | Status::RequiresAction
        | Status::RequiresCapture => end(work, intent, reason),
        Status::Canceled | Status::Succeeded => Err(unexpected_state(work, &intent, "canceled")),
    }
}

/// Cancels a hold whose `capture_before` has passed: the money is released and the status becomes `canceled`; of the
/// documented reasons (`docs.stripe.com/api/payment_intents/object`) the double gives `expired`.
pub(crate) fn expire(work: &mut Work<'_>, intent: PaymentIntent) -> Result<(), Refusal> {
    let charge: Option<Charge> = work.find(intent.latest_charge.as_deref().unwrap_or_default())?;
    let Some(charge) = charge else { return Ok(()) };
    if charge.capture_before().is_some_and(|end| work.now().as_second() > end) {
        let charge = work.put(&charge)?;
        work.announce("charge.expired", &charge)?;
        end(work, intent, Some("expired"))?;
    }
    Ok(())
}

fn end(work: &mut Work<'_>, mut intent: PaymentIntent, reason: Option<&str>) -> Result<Value, Refusal> {
    intent.status = Status::Canceled;
    intent.amount_capturable = 0;
    intent.next_action = None;
    intent.canceled_at = Some(work.now().as_second());
    intent.cancellation_reason = reason.map(str::to_owned);
    let document = work.put(&intent)?;
    work.announce("payment_intent.canceled", &document)?;
    Ok(document)
}
