//! A deployed system: its stack's outputs name its tables and the function that admits stations.

use std::collections::BTreeMap;
use std::time::Duration;

use admit_station::{Order, Outcome};
use aws::{Clients, Dynamo, Tables};
use aws_sdk_cloudformation::error::ProvideErrorMetadata;
use aws_sdk_lambda::config::retry::RetryConfig;
use aws_sdk_lambda::config::timeout::TimeoutConfig;
use aws_sdk_lambda::primitives::Blob;
use lambda::Config;

use crate::exit::{self, Failure};

/// An order takes some seconds: the function may have to start, and AWS IoT makes the keys.
const ORDER_TIMEOUT: Duration = Duration::from_mins(1);

/// A deployed system.
#[derive(Debug)]
pub struct Stack {
    /// Its tables.
    pub tables: Dynamo,
    admit_station: String,
    lambda: aws_sdk_lambda::Client,
}

impl Stack {
    /// Finds a stack by its name, in this region or that of the environment, with the credentials of the environment.
    ///
    /// # Errors
    /// [`Failure::Unusable`]: no credentials, no such stack, or a stack of something else.
    pub async fn find(name: &str, region: Option<&str>) -> Result<Self, Failure> {
        let clients = Clients::new(settings(region)?);
        let outputs = outputs(&clients, name).await?;
        let output = |key: &str| {
            let missing = || {
                Failure::Unusable(format!("the stack {name} has no output {key}: it is no Wattwarden, or an old one"))
            };
            outputs.get(key).cloned().ok_or_else(missing)
        };
        let tables = Tables {
            assets: output("AssetsTableName")?,
            connectors: output("ConnectorsTableName")?,
            sessions: output("SessionsTableName")?,
            receipts: output("ReceiptsTableName")?,
            alerts: output("AlertsTableName")?,
            quarantine: output("QuarantineTableName")?,
        };
        let config = aws_sdk_lambda::config::Builder::from(clients.config())
            .timeout_config(TimeoutConfig::builder().operation_timeout(ORDER_TIMEOUT).build())
            // An order that was carried out but not answered must not be given twice: the key would be lost unnoticed.
            .retry_config(RetryConfig::disabled());
        Ok(Self {
            tables: clients.tables(tables),
            admit_station: output("AdmitStationFunctionName")?,
            lambda: aws_sdk_lambda::Client::from_conf(config.build()),
        })
    }

    /// Gives an order to the function that admits stations.
    ///
    /// # Errors
    /// [`Failure::Failed`]: it could not be invoked, or failed; the order may be repeated.
    pub async fn order(&self, order: &Order) -> Result<Outcome, Failure> {
        let payload = serde_json::to_vec(order).map_err(|error| Failure::failed(&error))?;
        let request = self.lambda.invoke().function_name(&self.admit_station).payload(Blob::new(payload));
        let answer = request.send().await.map_err(|error| refused("invoke admit-station", &error))?;
        let text = answer.payload.map(Blob::into_inner).unwrap_or_default();
        if answer.function_error.is_some() {
            let why = String::from_utf8_lossy(&text);
            return Err(Failure::Failed(format!("admit-station failed, try again: {}", exit::one_line(&why))));
        }
        serde_json::from_slice(&text).map_err(|error| Failure::failed(&error))
    }
}

fn settings(region: Option<&str>) -> Result<aws::Settings, Failure> {
    let read = Config::from_env(|env| {
        let named = || env.optional("AWS_REGION").or_else(|| env.optional("AWS_DEFAULT_REGION"));
        let region = region.map_or_else(named, |region| Some(region.to_owned()));
        env.aws_in(region)
    });
    read.map_err(|missing| {
        Failure::Unusable(format!(
            "{missing}; for a profile: eval \"$(aws configure export-credentials --format env)\" and export AWS_REGION"
        ))
    })
}

async fn outputs(clients: &Clients, name: &str) -> Result<BTreeMap<String, String>, Failure> {
    let client = aws_sdk_cloudformation::Client::new(clients.config());
    let found = client.describe_stacks().stack_name(name).send().await;
    let found = found.map_err(|error| match error.code() {
        Some("ValidationError") => Failure::Unusable(format!("there is no stack {name} in this account and region")),
        Some(_) | None => refused("describe the stack", &error),
    })?;
    let outputs = found.stacks.unwrap_or_default().into_iter().flat_map(|stack| stack.outputs.unwrap_or_default());
    Ok(outputs.filter_map(|output| Some((output.output_key?, output.output_value?))).collect())
}

/// What AWS said, where it said something; the SDK's own texts do not repeat it.
fn refused<E>(action: &str, error: &E) -> Failure
where
    E: std::error::Error + ProvideErrorMetadata,
{
    let why = error.message().map_or_else(|| exit::chain(error), exit::one_line);
    Failure::Failed(format!("failed to {action}: {why}"))
}
