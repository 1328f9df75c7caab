//! What can be called from outside, by whom and how often.

use serde_yaml_ng::Value;

use crate::model::{FUNCTION, Part, Problem, Template};

const ROUTE: &str = "AWS::ApiGatewayV2::Route";

/// Reviewed: routes that anybody may call. Stripe signs what it sends.
const OPEN_ROUTES: [&str; 1] = ["POST /stripe/webhook"];

/// What the gateway waits for when an integration says nothing.
const DEFAULT_WAIT_MS: u64 = 30_000;

pub(super) fn asks_who_calls(template: &Template) -> Vec<Problem> {
    let is_open = |route: &Part| {
        let asks = match route.text("AuthorizationType").as_deref() {
            Some("AWS_IAM") => true,
            Some("JWT" | "CUSTOM") => route.property("AuthorizerId").is_some(),
            _ => false,
        };
        !asks && !OPEN_ROUTES.contains(&route.text("RouteKey").unwrap_or_default().as_str())
    };
    let open = template.of_type(ROUTE).into_iter().filter(is_open);
    // An API by itself can have routes that are no resources.
    let hides = |api: &Part| ["Body", "BodyS3Location", "Target"].iter().any(|path| api.property(path).is_some());
    let hidden = template.of_type("AWS::ApiGatewayV2::Api").into_iter().filter(hides);
    let open = open.map(|route| route.problem("does not ask who calls"));
    open.chain(hidden.map(|api| api.problem("has routes that no rule sees"))).collect()
}

pub(super) fn has_scopes(template: &Template) -> Vec<Problem> {
    let lacks = |route: &Part| {
        route.text("AuthorizationType").as_deref() == Some("JWT") && route.texts("AuthorizationScopes").is_empty()
    };
    template.of_type(ROUTE).into_iter().filter(lacks).map(|route| route.problem("has no scope")).collect()
}

pub(super) fn throttles(template: &Template) -> Vec<Problem> {
    let check = |stage: Part| {
        [
            stage.must_be_within("DefaultRouteSettings.ThrottlingRateLimit", 1..=1_000),
            stage.must_be_within("DefaultRouteSettings.ThrottlingBurstLimit", 1..=1_000),
        ]
    };
    template.of_type("AWS::ApiGatewayV2::Stage").into_iter().flat_map(check).flatten().collect()
}

/// Otherwise the caller is told that it failed, and it has not.
pub(super) fn outlasts_function(template: &Template) -> Vec<Problem> {
    let gives_up = |integration: &Part| {
        let uri = integration.text("IntegrationUri");
        let Some(function) = template.behind(uri.as_deref(), ".Arn", FUNCTION) else { return true };
        let timeout = template.setting(&function, "Timeout").and_then(Value::as_u64);
        timeout.is_none_or(|seconds| seconds * 1000 > integration.number("TimeoutInMillis").unwrap_or(DEFAULT_WAIT_MS))
    };
    let integrations = template.of_type("AWS::ApiGatewayV2::Integration").into_iter();
    integrations.filter(gives_up).map(|one| one.problem("gives up before its function does")).collect()
}
