//! Calls over HTTP.

use std::collections::BTreeMap;
use std::future::Future;

use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::unwind::{CatchFuture, Panicked, catch_future};

/// One call, byte for byte as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The headers that are text, by their names in lower case; repeated ones are joined with a comma.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Vec<u8>,
}

/// Has a call answered with a status and no body. A body that cannot be decoded is answered with 400, a panic with 500.
pub async fn http_call<H, F>(event: ApiGatewayV2httpRequest, handle: H) -> ApiGatewayV2httpResponse
where
    H: FnOnce(Call) -> F,
    F: Future<Output = u16>,
{
    let status = match call(event) {
        Some(call) => guarded(handle, call).await.unwrap_or_else(|Panicked| {
            tracing::error!("a call panicked");
            500
        }),
        None => 400,
    };
    let mut response = ApiGatewayV2httpResponse::default();
    response.status_code = i64::from(status);
    response
}

/// Not `async`: the future of a handler is large, and here it is moved into its box without staying in the caller's own.
fn guarded<H, F>(handle: H, call: Call) -> CatchFuture<impl Future<Output = u16>>
where
    H: FnOnce(Call) -> F,
    F: Future<Output = u16>,
{
    catch_future(async move { handle(call).await })
}

fn call(event: ApiGatewayV2httpRequest) -> Option<Call> {
    let text = event.body.unwrap_or_default();
    let body = if event.is_base64_encoded { BASE64_STANDARD.decode(text).ok()? } else { text.into_bytes() };
    let mut headers = BTreeMap::<String, String>::new();
    for (name, value) in &event.headers {
        let Ok(value) = value.to_str() else { continue };
        headers
            .entry(name.as_str().to_owned())
            .and_modify(|joined| {
                joined.push(',');
                joined.push_str(value);
            })
            .or_insert_with(|| value.to_owned());
    }
    Some(Call { headers, body })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(body: &str, is_base64: bool) -> ApiGatewayV2httpRequest {
        serde_json::from_value(json!({
            "version": "2.0", "routeKey": "POST /stripe/webhook", "rawPath": "/stripe/webhook", "rawQueryString": "",
            "headers": { "Stripe-Signature": "t=1,v1=ab", "content-type": "application/json" },
            "requestContext": { "http": {
                "method": "POST", "path": "/stripe/webhook", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "Stripe/1.0"
            }, "timeEpoch": 0 },
            "body": body, "isBase64Encoded": is_base64,
        }))
        .unwrap()
    }

    async fn status(event: ApiGatewayV2httpRequest, handle: impl Fn(Call) -> u16) -> i64 {
        http_call(event, async |call| handle(call)).await.status_code
    }

    #[tokio::test]
    async fn the_body_arrives_byte_for_byte_and_headers_in_lower_case() {
        for (body, is_base64) in [("{\"id\":\"evt_1\"}", false), ("eyJpZCI6ImV2dF8xIn0=", true)] {
            let answered = status(event(body, is_base64), |call| {
                assert_eq!(call.body, br#"{"id":"evt_1"}"#);
                assert_eq!(call.headers["stripe-signature"], "t=1,v1=ab");
                200
            });
            assert_eq!(answered.await, 200);
        }
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_the_callers_fault_and_a_panic_is_ours() {
        assert_eq!(status(event("not base64!", true), |_| 200).await, 400);
        assert_eq!(status(event("{}", false), |_| panic!("broken")).await, 500);
    }
}
