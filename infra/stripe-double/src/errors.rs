//! Errors as Stripe words them: an HTTP status and `{"error": {...}}`
//! (`docs.stripe.com/api/errors`, `docs.stripe.com/error-codes`).

use serde::Serialize;
use serde_json::{Value, json};

/// A request that was not carried out, or a payment that did not succeed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) stage: Stage,
    pub(crate) error: Box<ErrorBody>,
}

/// Whether the endpoint had begun: only then is the result kept under the idempotency key
/// (`docs.stripe.com/api/idempotent_requests`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Refused while reading the parameters; the key stays free.
    BeforeExecution,
    /// Refused by the endpoint; the key remembers it.
    Executed,
}

/// The `error` object (`docs.stripe.com/api/errors`).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct ErrorBody {
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<&'static str>,
    pub(crate) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) param: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) decline_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) advice_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) charge: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) payment_intent: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) setup_intent: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) payment_method: Option<Value>,
}

impl Refusal {
    /// A parameter that is missing, malformed or unknown.
    pub(crate) fn invalid(param: &str, message: impl Into<String>) -> Self {
        let mut refusal = Self::request(400, None, message.into());
        refusal.error.param = Some(param.to_owned());
        refusal
    }

    /// As [`Refusal::invalid`], with a code.
    pub(crate) fn invalid_code(param: &str, code: &'static str, message: impl Into<String>) -> Self {
        let mut refusal = Self::invalid(param, message);
        refusal.error.code = Some(code);
        refusal
    }

    /// A required parameter that was not sent.
    pub(crate) fn missing(param: &str) -> Self {
        Self::invalid_code(param, "parameter_missing", format!("Missing required param: {param}."))
    }

    /// An object in the path (404) or in a parameter (400) that does not exist.
    pub(crate) fn no_such(object: &str, id: &str, param: &str) -> Self {
        let mut refusal =
            Self::invalid_code(param, "resource_missing", format!("No such {}: '{id}'", object.replace('_', "")));
        if param == "id" || param == "intent" {
            refusal.status = 404;
        }
        refusal
    }

    /// The endpoint began and refuses: the state of the objects forbids it.
    pub(crate) fn by_state(code: Option<&'static str>, message: impl Into<String>) -> Self {
        Self { stage: Stage::Executed, ..Self::request(400, code, message.into()) }
    }

    /// As [`Refusal::by_state`], blaming one parameter.
    pub(crate) fn by_state_of(param: &str, code: Option<&'static str>, message: impl Into<String>) -> Self {
        let mut refusal = Self::by_state(code, message);
        refusal.error.param = Some(param.to_owned());
        refusal
    }

    /// The payment itself failed: 402 `card_error`.
    pub(crate) fn card(error: ErrorBody) -> Self {
        Self { status: 402, stage: Stage::Executed, error: Box::new(ErrorBody { kind: "card_error", ..error }) }
    }

    /// No or a wrong secret key (`docs.stripe.com/api/authentication`).
    pub(crate) fn unauthorized(message: impl Into<String>) -> Self {
        Self::request(401, None, message.into())
    }

    /// No endpoint has this method and path.
    pub(crate) fn unknown_url(method: &str, path: &str) -> Self {
        Self::request(404, None, format!("Unrecognized request URL ({method}: {path})."))
    }

    /// The request is too large to be read.
    pub(crate) fn too_large() -> Self {
        Self::request(413, None, "The request body is too large.".to_owned())
    }

    /// The key was first used with another endpoint or other parameters (`docs.stripe.com/api/idempotent_requests`).
    pub(crate) fn other_parameters(key: &str) -> Self {
        let mut refusal = Self::request(
            400,
            None,
            format!("The idempotency key '{key}' was first used with another endpoint or other parameters."),
        );
        refusal.error.kind = "idempotency_error";
        refusal
    }

    /// The first request under the key has not ended (`docs.stripe.com/error-low-level`, 409).
    pub(crate) fn key_in_use(key: &str) -> Self {
        let mut refusal = Self::request(
            409,
            Some("idempotency_key_in_use"),
            format!("Another request with the idempotency key '{key}' is in progress."),
        );
        refusal.error.kind = "idempotency_error";
        refusal
    }

    /// Too many requests (`docs.stripe.com/rate-limits`).
    pub(crate) fn rate_limited() -> Self {
        Self::request(429, Some("rate_limit"), "Too many requests.".to_owned())
    }

    /// Something failed on Stripe's side (`docs.stripe.com/error-low-level`, server errors).
    pub(crate) fn server_error() -> Self {
        let error = ErrorBody { kind: "api_error", message: "An unknown error occurred.".to_owned(), ..<_>::default() };
        Self { status: 500, stage: Stage::Executed, error: Box::new(error) }
    }

    fn request(status: u16, code: Option<&'static str>, message: String) -> Self {
        let error = ErrorBody { kind: "invalid_request_error", code, message, ..ErrorBody::default() };
        Self { status, stage: Stage::BeforeExecution, error: Box::new(error) }
    }

    /// The reply's body.
    pub(crate) fn body(&self) -> Value {
        json!({ "error": *self.error })
    }
}

impl From<serde_json::Error> for Refusal {
    fn from(error: serde_json::Error) -> Self {
        tracing::error!(error = %error, "an object of the double could not be written or read");
        Self::server_error()
    }
}
