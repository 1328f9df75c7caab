//! From the SDK's errors to those of the ports.

use aws_smithy_runtime_api::client::result::SdkError;
use ports::PortError;

/// What an item holds cannot be read; nobody but us wrote it.
#[derive(Debug, thiserror::Error)]
#[error("the attribute `{attribute}` of an item is missing or not what it should be")]
pub(crate) struct BadItem {
    /// The attribute.
    pub(crate) attribute: &'static str,
    /// What was wrong with its content, when it was there.
    #[source]
    pub(crate) source: Option<ports::BoxError>,
}

impl BadItem {
    pub(crate) fn missing(attribute: &'static str) -> Self {
        Self { attribute, source: None }
    }

    pub(crate) fn because(attribute: &'static str, source: impl Into<ports::BoxError>) -> Self {
        Self { attribute, source: Some(source.into()) }
    }
}

/// `action` did not succeed.
pub(crate) fn failed<E, R>(action: &'static str) -> impl FnOnce(SdkError<E, R>) -> PortError
where
    E: std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    move |error| PortError::new(action, error)
}
