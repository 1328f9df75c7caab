//! What changed in the API between the tables and the version the double speaks, each with its entry in Stripe's
//! changelog: the allowance for newer parameters, and what is no longer taken.

use super::Endpoint;
use super::param::{Param, array};
use crate::errors::Refusal;

/// Parameters that came later.
#[cfg_attr(not(test), expect(dead_code, reason = "version and page are for the reader; a test holds them"))]
struct Added {
    /// Method and path.
    endpoints: &'static [(&'static str, &'static str)],
    params: &'static [Param],
    /// Since this version.
    since: &'static str,
    page: &'static str,
}

/// A parameter that went.
#[cfg_attr(not(test), expect(dead_code, reason = "version and page are for the reader; a test holds them"))]
pub(super) struct Removed {
    endpoints: &'static [(&'static str, &'static str)],
    name: &'static str,
    /// Since this version.
    since: &'static str,
    page: &'static str,
    code: &'static str,
    message: &'static str,
}

const ALLOWED_TYPES: &[Param] = &[array("allowed_payment_method_types")];

const ADDED: &[Added] = &[
    Added {
        endpoints: &[("POST", "/v1/payment_intents"), ("POST", "/v1/setup_intents")],
        params: ALLOWED_TYPES,
        since: "2026-07-29.dahlia",
        page: "docs.stripe.com/changelog/dahlia/2026-07-29/allowed-payment-method-types-parameter",
    },
    Added {
        endpoints: &[("POST", "/v1/checkout/sessions")],
        params: ALLOWED_TYPES,
        since: "2026-09-30.endive",
        page: "docs.stripe.com/changelog/endive/2026-09-30/remove-payment-method-types-checkout-sessions",
    },
];

const REMOVED: &[Removed] = &[
    Removed {
        endpoints: &[
            ("POST", "/v1/payment_intents"),
            ("POST", "/v1/payment_intents/{id}/confirm"),
            ("POST", "/v1/setup_intents"),
        ],
        name: "payment_method_types",
        since: "2026-09-30.endive",
        page: "docs.stripe.com/changelog/endive/2026-09-30/removes-the-payment-method-types-parameter-from-payment-intents-and-setup-intents",
        code: "payment_method_types_no_longer_supported",
        message: "payment_method_types can no longer be set; use allowed_payment_method_types.",
    },
    // The entry names no code of its own.
    Removed {
        endpoints: &[("POST", "/v1/checkout/sessions")],
        name: "payment_method_types",
        since: "2026-09-30.endive",
        page: "docs.stripe.com/changelog/endive/2026-09-30/remove-payment-method-types-checkout-sessions",
        code: "parameter_unknown",
        message: "payment_method_types can no longer be set; use allowed_payment_method_types.",
    },
];

/// The parameters of an endpoint that came later.
pub(super) fn added(endpoint: &Endpoint) -> impl Iterator<Item = &'static Param> + use<> {
    let place = (endpoint.method, endpoint.path);
    ADDED.iter().filter(move |added| added.endpoints.contains(&place)).flat_map(|added| added.params)
}

/// The removal of a parameter from an endpoint, if there was one.
pub(super) fn removed(endpoint: &Endpoint, name: &str) -> Option<&'static Removed> {
    let place = (endpoint.method, endpoint.path);
    REMOVED.iter().find(|removed| removed.name == name && removed.endpoints.contains(&place))
}

impl Removed {
    pub(super) fn refusal(&self) -> Refusal {
        Refusal::invalid_code(self.name, self.code, self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::API_VERSION;
    use crate::schema::{TABLES_VERSION, endpoints};

    #[test]
    fn every_change_is_newer_than_the_tables_and_has_an_endpoint_and_an_entry() {
        let added = ADDED.iter().map(|added| (added.endpoints, added.since, added.page));
        let removed = REMOVED.iter().map(|removed| (removed.endpoints, removed.since, removed.page));
        for (places, since, page) in added.chain(removed) {
            // Versions begin with their date.
            assert!(TABLES_VERSION < since && since <= API_VERSION, "{page}");
            let date = since.split_once('.').unwrap().0;
            assert!(page.starts_with("docs.stripe.com/changelog/") && page.contains(date), "{page}");
            for place in places {
                assert!(endpoints().any(|endpoint| (endpoint.method, endpoint.path) == *place), "{place:?}");
            }
        }
    }
}
