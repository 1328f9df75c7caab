//! What ends a function.

use std::error::Error as StdError;
use std::fmt;

/// Whatever ends a function: its configuration, or the runtime. As the result of a `main` it prints itself and every cause in one line.
pub struct Error(lambda_runtime::Error);

impl Error {
    pub(crate) fn runtime(error: lambda_runtime::Error) -> Self {
        Self(error)
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        Self(Box::new(error))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&chain(&*self.0))
    }
}

/// An error and everything that caused it, in one line.
pub(crate) fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use ports::PortError;

    use super::*;

    #[test]
    fn a_main_prints_the_error_and_every_cause_in_one_line() {
        let error = Error::from(PortError::new("read a table", PortError::new("connect", "refused")));
        assert_eq!(format!("{error:?}"), "failed to read a table: failed to connect: refused");
    }
}
