//! Secrets, which never show themselves.

use std::fmt;
use std::future::Future;

use crate::PortError;

/// A value that prints as `[redacted]`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Wraps a secret.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for the one call that needs it.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Reading one secret, whose name the adapter knows.
pub trait ReadSecret {
    /// The secret's text, or none while nobody has set it. Adapters may keep it for 5 minutes; `fresh` reads it again, at most once a minute.
    fn secret(&self, fresh: bool) -> impl Future<Output = Result<Option<Secret<String>>, PortError>> + Send;
}
