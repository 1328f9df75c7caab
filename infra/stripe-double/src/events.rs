//! Events: what happened to which object (`docs.stripe.com/api/events`).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::API_VERSION;
use crate::errors::Refusal;
use crate::form::Params;
use crate::ledger::Resource;
use crate::lists;
use crate::work::Work;

/// An event; `data.object` is the object as it was at that moment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) api_version: String,
    pub(crate) created: i64,
    pub(crate) data: Value,
    /// How many webhooks have not acknowledged the event.
    pub(crate) pending_webhooks: u32,
    pub(crate) request: Value,
    #[serde(rename = "type")]
    pub(crate) kind: String,
}

impl Resource for Event {
    const OBJECT: &'static str = "event";
}

/// An event about `object`, not yet stored.
pub(crate) fn make(work: &mut Work<'_>, kind: &str, object: &Value) -> Event {
    Event {
        id: work.mint("evt"),
        api_version: API_VERSION.to_owned(),
        created: work.now().as_second(),
        data: json!({ "object": object }),
        pending_webhooks: u32::from(work.has_webhook()),
        request: json!({ "id": work.cause().request_id, "idempotency_key": work.cause().idempotency_key }),
        kind: kind.to_owned(),
    }
}

/// `GET /v1/events/{id}`.
pub(crate) fn retrieve(work: &Work<'_>, id: &str) -> Result<Value, Refusal> {
    lists::retrieve(work, Event::OBJECT, id, "id")
}

/// `GET /v1/events`, by `type`, `types` and `created` (`docs.stripe.com/api/events/list`).
pub(crate) fn list(work: &Work<'_>, params: &Params) -> Result<Value, Refusal> {
    let (kind, kinds) = (params.owned("type")?, params.list("types")?);
    lists::list(work, params, Event::OBJECT, "/v1/events", |event| {
        let this = event["type"].as_str().unwrap_or_default();
        kind.as_deref().is_none_or(|kind| kind == this) && (kinds.is_empty() || kinds.iter().any(|kind| kind == this))
    })
}
