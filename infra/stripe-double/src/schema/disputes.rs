//! `docs.stripe.com/api/disputes`.

use super::param::{CREATED, EXPAND, ONE_CURSOR, PAGES, text};
use super::{Endpoint, PLAIN};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        path: "/v1/disputes",
        page: "docs.stripe.com/api/disputes/list",
        params: &[EXPAND, PAGES, CREATED, &[text("charge"), text("payment_intent")]],
        exclusive: ONE_CURSOR,
        ..PLAIN
    },
    Endpoint { path: "/v1/disputes/{id}", page: "docs.stripe.com/api/disputes/retrieve", ..PLAIN },
];
