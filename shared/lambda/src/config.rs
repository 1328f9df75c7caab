//! The environment of a function.

/// Reads variables and remembers those that are missing, so that all of them can be named at once. An empty variable counts as missing.
pub struct Config<'a> {
    look_up: &'a dyn Fn(&str) -> Option<String>,
    missing: Vec<&'static str>,
}

/// The environment lacks variables that the function needs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("missing environment variables: {}", .names.join(", "))]
pub struct MissingVariables {
    /// Their names, in the order in which they were asked for.
    pub names: Vec<&'static str>,
}

impl Config<'_> {
    /// What `read` makes of the environment of this process.
    ///
    /// # Errors
    /// [`MissingVariables`] with every variable that `read` required in vain.
    #[expect(clippy::disallowed_methods, reason = "the one place where the environment is read")]
    pub fn from_env<T>(read: impl FnOnce(&mut Config<'_>) -> T) -> Result<T, MissingVariables> {
        Self::from_variables(&|name| std::env::var(name).ok(), read)
    }

    /// What `read` makes of the variables that `look_up` finds.
    ///
    /// # Errors
    /// [`MissingVariables`] with every variable that `read` required in vain.
    pub fn from_variables<T>(
        look_up: &dyn Fn(&str) -> Option<String>,
        read: impl FnOnce(&mut Config<'_>) -> T,
    ) -> Result<T, MissingVariables> {
        let mut config = Config { look_up, missing: Vec::new() };
        let value = read(&mut config);
        if config.missing.is_empty() { Ok(value) } else { Err(MissingVariables { names: config.missing }) }
    }

    /// A variable without which the function cannot work. When it is missing the text is empty, and so is the result of the whole reading.
    pub fn required(&mut self, name: &'static str) -> String {
        self.optional(name).unwrap_or_else(|| {
            self.missing.push(name);
            String::new()
        })
    }

    /// Where AWS is and who asks: the region and credentials that Lambda sets, and `AWS_ENDPOINT_URL` where there is one.
    pub fn aws(&mut self) -> aws::Settings {
        self.aws_in(None)
    }

    /// As [`Config::aws`], in a region that was named elsewhere.
    pub fn aws_in(&mut self, region: Option<String>) -> aws::Settings {
        let key = self.required("AWS_ACCESS_KEY_ID");
        let secret = self.required("AWS_SECRET_ACCESS_KEY");
        let session = self.optional("AWS_SESSION_TOKEN");
        aws::Settings {
            region: region.unwrap_or_else(|| self.required("AWS_REGION")),
            credentials: aws::Credentials::new(key, secret, session, None, "environment"),
            endpoint: self.optional("AWS_ENDPOINT_URL"),
            timeouts: aws::Timeouts::FUNCTION,
        }
    }

    /// A variable that may be missing.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<String> {
        (self.look_up)(name).filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(name: &str) -> Option<String> {
        match name {
            "ASSETS_TABLE" => Some("assets-1".to_owned()),
            "STRIPE_API_BASE" => Some(String::new()),
            _ => None,
        }
    }

    #[test]
    fn what_is_there_is_read_and_empty_is_not_there() {
        let read = Config::from_variables(&variables, |config| {
            (config.required("ASSETS_TABLE"), config.optional("STRIPE_API_BASE"), config.optional("AWS_ENDPOINT_URL"))
        });
        assert_eq!(read, Ok(("assets-1".to_owned(), None, None)));
    }

    #[test]
    fn everything_that_is_missing_is_named_at_once() {
        let read = Config::from_variables(&variables, |config| {
            ["SESSIONS_TABLE", "ASSETS_TABLE", "STRIPE_API_BASE"].map(|name| config.required(name))
        });
        assert_eq!(read.unwrap_err().to_string(), "missing environment variables: SESSIONS_TABLE, STRIPE_API_BASE");
    }
}
