//! Charges: one attempt to move money each (`docs.stripe.com/api/charges`).

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::balance;
use crate::customers::{self, Customer};
use crate::errors::{ErrorBody, Refusal};
use crate::ledger::Resource;
use crate::lists;
use crate::payment_intents::PaymentIntent;
use crate::payment_methods::PaymentMethod;
use crate::work::Work;

/// How long a card authorization holds (`docs.stripe.com/payments/place-a-hold-on-a-payment-method`).
const HOLD: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The same page: Visa, initiated without the holder.
const HOLD_VISA_OFF_SESSION: SignedDuration = SignedDuration::from_hours(4 * 24 + 18);

/// A charge.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "the object is Stripe's")]
pub(crate) struct Charge {
    pub(crate) id: String,
    pub(crate) amount: i64,
    pub(crate) amount_captured: i64,
    pub(crate) amount_refunded: i64,
    pub(crate) balance_transaction: Option<String>,
    pub(crate) billing_details: Value,
    pub(crate) captured: bool,
    pub(crate) created: i64,
    pub(crate) currency: String,
    pub(crate) customer: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) disputed: bool,
    pub(crate) failure_code: Option<String>,
    pub(crate) failure_message: Option<String>,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) outcome: Value,
    pub(crate) paid: bool,
    pub(crate) payment_intent: Option<String>,
    pub(crate) payment_method: Option<String>,
    pub(crate) payment_method_details: Value,
    pub(crate) receipt_email: Option<String>,
    pub(crate) refunded: bool,
    pub(crate) status: String,
}

impl Resource for Charge {
    const OBJECT: &'static str = "charge";
}

impl Charge {
    /// Until when an uncaptured charge may be captured, seconds since the epoch.
    pub(crate) fn capture_before(&self) -> Option<i64> {
        self.payment_method_details["card"]["capture_before"].as_i64()
    }
}

/// Charges the card; the money is authorized, not captured.
pub(crate) fn authorize(
    work: &mut Work<'_>,
    intent: &PaymentIntent,
    method: &PaymentMethod,
    off_session: bool,
) -> Result<Charge, Refusal> {
    let mut charge = attempt(work, intent, method)?;
    charge.paid = true;
    "succeeded".clone_into(&mut charge.status);
    charge.outcome = json!({
        "network_status": "approved_by_network",
        "reason": null,
        "risk_level": "normal",
        "seller_message": "Payment complete.",
        "type": "authorized",
    });
    if intent.is_hold() {
        let hold = if off_session && method.card["brand"] == "visa" { HOLD_VISA_OFF_SESSION } else { HOLD };
        let end = work.now().as_second().saturating_add(hold.as_secs());
        charge.payment_method_details["card"]["capture_before"] = end.into();
    }
    Ok(charge)
}

/// A charge the issuer declined.
pub(crate) fn decline(
    work: &mut Work<'_>,
    intent: &PaymentIntent,
    method: &PaymentMethod,
    error: &ErrorBody,
) -> Result<Charge, Refusal> {
    let mut charge = attempt(work, intent, method)?;
    charge.failure_code = error.code.map(str::to_owned);
    charge.failure_message = Some(error.message.clone());
    charge.outcome = json!({
        "advice_code": error.advice_code,
        "network_status": "declined_by_network",
        "reason": error.decline_code,
        "risk_level": "normal",
        "seller_message": error.message,
        "type": "issuer_declined",
    });
    let document = work.put(&charge)?;
    work.announce("charge.failed", &document)?;
    Ok(charge)
}

/// Captures `amount` of an authorized charge and books it.
pub(crate) fn capture(work: &mut Work<'_>, charge: &mut Charge, amount: i64) -> Result<(), Refusal> {
    charge.captured = true;
    charge.amount_captured = amount;
    charge.balance_transaction = Some(balance::book_charge(work, amount, &charge.currency, &charge.id)?);
    Ok(())
}

fn attempt(work: &mut Work<'_>, intent: &PaymentIntent, method: &PaymentMethod) -> Result<Charge, Refusal> {
    let customer: Option<Customer> = match intent.customer.as_deref() {
        Some(id) => work.find(id)?,
        None => None,
    };
    let mut card = method.card.clone();
    card["network"] = method.card["brand"].clone();
    Ok(Charge {
        id: work.mint("ch"),
        amount: intent.amount,
        amount_captured: 0,
        amount_refunded: 0,
        balance_transaction: None,
        billing_details: customers::billing_details(customer.as_ref()),
        captured: false,
        created: work.now().as_second(),
        currency: intent.currency.clone(),
        customer: intent.customer.clone(),
        description: intent.description.clone(),
        disputed: false,
        failure_code: None,
        failure_message: None,
        metadata: intent.metadata.clone(),
        outcome: Value::Null,
        paid: false,
        payment_intent: Some(intent.id.clone()),
        payment_method: Some(method.id.clone()),
        payment_method_details: json!({ "card": card, "type": "card" }),
        receipt_email: intent.receipt_email.clone(),
        refunded: false,
        status: "failed".to_owned(),
    })
}

/// `GET /v1/charges/{id}`.
pub(crate) fn retrieve(work: &Work<'_>, id: &str) -> Result<Value, Refusal> {
    lists::retrieve(work, Charge::OBJECT, id, "id")
}
