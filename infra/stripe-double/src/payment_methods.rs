//! Payment methods (`docs.stripe.com/api/payment_methods`): copies of test cards.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::cards::{self, Answer, Behavior, TestCard};
use crate::customers::{self, Customer};
use crate::errors::{ErrorBody, Refusal};
use crate::form::Params;
use crate::ledger::Resource;
use crate::lists;
use crate::work::Work;

/// A payment method.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PaymentMethod {
    pub(crate) id: String,
    pub(crate) billing_details: Value,
    pub(crate) card: Value,
    pub(crate) created: i64,
    pub(crate) customer: Option<String>,
    pub(crate) metadata: BTreeMap<String, String>,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// Not in Stripe's object: which test card this is.
    pub(crate) test_card: String,
    /// Not in Stripe's object: whether an authenticated setup intent saved it.
    pub(crate) set_up: bool,
}

impl Resource for PaymentMethod {
    const OBJECT: &'static str = "payment_method";
}

impl PaymentMethod {
    /// A copy of the test card, attached to nobody.
    pub(crate) fn copy_of(card: &TestCard, id: String, created: i64) -> Self {
        let details = json!({
            "brand": card.brand,
            "checks": { "address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass" },
            "country": "US",
            "display_brand": card.brand,
            "exp_month": 12,
            "exp_year": 2040,
            "fingerprint": format!("fp{}", card.last4),
            "funding": if card.name.ends_with("_debit") { "debit" } else { "credit" },
            "last4": card.last4,
            "networks": { "available": [card.brand], "preferred": null },
            "three_d_secure_usage": { "supported": true },
        });
        Self {
            id,
            billing_details: customers::billing_details(None),
            card: details,
            created,
            customer: None,
            metadata: BTreeMap::new(),
            kind: "card".to_owned(),
            test_card: card.name.to_owned(),
            set_up: false,
        }
    }

    /// What its test card does.
    pub(crate) fn behavior(&self) -> Behavior {
        cards::find(&self.test_card).map_or(Behavior::Succeeds, |card| card.behavior)
    }
}

/// The payment method a parameter names: one that exists, or a test card. Of a test card the customer's own copy is
/// taken if there is one; otherwise a new copy is made.
pub(crate) fn named(
    work: &mut Work<'_>,
    id: &str,
    customer: Option<&str>,
    param: &str,
) -> Result<PaymentMethod, Refusal> {
    let Some(card) = cards::find(id) else { return work.require(id, param) };
    let own = work.ledger().newest_first(PaymentMethod::OBJECT).into_iter().find(|method| {
        customer.is_some() && method["customer"].as_str() == customer && method["test_card"] == card.name
    });
    if let Some(own) = own {
        return Ok(serde_json::from_value(own.clone())?);
    }
    let id = work.mint("pm");
    let method = PaymentMethod::copy_of(card, id, work.now().as_second());
    work.put(&method)?;
    Ok(method)
}

/// Refuses a payment method of another customer.
pub(crate) fn check_owner(method: &PaymentMethod, customer: Option<&str>) -> Result<(), Refusal> {
    match (method.customer.as_deref(), customer) {
        (None, _) => Ok(()),
        (Some(owner), Some(customer)) if owner == customer => Ok(()),
        (Some(_), Some(_) | None) => Err(Refusal::by_state_of(
            "payment_method",
            None,
            format!("The payment method {} belongs to another customer than the one given.", method.id),
        )),
    }
}

/// Attaches the payment method; a card whose attachment the issuer declines is refused with 402
/// (`docs.stripe.com/testing`, "Declined payments").
pub(crate) fn attach_to(
    work: &mut Work<'_>,
    mut method: PaymentMethod,
    customer: &str,
) -> Result<PaymentMethod, Refusal> {
    check_owner(&method, Some(customer))?;
    if let Behavior::Declines(decline) = method.behavior() {
        return Err(Refusal::card(decline.error()));
    }
    if method.customer.is_none() {
        method.customer = Some(customer.to_owned());
        let document = work.put(&method)?;
        work.announce("payment_method.attached", &document)?;
    }
    Ok(method)
}

/// `GET /v1/payment_methods/{id}`.
pub(crate) fn retrieve(work: &Work<'_>, id: &str) -> Result<Value, Refusal> {
    lists::retrieve(work, PaymentMethod::OBJECT, id, "id")
}

/// `POST /v1/payment_methods/{id}/attach` (`docs.stripe.com/api/payment_methods/attach`).
pub(crate) fn attach(work: &mut Work<'_>, id: &str, params: &Params) -> Result<Value, Refusal> {
    let customer: Customer = work.require(params.required("customer")?, "customer")?;
    let method = named(work, id, Some(&customer.id), "id")?;
    let attached = attach_to(work, method, &customer.id)?;
    work.put(&attached)
}

/// The error of an issuer's answer that stops a payment or set-up, with the payment method it names.
pub(crate) fn error_of(answer: Answer, method: &PaymentMethod) -> Result<Option<ErrorBody>, Refusal> {
    let decline = match answer {
        Answer::Approved | Answer::MustAuthenticate => return Ok(None),
        Answer::Declined(decline) => decline,
    };
    let mut document = serde_json::to_value(method)?;
    document["object"] = PaymentMethod::OBJECT.into();
    document["livemode"] = false.into();
    Ok(Some(ErrorBody { payment_method: Some(document), ..decline.error() }))
}
