//! `docs.stripe.com/api/payment_methods`.

use super::param::{EXPAND, text};
use super::{Endpoint, PLAIN};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint { path: "/v1/payment_methods/{id}", page: "docs.stripe.com/api/payment_methods/retrieve", ..PLAIN },
    Endpoint {
        method: "POST",
        path: "/v1/payment_methods/{id}/attach",
        page: "docs.stripe.com/api/payment_methods/attach",
        // Published as optional since accounts can be named instead, which the double does not carry out.
        params: &[EXPAND, &[text("customer").required()]],
        not_carried_out: &["customer_account"],
        ..PLAIN
    },
];
