//! What Stripe's published API takes: a table of endpoints and their parameters, written from the reference
//! documentation, which every request is checked against before its endpoint begins.
//!
//! One file per group of endpoints, and each endpoint names its page. The tables follow the reference as of
//! [`TABLES_VERSION`]; what is newer, up to the version the double speaks, is listed in [`changes`] one by one. A
//! parameter that is published but that the double does not carry out is known by its name only, and refused like one
//! that does not exist: what passes here was understood.
//!
//! The tables hold what can be said of a parameter by itself. Rules between values, and those about objects, stay with
//! the endpoint.

mod balance_transactions;
mod changes;
mod charges;
mod check;
mod checkout_sessions;
mod customers;
mod disputes;
mod events;
mod param;
mod payment_intents;
mod payment_methods;
mod refunds;
mod setup_intents;

pub(crate) use check::check;
use param::Param;

/// The version of the API whose reference the tables follow (`docs.stripe.com/api?api-version=2026-06-24.dahlia`).
#[cfg_attr(not(test), expect(dead_code, reason = "for the reader; a test holds the changes to it"))]
const TABLES_VERSION: &str = "2026-06-24.dahlia";

/// One endpoint of the published API.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) method: &'static str,
    /// With `{id}` for the id of an object.
    pub(crate) path: &'static str,
    /// The page of the reference.
    pub(crate) page: &'static str,
    /// In groups, since many endpoints share some.
    params: &'static [&'static [Param]],
    /// Of each set only one may be sent.
    exclusive: &'static [&'static [&'static str]],
    /// Published, but not carried out by the double.
    not_carried_out: &'static [&'static str],
}

/// Where no endpoint has what this one leaves out.
const PLAIN: Endpoint =
    Endpoint { method: "GET", path: "", page: "", params: &[param::EXPAND], exclusive: &[], not_carried_out: &[] };

/// Every endpoint, by group. Where two paths fit, the first one counts.
const GROUPS: &[&[Endpoint]] = &[
    balance_transactions::ENDPOINTS,
    charges::ENDPOINTS,
    checkout_sessions::ENDPOINTS,
    customers::ENDPOINTS,
    disputes::ENDPOINTS,
    events::ENDPOINTS,
    payment_intents::ENDPOINTS,
    payment_methods::ENDPOINTS,
    refunds::ENDPOINTS,
    setup_intents::ENDPOINTS,
];

/// All endpoints of the tables.
pub(crate) fn endpoints() -> impl Iterator<Item = &'static Endpoint> {
    GROUPS.iter().copied().flatten()
}

/// The endpoint that a method and path mean.
pub(crate) fn find(method: &str, path: &str) -> Option<&'static Endpoint> {
    endpoints().find(|endpoint| endpoint.method == method && endpoint.fits(path))
}

impl Endpoint {
    fn fits(&self, path: &str) -> bool {
        let (mut known, mut asked) = (self.path.split('/'), path.split('/'));
        loop {
            match (known.next(), asked.next()) {
                (None, None) => return true,
                (Some("{id}"), Some(id)) if !id.is_empty() => {}
                (Some(known), Some(asked)) if known == asked => {}
                (Some(_) | None, Some(_) | None) => return false,
            }
        }
    }

    /// The parameters of the tables and those that came later.
    fn params(&self) -> impl Iterator<Item = &'static Param> {
        self.params.iter().copied().flatten().chain(changes::added(self))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_endpoint_names_its_page_and_stands_once() {
        let mut seen = BTreeSet::new();
        for endpoint in endpoints() {
            let place = format!("{} {}", endpoint.method, endpoint.path);
            assert!(endpoint.page.starts_with("docs.stripe.com/api/"), "{place}: {}", endpoint.page);
            let first = find(endpoint.method, &endpoint.path.replace("{id}", "xx_1"));
            assert_eq!(first.map(|found| found.path), Some(endpoint.path), "{place} is hidden by another");
            assert!(seen.insert(place));
        }
    }

    #[test]
    fn a_parameter_is_published_once() {
        for endpoint in endpoints() {
            let mut seen = BTreeSet::new();
            for name in endpoint.params().map(|param| param.name).chain(endpoint.not_carried_out.iter().copied()) {
                assert!(seen.insert(name), "{} {}: {name}", endpoint.method, endpoint.path);
            }
            for name in endpoint.exclusive.iter().copied().flatten() {
                let known = seen.iter().any(|seen| seen.split('[').next() == Some(name));
                assert!(known, "{} {}: {name}", endpoint.method, endpoint.path);
            }
        }
    }

    #[test]
    fn paths_are_found_whole() {
        for (method, path, expected) in [
            ("GET", "/v1/payment_intents/search", Some("/v1/payment_intents/search")),
            ("GET", "/v1/payment_intents/pi_1", Some("/v1/payment_intents/{id}")),
            ("POST", "/v1/payment_intents/pi_1/confirm", Some("/v1/payment_intents/{id}/confirm")),
            ("POST", "/v1/payment_intents/pi_1", None),
            ("DELETE", "/v1/customers/cus_1", None),
            ("GET", "/v1/customers/", None),
            ("GET", "/v2/customers/cus_1", None),
            ("GET", "/", None),
        ] {
            assert_eq!(find(method, path).map(|endpoint| endpoint.path), expected, "{method} {path}");
        }
    }
}
