//! The Lambda runtime around a frame; each returns only when the runtime fails.

use std::future::Future;
use std::pin::Pin;

use aws::decode::Undecodable;
use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use aws_lambda_events::dynamodb::{Event, EventRecord};
use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use jiff::Timestamp;
use lambda_runtime::{Diagnostic, LambdaEvent, run, service_fn};
use ports::{Clock, FailedRecord, KeepQuarantine, Record};
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::error::chain;
use crate::{Call, Error, SystemClock, http_call, queue_batch, stream_batch};

/// Runs a function that reads a queue.
///
/// # Errors
/// [`Error`]: the runtime failed.
pub async fn run_queue<T, D, H, F>(decode: D, quarantine: &impl KeepQuarantine, handle: H) -> Result<(), Error>
where
    D: Fn(&SqsMessage) -> Result<Record<T>, Undecodable>,
    H: Fn(Timestamp, Vec<Record<T>>) -> F,
    F: Future<Output = Vec<FailedRecord>>,
{
    let batch = async |event: LambdaEvent<SqsEvent>| {
        let now = SystemClock.now();
        let handle = |records| handle(now, records);
        Ok::<_, lambda_runtime::Error>(erased(queue_batch(&event.payload, now, &decode, quarantine, handle)).await)
    };
    run(service_fn(batch)).await.map_err(Error::runtime)
}

/// Runs a function that reads the stream of a table.
///
/// # Errors
/// [`Error`]: the runtime failed.
pub async fn run_stream<T, D, H, F>(decode: D, quarantine: &impl KeepQuarantine, handle: H) -> Result<(), Error>
where
    D: Fn(&EventRecord) -> Result<Record<T>, Undecodable>,
    H: Fn(Timestamp, Vec<Record<T>>) -> F,
    F: Future<Output = Vec<FailedRecord>>,
{
    let batch = async |event: LambdaEvent<Event>| {
        let now = SystemClock.now();
        let handle = |records| handle(now, records);
        Ok::<_, lambda_runtime::Error>(erased(stream_batch(&event.payload, now, &decode, quarantine, handle)).await)
    };
    run(service_fn(batch)).await.map_err(Error::runtime)
}

/// Runs a function that answers HTTP with a status.
///
/// # Errors
/// [`Error`]: the runtime failed.
pub async fn run_http<H, F>(handle: H) -> Result<(), Error>
where
    H: Fn(Timestamp, Call) -> F,
    F: Future<Output = u16>,
{
    let call = async |event: LambdaEvent<ApiGatewayV2httpRequest>| {
        let handle = |call| handle(SystemClock.now(), call);
        Ok::<_, lambda_runtime::Error>(erased(http_call(event.payload, handle)).await)
    };
    run(service_fn(call)).await.map_err(Error::runtime)
}

/// Runs a function that answers one request; an error makes the invocation fail.
///
/// # Errors
/// [`Error`]: the runtime failed.
pub async fn run_request<Q, A, H, F, E>(handle: H) -> Result<(), Error>
where
    Q: DeserializeOwned,
    A: Serialize,
    H: Fn(Timestamp, Q) -> F,
    F: Future<Output = Result<A, E>>,
    E: std::error::Error,
{
    let answer = async |event: LambdaEvent<Q>| {
        erased(handle(SystemClock.now(), event.payload)).await.map_err(|error| told(&error))
    };
    run(service_fn(answer)).await.map_err(Error::runtime)
}

/// Runs a function by the clock; what the schedule sends is not looked at. An error makes the invocation fail.
///
/// # Errors
/// [`Error`]: the runtime failed.
pub async fn run_schedule<H, F, E>(handle: H) -> Result<(), Error>
where
    H: Fn(Timestamp) -> F,
    F: Future<Output = Result<(), E>>,
    E: std::error::Error,
{
    let tick = async |_: LambdaEvent<IgnoredAny>| erased(handle(SystemClock.now())).await.map_err(|error| told(&error));
    run(service_fn(tick)).await.map_err(Error::runtime)
}

/// What the runtime logs and answers. It is given words only: it would log the error whole, and an error of the SDK holds the response,
/// with the keys that may be in it.
fn told(error: &dyn std::error::Error) -> Diagnostic {
    Diagnostic { error_type: "PortError".to_owned(), error_message: chain(error) }
}

/// The type of a handler's future, with all that it awaits, is nested more deeply than the compiler follows: here it ends.
fn erased<'a, T>(future: impl Future<Output = T> + 'a) -> Pin<Box<dyn Future<Output = T> + 'a>> {
    Box::pin(future)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the answer could not be read")]
    struct Unread {
        body: &'static str,
    }

    #[test]
    fn the_runtime_never_sees_the_body_of_a_response() {
        let error = ports::PortError::new("issue a certificate", Unread { body: "-----BEGIN RSA PRIVATE KEY-----" });
        assert!(format!("{error:?}").contains("PRIVATE KEY"), "what it is about");
        let told = told(&error);
        assert_eq!(told.error_message, "failed to issue a certificate: the answer could not be read");
        assert!(!format!("{told:?}").contains("PRIVATE KEY"));
    }
}
