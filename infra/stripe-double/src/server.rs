//! One request after the other: who asks, what goes wrong, whether it was asked before, and the reply.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use jiff::Timestamp;

use crate::API_VERSION;
use crate::checkout_page;
use crate::connection::Cut;
use crate::delivery;
use crate::double::{Claim, Double};
use crate::errors::Refusal;
use crate::faults::{Fault, Resumed};
use crate::form::Params;
use crate::idempotency::{self, Begun};
use crate::requests::ReceivedRequest;
use crate::routes::{self, Endpoint};
use crate::schema;
use crate::violations::Violation;

const BODY_BYTES_MAX: usize = 256 * 1024;

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) double: Arc<Double>,
    pub(crate) api_keys: Arc<[String]>,
}

/// A request as far as the double looks at it.
#[derive(Clone, Debug)]
struct Call {
    method: String,
    path: String,
    api_key: Option<String>,
    key: Option<String>,
    params: Result<Params, Refusal>,
    version: Option<String>,
}

/// A reply to write.
#[derive(Clone, Debug)]
struct Reply {
    status: u16,
    body: String,
    request_id: String,
    /// The first request under the key, when this is not it.
    replay_of: Option<String>,
    key: Option<String>,
}

/// What happens on the connection.
enum Outcome {
    Reply(Reply),
    HalfReply(Reply),
    Drop,
}

/// A request of an endpoint; what is wrong with its parameters is answered only if its key is free.
struct Understood {
    endpoint: Endpoint,
    params: Params,
    checked: Result<(), Refusal>,
}

/// What a request comes to before it is executed.
enum Admitted {
    Execute(Endpoint, Params, Option<Claim>),
    Answered(Reply),
}

impl Call {
    fn received(&self, at: Timestamp) -> ReceivedRequest {
        ReceivedRequest {
            at,
            method: self.method.clone(),
            path: self.path.clone(),
            key: self.key.clone(),
            params: self.params.as_ref().map(Params::flat).unwrap_or_default(),
        }
    }

    fn violation(&self, at: Timestamp, refusal: &Refusal) -> Violation {
        Violation {
            at,
            method: self.method.clone(),
            path: self.path.clone(),
            param: refusal.error.param.clone(),
            code: refusal.error.code,
            page: schema::find(&self.method, &self.path).map(|table| table.page),
            message: refusal.error.message.clone(),
        }
    }
}

/// All paths lead to one handler.
pub(crate) fn router(shared: Shared) -> Router {
    Router::new().fallback(handle).with_state(shared)
}

async fn handle(State(shared): State<Shared>, ConnectInfo(cut): ConnectInfo<Cut>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if let Some(id) = checkout_page::session_of(parts.uri.path()) {
        let form = to_bytes(body, BODY_BYTES_MAX).await.unwrap_or_default();
        return checkout_page::answer(&shared.double, &parts.method, id, &form);
    }
    let query = parts.uri.query().unwrap_or_default();
    let params = match to_bytes(body, BODY_BYTES_MAX).await {
        Ok(body) => Params::parse(&[query.as_bytes(), b"&", &body].concat()),
        Err(_) => Err(Refusal::too_large()),
    };
    let text = |name: &str| text(&parts.headers, name);
    let call = Call {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        api_key: text("authorization").and_then(|value| value.strip_prefix("Bearer ").map(str::to_owned)),
        // Keys have no effect on other methods (docs.stripe.com/api/idempotent_requests).
        key: text("idempotency-key").filter(|key| !key.is_empty() && parts.method == "POST"),
        params,
        version: text("stripe-version"),
    };
    // A task of its own: as at Stripe, a client that goes away does not stop its request.
    let outcome = tokio::spawn(answer(shared, call)).await.unwrap_or(Outcome::Drop);
    respond(&cut, outcome)
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn respond(cut: &Cut, outcome: Outcome) -> Response {
    match outcome {
        Outcome::Reply(reply) => reply.into_response(),
        Outcome::HalfReply(reply) => {
            cut.in_the_body();
            reply.into_response()
        }
        Outcome::Drop => {
            cut.at_once();
            Response::new(Body::empty())
        }
    }
}

async fn answer(shared: Shared, call: Call) -> Outcome {
    let double = &shared.double;
    let request_id = double.mint_request_id();
    double.requests.record(call.received(double.now()));
    let understood = understand(&call);
    let checked = understood.as_ref().map_or_else(Err, |understood| understood.checked.as_ref());
    if let Err(refusal) = checked {
        double.violations.record(call.violation(double.now(), refusal));
    }
    if let Err(refusal) = authorize(&shared, &call) {
        return Outcome::Reply(Reply::refusal(&refusal, &request_id, &call));
    }
    let fault = double.faults.take(&call.method, &call.path, call.key.as_deref());
    let admitted = match fault {
        Some(Fault::DropBefore) => return Outcome::Drop,
        // The limiter stands before idempotency (docs.stripe.com/error-low-level, content errors).
        Some(Fault::RateLimited) => Err(Refusal::rate_limited()),
        Some(
            Fault::DropAfter
            | Fault::ErrorBefore
            | Fault::ErrorAfter
            | Fault::HangBefore
            | Fault::HangAfter
            | Fault::Truncated,
        )
        | None => admit(double, &call, understood, &request_id),
    };
    let reply = match admitted {
        Err(refusal) => Reply::refusal(&refusal, &request_id, &call),
        Ok(Admitted::Answered(reply)) => reply,
        Ok(Admitted::Execute(endpoint, params, claim)) => {
            if fault == Some(Fault::HangBefore) && double.faults.hang().await == Resumed::Closing {
                return Outcome::Drop;
            }
            let executed = double.execute((&endpoint, &params), claim.as_ref(), &request_id, fault);
            for waiting in executed.before_reply {
                delivery::deliver(double, waiting).await;
            }
            let (status, body) = (executed.status, executed.body);
            Reply { status, body, request_id, replay_of: None, key: call.key }
        }
    };
    leave(double, reply, fault).await
}

/// What the fault makes of a finished reply.
async fn leave(double: &Double, reply: Reply, fault: Option<Fault>) -> Outcome {
    match fault {
        Some(Fault::DropAfter) => Outcome::Drop,
        Some(Fault::Truncated) => Outcome::HalfReply(reply),
        Some(Fault::HangAfter) => match double.faults.hang().await {
            Resumed::Released => Outcome::Reply(reply),
            Resumed::Closing => Outcome::Drop,
        },
        Some(Fault::DropBefore | Fault::ErrorBefore | Fault::ErrorAfter | Fault::HangBefore | Fault::RateLimited)
        | None => Outcome::Reply(reply),
    }
}

/// A secret test key as bearer token (`docs.stripe.com/api/authentication`).
fn authorize(shared: &Shared, call: &Call) -> Result<(), Refusal> {
    let Some(api_key) = call.api_key.as_deref() else {
        return Err(Refusal::unauthorized("You did not provide an API key in the Authorization header."));
    };
    let known = shared.api_keys.is_empty() || shared.api_keys.iter().any(|key| key == api_key);
    if known && api_key.starts_with("sk_test_") {
        Ok(())
    } else {
        Err(Refusal::unauthorized("Invalid API Key provided."))
    }
}

/// `docs.stripe.com/api/versioning`; without a header the account's version counts, here the only one.
fn check_version(call: &Call) -> Result<(), Refusal> {
    match call.version.as_deref() {
        None | Some(API_VERSION) => Ok(()),
        Some(other) => {
            Err(Refusal::invalid("Stripe-Version", format!("The double speaks {API_VERSION}, not {other}.")))
        }
    }
}

/// Which endpoint is asked, and whether the published API allows what is asked of it.
fn understand(call: &Call) -> Result<Understood, Refusal> {
    let params = call.params.clone()?;
    let unknown = || Refusal::unknown_url(&call.method, &call.path);
    let table = schema::find(&call.method, &call.path).ok_or_else(unknown)?;
    let endpoint = routes::route(&call.method, &call.path).ok_or_else(unknown)?;
    let checked = schema::check(table, &params);
    Ok(Understood { endpoint, params, checked })
}

fn admit(
    double: &Double,
    call: &Call,
    understood: Result<Understood, Refusal>,
    request_id: &str,
) -> Result<Admitted, Refusal> {
    let Understood { endpoint, params, checked } = understood?;
    check_version(call)?;
    let Some(key) = &call.key else { return checked.map(|()| Admitted::Execute(endpoint, params, None)) };
    if key.chars().count() > idempotency::KEY_CHARS_MAX {
        let limit = idempotency::KEY_CHARS_MAX;
        return Err(Refusal::invalid("Idempotency-Key", format!("Idempotency keys have up to {limit} characters.")));
    }
    let fingerprint = idempotency::fingerprint(&call.method, &call.path, &params.flat());
    let claim = Claim { key: key.clone(), fingerprint };
    match double.claim(&claim) {
        Begun::First => match checked {
            Ok(()) => Ok(Admitted::Execute(endpoint, params, Some(claim))),
            Err(refusal) => {
                double.release(&claim);
                Err(refusal)
            }
        },
        Begun::OtherParameters => Err(Refusal::other_parameters(key)),
        Begun::InProgress => Err(Refusal::key_in_use(key)),
        Begun::Replay(kept) => Ok(Admitted::Answered(Reply {
            status: kept.status,
            body: kept.body,
            request_id: request_id.to_owned(),
            replay_of: Some(kept.request_id),
            key: Some(kept.key),
        })),
    }
}

impl Reply {
    fn refusal(refusal: &Refusal, request_id: &str, call: &Call) -> Self {
        Self {
            status: refusal.status,
            body: refusal.body().to_string(),
            request_id: request_id.to_owned(),
            replay_of: None,
            key: call.key.clone(),
        }
    }

    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if self.replay_of.is_some() {
            headers.insert("idempotent-replayed", HeaderValue::from_static("true"));
        }
        for (name, text) in
            [("request-id", Some(self.request_id)), ("original-request", self.replay_of), ("idempotency-key", self.key)]
        {
            if let Some(value) = text.and_then(|text| HeaderValue::from_str(&text).ok()) {
                headers.insert(name, value);
            }
        }
        response
    }
}
