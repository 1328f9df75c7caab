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

/// Establishing a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// One attempt, from the first byte sent to the last received.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);

/// One operation with all its attempts; below the shortest timeout of a function.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(8);

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
            .timeout_config(Self::timeouts())
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

    fn timeouts() -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .operation_timeout(OPERATION_TIMEOUT)
            .build()
    }
}
