//! `docs.stripe.com/api/events`.

use super::param::{CREATED, EXPAND, PAGES, array_up_to, text};
use super::{Endpoint, PLAIN};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        path: "/v1/events",
        page: "docs.stripe.com/api/events/list",
        params: &[EXPAND, PAGES, CREATED, &[text("type"), array_up_to("types", 20)]],
        exclusive: &[&["starting_after", "ending_before"], &["type", "types"]],
        not_carried_out: &["delivery_success"],
        ..PLAIN
    },
    Endpoint { path: "/v1/events/{id}", page: "docs.stripe.com/api/events/retrieve", ..PLAIN },
];
