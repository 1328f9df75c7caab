//! Alerts as items, and their publication.

use std::future::Future;

use alerts::{Alert, AlertId, Publication};

use crate::{BoxError, PortError, Saved};

/// How raising an alert ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Raised {
    /// It is new.
    New,
    /// Its cause has raised it before.
    Already,
}

/// Alerts; their id is their cause.
pub trait KeepAlerts {
    /// The alert, as of now.
    fn alert(&self, id: &AlertId) -> impl Future<Output = Result<Option<Alert>, PortError>> + Send;
    /// Stores an alert if its cause has raised none.
    fn raise(&self, alert: &Alert) -> impl Future<Output = Result<Raised, PortError>> + Send;
    /// Writes the alert if its version is still the one that was read.
    fn save_alert(&self, alert: &Alert) -> impl Future<Output = Result<Saved, PortError>> + Send;
    /// Makes the alert due now, so that whoever sends alerts looks at it; one that has been due for longer stays so, and nothing
    /// happens when it is gone or not due at all.
    fn mark_alert_due(&self, id: &AlertId, now: jiff::Timestamp) -> impl Future<Output = Result<(), PortError>> + Send;
}

/// A publication that did not go out.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Try again later; it may have gone out.
    #[error("failed to publish")]
    Unavailable(#[source] BoxError),
    /// It will never go out like this (a phone number that cannot be, an endpoint that is gone).
    #[error("the publication was refused")]
    Refused(#[source] BoxError),
}

impl PublishError {
    /// Whether trying again makes sense.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Unavailable(_) => true,
            Self::Refused(_) => false,
        }
    }
}

/// Publishing to people.
pub trait PublishAlerts {
    /// Publishes once.
    fn publish(&self, publication: &Publication) -> impl Future<Output = Result<(), PublishError>> + Send;
}
