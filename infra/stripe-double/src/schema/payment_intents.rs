//! `docs.stripe.com/api/payment_intents`.

use super::param::{CREATED, EXPAND, ONE_CURSOR, PAGES, boolean, integer, metadata, one_of, text, text_up_to};
use super::{Endpoint, PLAIN};

/// A boolean, or why the holder is not there.
const OFF_SESSION: &[&str] = &["false", "one_off", "recurring", "true"];

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        method: "POST",
        path: "/v1/payment_intents",
        page: "docs.stripe.com/api/payment_intents/create",
        params: &[
            EXPAND,
            &[
                integer("amount").required(),
                boolean("automatic_payment_methods[enabled]").required(),
                one_of("automatic_payment_methods[allow_redirects]", &["always", "never"]),
                one_of("capture_method", &["automatic", "automatic_async", "manual"]),
                boolean("confirm"),
                one_of("confirmation_method", &["automatic", "manual"]),
                text_up_to("currency", 3).required(),
                text("customer"),
                text_up_to("description", 1000),
                boolean("error_on_requires_action"),
                metadata("metadata"),
                one_of("off_session", OFF_SESSION),
                text("payment_method"),
                text("receipt_email"),
                text("return_url"),
                one_of("setup_future_usage", &["off_session", "on_session"]),
                text_up_to("statement_descriptor_suffix", 22),
            ],
        ],
        exclusive: &[&["automatic_payment_methods", "allowed_payment_method_types"]],
        not_carried_out: &[
            "amount_details",
            "application_fee_amount",
            "confirmation_token",
            "customer_account",
            "excluded_payment_method_types",
            "hooks",
            "mandate",
            "mandate_data",
            "on_behalf_of",
            "payment_details",
            "payment_method_configuration",
            "payment_method_data",
            "payment_method_options",
            "radar_options",
            "shipping",
            "statement_descriptor",
            "transfer_data",
            "transfer_group",
            "use_stripe_sdk",
        ],
    },
    Endpoint {
        path: "/v1/payment_intents",
        page: "docs.stripe.com/api/payment_intents/list",
        params: &[EXPAND, PAGES, CREATED, &[text("customer")]],
        exclusive: ONE_CURSOR,
        not_carried_out: &["customer_account"],
        ..PLAIN
    },
    Endpoint {
        path: "/v1/payment_intents/search",
        page: "docs.stripe.com/api/payment_intents/search",
        params: &[EXPAND, &[integer("limit").at_least(1).at_most(100), text("page"), text("query").required()]],
        ..PLAIN
    },
    Endpoint {
        path: "/v1/payment_intents/{id}",
        page: "docs.stripe.com/api/payment_intents/retrieve",
        params: &[EXPAND, &[text("client_secret")]],
        ..PLAIN
    },
    Endpoint {
        method: "POST",
        path: "/v1/payment_intents/{id}/confirm",
        page: "docs.stripe.com/api/payment_intents/confirm",
        params: &[
            EXPAND,
            &[
                boolean("error_on_requires_action"),
                one_of("off_session", OFF_SESSION),
                text("payment_method"),
                text("receipt_email"),
                text("return_url"),
            ],
        ],
        not_carried_out: &[
            "allowed_payment_method_types",
            "amount_details",
            "amount_to_confirm",
            "capture_method",
            "confirmation_token",
            "excluded_payment_method_types",
            "hooks",
            "mandate",
            "mandate_data",
            "payment_details",
            "payment_method_data",
            "payment_method_options",
            "radar_options",
            "setup_future_usage",
            "shipping",
            "use_stripe_sdk",
        ],
        ..PLAIN
    },
    Endpoint {
        method: "POST",
        path: "/v1/payment_intents/{id}/capture",
        page: "docs.stripe.com/api/payment_intents/capture",
        params: &[EXPAND, &[integer("amount_to_capture").at_least(1)]],
        not_carried_out: &[
            "amount_details",
            "application_fee_amount",
            "final_capture",
            "hooks",
            "metadata",
            "payment_details",
            "statement_descriptor",
            "statement_descriptor_suffix",
            "transfer_data",
        ],
        ..PLAIN
    },
    Endpoint {
        method: "POST",
        path: "/v1/payment_intents/{id}/cancel",
        page: "docs.stripe.com/api/payment_intents/cancel",
        params: &[
            EXPAND,
            &[one_of("cancellation_reason", &["abandoned", "duplicate", "fraudulent", "requested_by_customer"])],
        ],
        ..PLAIN
    },
];
