//! Customers (`docs.stripe.com/api/customers`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::errors::Refusal;
use crate::form::Params;
use crate::ledger::Resource;
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
    params.allow(&[
        "description",
        "email",
        "expand",
        "invoice_settings",
        "metadata",
        "name",
        "payment_method",
        "phone",
    ])?;
    let settings = params.group("invoice_settings")?;
    settings.allow(&["default_payment_method"])?;
    let default_payment_method = settings.owned("default_payment_method")?;
    let mut customer = Customer {
        id: work.mint("cus"),
        created: work.now().as_second(),
        description: params.owned("description")?,
        email: params.owned("email")?,
        invoice_settings: InvoiceSettings::default(),
        metadata: metadata::read(params)?,
        name: params.owned("name")?,
        phone: params.owned("phone")?,
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

/// `GET /v1/customers/{id}`.
pub(crate) fn retrieve(work: &Work<'_>, id: &str) -> Result<Value, Refusal> {
    lists::retrieve(work, Customer::OBJECT, id, "id")
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
