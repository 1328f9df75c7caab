//! How a command ends: 0 when it did its work, 1 when a check or a part of the system failed, 2 when the input cannot be used.

use std::process::ExitCode;

/// Why a command did not do its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// A check failed, or a part of the system did: exit 1.
    Failed(String),
    /// The input cannot be used: exit 2, one line that names file, line and field.
    Unusable(String),
}

impl Failure {
    /// A part of the system failed; the whole chain of causes in one line.
    #[must_use]
    pub fn failed(error: &dyn std::error::Error) -> Self {
        Self::Failed(chain(error))
    }

    /// The same failure, with what it is about.
    #[must_use]
    pub fn about(self, input: &dyn std::fmt::Display) -> Self {
        match self {
            Self::Unusable(message) => Self::Unusable(format!("{input}: {message}")),
            Self::Failed(message) => Self::Failed(format!("{input}: {message}")),
        }
    }

    /// The exit code.
    #[must_use]
    pub fn code(&self) -> ExitCode {
        match self {
            Self::Failed(_) => ExitCode::from(1),
            Self::Unusable(_) => ExitCode::from(2),
        }
    }

    /// What is said on standard error.
    #[must_use]
    pub fn message(&self) -> &str {
        match self {
            Self::Failed(message) | Self::Unusable(message) => message,
        }
    }
}

/// What a person can take in of a text from elsewhere, in one line.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(300).collect()
}

/// An error with all its causes, in one line.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(": ");
        text.push_str(&next.to_string());
        cause = next.source();
    }
    text.replace('\n', " ")
}
