//! `docs.stripe.com/api/charges`.

use super::{Endpoint, PLAIN};

pub(super) const ENDPOINTS: &[Endpoint] =
    &[Endpoint { path: "/v1/charges/{id}", page: "docs.stripe.com/api/charges/retrieve", ..PLAIN }];
