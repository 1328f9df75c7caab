//! `docs.stripe.com/api/checkout/sessions`.

use super::param::{EXPAND, integer, metadata, one_of, text, text_up_to};
use super::{Endpoint, PLAIN};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        method: "POST",
        path: "/v1/checkout/sessions",
        page: "docs.stripe.com/api/checkout/sessions/create",
        params: &[
            EXPAND,
            &[
                text("cancel_url"),
                text_up_to("client_reference_id", 200),
                text_up_to("currency", 3),
                text("customer"),
                one_of("customer_creation", &["always", "if_required"]),
                text("customer_email"),
                integer("expires_at"),
                one_of("locale", LOCALES),
                metadata("metadata"),
                one_of("mode", &["payment", "setup", "subscription"]),
                text_up_to("setup_intent_data[description]", 1000),
                metadata("setup_intent_data[metadata]"),
                text("success_url"),
                one_of("ui_mode", &["elements", "embedded_page", "form", "hosted_page"]),
            ],
        ],
        not_carried_out: &[
            "adaptive_pricing",
            "after_expiration",
            "allow_promotion_codes",
            "automatic_tax",
            "billing_address_collection",
            "branding_settings",
            "consent_collection",
            "custom_fields",
            "custom_text",
            "customer_account",
            "customer_update",
            "discounts",
            "excluded_payment_method_types",
            "integration_identifier",
            "invoice_creation",
            "line_items",
            "managed_payments",
            "name_collection",
            "optional_items",
            "origin_context",
            "payment_intent_data",
            "payment_method_collection",
            "payment_method_configuration",
            "payment_method_data",
            "payment_method_options",
            "permissions",
            "phone_number_collection",
            "redirect_on_completion",
            "return_url",
            "saved_payment_method_options",
            "setup_intent_data[on_behalf_of]",
            "shipping_address_collection",
            "shipping_options",
            "submit_type",
            "subscription_data",
            "tax_id_collection",
            "wallet_options",
        ],
        ..PLAIN
    },
    Endpoint { path: "/v1/checkout/sessions/{id}", page: "docs.stripe.com/api/checkout/sessions/retrieve", ..PLAIN },
    Endpoint {
        method: "POST",
        path: "/v1/checkout/sessions/{id}/expire",
        page: "docs.stripe.com/api/checkout/sessions/expire",
        ..PLAIN
    },
];

const LOCALES: &[&str] = &[
    "auto", "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA", "hr", "hu",
    "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru", "sk", "sl", "sv",
    "th", "tr", "vi", "zh", "zh-HK", "zh-TW",
];
