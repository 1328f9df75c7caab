//! The outside could not be reached or did not answer: try again later.

/// Any error that can be a source.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A port could not do its work now. It always makes sense to try again: what can never succeed is an outcome, not an error.
#[derive(Debug, thiserror::Error)]
#[error("failed to {action}")]
pub struct PortError {
    /// What was tried, e.g. `read the head of a session`.
    pub action: &'static str,
    /// Why it failed.
    #[source]
    pub source: BoxError,
}

impl PortError {
    /// `error` stopped `action`.
    pub fn new(action: &'static str, error: impl Into<BoxError>) -> Self {
        Self { action, source: error.into() }
    }
}
