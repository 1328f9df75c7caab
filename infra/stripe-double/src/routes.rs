//! Which endpoint a method and path mean.

use serde_json::Value;

use crate::errors::Refusal;
use crate::form::Params;
use crate::work::Work;
use crate::{
    balance, charges, checkout_sessions, confirmation, customers, disputes, events, holds, payment_intents,
    payment_methods, refunds, search, setup_intents,
};

/// An endpoint, with the id in its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    CreateCustomer,
    RetrieveCustomer(String),
    UpdateCustomer(String),
    ListCustomerPaymentMethods(String),
    RetrievePaymentMethod(String),
    AttachPaymentMethod(String),
    CreateCheckoutSession,
    RetrieveCheckoutSession(String),
    ExpireCheckoutSession(String),
    CreateSetupIntent,
    RetrieveSetupIntent(String),
    ConfirmSetupIntent(String),
    CreatePaymentIntent,
    ListPaymentIntents,
    SearchPaymentIntents,
    RetrievePaymentIntent(String),
    ConfirmPaymentIntent(String),
    CapturePaymentIntent(String),
    CancelPaymentIntent(String),
    RetrieveCharge(String),
    ListDisputes,
    RetrieveDispute(String),
    CreateRefund,
    ListRefunds,
    RetrieveRefund(String),
    ListEvents,
    RetrieveEvent(String),
    ListBalanceTransactions,
}

/// The endpoint, if the double has it.
pub(crate) fn route(method: &str, path: &str) -> Option<Endpoint> {
    let segments: Vec<&str> = path.strip_prefix("/v1/")?.split('/').collect();
    let endpoint = match (method, segments.as_slice()) {
        ("POST", ["customers"]) => Endpoint::CreateCustomer,
        ("GET", ["customers", id]) => Endpoint::RetrieveCustomer((*id).to_owned()),
        ("POST", ["customers", id]) => Endpoint::UpdateCustomer((*id).to_owned()),
        ("GET", ["customers", id, "payment_methods"]) => Endpoint::ListCustomerPaymentMethods((*id).to_owned()),
        ("POST", ["checkout", "sessions"]) => Endpoint::CreateCheckoutSession,
        ("GET", ["checkout", "sessions", id]) => Endpoint::RetrieveCheckoutSession((*id).to_owned()),
        ("POST", ["checkout", "sessions", id, "expire"]) => Endpoint::ExpireCheckoutSession((*id).to_owned()),
        ("GET", ["payment_methods", id]) => Endpoint::RetrievePaymentMethod((*id).to_owned()),
        ("POST", ["payment_methods", id, "attach"]) => Endpoint::AttachPaymentMethod((*id).to_owned()),
        ("POST", ["setup_intents"]) => Endpoint::CreateSetupIntent,
        ("GET", ["setup_intents", id]) => Endpoint::RetrieveSetupIntent((*id).to_owned()),
        ("POST", ["setup_intents", id, "confirm"]) => Endpoint::ConfirmSetupIntent((*id).to_owned()),
        ("POST", ["payment_intents"]) => Endpoint::CreatePaymentIntent,
        ("GET", ["payment_intents"]) => Endpoint::ListPaymentIntents,
        ("GET", ["payment_intents", "search"]) => Endpoint::SearchPaymentIntents,
        ("GET", ["payment_intents", id]) => Endpoint::RetrievePaymentIntent((*id).to_owned()),
        ("POST", ["payment_intents", id, "confirm"]) => Endpoint::ConfirmPaymentIntent((*id).to_owned()),
        ("POST", ["payment_intents", id, "capture"]) => Endpoint::CapturePaymentIntent((*id).to_owned()),
        ("POST", ["payment_intents", id, "cancel"]) => Endpoint::CancelPaymentIntent((*id).to_owned()),
        ("GET", ["charges", id]) => Endpoint::RetrieveCharge((*id).to_owned()),
        ("GET", ["disputes"]) => Endpoint::ListDisputes,
        ("GET", ["disputes", id]) => Endpoint::RetrieveDispute((*id).to_owned()),
        ("POST", ["refunds"]) => Endpoint::CreateRefund,
        ("GET", ["refunds"]) => Endpoint::ListRefunds,
        ("GET", ["refunds", id]) => Endpoint::RetrieveRefund((*id).to_owned()),
        ("GET", ["events"]) => Endpoint::ListEvents,
        ("GET", ["events", id]) => Endpoint::RetrieveEvent((*id).to_owned()),
        ("GET", ["balance_transactions"]) => Endpoint::ListBalanceTransactions,
        _ => return None,
    };
    Some(endpoint)
}

impl Endpoint {
    /// Carries the request out.
    pub(crate) fn run(&self, work: &mut Work<'_>, params: &Params) -> Result<Value, Refusal> {
        match self {
            Self::CreateCustomer => customers::create(work, params),
            Self::RetrieveCustomer(id) => customers::retrieve(work, id),
            Self::UpdateCustomer(id) => customers::update(work, id, params),
            Self::ListCustomerPaymentMethods(id) => customers::list_payment_methods(work, id, params),
            Self::CreateCheckoutSession => checkout_sessions::create(work, params),
            Self::RetrieveCheckoutSession(id) => checkout_sessions::retrieve(work, id),
            Self::ExpireCheckoutSession(id) => checkout_sessions::expire(work, id),
            Self::RetrievePaymentMethod(id) => payment_methods::retrieve(work, id),
            Self::AttachPaymentMethod(id) => payment_methods::attach(work, id, params),
            Self::CreateSetupIntent => setup_intents::create(work, params),
            Self::RetrieveSetupIntent(id) => setup_intents::retrieve(work, id),
            Self::ConfirmSetupIntent(id) => setup_intents::confirm(work, id, params),
            Self::CreatePaymentIntent => payment_intents::create(work, params),
            Self::ListPaymentIntents => payment_intents::list(work, params),
            Self::SearchPaymentIntents => search::payment_intents(work, params),
            Self::RetrievePaymentIntent(id) => payment_intents::retrieve(work, id),
            Self::ConfirmPaymentIntent(id) => confirmation::confirm(work, id, params),
            Self::CapturePaymentIntent(id) => holds::capture(work, id, params),
            Self::CancelPaymentIntent(id) => holds::cancel(work, id, params),
            Self::RetrieveCharge(id) => charges::retrieve(work, id),
            Self::ListDisputes => disputes::list(work, params),
            Self::RetrieveDispute(id) => disputes::retrieve(work, id),
            Self::CreateRefund => refunds::create(work, params),
            Self::ListRefunds => refunds::list(work, params),
            Self::RetrieveRefund(id) => refunds::retrieve(work, id),
            Self::ListEvents => events::list(work, params),
            Self::RetrieveEvent(id) => events::retrieve(work, id),
            Self::ListBalanceTransactions => balance::list(work, params),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_listed_methods_and_paths_have_an_endpoint() {
        for (method, path, endpoint) in [
            ("POST", "/v1/payment_intents", Some(Endpoint::CreatePaymentIntent)),
            ("GET", "/v1/payment_intents/search", Some(Endpoint::SearchPaymentIntents)),
            ("GET", "/v1/payment_intents/pi_1", Some(Endpoint::RetrievePaymentIntent("pi_1".to_owned()))),
            ("POST", "/v1/payment_intents/pi_1/capture", Some(Endpoint::CapturePaymentIntent("pi_1".to_owned()))),
            ("POST", "/v1/payment_intents/pi_1", None),
            ("DELETE", "/v1/customers/cus_1", None),
            ("GET", "/v2/customers/cus_1", None),
            ("GET", "/v1", None),
            ("GET", "/", None),
        ] {
            assert_eq!(route(method, path), endpoint, "{method} {path}");
        }
    }

    #[test]
    fn every_endpoint_of_the_tables_is_carried_out() {
        for table in crate::schema::endpoints() {
            let path = table.path.replace("{id}", "xx_1");
            assert!(route(table.method, &path).is_some(), "{} {path}", table.method);
        }
    }
}
