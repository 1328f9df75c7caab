//! The SDK's clients, each built when it is asked for first.

use std::sync::OnceLock;

use aws_types::SdkConfig;

use crate::{Answers, Dynamo, Publisher, Secrets, Settings, Tables};

/// The clients of one process; they share one HTTP client.
#[derive(Debug)]
pub struct Clients {
    config: SdkConfig,
    dynamodb: OnceLock<aws_sdk_dynamodb::Client>,
}

impl Clients {
    /// No client yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { config: settings.into_sdk_config(), dynamodb: OnceLock::new() }
    }

    /// What further clients are built from, for services that are behind no port.
    #[must_use]
    pub fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// DynamoDB itself, for whatever is no port.
    pub fn dynamodb(&self) -> &aws_sdk_dynamodb::Client {
        self.dynamodb.get_or_init(|| aws_sdk_dynamodb::Client::new(&self.config))
    }

    /// The tables.
    #[must_use]
    pub fn tables(&self, tables: Tables) -> Dynamo {
        Dynamo::new(self.dynamodb().clone(), tables)
    }

    /// The way back to stations.
    #[must_use]
    pub fn answers(&self) -> Answers {
        Answers::new(aws_sdk_iotdataplane::Client::new(&self.config))
    }

    /// The way to people; operators listen to the topic with this ARN.
    #[must_use]
    pub fn publisher(&self, operators_topic_arn: impl Into<String>) -> Publisher {
        Publisher::new(aws_sdk_sns::Client::new(&self.config), operators_topic_arn.into())
    }

    /// The secret of this name or ARN.
    #[must_use]
    pub fn secret<C: ports::Clock>(&self, name: impl Into<String>, clock: C) -> Secrets<C> {
        Secrets::new(aws_sdk_secretsmanager::Client::new(&self.config), name.into(), clock)
    }
}
