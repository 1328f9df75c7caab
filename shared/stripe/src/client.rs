//! The client, and the one place that sends.

use std::future::Future;
use std::time::Duration;

use miniserde::Deserialize;
use ports::{PaymentError, Secret};
use stripe::{Client, ClientBuilder, IdempotencyKey, RequestStrategy, StripeRequest};

use crate::failure;

/// Stripe, as one account sees it.
#[derive(Clone)]
pub struct StripeClient {
    client: Client,
    timeout: Duration,
}

/// A key or an address that no request can be made with.
#[derive(Debug, thiserror::Error)]
#[error("the Stripe key or address cannot be used")]
pub struct BadClient(#[source] stripe::StripeError);

/// How a request may be repeated.
#[derive(Clone, Copy)]
pub(crate) enum Repeat<'a> {
    /// It reads.
    Freely,
    /// It writes, under this idempotency key.
    Under(&'a str),
}

impl StripeClient {
    /// A client that waits for a reply as long as `timeout`; `api_base` names another server than Stripe's.
    ///
    /// # Errors
    /// [`BadClient`]: the key cannot be a header, or the address is none.
    pub fn new(key: &Secret<String>, api_base: Option<&str>, timeout: Duration) -> Result<Self, BadClient> {
        let mut builder =
            ClientBuilder::new(key.expose().as_str()).timeout(timeout).request_strategy(RequestStrategy::Once);
        if let Some(base) = api_base {
            // The SDK puts its paths right after the base.
            let base = if base.ends_with('/') { base.to_owned() } else { format!("{base}/") };
            builder = builder.url(base);
        }
        Ok(Self { client: builder.build().map_err(BadClient)?, timeout })
    }

    /// Sends a request exactly once. No other place may send.
    ///
    /// The request is written down before anything is awaited: the SDK's requests are several KiB, and need not be kept.
    pub(crate) fn send<'a, R>(
        &'a self,
        request: &R,
        repeat: Repeat<'_>,
    ) -> impl Future<Output = Result<R::Output, PaymentError>> + Send + use<'a, R>
    where
        R: StripeRequest,
        R::Output: Deserialize + Send,
    {
        let request = request.customize().timeout(self.timeout);
        let strategy = match repeat {
            Repeat::Freely => Ok(RequestStrategy::Once),
            Repeat::Under(key) => IdempotencyKey::new(key).map(RequestStrategy::Idempotent),
        };
        async move {
            let request = request.request_strategy(strategy.map_err(|error| PaymentError::Refused(error.into()))?);
            request.send(&self.client).await.map_err(failure::classify)
        }
    }
}

impl std::fmt::Debug for StripeClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StripeClient").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}
