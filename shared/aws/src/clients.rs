//! The SDK's clients, each built when it is asked for first.

use std::sync::OnceLock;

use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::region::Region;

use crate::{Answers, Dynamo, Publisher, Secrets, Settings, Tables};

/// The clients of one process; they share one HTTP client.
#[derive(Debug)]
pub struct Clients {
    settings: Settings,
    http: SharedHttpClient,
    dynamodb: OnceLock<aws_sdk_dynamodb::Client>,
    iot: OnceLock<aws_sdk_iotdataplane::Client>,
    secrets: OnceLock<aws_sdk_secretsmanager::Client>,
    sns: OnceLock<aws_sdk_sns::Client>,
}

macro_rules! client {
    ($self:ident, $sdk:ident) => {{
        let config = $sdk::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new($self.settings.region.clone()))
            .credentials_provider($self.settings.credentials.clone())
            .http_client($self.http.clone())
            .timeout_config(Settings::timeouts())
            .retry_config(Settings::retries());
        let config = match &$self.settings.endpoint {
            Some(url) => config.endpoint_url(url),
            None => config,
        };
        $sdk::Client::from_conf(config.build())
    }};
}

impl Clients {
    /// No client yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let http = settings.http_client();
        Self {
            settings,
            http,
            dynamodb: OnceLock::new(),
            iot: OnceLock::new(),
            secrets: OnceLock::new(),
            sns: OnceLock::new(),
        }
    }

    /// DynamoDB itself, for whatever is no port.
    pub fn dynamodb(&self) -> &aws_sdk_dynamodb::Client {
        self.dynamodb.get_or_init(|| client!(self, aws_sdk_dynamodb))
    }

    /// The tables.
    #[must_use]
    pub fn tables(&self, tables: Tables) -> Dynamo {
        Dynamo::new(self.dynamodb().clone(), tables)
    }

    /// The way back to stations.
    #[must_use]
    pub fn answers(&self) -> Answers {
        Answers::new(self.iot.get_or_init(|| client!(self, aws_sdk_iotdataplane)).clone())
    }

    /// The way to people; operators listen to the topic with this ARN.
    #[must_use]
    pub fn publisher(&self, operators_topic_arn: impl Into<String>) -> Publisher {
        let client = self.sns.get_or_init(|| client!(self, aws_sdk_sns)).clone();
        Publisher::new(client, operators_topic_arn.into())
    }

    /// The secret of this name or ARN.
    #[must_use]
    pub fn secret<C: ports::Clock>(&self, name: impl Into<String>, clock: C) -> Secrets<C> {
        let client = self.secrets.get_or_init(|| client!(self, aws_sdk_secretsmanager)).clone();
        Secrets::new(client, name.into(), clock)
    }
}
