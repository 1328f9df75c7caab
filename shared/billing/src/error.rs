//! What can be wrong with what is to be priced.

use serde::de::DeserializeOwned;

/// Input that breaks a rule, by its place in the JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {rule}")]
pub struct Invalid {
    /// Where, e.g. `elements[0].price_components[1].price`; `.` is the whole document.
    pub path: String,
    /// What is wrong there.
    pub rule: String,
}

impl Invalid {
    pub(crate) fn new(path: impl Into<String>, rule: impl Into<String>) -> Self {
        Self { path: path.into(), rule: rule.into() }
    }

    /// The same, seen from the document that holds this one under `parent`.
    #[must_use]
    pub(crate) fn below(self, parent: &str) -> Self {
        let path = match self.path.as_str() {
            "." => parent.to_owned(),
            own if own.starts_with('[') => format!("{parent}{own}"),
            own => format!("{parent}.{own}"),
        };
        Self { path, rule: self.rule }
    }
}

/// Why a session cannot be priced under a tariff.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PricingError {
    /// The input breaks a rule.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// A restriction is by wall clock and nobody said by which.
    #[error("time_zone: required, the tariff has prices by wall clock")]
    ZoneRequired,
    /// A result is too large or too finely divided to be computed exactly.
    #[error("charging_periods: the amounts are too large to be computed exactly")]
    TooLarge,
    /// The session crosses more than 100,000 price boundaries.
    #[error("charging_periods: the session is too long")]
    TooLong,
}

/// Reads JSON; what is wrong is named by its path.
pub(crate) fn read_json<T: DeserializeOwned>(json: &str) -> Result<T, Invalid> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        // Where the text ends too early or is no JSON, there is no path.
        let path = if error.inner().is_data() { error.path().to_string() } else { ".".to_owned() };
        Invalid::new(path, error.into_inner().to_string())
    })?;
    reader.end().map_err(|error| Invalid::new(".", error.to_string()))?;
    Ok(value)
}
