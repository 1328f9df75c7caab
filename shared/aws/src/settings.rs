//! What clients are built from: given, never looked up.

use std::time::Duration;

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;

pub use aws_credential_types::Credentials;

/// One attempt and two retries, with the SDK's standard pauses in between.
const MAX_ATTEMPTS: u32 = 3;

/// Where AWS is and who asks.
#[derive(Debug, Clone)]
pub struct Settings {
    /// E.g. `eu-central-1`.
    pub region: String,
    /// Who asks; their `Debug` shows no secret.
    pub credentials: Credentials,
    /// Every service at this URL instead of its own, e.g. `http://127.0.0.1:8000`; plain `http` works.
    pub endpoint: Option<String>,
    /// How long to wait.
    pub timeouts: Timeouts,
}

/// How long to wait for a service, in real time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Establishing a connection.
    pub connect: Duration,
    /// One attempt, from the first byte sent to the last received. Afterwards the same is asked again, and a write may find itself done.
    pub attempt: Duration,
    /// One operation with all its attempts.
    pub operation: Duration,
}

impl Timeouts {
    /// What a function can wait: below the shortest timeout of one.
    pub const FUNCTION: Self =
        Self { connect: Duration::from_secs(1), attempt: Duration::from_secs(3), operation: Duration::from_secs(8) };

    /// For a service that loses no reply: what is late is waited for this long, and not asked again.
    #[must_use]
    pub const fn once(longest: Duration) -> Self {
        Self { connect: longest, attempt: longest, operation: longest }
    }
}

impl Settings {
    /// The configuration of every client.
    pub(crate) fn into_sdk_config(self) -> SdkConfig {
        let http = self.http_client();
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(self.region))
            .credentials_provider(SharedCredentialsProvider::new(self.credentials))
            .http_client(http)
            .timeout_config(self.timeouts.into_config())
            .retry_config(RetryConfig::standard().with_max_attempts(MAX_ATTEMPTS));
        match self.endpoint {
            Some(url) => config.endpoint_url(url).build(),
            None => config.build(),
        }
    }

    /// The HTTP client that all services share; without TLS, and without loading certificates, where the endpoint needs none.
    fn http_client(&self) -> SharedHttpClient {
        let builder = aws_smithy_http_client::Builder::new();
        if self.endpoint.as_deref().is_some_and(|url| url.starts_with("http://")) {
            builder.build_http()
        } else {
            builder.tls_provider(tls::Provider::Rustls(CryptoMode::Ring)).build_https()
        }
    }
}

impl Timeouts {
    fn into_config(self) -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(self.connect)
            .operation_attempt_timeout(self.attempt)
            .operation_timeout(self.operation)
            .build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_wait_as_long_as_they_are_told() {
        let [connect, attempt, operation] = [1, 2, 3].map(Duration::from_secs);
        let settings = Settings {
            region: "eu-central-1".to_owned(),
            credentials: Credentials::new("id", "secret", None, None, "test"),
            endpoint: Some("http://127.0.0.1:1".to_owned()),
            timeouts: Timeouts { connect, attempt, operation },
        };
        let config = settings.into_sdk_config();
        let config = config.timeout_config().unwrap();
        let waits = [config.connect_timeout(), config.operation_attempt_timeout(), config.operation_timeout()];
        assert_eq!(waits, [connect, attempt, operation].map(Some));
    }
}
