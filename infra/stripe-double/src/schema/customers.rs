//! `docs.stripe.com/api/customers`.

use super::param::{EXPAND, ONE_CURSOR, PAGES, Param, metadata, text, text_up_to};
use super::{Endpoint, PLAIN};

const KNOWN: &[Param] = &[
    text("description"),
    text_up_to("email", 512),
    text("invoice_settings[default_payment_method]"),
    metadata("metadata"),
    text_up_to("name", 256),
    text_up_to("phone", 20),
];

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        method: "POST",
        path: "/v1/customers",
        page: "docs.stripe.com/api/customers/create",
        params: &[EXPAND, KNOWN, &[text("payment_method")]],
        not_carried_out: &[
            "address",
            "balance",
            "business_name",
            "cash_balance",
            "individual_name",
            "invoice_prefix",
            "invoice_settings[custom_fields]",
            "invoice_settings[footer]",
            "invoice_settings[rendering_options]",
            "next_invoice_sequence",
            "preferred_locales",
            "shipping",
            "source",
            "tax",
            "tax_exempt",
            "tax_id_data",
            "test_clock",
            "validate",
        ],
        ..PLAIN
    },
    Endpoint { path: "/v1/customers/{id}", page: "docs.stripe.com/api/customers/retrieve", ..PLAIN },
    Endpoint {
        method: "POST",
        path: "/v1/customers/{id}",
        page: "docs.stripe.com/api/customers/update",
        params: &[EXPAND, KNOWN],
        not_carried_out: &[
            "address",
            "balance",
            "business_name",
            "cash_balance",
            "default_source",
            "individual_name",
            "invoice_prefix",
            "invoice_settings[custom_fields]",
            "invoice_settings[footer]",
            "invoice_settings[rendering_options]",
            "next_invoice_sequence",
            "preferred_locales",
            "shipping",
            "source",
            "tax",
            "tax_exempt",
            "validate",
        ],
        ..PLAIN
    },
    Endpoint {
        path: "/v1/customers/{id}/payment_methods",
        page: "docs.stripe.com/api/payment_methods/customer_list",
        params: &[EXPAND, PAGES, &[text("type")]],
        exclusive: ONE_CURSOR,
        not_carried_out: &["allow_redisplay"],
        ..PLAIN
    },
];
