//! `docs.stripe.com/api/setup_intents`.

use super::param::{EXPAND, boolean, metadata, one_of, text, text_up_to};
use super::{Endpoint, PLAIN};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        method: "POST",
        path: "/v1/setup_intents",
        page: "docs.stripe.com/api/setup_intents/create",
        params: &[
            EXPAND,
            &[
                boolean("automatic_payment_methods[enabled]").required(),
                one_of("automatic_payment_methods[allow_redirects]", &["always", "never"]),
                boolean("confirm"),
                text("customer"),
                text_up_to("description", 1000),
                metadata("metadata"),
                text("payment_method"),
                text("return_url"),
                one_of("usage", &["off_session", "on_session"]),
            ],
        ],
        exclusive: &[&["automatic_payment_methods", "allowed_payment_method_types"]],
        not_carried_out: &[
            "attach_to_self",
            "confirmation_token",
            "customer_account",
            "excluded_payment_method_types",
            "flow_directions",
            "mandate_data",
            "on_behalf_of",
            "payment_method_configuration",
            "payment_method_data",
            "payment_method_options",
            "single_use",
            "use_stripe_sdk",
        ],
    },
    Endpoint {
        path: "/v1/setup_intents/{id}",
        page: "docs.stripe.com/api/setup_intents/retrieve",
        params: &[EXPAND, &[text("client_secret")]],
        ..PLAIN
    },
    Endpoint {
        method: "POST",
        path: "/v1/setup_intents/{id}/confirm",
        page: "docs.stripe.com/api/setup_intents/confirm",
        params: &[EXPAND, &[text("payment_method"), text("return_url")]],
        not_carried_out: &[
            "allowed_payment_method_types",
            "confirmation_token",
            "mandate_data",
            "payment_method_data",
            "payment_method_options",
            "use_stripe_sdk",
        ],
        ..PLAIN
    },
];
