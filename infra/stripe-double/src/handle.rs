//! What tests and the local system may do with a running double beside its HTTP interface.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use thiserror::Error;

use crate::authentication::{self, AuthenticateError, Challenge};
use crate::cards;
use crate::customers::{self, Customer};
use crate::delivery;
use crate::double::Double;
use crate::errors::Refusal;
use crate::faults::Faults;
use crate::ledger::{self, Resource as _};
use crate::outbox::DeliveryAttempt;
use crate::payment_intents::PaymentIntent;
use crate::payment_methods::PaymentMethod;
use crate::requests::ReceivedRequest;
use crate::violations::Violation;
use crate::webhooks::Webhook;

/// A running double, seen from behind the counter. Clones see the same double.
#[derive(Clone)]
pub struct Handle {
    pub(crate) double: Arc<Double>,
}

/// A payment intent as it stands; amounts are minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntentSnapshot {
    /// Such as `pi_5d41402abc4b2a76b9719d91`.
    pub id: String,
    /// Whose card pays.
    pub customer: Option<String>,
    /// As Stripe spells it, such as `requires_capture`.
    pub status: String,
    /// Lowercase ISO 4217.
    pub currency: String,
    /// What was asked for.
    pub amount_minor: i64,
    /// What is held and can still be captured.
    pub capturable_minor: i64,
    /// What was taken.
    pub captured_minor: i64,
    /// What of it was given back.
    pub refunded_minor: i64,
    /// The caller's own names.
    pub metadata: BTreeMap<String, String>,
    /// By the double's clock, whole seconds.
    pub created: Timestamp,
}

/// A customer cannot be added.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum SeedError {
    /// The id is empty, too long, has a `/` or belongs to another kind of object.
    #[error("{0:?} cannot be the id of a customer")]
    Id(String),
    /// The payment method is no test card of Stripe's the double knows.
    #[error("{0:?} is no known test payment method")]
    Card(String),
    /// The double failed to store it.
    #[error("the double could not store customer {0:?}")]
    Store(String),
}

impl Handle {
    /// Adds a customer with a test card such as `pm_card_visa` as attached and default payment method, or changes an
    /// existing one to that. Answers the id of the attached copy, which follows from `id` and `payment_method` alone;
    /// naming the test card in a payment of this customer means the same copy. Unlike the API, it attaches cards that
    /// will be declined. Causes no event.
    pub fn add_customer(&self, id: &str, payment_method: &str, email: &str) -> Result<String, SeedError> {
        let card = cards::find(payment_method).ok_or_else(|| SeedError::Card(payment_method.to_owned()))?;
        let taken = self.double.document(id).is_some_and(|document| document["object"] != Customer::OBJECT);
        if id.is_empty() || id.len() > 255 || id.contains('/') || taken {
            return Err(SeedError::Id(id.to_owned()));
        }
        let method_id = format!("pm_{}", ledger::digest_24(&format!("{id}:{payment_method}")));
        let stored = self.double.change(|work| {
            let created = work.now().as_second();
            if work.find::<PaymentMethod>(&method_id)?.is_none() {
                let mut method = PaymentMethod::copy_of(card, method_id.clone(), created);
                method.customer = Some(id.to_owned());
                work.put(&method)?;
            }
            let known: Option<Customer> = work.find(id)?;
            let mut customer = known.unwrap_or_else(|| customers::blank(id.to_owned(), created));
            customer.email = Some(email.to_owned());
            customer.invoice_settings.default_payment_method = Some(method_id.clone());
            work.put(&customer)?;
            Ok::<_, Refusal>(())
        });
        match stored {
            Ok(Ok(())) => Ok(method_id),
            Err(_) | Ok(Err(_)) => Err(SeedError::Store(id.to_owned())),
        }
    }

    /// All payment intents, oldest first.
    #[must_use]
    pub fn intents(&self) -> Vec<IntentSnapshot> {
        let charges = self.double.documents("charge");
        let intents = self.double.documents(PaymentIntent::OBJECT);
        let read = intents.into_iter().filter_map(|intent| serde_json::from_value(intent).ok());
        read.map(|intent: PaymentIntent| snapshot(intent, &charges)).collect()
    }

    /// Stripe's JSON of any object, by id.
    #[must_use]
    pub fn object(&self, id: &str) -> Option<Value> {
        self.double.document(id)
    }

    /// The holder of the card does what a payment or setup intent in `requires_action` asks for.
    pub fn authenticate(&self, intent: &str, challenge: Challenge) -> Result<(), AuthenticateError> {
        let ended = self.double.change(|work| authentication::end(work, intent, challenge));
        ended.unwrap_or_else(|_| Err(AuthenticateError::Failed(intent.to_owned())))
    }

    /// Faults to plan and hanging requests to release.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.double.faults
    }

    /// Where events go from now on. Events made while there was a webhook and not acknowledged yet go there too.
    pub fn set_webhook(&self, webhook: Webhook) {
        self.double.outbox.set_webhook(Some(webhook));
    }

    /// Events made from now on are for nobody; those that wait go on waiting for a webhook.
    pub fn remove_webhook(&self) {
        self.double.outbox.set_webhook(None);
    }

    /// Makes every delivery that is due by the clock and returns when the webhook has answered them. The double does so
    /// by itself too; after moving the clock this saves waiting for it.
    pub async fn deliver_due(&self) {
        delivery::deliver_due(&self.double).await;
    }

    /// The deliveries tried, oldest first.
    #[must_use]
    pub fn deliveries(&self) -> Vec<DeliveryAttempt> {
        self.double.outbox.attempts()
    }

    /// The requests, oldest first, that Stripe's published API does not take as they are: another method or path, a
    /// parameter it does not have or that the double does not carry out, or one missing, malformed or out of bounds.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        self.double.violations.all()
    }

    /// The requests received, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.double.requests.all()
    }
}

fn snapshot(intent: PaymentIntent, charges: &[Value]) -> IntentSnapshot {
    let own = charges.iter().filter(|charge| charge["payment_intent"] == *intent.id);
    IntentSnapshot {
        refunded_minor: own.filter_map(|charge| charge["amount_refunded"].as_i64()).sum(),
        customer: intent.customer,
        status: intent.status.name().to_owned(),
        currency: intent.currency,
        amount_minor: intent.amount,
        capturable_minor: intent.amount_capturable,
        captured_minor: intent.amount_received,
        metadata: intent.metadata,
        created: Timestamp::from_second(intent.created).unwrap_or(Timestamp::UNIX_EPOCH),
        id: intent.id,
    }
}
