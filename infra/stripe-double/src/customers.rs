//! Customers (`docs.stripe.com/api/customers`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::errors::Refusal;
use crate::form::Params;
use crate::ledger::Resource;
use crate::payment_methods::PaymentMethod;
use crate::work::Work;
use crate::{lists, metadata, payment_methods};

/// A customer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Customer {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) description: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) invoice_settings: InvoiceSettings,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) name: Option<String>,
    pub(crate) phone: Option<String>,
}

/// Of Stripe's invoice settings, the one the double needs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct InvoiceSettings {
    pub(crate) default_payment_method: Option<String>,
}

impl Resource for Customer {
    const OBJECT: &'static str = "customer";
}

/// `POST /v1/customers`; `payment_method` is attached.
pub(crate) fn create(work: &mut Work<'_>, params: &Params) -> Result<Value, Refusal> {
    let settings = params.group("invoice_settings")?;
    let default_payment_method = settings.owned("default_payment_method")?;
    let mut customer = Customer {
        description: params.owned("description")?,
        email: params.owned("email")?,
        metadata: metadata::read(params)?,
        name: params.owned("name")?,
        phone: params.owned("phone")?,
        ..blank(work.mint("cus"), work.now().as_second())
    };
    if let Some(id) = params.text("payment_method")? {
        let method = payment_methods::named(work, id, Some(&customer.id), "payment_method")?;
        let attached = payment_methods::attach_to(work, method, &customer.id)?.id;
        customer.invoice_settings.default_payment_method =
            default_payment_method.map(|default| if default == id { attached } else { default });
    } else {
        customer.invoice_settings = InvoiceSettings { default_payment_method };
    }
    let document = work.put(&customer)?;
    work.announce("customer.created", &document)?;
    Ok(document)
}

/// The customer a checkout session makes.
pub(crate) fn of_checkout(work: &mut Work<'_>, email: Option<String>) -> Result<String, Refusal> {
    let customer = Customer { email, ..blank(work.mint("cus"), work.now().as_second()) };
    let document = work.put(&customer)?;
    work.announce("customer.created", &document)?;
    Ok(customer.id)
}

/// A customer of whom nothing is known.
pub(crate) fn blank(id: String, created: i64) -> Customer {
    Customer {
        id,
        created,
        description: None,
        email: None,
        invoice_settings: InvoiceSettings::default(),
        metadata: BTreeMap::new(),
        name: None,
        phone: None,
    }
}

/// `POST /v1/customers/{id}`: what is not sent stays; the default payment method must be attached to the customer
/// (`docs.stripe.com/api/customers/update`).
pub(crate) fn update(work: &mut Work<'_>, id: &str, params: &Params) -> Result<Value, Refusal> {
    let mut customer: Customer = work.require(id, "id")?;
    let settings = params.group("invoice_settings")?;
    if let Some(default) = settings.text("default_payment_method")? {
        let method: PaymentMethod = work.require(default, "invoice_settings[default_payment_method]")?;
        if method.customer.as_deref() != Some(id) {
            return Err(Refusal::by_state_of(
                "invoice_settings[default_payment_method]",
                None,
                format!("The payment method {default} must be attached to the customer."),
            ));
        }
        customer.invoice_settings.default_payment_method = Some(method.id);
    } else if settings.has("default_payment_method") {
        customer.invoice_settings.default_payment_method = None;
    }
    for (name, field) in [
        ("description", &mut customer.description),
        ("email", &mut customer.email),
        ("name", &mut customer.name),
        ("phone", &mut customer.phone),
    ] {
        if params.has(name) {
            *field = params.owned(name)?;
        }
    }
    metadata::update(&mut customer.metadata, params)?;
    let document = work.put(&customer)?;
    work.announce("customer.updated", &document)?;
    Ok(document)
}

/// `GET /v1/customers/{id}`.
pub(crate) fn retrieve(work: &Work<'_>, id: &str) -> Result<Value, Refusal> {
    lists::retrieve(work, Customer::OBJECT, id, "id")
}

/// `GET /v1/customers/{id}/payment_methods`, by `type` (`docs.stripe.com/api/payment_methods/customer_list`).
pub(crate) fn list_payment_methods(work: &Work<'_>, id: &str, params: &Params) -> Result<Value, Refusal> {
    let customer: Customer = work.require(id, "id")?;
    let kind = params.owned("type")?;
    let url = format!("/v1/customers/{id}/payment_methods");
    lists::list(work, params, PaymentMethod::OBJECT, &url, |method| {
        method["customer"] == *customer.id && kind.as_deref().is_none_or(|kind| method["type"] == kind)
    })
}

/// An empty address and the customer's name, as charges and payment methods carry them.
pub(crate) fn billing_details(customer: Option<&Customer>) -> Value {
    json!({
        "address": null,
        "email": customer.and_then(|customer| customer.email.clone()),
        "name": customer.and_then(|customer| customer.name.clone()),
        "phone": null,
        "tax_id": null,
    })
}
