//! `docs.stripe.com/api/balance_transactions`.

use super::param::{CREATED, EXPAND, ONE_CURSOR, PAGES, text, text_up_to};
use super::{Endpoint, PLAIN};

pub(super) const ENDPOINTS: &[Endpoint] = &[Endpoint {
    path: "/v1/balance_transactions",
    page: "docs.stripe.com/api/balance_transactions/list",
    params: &[EXPAND, PAGES, CREATED, &[text_up_to("currency", 3), text("source"), text("type")]],
    exclusive: ONE_CURSOR,
    not_carried_out: &["payout"],
    ..PLAIN
}];
