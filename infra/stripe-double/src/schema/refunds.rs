//! `docs.stripe.com/api/refunds`.

use super::param::{CREATED, EXPAND, ONE_CURSOR, PAGES, integer, metadata, one_of, text};
use super::{Endpoint, PLAIN};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        method: "POST",
        path: "/v1/refunds",
        page: "docs.stripe.com/api/refunds/create",
        params: &[
            EXPAND,
            &[
                integer("amount").at_least(1),
                text("charge"),
                metadata("metadata"),
                text("payment_intent"),
                one_of("reason", &["duplicate", "fraudulent", "requested_by_customer"]),
            ],
        ],
        exclusive: &[&["payment_intent", "charge"]],
        not_carried_out: &[
            "currency",
            "customer",
            "instructions_email",
            "origin",
            "refund_application_fee",
            "reverse_transfer",
        ],
    },
    Endpoint {
        path: "/v1/refunds",
        page: "docs.stripe.com/api/refunds/list",
        params: &[EXPAND, PAGES, CREATED, &[text("charge"), text("payment_intent")]],
        exclusive: ONE_CURSOR,
        ..PLAIN
    },
    Endpoint { path: "/v1/refunds/{id}", page: "docs.stripe.com/api/refunds/retrieve", ..PLAIN },
];
